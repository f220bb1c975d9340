"""Forms of watches: until when, what is proposed, when to be reminded."""

from datetime import date, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare import i18n
from selfcare.diary import presets
from selfcare.diary.forms import NAME
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, DateField, LogForm, Text, TimeField

FORTNIGHT = timedelta(days=14)
LONGEST = timedelta(days=366)
NONE, VISIT, WEEKS, DAY = "none", "visit", "weeks", "day"


class UntilForm(LogForm):
    """Until when. The next visit is offered by its day, where there is one."""

    until = Choice(lazy_gettext("Until when?"), missing=lazy_gettext("Choose until when."))
    day = DateField(lazy_gettext("Which day?"))

    def offer(self, permit: Permit, visit: date | None, *, endless: bool = False) -> None:
        """:param visit: the day of the next one. :param endless: whether *no end* can be chosen."""
        self.today, self.visit = permit.today(), visit
        weeks = i18n.plain_day(self.today + FORTNIGHT, today=self.today)
        found = [(WEEKS, gettext("Two weeks, until %(day)s", day=weeks))]
        if visit:
            found.insert(
                0, (VISIT, gettext("The next visit, %(day)s", day=i18n.plain_day(visit, today=self.today)))
            )
        found.append((DAY, gettext("A day I choose") if permit.is_self else gettext("Another day")))
        if endless:
            found.append((NONE, gettext("No end")))
        self.until.choices = found

    def validate_day(self, field: DateField) -> None:
        if self.until.data != DAY:
            field.errors = []
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the day."))
        if not self.today <= field.value <= self.today + LONGEST:
            raise StopValidation(gettext("Choose a day from today on, within a year."))

    @property
    def last(self) -> date | None:
        """The last day, after validation."""
        days = {VISIT: self.visit, WEEKS: self.today + FORTNIGHT, DAY: self.day.value}
        return days.get(self.until.data or "")

    @property
    def for_visit(self) -> bool:
        return bool(self.until.data == VISIT)


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

    first = TimeField(lazy_gettext("First time"))
    second = TimeField(lazy_gettext("Second time"))
    third = TimeField(lazy_gettext("Third time"))

    @property
    def times(self) -> list[time]:
        return [field.value for field in (self.first, self.second, self.third) if field.value]
