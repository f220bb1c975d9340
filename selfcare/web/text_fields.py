"""Fields that people type into. Each field's `kind` picks how it is drawn."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g
from flask_babel import gettext
from markupsafe import Markup
from wtforms import Field, HiddenField, StringField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation, ValidationError

from selfcare.database import now
from selfcare.web.digits import Ambiguous, BadNumber, read_number
from selfcare.web.reach import is_mail
from selfcare.web.when import BadTime, read_date, read_day, read_time

SHORT, LONG = 200, 20_000


_NOT_KEPT = re.compile("[\0\ud800-\udfff]")


def readable(form: Any, field: Any) -> None:
    """Refuse characters that cannot be kept: NUL, and halves of a character pair."""
    text = field.data or ""
    if isinstance(text, str) and not can_be_kept(text):
        raise ValidationError(
            gettext("There is a character in this that cannot be kept. Please type it again.")
        )


def can_be_kept(text: str) -> bool:
    """Whether no character of a text is one that cannot be kept."""
    return _NOT_KEPT.search(text) is None


# Letters that look like nothing: Hangul fillers, an empty Braille cell.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_blank(text: str) -> bool:
    """Whether nobody would see anything of it: spaces, joiners and direction marks alone are no words."""
    return all(c.isspace() or c in _UNSEEN or unicodedata.category(c) in ("Cf", "Cc", "Mn") for c in text)


def _required(field: Any, message: str | None) -> None:
    if is_blank(field.data or ""):
        raise StopValidation(message or gettext("Please fill this in."))


class Text(StringField):
    """One line. `missing` is the sentence when it must not be empty; without it the field may be left out."""

    kind = "text"
    longest = SHORT

    def __init__(
        self, label: Any = None, *, missing: Any = None, longest: int | None = None, **kwargs: Any
    ) -> None:
        self.missing = missing
        self.autocomplete = kwargs.pop("autocomplete", None)
        super().__init__(label, **kwargs)
        self.longest = longest or self.longest
        self.optional = missing is None

    def pre_validate(self, form: Any) -> None:
        readable(form, self)
        if self.missing is not None:
            _required(self, str(self.missing))
        have = len(self.data or "")
        if have > self.longest:
            raise StopValidation(
                gettext(
                    "This is too long. It can have %(most)s characters; it has %(have)s.",
                    most=self.longest,
                    have=have,
                )
            )

    @property
    def text(self) -> str:
        """What was typed; nothing where nothing of it can be seen."""
        typed: str = self.data or ""
        return "" if is_blank(typed) else typed


class Long(Text):
    """Several lines."""

    kind = "long"
    longest = LONG


class Email(Text):
    kind = "email"

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not is_mail(self.data.strip()):
            raise StopValidation(
                gettext("This does not look like an e-mail address. It has a name, an @ and a place.")
            )


class Password(Text):
    kind = "password"
    longest = 1000

    def _value(self) -> str:
        return ""  # a password is never sent back to the page


class Code(Text):
    kind = "code"


class Number(Text):
    """A number as typed; `.number` is its Decimal. `lowest`/`highest` are what can be true, never what is normal.

    `whole`: it is counted in whole numbers, so that 10,000 is ten thousand. `example` stands in the error.
    """

    kind = "number"

    def __init__(
        self, label: Any = None, *, lowest: float | None = None, highest: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, longest=40, **kwargs)
        self.lowest, self.highest = lowest, highest
        self.number: Decimal | None = None
        self.whole, self.example = False, "71.4"

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.text.strip():
            return
        try:
            self.number = read_number(self.text, whole=self.whole)
        except Ambiguous as either:
            raise StopValidation(
                gettext(
                    "Is this %(one)s or %(other)s? Type it in that way.",
                    one=either.grouped,
                    other=either.parted,
                )
            ) from None
        except BadNumber:
            raise StopValidation(
                gettext("Use numbers only, for example %(number)s.", number=self.example)
            ) from None
        if (self.lowest is not None and self.number < Decimal(str(self.lowest))) or (
            self.highest is not None and self.number > Decimal(str(self.highest))
        ):
            raise StopValidation(
                gettext(
                    "Use a number from %(lowest)s to %(highest)s.", lowest=self.lowest, highest=self.highest
                )
                if self.lowest is not None and self.highest is not None
                else gettext("This number is outside what can be kept.")
            )


def _today() -> date:
    """The day it is where the person lives whose record this is; on other pages, where the team works."""
    permit = g.get("permit")
    zone = permit.zone if permit else ZoneInfo(current_app.config["SETTINGS"].zone)
    return now().astimezone(zone).date()


class Day(Field):
    """A date typed as day, month and year. `.data` is a date or None; `.parts` keeps what was typed."""

    kind = "day"
    widget = staticmethod(lambda field, **_: Markup(""))

    def __init__(
        self,
        label: Any = None,
        *,
        missing: Any = None,
        past: bool = False,
        autocomplete: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.missing, self.past, self.autocomplete = missing, past, autocomplete
        self.optional = missing is None
        self.parts = {"day": "", "month": "", "year": ""}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        data = None if data is unset_value else data
        self.data, self.process_errors, self._bad = data, [], None
        if data:
            self.parts = {"day": str(data.day), "month": str(data.month), "year": str(data.year)}
        if formdata is not None and any(f"{self.name}-{part}" in formdata for part in self.parts):
            self.parts = {part: formdata.get(f"{self.name}-{part}", "") for part in self.parts}
            self.data = None
            if any(value.strip() for value in self.parts.values()):
                try:
                    self.data = read_day(**self.parts)
                except BadTime:
                    self._bad = gettext("This is not a date. Use numbers, for example 27 3 1962.")

    def pre_validate(self, form: Any) -> None:
        if self._bad:
            raise StopValidation(self._bad)
        if self.data is None and self.missing is not None:
            raise StopValidation(str(self.missing))
        if self.data and self.past and self.data > _today():
            raise StopValidation(gettext("This day is still to come. Check the year."))


def refuse_before_birth(day: date) -> None:
    """Nothing in a record was before the person was born: most likely the year was mistyped.

    :raises StopValidation: where the page is of somebody's record, and the day is before their birth.
    """
    permit = g.get("permit")
    if permit is None or day >= permit.subject.born:
        return
    if permit.is_self:
        raise StopValidation(gettext("This is before you were born. Check the year."))
    raise StopValidation(
        gettext("This is before %(name)s was born. Check the year.", name=permit.person_name)
    )


class DateField(Text):
    """A date from the phone's own chooser (`type=date`); `.value` is a date or None."""

    kind = "date"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, longest=40, **kwargs)
        self.value: Any = None

    def process_data(self, value: Any) -> None:
        self.data = value.isoformat() if hasattr(value, "isoformat") else value

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.text.strip():
            try:
                self.value = read_date(self.text)
            except BadTime:
                raise StopValidation(
                    gettext("This is not a date. Use year, month and day, for example 2026-03-27.")
                ) from None
            refuse_before_birth(self.value)


class TimeField(Text):
    """A time from the phone's own chooser (`type=time`); `.value` is a time or None."""

    kind = "time"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, longest=40, **kwargs)
        self.value: Any = None

    def process_data(self, value: Any) -> None:
        self.data = value.strftime("%H:%M") if hasattr(value, "strftime") else value

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.text.strip():
            try:
                self.value = read_time(self.text)
            except BadTime:
                raise StopValidation(
                    gettext("This is not a time. Use hours and minutes, for example 14:05.")
                ) from None


class Hidden(HiddenField):
    kind = "hidden"
    optional = True

    def pre_validate(self, form: Any) -> None:
        readable(form, self)
