"""What is watched, and what was proposed."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.diary import presets
from selfcare.diary.models import Tracker
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.watches.models import Watch
from selfcare.watches.states import Move, State, Who, may, now_in, possible, who
from selfcare.web.access import Area, Level, Permit, Role, not_hidden

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


def plain(permit: Permit, row: Watch, own: Container[UUID]) -> Watched:
    """The row for its reader. `own`: whose proposals are the reader's to take back."""
    state = now_in(row.state, row.until, now())
    theirs = frozenset({Move.WITHDRAW}) if row.entered_by not in own else frozenset()
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
        moves=frozenset(move for move in Move if may(permit, move) and possible(state, move)) - theirs,
    )


def require(permit: Permit) -> None:
    """404 for who has no part in watches: the diary's readers have, and the team that proposes."""
    if who(permit) is not Who.TEAM:
        permit.require(Area.DIARY, Level.SEE)


def one(permit: Permit, watch_id: UUID) -> Watched:
    """What was proposed. :raises NotFound: as everywhere."""
    found = row(permit, watch_id)
    return plain(permit, found, _whose(permit, [found]))


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
    """What was proposed, newest first. One statement; another for who may take something back."""
    require(permit)
    query = select(Watch).where(_proposed(permit))
    rows = session().scalars(query.order_by(Watch.entered_at.desc(), Watch.id.desc()).limit(MOST)).all()
    own = _whose(permit, rows)
    return [plain(permit, row, own) for row in rows]


def running(permit: Permit, tracker_id: UUID) -> Watch | None:
    """The watch of a tracker that is on or paused, by its row; None where it is over, or none was begun."""
    found = session().scalars(
        select(Watch)
        .where(
            _unended(permit, tracker_id),
            Tracker.person_id == Watch.person_id,
            Tracker.id == Watch.tracker_id,
            Tracker.removed_at.is_(None),
            Tracker.watch_from <= Watch.began_at,  # begun before it was taken off the list, it is none
        )
        .order_by(Watch.began_at.desc(), Watch.id)
    )
    return found.first()


def unended(permit: Permit, tracker_id: UUID) -> Sequence[Watch]:
    """The watches of a tracker that were neither stopped nor are over, also from before it was taken off the list."""
    return session().scalars(select(Watch).where(_unended(permit, tracker_id))).all()


def is_mine(permit: Permit, row: Watch) -> bool:
    """Whether the reader, or somebody of a team of theirs, proposed it."""
    return row.entered_by in _whose(permit, [row])


def times(tracker: Tracker) -> list[time]:
    """When the person is reminded to log it."""
    return [time.fromisoformat(each) for each in tracker.remind_at]


def _unended(permit: Permit, tracker_id: UUID) -> ColumnElement[bool]:
    return and_(
        _seen(permit),
        Watch.tracker_id == tracker_id,
        Watch.state.in_((State.ON.value, State.PAUSED.value)),
        or_(Watch.until.is_(None), Watch.until > now()),
    )


def _seen(permit: Permit) -> ColumnElement[bool]:
    """Watches that are there for this reader: what became of one is *only me* where its tracker is."""
    of_it = (Tracker.person_id == Watch.person_id, Tracker.id == Watch.tracker_id)
    shown = exists().where(*of_it, not_hidden(permit, Tracker)).correlate(Watch)
    return and_(
        Watch.person_id == permit.person_id,
        Watch.removed_at.is_(None),
        or_(and_(Watch.tracker_id.is_(None), not_hidden(permit, Watch)), shown),
    )


def _proposed(permit: Permit) -> ColumnElement[bool]:
    return and_(_seen(permit), Watch.entered_as == Role.PROFESSIONAL.value)


def _whose(permit: Permit, rows: Iterable[Watch]) -> set[UUID]:
    """Of those that proposed something, who is of a team of the reader's."""
    if who(permit) is not Who.TEAM:
        return set()
    return teams.of_mine(permit, {row.entered_by for row in rows if row.entered_by})


def still_there(permit: Permit, found: Sequence[Watched]) -> set[UUID]:
    """Who of those that proposed can still see contacts with the person: who has gone hears nothing of an answer."""
    return people.who_see(permit, Area.CONTACTS, {one.entered_by for one in found if one.entered_by})
