"""Working days of a team: weekdays that are neither its own days off nor bank holidays. Pure."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

# Nobody counts further ahead than this many days.
FARTHEST = 400


@dataclass(frozen=True)
class Closed(Container[date]):
    """The weekdays nobody of a team works: `own`, and the bank holidays of `region` (`GB-ENG`; empty: none)."""

    own: frozenset[date] = frozenset()
    region: str = ""

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return day in self.own or day in bank_holidays(self.region, day.year)


@cache
def bank_holidays(region: str, year: int) -> frozenset[date]:
    """The public holidays of a country or a part of it (ISO 3166-2), with the days in place of those on a weekend.

    :raises NotImplementedError: for a region nobody keeps a list of.
    """
    if not region:
        return frozenset()
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


def works(day: date, closed: Container[date] = ()) -> bool:
    """Whether the team works that day."""
    return day.weekday() < 5 and day not in closed


def working_days(first: date, last: date, closed: Container[date] = ()) -> int:
    """How many working days there are after `first` up to and with `last`."""
    days = min((last - first).days, FARTHEST)
    return sum(works(first + timedelta(days=n), closed) for n in range(1, days + 1))


def next_working_day(day: date, closed: Container[date] = ()) -> date:
    """The day itself when the team works then, else the next day it does; `day` where it never does."""
    ahead = (day + timedelta(days=n) for n in range(FARTHEST))
    return next((one for one in ahead if works(one, closed)), day)


def after_working_days(first: date, days: int, closed: Container[date] = ()) -> date:
    """The day by which so many working days after `first` have passed: what a team promises to reply by."""
    day = first
    for _ in range(days):
        day = next_working_day(day + timedelta(days=1), closed)
    return day


def counts_from(asked: datetime, ends: time, closed: Container[date] = ()) -> date:
    """The working day that something asked at a wall time where the team works belongs to.

    What comes once the day has ended, or when nobody works, belongs to the next one.

    :param ends: when a working day ends.
    """
    return next_working_day(asked.date() + timedelta(days=int(asked.time() >= ends)), closed)
