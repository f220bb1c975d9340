"""What the diary answers. Every list is bounded, and each question is one statement however much was logged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, true
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.diary import presets, watched
from selfcare.diary.models import Entry, Tracker
from selfcare.people.models import Person
from selfcare.web import versions
from selfcare.web.access import Area, Level, Panel, Permit, Sight, shareable, visible, visible_by
from selfcare.web.chart import MOST

MOST_TRACKERS = 60
CHART_DAYS = 14
FRESH = timedelta(minutes=10)  # so long after it was saved, it is undone at one press
TILES = 4  # on Today
CHOSEN = 3  # in the first minute, at the most: the head of the own list

ENTERED = or_(Entry.severity.is_not(None), Entry.first_number.is_not(None))  # not skipped
# From the day its watch began, up to its end.
_WATCHED = and_(
    Entry.utc >= Tracker.watch_from, or_(Tracker.watch_until.is_(None), Entry.utc < Tracker.watch_until)
)


@dataclass(frozen=True)
class Tile:
    """One thing to log, and when it last was."""

    id: UUID
    name: str
    kind: str
    last_wall: datetime | None
    last_part: str | None

    def last(self, today: date) -> str | None:
        """Words under its name: Last: yesterday."""
        return presets.last_logged(self.last_wall, self.last_part, today)


@dataclass(frozen=True)
class Tracked:
    """A tracker with how often it got a number lately, and when it was last logged."""

    tracker: Tracker
    recent: int
    last_wall: datetime | None
    last_part: str | None
    seen: int = 0  # since its watch began, up to its end

    @property
    def name(self) -> str:
        return presets.name_of(self.tracker)

    @property
    def is_on(self) -> bool:
        """Whether it is on the tiles."""
        return watched.is_on(self.tracker)

    def stands(self, permit: Permit) -> str | None:
        """Watched until Friday, or paused; None for what is simply on the list."""
        return watched.stands(permit, self.tracker, self.seen)

    def last(self, today: date) -> str | None:
        """Words under its name: Last: yesterday."""
        return presets.last_logged(self.last_wall, self.last_part, today)


@dataclass(frozen=True)
class Glance:
    """The tiles, what has just left them because its watch is over, and whether there is a list at all."""

    tiles: list[Tile]
    over: list[Tracked]
    is_begun: bool


@dataclass(frozen=True)
class Point:
    """One entered number of a tracker, for its chart and table."""

    entry_id: UUID
    wall: datetime
    part: str
    value: Decimal
    second: Decimal | None
    text: str
    entered_as: str
    entered_name: str
    entered_by: UUID | None


def start_of(permit: Permit, day: date) -> datetime:
    """The instant a day begins where the person lives."""
    return datetime.combine(day, time(), permit.zone).astimezone(UTC)


def tracked(permit: Permit, days: int = CHART_DAYS) -> list[Tracked]:
    """The own list in its own order, with what was logged in the last `days`. One statement."""
    permit.require(Area.DIARY, Level.SEE)
    mine = and_(visible(permit, Entry), Entry.tracker_id == Tracker.id)
    since = start_of(permit, permit.today() - timedelta(days=days - 1))
    recent = select(func.count()).select_from(Entry).where(mine, Entry.utc >= since, ENTERED)
    last, part = (
        select(column).where(mine).order_by(Entry.utc.desc(), Entry.id.desc()).limit(1)
        for column in (Entry.wall, Entry.part)
    )
    seen = select(func.count()).select_from(Entry).where(mine, _WATCHED)
    parts = [each.correlate(Tracker).scalar_subquery() for each in (recent, last, part, seen)]
    watched_for = case(
        (Tracker.watch_from.is_not(None), parts.pop()), else_=0
    )  # counted only where there is a watch
    found = session().execute(
        select(Tracker, *parts, watched_for)
        .where(visible(permit, Tracker))
        .order_by(Tracker.place, Tracker.id)
        .limit(MOST_TRACKERS)
    )
    return [Tracked(*row) for row in found]


def at_hand(found: Sequence[Tracked], limit: int) -> list[Tracked]:
    """`limit` of the own list, in its own order so that the hand remembers: what is watched until a day while it runs,
    then what was chosen first stays, then what is most logged of late."""
    found = [one for one in found if one.is_on]
    first, others = found[:CHOSEN], sorted(found[CHOSEN:], key=lambda one: -one.recent)
    chosen = list(dict.fromkeys(one.tracker.id for one in (*watching(found), *first, *others)))[:limit]
    return [one for one in found if one.tracker.id in chosen]


def all_at_once(found: Sequence[Tracked]) -> list[Tracked]:
    """What stands on one page: the tiles, and all that is watched until a day."""
    return at_hand(found, max(TILES, len(watching(found))))


def watching(found: Sequence[Tracked]) -> list[Tracked]:
    """What is watched until a day that is to come; what was begun last first, of one day what came on the list last."""
    running = [one for one in found if one.is_on and one.tracker.watch_until is not None]
    return sorted(running, key=lambda one: (one.tracker.watch_from or now(), one.tracker.place), reverse=True)


def tiles(permit: Permit, limit: int = TILES) -> list[Tile]:
    """What to log, in the person's own order."""
    return glance(permit, limit).tiles


def glance(permit: Permit, limit: int = TILES) -> Glance:
    """What Today shows of the own list. One statement."""
    found = tracked(permit)
    return Glance(
        [
            Tile(one.tracker.id, one.name, one.tracker.kind, one.last_wall, one.last_part)
            for one in at_hand(found, limit)
        ],
        [one for one in found if watched.is_just_over(one.tracker)],
        bool(found),
    )


def tracker(permit: Permit, tracker_id: UUID) -> Tracker:
    """One tracker of the own list. :raises NotFound: not there, or not for this reader."""
    found: Tracker | None = (
        session().scalars(_tracker(permit.sight), permit.bound | {"tracker": tracker_id}).first()
    )
    if found is None:
        raise NotFound
    return found


@cache
def _tracker(sight: Sight) -> Select[Any]:
    return select(Tracker).where(visible_by(sight, Tracker), Tracker.id == bindparam("tracker"))


def entry(permit: Permit, entry_id: UUID) -> tuple[Entry, Tracker | None]:
    """One entry and its tracker, which may have left the own list. :raises NotFound: as everywhere."""
    permit.require(Area.DIARY, Level.SEE)
    row = (
        session()
        .execute(
            select(Entry, Tracker)
            .outerjoin(Tracker, and_(Tracker.person_id == Entry.person_id, Tracker.id == Entry.tracker_id))
            .where(visible(permit, Entry), Entry.id == entry_id)
        )
        .first()
    )
    if row is None:
        raise NotFound
    return row[0], row[1]


def seen(permit: Permit) -> ColumnElement[bool]:
    """Entries that are there for this reader."""
    return visible(permit, Entry)


def may_change(permit: Permit, item: Entry | Tracker) -> bool:
    """The person may change everything; others their own with *add*, and everything with *manage*."""
    if permit.is_self or permit.may(Area.DIARY, Level.MANAGE):
        return True
    words = item.name_version if isinstance(item, Tracker) else None  # a pause puts no words into it
    return permit.may(Area.DIARY, Level.ADD) and versions.is_own(permit, item, words)


def may_undo(permit: Permit, entry: Entry) -> bool:
    """At one press while it is still in the hand, with nobody else's words in it; else it is looked at first."""
    mine = entry.changed_by in (None, permit.account_id)
    return mine and now() - entry.entered_at < FRESH and may_change(permit, entry)


def may_hide(permit: Permit, item: Entry | Tracker | None = None) -> bool:
    """Whether *only me* may be chosen: by the person, on what they enter themselves."""
    return permit.is_self and (item is None or item.entered_as == permit.role)


def readings(
    permit: Permit, tracker_id: UUID, since: datetime | None = None, limit: int = MOST
) -> tuple[list[Point], int]:
    """The newest numbers of one tracker, newest first, and how many there are in all. One statement."""
    rows = (
        session()
        .execute(
            select(
                Entry.id,
                Entry.wall,
                Entry.part,
                Entry.kind,
                Entry.severity,
                Entry.first,
                Entry.first_number,
                Entry.second,
                Entry.second_number,
                Entry.entered_as,
                Entry.entered_name,
                Entry.entered_by,
                func.count().over().label("total"),
            )
            .where(visible(permit, Entry), Entry.tracker_id == tracker_id, ENTERED, _since(since))
            .order_by(Entry.utc.desc(), Entry.id.desc())
            .limit(limit)
        )
        .all()
    )
    points = [
        Point(
            row.id,
            row.wall,
            row.part,
            row.first_number if row.severity is None else Decimal(row.severity),
            row.second_number,
            presets.value_of(row) or "",
            row.entered_as,
            row.entered_name,
            row.entered_by,
        )
        for row in rows
    ]
    return points, rows[0].total if rows else 0


def logged_since(permit: Permit, since: datetime) -> int:
    """How many entries that others may be shown are from `since` or later."""
    permit.require(Area.DIARY, Level.SEE)
    return (
        session()
        .scalars(select(func.count()).select_from(Entry).where(shareable(permit, Entry), Entry.utc >= since))
        .one()
    )


def watched_for(permit: Permit, tracker: Tracker) -> int:
    """How many entries there are of a tracker since its watch began, up to its end."""
    if tracker.watch_from is None:
        return 0
    of_it = (visible(permit, Entry), Entry.tracker_id == tracker.id)
    join = and_(Tracker.person_id == Entry.person_id, Tracker.id == Entry.tracker_id)
    query = select(func.count()).select_from(Entry).join(Tracker, join).where(*of_it, _WATCHED)
    return session().scalars(query).one()


def last_entries(panel: Panel) -> dict[UUID, datetime]:
    """When each person last had an entry that is not *only me*: a fact of the process, which needs no right."""
    last = (
        select(Entry.utc)
        .where(Entry.person_id == Person.id, Entry.removed_at.is_(None), Entry.only_me.is_(False))
        .order_by(Entry.utc.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    rows: Iterable[Any] = session().execute(select(Person.id, last).where(Person.id.in_(panel.permits)))
    return {person: utc for person, utc in rows if utc is not None}


def _since(since: datetime | None) -> ColumnElement[bool]:
    return Entry.utc >= since if since is not None else true()
