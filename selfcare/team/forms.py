"""Forms of the team's pages."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare.people.teams import MOST_HOLIDAYS
from selfcare.team import dates
from selfcare.web.file_field import FileField
from selfcare.web.forms import Choice, DateField, Email, Form, Hidden, LogForm, Long, Number, Pick, Text

FURTHEST = timedelta(days=366)  # a last day further off than a year is a mistyped one
LONGEST_REASON = 300
HOLIDAYS_AHEAD = timedelta(days=3 * 366)


class _Link:
    """How somebody gets the link by which they set their account up."""

    link = Choice(lazy_gettext("How they get the link"), default="mail")

    def offer(self, *, can_mail: bool) -> None:
        """:param can_mail: whether this app can send e-mail."""
        by_hand = ("show", gettext("I give it to them myself"))
        self.link.choices = [("mail", gettext("By e-mail")), by_hand] if can_mail else [by_hand]
        if not can_mail:
            self.link.data = "show"


class LinkForm(_Link, Form):
    """A new link for who was invited."""


class InviteForm(_Link, Form):
    """A new colleague."""

    name = Text(
        lazy_pgettext("of a colleague", "Name, as people know them"),
        missing=lazy_gettext("Type the name."),
        longest=100,
        autocomplete="off",
    )
    title = Text(
        lazy_gettext("Title, as people read it"),
        missing=lazy_gettext("Type the title, for example: specialist nurse."),
        longest=100,
        autocomplete="off",
    )
    email = Email(
        lazy_gettext("Work e-mail"), missing=lazy_gettext("Type their e-mail address."), autocomplete="off"
    )
    does = Choice(
        lazy_gettext("What they do"),
        choices=[
            ("people", lazy_gettext("They look after people")),
            ("pages", lazy_gettext("They only run the team’s pages, and open nobody’s record")),
        ],
        default="people",
    )
    team = Hidden()


class SuspendForm(Form):
    reason = Text(
        lazy_gettext("Why?"),
        description=lazy_gettext("For the team. For example: lost their phone on the bus."),
        missing=lazy_gettext("Say why, in a few words."),
        longest=300,
    )


class ResetForm(Form):
    how = Text(
        lazy_gettext("How did you make sure who it is?"),
        description=lazy_gettext("For example: we stood face to face at the clinic."),
        missing=lazy_gettext("Say how you made sure."),
        longest=300,
    )


class LeaveForm(LogForm):
    """Somebody's last day, and who follows for whom."""

    day = DateField(lazy_gettext("Last day in the team"))
    to = Pick(lazy_gettext("Their people go to"), optional=True)
    note = Long(
        lazy_gettext("What each person reads about it"),
        description=lazy_gettext("You can leave it empty. Each reads from whom to whom, and when."),
        longest=2000,
    )
    shown = Hidden()
    today: date

    def validate_day(self, field: DateField) -> None:
        if field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the last day."))
        if field.value < self.today:
            raise StopValidation(gettext("This day has passed. Choose today or a later day."))
        if field.value > self.today + FURTHEST:
            raise StopValidation(gettext("This is more than a year away. Check the year."))

    def offer(self, colleagues: Iterable[tuple[UUID, str]]) -> None:
        self.to.choices = [("", gettext("Choose…")), *((str(one), name) for one, name in colleagues)]
        self.to.data = self.to.data or ""


class SettingsForm(Form):
    phone = Text(lazy_gettext("Telephone"), longest=60)
    hours = Text(
        lazy_gettext("When it is answered"),
        description=lazy_gettext("For example: Monday to Friday, 9 to 5."),
        longest=100,
    )
    reply_days = Number(lazy_gettext("Working days to reply in"), lowest=1, highest=20)
    holidays = Long(
        lazy_gettext("Days nobody works"),
        description=lazy_gettext(
            "One on each line, for example 24 12 2026. Weekends and bank holidays count by themselves."
        ),
        longest=3000,
    )
    sign = Hidden()
    days: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reply_days.whole, self.reply_days.example = True, "2"

    def validate_phone(self, field: Text) -> None:
        if field.text.strip() and not any(c.isdecimal() for c in field.text):
            raise StopValidation(gettext("A telephone number has digits, for example 01632 960118."))

    def validate_reply_days(self, field: Number) -> None:
        if not field.errors and (field.number is None or field.number != int(field.number)):
            raise StopValidation(gettext("Type a whole number of days, from 1 to 20."))

    def settle_days(self, today: date, before: Iterable[str]) -> bool:
        """After the fields are valid: the days, in order. :param before: those that stand there now: old ones stay."""
        if self.errors:
            return False
        found, known = set(), set(before)
        for line in filter(None, (" ".join(line.split()) for line in self.holidays.text.splitlines())):
            try:
                day = dates.read(line)
            except dates.NoDay:
                self.holidays.errors = [
                    gettext(
                        "“%(words)s” is not a day. Write day, month and year: 24 12 2026.", words=line[:60]
                    )
                ]
                return False
            ahead = day - today
            if day.isoformat() not in known and not timedelta(0) <= ahead <= HOLIDAYS_AHEAD:
                self.holidays.errors = [
                    gettext("“%(words)s” has passed, or is more than three years ahead.", words=line[:60])
                ]
                return False
            found.add(day.isoformat())
        if len(found) > MOST_HOLIDAYS:
            self.holidays.errors = [
                gettext(
                    "These are %(have)s days. There is room for %(most)s.",
                    have=len(found),
                    most=MOST_HOLIDAYS,
                )
            ]
            return False
        self.days = tuple(sorted(found))
        return True


class UploadForm(Form):
    """A list of people as a file."""

    file = FileField(lazy_gettext("File"))  # type: ignore[arg-type]  # its stubs know no lazy text
    team = Hidden()


class ListForm(LogForm):
    """What is done with a list that was looked through."""

    lead = Pick(lazy_gettext("Key contact for all"))
    source = Text(
        lazy_gettext("Where the list is from"),
        description=lazy_gettext("Their letters say it. For example: Riverside practice, 6 March."),
        longest=120,
        autocomplete="off",
    )

    reason = Text(lazy_gettext("Why they are suggested"), longest=LONGEST_REASON, autocomplete="off")

    def offer(self, colleagues: Iterable[tuple[UUID, str]]) -> None:
        self.lead.choices = [(str(one), name) for one, name in colleagues]

    def check_reason(self, *, needed: bool) -> bool:
        """After the fields are valid: that who is only suggested has a reason. :param needed: not each line has one."""
        if needed and not self.reason.errors and not self.reason.text.strip():
            self.reason.errors = [gettext("Say why they are suggested. They can read it once they are in.")]
        return not self.errors

    def check_source(self) -> bool:
        """After the fields are valid: that the list says where it is from."""
        if not self.source.errors and not self.source.text.strip():
            self.source.errors = [gettext("Say where the list is from. People may ask.")]
        return not self.errors


def whole(text: str) -> int | None:
    """A small number that a button or a hidden field sent; None for anything else, however long."""
    return int(text) if len(text) < 7 and text.isascii() and text.isdigit() else None
