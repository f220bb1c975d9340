"""Working days of a team: weekdays that are not its holidays. Pure."""

from collections.abc import Collection, Container
from datetime import date, timedelta

# Nobody counts further ahead than this many days.
FARTHEST = 400


def working_days(first: date, last: date, holidays: Collection[date] = ()) -> int:
    """How many working days there are after `first` up to and with `last`."""
    days = min((last - first).days, FARTHEST)
    ahead = (first + timedelta(days=n) for n in range(1, days + 1))
    return sum(day.weekday() < 5 and day not in holidays for day in ahead)


def after_working_days(first: date, days: int, closed: Container[date] = ()) -> date:
    """The day by which so many working days after `first` have passed: what a team promises to reply by."""
    day = first
    while days > 0 and (day - first).days < FARTHEST:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in closed
    return day
