"""Where something of the own list stands, in words: watched until a day, paused, over; and what was seen meanwhile."""

from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import gettext, ngettext

from selfcare import i18n
from selfcare.database import now
from selfcare.web.access import Permit

SAID = timedelta(days=7)  # for so long Today says that a watch is over


class Watchable(Protocol):
    """A tracker."""

    @property
    def watch_from(self) -> datetime | None: ...
    @property
    def watch_until(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...


def is_over(item: Watchable) -> bool:
    """Whether its watch has ended."""
    return item.watch_until is not None and item.watch_until <= now()


def is_on(item: Watchable) -> bool:
    """Whether it is on the tiles: neither over nor paused."""
    return item.paused_at is None and not is_over(item)


def is_just_over(item: Watchable) -> bool:
    """Whether Today still says so."""
    return item.watch_until is not None and now() - SAID < item.watch_until <= now()


def stands(permit: Permit, item: Watchable, seen: int) -> str | None:
    """In one line; None for what is simply on the list. `seen`: the entries since the watch began."""
    if item.watch_until is not None and is_over(item):
        entries = ngettext("%(num)s entry", "%(num)s entries", seen)
        return gettext(
            "Watched until %(day)s: %(entries)s", day=_last(permit, item.watch_until), entries=entries
        )
    if item.paused_at is not None:
        return gettext("Paused since %(day)s", day=day(permit, item.paused_at))
    if item.watch_until is not None:
        return gettext("Watched until %(day)s", day=_last(permit, item.watch_until))
    return None


def day(permit: Permit, instant: datetime) -> str:
    """The day of an instant where the person lives."""
    return i18n.plain_day(permit.local(instant).date(), today=permit.today())


def _last(permit: Permit, until: datetime) -> str:
    return day(permit, until - timedelta(minutes=1))
