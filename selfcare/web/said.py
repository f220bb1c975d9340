"""When something was, in words, as exactly as it was said and no more: 14:05, Evening, Time not known."""

from datetime import datetime
from typing import Protocol

from flask_babel import gettext, pgettext

from selfcare import i18n


class Said(Protocol):
    """A row of `database.Remembered`, or a `web.when.When`."""

    @property
    def wall(self) -> datetime: ...
    @property
    def zone(self) -> str: ...
    @property
    def part(self) -> str: ...


def alone(item: Said, home: str) -> str:
    """The time by itself, beside what was entered; by whose clock it is, where that is not the one at home."""
    names = {
        "morning": gettext("Morning"),
        "afternoon": gettext("Afternoon"),
        "evening": gettext("Evening"),
        "night": gettext("Night"),
        "day": gettext("Time not known"),
    }
    return names[item.part] if item.part in names else time(item.wall, "", item.zone, home)


def moment(item: Said, home: str | None = None, *, year: bool = False) -> str:
    """The day and the time: Thursday 12 March, 14:05; Thursday 12 March, evening.

    :param home: the person's zone: says by whose clock it is, where it is another.
    """
    day = i18n.day(item.wall.date(), year=year)
    return gettext("%(day)s, %(time)s", day=day, time=time(item.wall, item.part, item.zone, home))


def short(wall: datetime, part: str, *, year: bool = False) -> str:
    """The same in little room: 12 Mar, 14:05; 12 Mar, evening."""
    return gettext("%(day)s, %(time)s", day=i18n.short_day(wall.date(), year=year), time=time(wall, part))


def time(wall: datetime, part: str | None, zone: str = "", home: str | None = None) -> str:
    """The time as it stands after a day: 14:05, or 14:05 (Karachi); evening; time not known."""
    names = {
        "morning": pgettext("after a day", "morning"),
        "afternoon": pgettext("after a day", "afternoon"),
        "evening": pgettext("after a day", "evening"),
        "night": pgettext("after a day", "night"),
        "day": pgettext("after a day", "time not known"),
    }
    if part in names:
        return names[part]
    return i18n.by_clock_of(i18n.clock_time(wall), zone, home or zone)


def machine(item: Said) -> str:
    """For `<time datetime>`: the day alone where no time is known."""
    return item.wall.date().isoformat() if item.part else item.wall.isoformat(timespec="minutes")
