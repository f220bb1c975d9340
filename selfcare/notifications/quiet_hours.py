"""Quiet hours: pure, by the clock on the wall where somebody is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_moment(now: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime:
    """The first moment from `now` on that is not within quiet hours; `now` itself outside of them.

    The clock on the wall decides, also in the nights when it is put forward or back: where the hour that ends the quiet
    is left out, the quiet ends as the clock jumps over it; where it comes twice, the first time.

    :param now: an aware instant.
    :param quiet_from: the first minute of quiet; the same as `quiet_until` when there are no quiet hours.
    :returns: an aware instant in UTC.
    """
    moment = now.astimezone(UTC)
    # Once in nearly all cases. Again where the end of the quiet falls on a day that a zone left out altogether.
    for _ in range(4):
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if not _is_quiet(wall.time(), quiet_from, quiet_until):
            return moment
        day = wall.date() + timedelta(days=quiet_until <= wall.time())
        moment = _first_at(datetime.combine(day, quiet_until), zone, moment)
    return moment


def _is_quiet(clock: time, quiet_from: time, quiet_until: time) -> bool:
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until  # never, where they are the same
    return clock >= quiet_from or clock < quiet_until


def _first_at(wall: datetime, zone: ZoneInfo, after: datetime) -> datetime:
    """The first instant after another one at which the clock shows `wall`, or jumps over it."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first if first > after else second
    # The clock never shows it. The jump lies between what the two offsets around it make of the hour.
    early, late = sorted((first, second))
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return max(late.replace(microsecond=0), after)
