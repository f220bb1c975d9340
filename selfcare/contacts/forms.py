"""Forms of contacts."""

from collections.abc import Container, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from babel.dates import format_date
from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare import i18n
from selfcare.contacts import words
from selfcare.contacts.models import Contact
from selfcare.contacts.queries import Plan
from selfcare.contacts.words import ACTIVE_DAYS, HOW, LIGHTER_DAYS, LONGEST_DAYS, OUTCOMES, TALKED
from selfcare.people.working_days import next_working_day, works
from selfcare.web.access import Permit
from selfcare.web.forms import (
    Choice,
    DateField,
    Form,
    Hidden,
    LogForm,
    Long,
    Number,
    Pick,
    Text,
    WhenField,
)
from selfcare.web.when import BadTime, read_date, when_of

USUAL = (7, 14, 28, 56)
TEXTS = ("said", "next_step")


class ContactFields(Form):
    how = Choice(
        lazy_pgettext("contact", "How"),
        kind="chips",
        missing=lazy_gettext("Choose how you were in touch."),
        choices=[],
    )
    when = WhenField(lazy_pgettext("contact", "When"))
    said = Long(lazy_gettext("What was said"))
    next_step = Text(lazy_gettext("What happens next"), longest=2000)

    @property
    def has_words(self) -> bool:
        return bool(self.said.text.strip() or self.next_step.text.strip())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(code, words.how(code)) for code in HOW]


class LogContactForm(ContactFields, LogForm):
    """A contact, and the day of the next one. `view` and `show` say which list the caseload comes back to."""

    outcome = Choice(
        lazy_pgettext("contact", "Did you reach them?"),
        kind="chips",
        missing=lazy_gettext("Say whether you reached them."),
        choices=[],
    )
    due = Pick(lazy_gettext("Next contact due"), choices=[])
    due_on = DateField(lazy_gettext("Another day, instead"))
    view = Hidden()
    show = Hidden()
    today: date
    closed: Container[date]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(code, words.outcome(code)) for code in OUTCOMES]

    def offer(
        self, permit: Permit, every_days: int | None, due_on: date | None, closed: Container[date]
    ) -> None:
        """Set the person's zone, and the days that can be chosen; the rhythm's own stands first unless one was sent.

        Days are sent as dates, so that what is kept is what was read, also after midnight. On a day nobody of the team
        works (`closed`) nobody calls: then it is the next day they do.
        """
        self.when.settle(permit.zone)
        self.today = today = permit.today()
        self.closed = closed
        usual = every_days or ACTIVE_DAYS
        offered = {
            next_working_day(today + timedelta(days=days), closed): words.within(days)
            for days in sorted({*USUAL, usual})
        }
        if due_on and due_on > today and works(due_on, closed):
            offered[due_on] = gettext("As planned")
        sent = _day(self.due.data)
        if sent and sent not in offered and sent >= today - timedelta(days=1):
            offered[sent] = words.within(max((sent - today).days, 0))
        self.due.choices = [
            (day.isoformat(), gettext("%(within)s: %(day)s", within=said, day=_near(day)))
            for day, said in sorted(offered.items())
        ]
        if not self.due.data or self.due.data == "None":
            self.due.data = next_working_day(today + timedelta(days=usual), closed).isoformat()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Nothing written is no contact: words, or that nobody was reached."""
        if not super().validate(*args, **kwargs):
            return False
        if self.outcome.data == TALKED and not self.has_words:
            self.said.errors = [
                gettext("Write what was said, or say that nobody was reached. Nothing is written down yet.")
            ]
            return False
        return True

    def validate_due(self, field: Pick) -> None:
        day = _day(field.data)
        if day and not works(day, self.closed):
            raise StopValidation(not_worked(day, self.closed))

    def validate_due_on(self, field: DateField) -> None:
        if field.value is not None and field.value < self.today:
            raise StopValidation(gettext("This day has gone. Choose today or a later day."))
        if field.value is not None and not works(field.value, self.closed):
            raise StopValidation(not_worked(field.value, self.closed))

    @property
    def next_day(self) -> date | None:
        """The day chosen for the next contact: one's own, where one was typed."""
        found: date | None = self.due_on.value or _day(self.due.data)
        return found


class ChangeContactForm(ContactFields):
    version = Hidden()

    def needs_words(self, row: Contact) -> bool:
        """Whether nothing would be left of a contact: then it is removed instead. The form says so."""
        if row.outcome != TALKED or self.has_words:
            return False
        self.said.errors = [gettext("Write what was said. To take the contact out, use Remove.")]
        return True


def contact_data(row: Contact) -> dict[str, Any]:
    """A contact as its form shows it."""
    when = when_of(row)
    return {
        "how": row.how,
        "when": when,
        "said": row.said,
        "next_step": row.next_step,
        "version": row.version,
    }


class RhythmForm(Form):
    """How often, and when next."""

    kind = Choice(
        lazy_gettext("How often are you in touch?"), missing=lazy_gettext("Choose how often."), choices=[]
    )
    every_days = Number(lazy_gettext("Every how many days?"), lowest=1, highest=LONGEST_DAYS)
    asked_with: ClassVar = {"every_days": ("kind", "own")}
    due_on = DateField(lazy_gettext("Next contact due"))
    version = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closed: Container[date] = ()
        self.kind.choices = [
            ("active", gettext("Active")),
            ("lighter", gettext("Lighter")),
            ("own", gettext("Own days")),
        ]
        self.kind.hints = {
            "active": words.every(ACTIVE_DAYS),
            "lighter": words.every(LIGHTER_DAYS),
            "own": gettext("As you both agreed."),
        }

    def validate_every_days(self, field: Number) -> None:
        if self.kind.data != "own" or field.errors:
            return
        if field.number is None:
            raise StopValidation(gettext("Say every how many days, for example 10."))
        if field.number != int(field.number):
            raise StopValidation(gettext("Use whole days, for example 10."))

    def validate_due_on(self, field: DateField) -> None:
        if field.value is not None and not works(field.value, self.closed):
            raise StopValidation(not_worked(field.value, self.closed))

    @property
    def days(self) -> int:
        """The days between contacts."""
        own = int(self.every_days.number or ACTIVE_DAYS)
        return {"active": ACTIVE_DAYS, "lighter": LIGHTER_DAYS}.get(self.kind.data, own)


def rhythm_data(plan: Plan) -> dict[str, Any]:
    """How often somebody is in touch, as its form shows it."""
    return {
        "kind": plan.kind,
        "every_days": str(plan.every_days) if plan.kind == "own" else "",
        "due_on": plan.due_on,
        "version": plan.version,
    }


def _day(text: str | None) -> date | None:
    try:
        return read_date(text or "")
    except BadTime:
        return None


def not_worked(day: date, closed: Container[date]) -> str:
    """That the team is not there on a day, and the next day it is."""
    return gettext(
        "Nobody of the team works on %(day)s. The next day they do is %(next)s.",
        day=i18n.day(day, year=True),
        next=i18n.day(next_working_day(day, closed)),
    )


def _near(day: date) -> str:
    """A day in little room, with its weekday: Tue 24 March."""
    pattern: Sequence[str] = ("EEE d MMMM", "EEE، d MMMM")
    return format_date(day, pattern[i18n.direction() == "rtl"], locale=i18n.code())
