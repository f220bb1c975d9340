"""Forms of watches: until when, what is proposed, when to be reminded."""

import re
from datetime import date, time, timedelta
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare import i18n
from selfcare.diary import presets
from selfcare.diary.forms import NAME
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, DateField, Hidden, LogForm, Text, TimeField
from selfcare.web.when import BadTime, read_date

FORTNIGHT = timedelta(days=14)
LONGEST = timedelta(days=366)
NONE, VISIT, WEEKS, DAY = "none", "visit", "weeks", "day"
_WITH_DAY = re.compile(rf"({VISIT}|{WEEKS}):(\d{{4}}-\d\d-\d\d)")


def _said(choice: str | None) -> date | None:
    """The day that a choice holds."""
    found = _WITH_DAY.fullmatch(choice or "")
    try:
        return read_date(found[2]) if found else None
    except BadTime:
        return None


class UntilForm(LogForm):
    """Until when. The next visit is offered by its day, where there is one.

    A choice holds the day that it said: a page that was left open, or waited without a signal, still means that day.
    """

    until = Choice(lazy_gettext("Until when?"), missing=lazy_gettext("Choose until when."))
    day = DateField(lazy_gettext("Which day?"))
    asked_with: ClassVar = {"day": ("until", DAY)}

    def offer(self, permit: Permit, visit: date | None, *, endless: bool = False) -> None:
        """:param visit: the day of the next one. :param endless: whether *no end* can be chosen."""
        self.today = permit.today()
        weeks = i18n.plain_day(self.today + FORTNIGHT, today=self.today)
        found = [(f"{WEEKS}:{self.today + FORTNIGHT}", gettext("Two weeks, until %(day)s", day=weeks))]
        if visit:
            day = i18n.plain_day(visit, today=self.today)
            found.insert(0, (f"{VISIT}:{visit}", gettext("The next visit, %(day)s", day=day)))
        found.append((DAY, gettext("A day I choose") if permit.is_self else gettext("Another day")))
        if endless:
            found.append((NONE, gettext("No end")))
        said = _said(self.until.data)
        if said and self.until.data not in dict(found):
            found.append((self.until.data, i18n.plain_day(said, today=self.today)))
        self.until.choices = found

    def validate_until(self, field: Choice) -> None:
        if field.data not in (DAY, NONE) and not self._is_possible(self.last):
            raise StopValidation(gettext("Choose a day from today on, within a year."))

    def _is_possible(self, day: date | None) -> bool:
        return day is not None and self.today <= day <= self.today + LONGEST

    def validate_day(self, field: DateField) -> None:
        if self.until.data != DAY or field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the day."))
        if not self._is_possible(field.value):
            raise StopValidation(gettext("Choose a day from today on, within a year."))

    @property
    def last(self) -> date | None:
        """The last day, after validation; None for no end."""
        last: date | None = self.day.value if self.until.data == DAY else _said(self.until.data)
        return last

    @property
    def for_visit(self) -> bool:
        return str(self.until.data).startswith(f"{VISIT}:")


class WatchForm(UntilForm):
    """Of something on the own list."""

    version = Hidden()


class ProposeForm(UntilForm):
    """What a professional proposes: something ready-made, or in words of their own."""

    what = Choice(lazy_gettext("What?"), missing=lazy_gettext("Choose one."))
    name = Text(lazy_gettext("What do you call it?"), longest=NAME)
    why = Text(
        lazy_gettext("Why?"),
        longest=200,
        description=lazy_gettext("They read this. For example: to see whether the new tablets help."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [
            ("symptom", gettext("Something else, from 0 to 10")),
            ("done", gettext("Something else, done or not")),
        ]
        ready = [(code, presets.preset_name(code)) for code in presets.PRESETS]
        often = len(presets.SYMPTOMS)
        self.few = often + len(own)  # what stands first; the others are one press away
        self.what.choices = [*ready[:often], *own, *ready[often:]]

    def validate_name(self, field: Text) -> None:
        if self.what.data in ("symptom", "done") and not field.text.strip():
            raise StopValidation(gettext("Type what you call it."))

    def values(self) -> dict[str, Any]:
        """What the action takes, after validation."""
        ready = presets.PRESETS.get(self.what.data)
        return {
            "kind": ready.kind if ready else self.what.data,
            "preset": ready.code if ready else None,
            "name": presets.preset_name(ready.code) if ready else self.name.text.strip(),
            "why": self.why.text.strip(),
            "last": self.last,
            "for_visit": self.for_visit,
        }


class RemindForm(LogForm):
    """Up to three times of the day; empty ones are none."""

    version = Hidden()
    first = TimeField(lazy_gettext("First time"))
    second = TimeField(lazy_gettext("Second time"))
    third = TimeField(lazy_gettext("Third time"))

    @property
    def times(self) -> list[time]:
        return [field.value for field in (self.first, self.second, self.third) if field.value]
