"""On what it rests that somebody acts for another by law, and until when: rules of days alone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext

PARENT, ATTORNEY, DEPUTY = BASES = ("parent", "attorney", "deputy")
CONSENT = "consent"  # of everybody else: the person let them in
REVIEWED_AT, ENDS_AT = 13, 16  # years of a child
AGAIN = timedelta(days=365)


def said(basis: str) -> str:
    """On what it rests, in words."""
    return {
        PARENT: gettext("Parent, or who has parental responsibility"),
        ATTORNEY: gettext("Attorney for health and welfare"),
        DEPUTY: gettext("Deputy, named by a court"),
    }[basis]


def next_review(basis: str, born: date, today: date) -> date:
    """When to look at it again: in a year, and for a parent not later than the child's 13th birthday."""
    thirteen = birthday(born, REVIEWED_AT)
    return min(today + AGAIN, thirteen) if basis == PARENT and today < thirteen else today + AGAIN


def ends(basis: str, born: date, zone: ZoneInfo) -> datetime | None:
    """When it ends by itself: a parent's with the 16th birthday, where the child lives."""
    if basis != PARENT:
        return None
    return datetime.combine(birthday(born, ENDS_AT), time(), zone).astimezone(UTC)


def birthday(born: date, years: int) -> date:
    """The day somebody is so many years old; who was born on 29 February is on 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
