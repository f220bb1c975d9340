"""The base form, and the fields every room's forms are made of. Each field's `kind` picks how it is drawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import StopValidation, ValidationError

from selfcare.database import now
from selfcare.web.digits import BadNumber, read_number
from selfcare.web.when import BadTime, When, at, at_instant, known_zone, read_date, read_day, read_time

SHORT, LONG = 200, 20_000


class Form(FlaskForm):
    """A form of the record: its id, and the version it was filled from where it changes something.

    Typing is kept on every refusal; bad input is a 422 with the same page.
    """

    class Meta(FlaskForm.Meta):
        csrf = False  # checked for the whole app before any view; hidden() renders the token

        def get_translations(self, form: Any) -> None:
            return None  # every message here is our own, through gettext

    def hidden_fields(self) -> list[Field]:
        return [field for field in self if field.kind == "hidden"]


class FormId(HiddenField):
    """The id of a filled-in form: rendered here, so that sending twice does nothing twice."""

    kind = "hidden"

    def _value(self) -> str:
        if getattr(self, "renewed", False) or not self.data:
            self.data = str(uuid4())
        return str(self.data)

    def pre_validate(self, form: Any) -> None:
        if g.pop("form_id_reused", False):
            self.renewed = True
            raise StopValidation(
                gettext(
                    "You sent this form before, with other words. Nothing is lost. Send it again to keep these too."
                )
            )
        try:
            UUID(self.data or "")
        except ValueError:
            self.renewed = True
            raise StopValidation(
                gettext("This page was open too long. Nothing is lost. Please send it again.")
            ) from None


class LogForm(Form):
    """A form that logs something: acted on once (`web.once`)."""

    form_id = FormId()


def readable(form: Any, field: Any) -> None:
    """Refuse characters that cannot be kept: NUL, and halves of a character pair."""
    text = field.data or ""
    if isinstance(text, str) and ("\0" in text or any(0xD800 <= ord(c) <= 0xDFFF for c in text)):
        raise ValidationError(
            gettext("There is a character in this that cannot be kept. Please type it again.")
        )


def _required(field: Any, message: str | None) -> None:
    if not (field.data or "").strip():
        raise StopValidation(message or gettext("Please fill this in."))


def _values(choices: Any) -> list[str]:
    return [str(choice[0]) for choice in choices or ()]


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
        return self.data or ""


class Long(Text):
    """Several lines."""

    kind = "long"
    longest = LONG


class Email(Text):
    kind = "email"

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        name, _, host = (self.data or "").strip().partition("@")
        if self.data and not (name and "." in host and not set(host) & set(" @,;")):
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
    """A number as typed; `.number` is its Decimal. `lowest`/`highest` are what can be true, never what is normal."""

    kind = "number"

    def __init__(
        self, label: Any = None, *, lowest: float | None = None, highest: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, longest=40, **kwargs)
        self.lowest, self.highest = lowest, highest
        self.number: Decimal | None = None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.text.strip():
            return
        try:
            self.number = read_number(self.text)
        except BadNumber:
            raise StopValidation(gettext("Use numbers only, for example 71.4.")) from None
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
        if self.data and self.past and self.data > now().date():
            raise StopValidation(gettext("This day is still to come. Check the year."))


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


class Choice(RadioField):
    """One of a few. `choices` is (value, label) or (value, label, hint)."""

    kind = "choice"

    def __init__(
        self,
        label: Any = None,
        *,
        missing: Any = None,
        kind: str = "choice",
        hints: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind = kind
        self.missing = missing or lazy_gettext("Choose one.")
        self.hints = hints or {}
        self.optional = kwargs.pop("optional", False)
        super().__init__(label, validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data in (None, "", "None"):
            self.data = None
            if not self.optional:
                raise StopValidation(str(self.missing))
        elif self.data not in _values(self.choices):
            raise StopValidation(str(self.missing))


class Pick(SelectField):
    """One of a list, in little room."""

    kind = "select"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        self.optional = kwargs.pop("optional", False)
        super().__init__(label, validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data not in _values(self.choices):
            raise StopValidation(gettext("Choose one from the list."))


class Ticks(SelectMultipleField):
    """Any of a few."""

    kind = "ticks"

    def __init__(
        self, label: Any = None, *, missing: Any = None, most: int | None = None, **kwargs: Any
    ) -> None:
        self.missing, self.most = missing, most
        self.optional = missing is None
        self.hints: dict[str, str] = kwargs.pop("hints", {})
        super().__init__(label, validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        known = _values(self.choices)
        if any(value not in known for value in self.data or ()):
            raise StopValidation(gettext("Choose from the list."))
        if self.missing is not None and not self.data:
            raise StopValidation(str(self.missing))
        if self.most and len(self.data or ()) > self.most:
            raise StopValidation(gettext("Choose %(most)s at the most.", most=self.most))


class Tick(BooleanField):
    """One box to tick."""

    kind = "tick"
    optional = False

    def __init__(self, label: Any = None, *, kind: str = "tick", missing: Any = None, **kwargs: Any) -> None:
        self.kind = kind
        self.missing = missing
        super().__init__(label, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.missing is not None and not self.data:
            raise StopValidation(str(self.missing))


class Hidden(HiddenField):
    kind = "hidden"
    optional = True

    def pre_validate(self, form: Any) -> None:
        readable(form, self)


class Scale(Choice):
    """0 to 10, or Skip. `.number` is an int, or None for Skip."""

    def __init__(self, label: Any = None, *, skip: Any = None, **kwargs: Any) -> None:
        choices: list[tuple[str, Any]] = [(str(n), str(n)) for n in range(11)]
        if skip is not False:
            choices.append(("skip", skip or lazy_gettext("Skip")))
        super().__init__(label, kind="scale", choices=choices, **kwargs)

    @property
    def number(self) -> int | None:
        return int(self.data) if self.data and self.data.isdigit() else None


class WhenField(Field):
    """Now, earlier today, or another day. After validation `.when` is the moment; `zone` is the person's.

    Wall time and zone are of the moment of writing: the phone says its zone in `<name>-zone` and, when the entry waited
    without signal, its wall time in `<name>-wall`.
    """

    kind = "when"
    widget = staticmethod(lambda field, **_: Markup(""))
    optional = False

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.parts = {"time": "", "date": "", "zone": "", "wall": ""}
        self.choice = "now"
        self.zone: ZoneInfo = ZoneInfo("UTC")
        self.when: When | None = None

    def process(self, formdata: Any, data: When | None = None, extra_filters: Any = None) -> None:
        self.process_errors, self.data = [], data if isinstance(data, When) else None
        if self.data is not None:
            self.choice = "day"
            self.parts |= {
                "date": self.data.wall.date().isoformat(),
                "time": self.data.wall.strftime("%H:%M"),
            }
        if formdata is not None and self.name in formdata:
            self.choice = formdata.get(self.name)
            self.parts = {part: formdata.get(f"{self.name}-{part}", "") for part in self.parts}

    def iter_choices(self) -> Sequence[tuple[str, str, bool]]:
        labels = (
            ("now", self.now_label),
            ("earlier", gettext("Earlier today")),
            ("day", gettext("Another day")),
        )
        return [(value, label, value == self.choice) for value, label in labels]

    @property
    def now_label(self) -> str:
        return gettext("Now, %(time)s", time=now().astimezone(self.zone).strftime("%H:%M"))

    def pre_validate(self, form: Any) -> None:
        zone = known_zone(self.parts["zone"], self.zone)
        moment = now()
        try:
            if self.choice == "now":
                self.when = self._written(zone, moment)
                return
            if self.choice not in ("earlier", "day"):
                raise StopValidation(gettext("Choose when it was."))
            day = (
                moment.astimezone(zone).date() if self.choice == "earlier" else read_date(self.parts["date"])
            )
            self.when = at(datetime.combine(day, read_time(self.parts["time"])), zone)
        except BadTime as bad:
            raise StopValidation(
                gettext(
                    "The clocks went forward that night, so this time did not exist. Choose another time."
                )
                if bad.reason == "gap"
                else gettext("Say the day and the time, for example 27 March 2026 at 14:05.")
                if self.choice == "day"
                else gettext("Say the time, for example 14:05.")
            ) from None
        if self.when.utc > moment + timedelta(minutes=5):
            raise StopValidation(gettext("This time is still to come. Check the day and the time."))

    def _written(self, zone: ZoneInfo, moment: datetime) -> When:
        """Now, by the phone's wall clock when it says one that can be true, else by ours."""
        try:
            told = at(datetime.fromisoformat(self.parts["wall"]).replace(tzinfo=None), zone)
        except (ValueError, BadTime):
            return at_instant(moment, zone)
        return told if told.utc <= moment + timedelta(minutes=5) else at_instant(moment, zone)
