"""What is watched, and what was proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.diary import presets
from selfcare.diary.models import Tracker
from selfcare.people import queries as people
from selfcare.watches.models import Watch
from selfcare.watches.states import Move, State, Who, may, now_in, possible, who
from selfcare.web.access import Area, Level, Permit, Role, not_hidden, visible

MOST = 50


@dataclass(frozen=True)
class Watched:
    """A watch, as plain values for one reader. `last` is its last day."""

    id: UUID
    tracker_id: UUID | None
    name: str
    kind: str
    why: str
    state: State
    began_at: datetime | None
    last: date | None
    for_visit: bool
    entered_by: UUID | None
    entered_name: str
    entered_at: datetime
    answered_at: datetime | None
    answered_name: str
    moves: frozenset[Move]

    def can(self, move: str) -> bool:
        """Whether the reader may make a move, where it stands."""
        return Move(move) in self.moves


def last_day(permit: Permit, until: datetime | None) -> date | None:
    """The last day of a watch that ends when that day does."""
    return (permit.local(until) - timedelta(minutes=1)).date() if until else None


def plain(permit: Permit, row: Watch) -> Watched:
    """The row for its reader."""
    state = now_in(row.state, row.until, now())
    return Watched(
        id=row.id,
        tracker_id=row.tracker_id,
        name=presets.name_of(row),
        kind=row.kind,
        why=row.why,
        state=state,
        began_at=row.began_at,
        last=last_day(permit, row.until),
        for_visit=row.for_visit,
        entered_by=row.entered_by,
        entered_name=row.entered_name,
        entered_at=row.entered_at,
        answered_at=row.answered_at,
        answered_name=row.answered_name,
        moves=frozenset(move for move in Move if may(permit, move) and possible(state, move)),
    )


def require(permit: Permit) -> None:
    """404 for who has no part in watches: the diary's readers have, and the team that proposes."""
    if who(permit) is not Who.TEAM:
        permit.require(Area.DIARY, Level.SEE)


def one(permit: Permit, watch_id: UUID) -> Watched:
    """What was proposed. :raises NotFound: as everywhere."""
    return plain(permit, row(permit, watch_id))


def row(permit: Permit, watch_id: UUID, *, lock: bool = False) -> Watch:
    """The row of what was proposed. :raises NotFound: as `one`."""
    require(permit)
    query = select(Watch).where(_proposed(permit), Watch.id == watch_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def proposals(permit: Permit) -> list[Watched]:
    """What was proposed, newest first. One statement."""
    require(permit)
    query = select(Watch).where(_proposed(permit))
    rows = session().scalars(query.order_by(Watch.entered_at.desc(), Watch.id.desc()).limit(MOST))
    return [plain(permit, row) for row in rows]


def running(permit: Permit, tracker_id: UUID) -> Watch | None:
    """The watch of a tracker that is on or paused, by its row; None where it is over, or none was begun."""
    found = session().scalars(
        select(Watch)
        .where(
            visible(permit, Watch),
            Watch.tracker_id == tracker_id,
            Tracker.person_id == Watch.person_id,
            Tracker.id == Watch.tracker_id,
            Tracker.watch_from == Watch.began_at,  # begun before it was taken off the list, it is none
            Watch.state.in_((State.ON.value, State.PAUSED.value)),
            or_(Watch.until.is_(None), Watch.until > now()),
        )
        .order_by(Watch.began_at.desc(), Watch.id)
    )
    return found.first()


def _proposed(permit: Permit) -> ColumnElement[bool]:
    """Proposals. What became of one is not there for others, where the person made it *only me* since."""
    shown = exists().where(
        Tracker.person_id == Watch.person_id, Tracker.id == Watch.tracker_id, not_hidden(permit, Tracker)
    )
    return and_(
        visible(permit, Watch),
        Watch.entered_as == Role.PROFESSIONAL.value,
        or_(Watch.tracker_id.is_(None), shown),
    )


def still_there(permit: Permit, found: Sequence[Watched]) -> set[UUID]:
    """Who of those that proposed can still see contacts with the person: who has gone hears nothing of an answer."""
    return people.who_see(permit, Area.CONTACTS, {one.entered_by for one in found if one.entered_by})
