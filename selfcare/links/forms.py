"""The form of a link. What is secret in it, the browser makes; its file, too."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare import i18n
from selfcare.web.forms import Choice, Hidden, LogForm, Text, Tick

LONGEST_LABEL = 80  # letters: the specification of SMART Health Links allows no more
DAYS = (1, 7, 30)
FLAGS = ("", "P", "U")


class LinkForm(LogForm):
    """What a link is for, until when, and how it opens. `choice` and `seen`: what is in it, as `sharing` says that."""

    label = Text(lazy_gettext("What is it for?"), longest=LONGEST_LABEL)
    day = Choice(lazy_gettext("Until when?"))
    code = Tick(lazy_gettext("With a passcode"), kind="switch", default=True)
    once = Tick(lazy_gettext("It opens once only"), kind="switch")
    choice = Hidden()
    seen = Hidden()
    flag = Hidden()
    passcode = Hidden()
    file = Hidden()

    def offer(self, today: date, zone: ZoneInfo) -> dict[str, int]:
        """Say until which days it may be. :returns: for each, when that is, in seconds since 1970."""
        days = [today + timedelta(days=number) for number in DAYS]
        self.day.choices = [(day.isoformat(), _until(day, today)) for day in days]
        return {day.isoformat(): int(end_of(day, zone).timestamp()) for day in days}

    def validate_file(self, field: Any) -> None:
        if not field.data:
            raise StopValidation(
                gettext("Your browser has to make the link, and it did not. Please use another browser.")
            )

    def validate_flag(self, field: Any) -> None:
        known = field.data in FLAGS and (field.data == "P") is bool(self.passcode.data)
        if not known or (self.passcode.data and not re.fullmatch("[0-9]{6,40}", self.passcode.data)):
            raise StopValidation(gettext("The passcode did not arrive. Please try again."))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day is over where the person lives."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def last_day(until: datetime) -> date:
    """The day at whose end a link ends, of the wall time at which it does."""
    return (until - timedelta(seconds=1)).date()


def _until(day: date, today: date) -> str:
    number = (day - today).days
    words = i18n.day(day)
    if number == 1:
        return gettext("Tomorrow, %(day)s", day=words)
    return gettext("%(n)s days, until %(day)s", n=number, day=words)
