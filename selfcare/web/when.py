"""When something happened: from what a person chose to a wall time, its zone and the instant they make."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from selfcare.web.digits import western

EARLIEST = date(1900, 1, 1)

# Parts of a day, and a day of which no time is known: when it begins, and where in the day it stands between others.
PARTS = {
    "morning": (time(6), time(9)),
    "afternoon": (time(12), time(15)),
    "evening": (time(17), time(19, 30)),
    "night": (time(22), time(23)),
    "day": (time(0), time(12)),
}
# Said of a day before its evening, the night is the one it began with.
SMALL_HOURS = (time(0), time(3))


class BadTime(ValueError):
    """A date or time that does not exist or cannot be read. `reason` is `unreadable`, `gap`, `range` or `ahead`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class When:
    """A wall time, the zone it was written in, and the instant; `part` when it was not said to the minute (PARTS)."""

    wall: datetime
    zone: str
    utc: datetime
    part: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """As the columns of `database.Remembered`."""
        return {"wall": self.wall, "zone": self.zone, "utc": self.utc, "part": self.part}


def when_of(row: Any) -> When:
    """When a row of `database.Remembered` was."""
    return When(row.wall, row.zone, row.utc, row.part)


def read_date(text: str) -> date:
    """A date as `2026-03-12`, in any digits. :raises BadTime: unreadable, impossible (31 February) or before 1900."""
    try:
        found = date.fromisoformat(western(text).strip())
    except ValueError:
        raise BadTime("unreadable") from None
    if found < EARLIEST:
        raise BadTime("range")
    return found


def read_day(day: str, month: str, year: str) -> date:
    """A date typed as three numbers, in any digits. :raises BadTime: as `read_date`."""
    try:
        found = date(*(int(western(part).strip()) for part in (year, month, day)))
    except (ValueError, OverflowError):
        raise BadTime("unreadable") from None
    if found < EARLIEST:
        raise BadTime("range")
    return found


def read_time(text: str) -> time:
    """A time as `14:05` (also `14.05`, `14:05:30`), in any digits. :raises BadTime: unreadable."""
    try:
        parts = [int(part) for part in western(text).strip().replace(".", ":").split(":")]
        if len(parts) not in (2, 3):
            raise ValueError
        return time(parts[0], parts[1], parts[2] if len(parts) == 3 else 0)
    except ValueError:
        raise BadTime("unreadable") from None


def known_zone(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The zone the phone names, or `default` when it names none that exists."""
    if not name or len(name) > 64:
        return default
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return default


def at(wall: datetime, zone: ZoneInfo) -> When:
    """The moment of a wall time in a zone; the earlier one in the hour that comes twice.

    :raises BadTime: `gap` for a time the clocks skipped that night, `range` beyond the first and last year there is.
    """
    try:
        utc = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    except OverflowError:
        raise BadTime("range") from None
    if utc.astimezone(zone).replace(tzinfo=None) != wall:
        raise BadTime("gap")
    return When(wall, zone.key, utc)


def in_part(day: date, part: str, zone: ZoneInfo, written: datetime) -> When:
    """A part of a day, of which no time is known.

    :param part: one of PARTS.
    :param written: the wall time of writing: what has begun by then stands no later than that.
    :raises BadTime: `ahead` for what has not begun, else as `at`.
    """
    begins, stands = PARTS[part]
    if part == "night" and datetime.combine(day, begins) > written and day == written.date():
        begins, stands = SMALL_HOURS
    if datetime.combine(day, begins) > written:
        raise BadTime("ahead")
    found = at(min(datetime.combine(day, stands), written.replace(second=0, microsecond=0)), zone)
    return replace(found, part=part)


def told(text: str, zone: ZoneInfo, off: timedelta) -> When | None:
    """The moment a phone's clock shows, as `2026-10-25T01:10:00+00:00`; None for nothing readable.

    Its offset, where it says one, tells apart the hours that come twice in a night.

    :param off: how far that clock is behind.
    """
    try:
        found = datetime.fromisoformat(text)
        instant = found.astimezone(UTC) if found.tzinfo else at(found, zone).utc
        return at_instant(instant + off, zone)
    except (ValueError, OverflowError):
        return None


def at_instant(instant: datetime, zone: ZoneInfo) -> When:
    """The moment of an instant, to the minute people write in."""
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return When(wall, zone.key, instant)


def utc_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall time that exists in `zone` (the earlier one where the hour comes twice)."""
    return wall.replace(tzinfo=zone).astimezone(UTC)
