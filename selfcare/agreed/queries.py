"""Reading what was agreed: open lines by whoever does them and by day, and those that are done or let go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.agreed import states, words
from selfcare.agreed.models import Line
from selfcare.agreed.states import Move, State, Who
from selfcare.appointments.models import Appointment
from selfcare.asks.models import Ask
from selfcare.care_plan.models import PlanChange
from selfcare.contacts.models import Contact
from selfcare.database import session
from selfcare.decisions.models import Decision
from selfcare.goals.models import Goal
from selfcare.people import queries as people
from selfcare.web import versions
from selfcare.web.access import Area, Level, Panel, Permit, not_hidden, shareable, visible, visible_to_panel
from selfcare.web.pages import bdi
from selfcare.web.paging import Key

MOST = 100  # open lines that a list shows
PAGE = 20
PROMISES = 30

# What a line can come from, and the area that must be seeable for somebody to learn of it.
FROM: dict[str, tuple[Any, Area]] = {
    "visit": (Appointment, Area.APPOINTMENTS),
    "contact": (Contact, Area.CONTACTS),
    "goal": (Goal, Area.GOALS),
    "decision": (Decision, Area.DECISIONS),
    "plan": (PlanChange, Area.PLAN),
    "ask": (Ask, Area.COMMUNITY),
}


@dataclass(frozen=True)
class Agreed:
    """A line, as plain values for one reader. `name` is who does it, None for the reader; `on` is the day now.

    `sees`: whether whoever does it can see the line (True for the person; None where it is no account's).
    """

    id: UUID
    what: str
    name: str | None
    owner_kind: str
    owner_name: str
    owner_id: UUID | None
    by_kind: str
    by_visit_id: UUID | None
    on: date | None
    today: date
    state: State
    closed_at: datetime | None
    done_by: UUID | None
    done_name: str
    from_kind: str | None
    from_id: UUID | None
    from_label: str | None
    entered_as: str
    entered_name: str
    entered_at: datetime
    changed_at: datetime | None
    only_me: bool
    version: int
    moves: frozenset[Move]
    sees: bool | None = None

    def can(self, move: str) -> bool:
        """Whether the reader may make a move, where the line stands."""
        return Move(move) in self.moves

    @property
    def mine(self) -> bool:
        return self.name is None

    @property
    def passed(self) -> bool:
        """Whether the day is over and the line still open."""
        return self.state is State.OPEN and self.on is not None and self.on < self.today

    @property
    def by(self) -> str:
        return words.by(self.by_kind, self.on, self.today)

    @property
    def who_by(self) -> Markup:
        """Who does it, and by when, or when it was; a name does not turn the line's direction."""
        name = None if self.name is None else bdi(self.name)
        if self.passed and self.on:
            return Markup(words.who_was(name, self.on, self.today))  # noqa: S704 - likewise
        return Markup(words.who_by(name, self.by_kind, self.on, self.today))  # noqa: S704 - `bdi` has escaped it

    @property
    def was(self) -> str:
        return words.was(self.on, self.today) if self.on else ""


@dataclass(frozen=True)
class Promise:
    """An open line of somebody who looks after many people."""

    person_id: UUID
    line: Agreed


@dataclass(frozen=True)
class Brief:
    """Two rows for Today: what the reader does next, and what somebody else does next. `total`: all open lines."""

    mine: Agreed | None
    other: Agreed | None
    total: int


def ties(permit: Permit, row: Line) -> frozenset[Who]:
    """What ties whoever asks to a line."""
    own = permit.account_id is not None
    adds = permit.may(Area.APPOINTMENTS, Level.ADD)
    found = {
        Who.SELF: permit.is_self,
        Who.OWNER: own and row.owner_id == permit.account_id,
        Who.WRITER: own and adds and row.entered_by == row.words_by == permit.account_id,
        Who.MANAGE: permit.may(Area.APPOINTMENTS, Level.MANAGE),
        Who.ADD: adds,
        Who.SEE: True,
    }
    return frozenset(who for who, so in found.items() if so)


def line(permit: Permit, line_id: UUID) -> Agreed:
    """One line, with what it came from where the reader may see that. :raises NotFound: not theirs to see."""
    found = _lines(permit, visible, Line.id == line_id)
    if not found:
        raise NotFound
    return _with_origin(permit, _seen_by_owners(permit, found)[0])


def refuse(permit: Permit, found: Agreed) -> NoReturn:
    """Answer who sees a line and may not do this with it, as `versions.refuse`."""
    versions.refuse(permit, session().get_one(Line, (permit.person_id, found.id)))


def wordings(permit: Permit, line_id: UUID) -> list[Any]:
    """Earlier versions of a line's words, owner and day, newest first; ticks and what was let go change none of them.

    :raises NotFound: as `line`.
    """
    row = session().scalars(select(Line).where(visible(permit, Line), Line.id == line_id)).first()
    if row is None:
        raise NotFound
    after, found = _said(lambda name: getattr(row, name)), []
    for version in versions.earlier(permit, row):
        if (said := _said(version.body.get)) != after:
            found.append(version)
        after = said
    return found


def _said(of: Callable[[str], Any]) -> tuple[str, ...]:
    return tuple(str(of(name)) for name in ("what", "owner_kind", "owner_name", "by_kind", "by_on"))


def was_by(permit: Permit, now: Agreed, version: Any) -> Markup:
    """Who was to do it, and by when, in an earlier version; not the day of a visit, which may be another by now."""
    body, kind = version.body, version.body["by_kind"]
    mine = permit.is_self and body["owner_kind"] == "me"
    name = None if mine else bdi(body["owner_name"] or permit.person_name)
    on = date.fromisoformat(body["by_on"]) if kind == "day" and body["by_on"] else None
    return Markup(words.who_by(name, kind, on, now.today))  # noqa: S704 - `bdi` has escaped it


def taken_out(permit: Permit, line_id: UUID) -> None:
    """:raises NotFound: unless the line was theirs to see, and was taken out of the list."""
    found = session().scalar(
        select(Line.id).where(
            Line.person_id == permit.person_id,
            Line.id == line_id,
            Line.removed_at.is_not(None),
            not_hidden(permit, Line),
        )
    )
    if found is None:
        raise NotFound


def open_lines(permit: Permit) -> list[Agreed]:
    """Open lines by day, those without one last. One statement, a second where somebody else does any of them."""
    return _seen_by_owners(
        permit, by_day(_lines(permit, visible, Line.state == State.OPEN, order=_soonest()))
    )


def closed_lines(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Agreed]:
    """Lines that were done or let go, newest first; one more than `size` at most.

    :param before: the (closed_at, id) of the last one shown.
    """
    condition = Line.state != State.OPEN
    if before:
        condition = and_(condition, tuple_(Line.closed_at, Line.id) < before)
    newest = Line.closed_at.desc(), Line.id.desc()
    return _lines(permit, visible, condition, order=newest, limit=size + 1)


def of_visit(permit: Permit, appointment_id: UUID) -> list[Agreed]:
    """What came from one visit, wherever it stands. One statement."""
    return by_day(_lines(permit, visible, Line.from_kind == "visit", Line.from_id == appointment_id))


def to_look_at(permit: Permit, first: datetime) -> list[Agreed]:
    """What is open, and what was done or let go since an instant: to look at again at the next visit."""
    return by_day(
        _lines(permit, visible, or_(Line.state == State.OPEN, Line.closed_at >= first), order=_soonest())
    )


def brief(permit: Permit) -> Brief:
    """The two rows of Today. One statement."""
    found = soonest(permit)
    mine = next((each for each in found if each.mine), None)
    other = next((each for each in found if not each.mine), None)
    return Brief(mine, other, len(found))


def soonest(permit: Permit) -> list[Agreed]:
    """Open lines by day, as `open_lines`, without who can see them. One statement."""
    return by_day(_lines(permit, visible, Line.state == State.OPEN, order=_soonest()))


def for_summary(permit: Permit, first: datetime) -> list[dict[str, Any]]:
    """Lines as a summary keeps them: open, or closed since an instant; never *only me*."""
    found = by_day(
        _lines(permit, shareable, or_(Line.state == State.OPEN, Line.closed_at >= first), order=_soonest())
    )
    return [
        {
            "id": str(each.id),
            "what": each.what,
            # None: the person. A name stands as it is.
            "who": each.owner_name or None,
            "by": each.by_kind,
            "on": each.on.isoformat() if each.on else None,
            "visit": str(each.by_visit_id) if each.by_kind == "visit" and each.on else None,
            "state": each.state.value,
            "closed": permit.local(each.closed_at).date().isoformat() if each.closed_at else None,
        }
        for each in found
        if each.state is not State.LET_GO
    ]


def promises(panel: Panel, after: tuple[date, UUID] | None = None, size: int = PROMISES) -> list[Promise]:
    """Open lines that the holder of a panel does, by day, those without one last; one more than `size` at most.

    One statement.

    :param after: the (day, id) of the last one shown, as `place` gives it.
    """
    day = _day_column()
    query = (
        select(Line, Appointment.wall)
        .outerjoin(Appointment, _by_visit(Appointment.only_me.is_(False)))
        .where(
            visible_to_panel(panel, Area.APPOINTMENTS, Line),
            Line.owner_id == panel.account_id,
            Line.state == State.OPEN,
        )
        .order_by(day, Line.id)
        .limit(size + 1)
    )
    if after:
        query = query.where(tuple_(day, Line.id) > after)
    rows = session().execute(query)
    return [
        Promise(found.person_id, _plain(panel.permits[found.person_id], found, wall)) for found, wall in rows
    ]


# A day after all others, for lines that have none.
NO_DAY = date(9999, 12, 31)


def place(promise: Promise) -> tuple[date, UUID]:
    """Where a promise stands in its list."""
    return promise.line.on or NO_DAY, promise.line.id


def by_day(found: Iterable[Agreed]) -> list[Agreed]:
    """By day, those without one last; as they were written where the day is the same."""
    return sorted(found, key=lambda each: (each.on or NO_DAY, each.entered_at, each.id))


def _soonest() -> tuple[Any, ...]:
    """Of more than a list shows, those whose day comes first."""
    return Line.state != State.OPEN, _day_column(), Line.entered_at, Line.id


def _day_column() -> Any:
    visits_day = func.date(Appointment.wall)
    return func.coalesce(Line.by_on, visits_day, NO_DAY)


def _by_visit(known: ColumnElement[bool]) -> ColumnElement[bool]:
    """The visit by which a line is to be done, where it stands and may be known of."""
    return and_(
        Appointment.person_id == Line.person_id,
        Appointment.id == Line.by_visit_id,
        Appointment.removed_at.is_(None),
        known,
    )


def _lines(
    permit: Permit, known: Any, *conditions: ColumnElement[bool], order: Any = None, limit: int = MOST
) -> list[Agreed]:
    """One statement. :param known: `visible`, or `shareable`. :param order: columns; as written unless given."""
    rows = session().execute(
        select(Line, Appointment.wall)
        .outerjoin(Appointment, _by_visit(known(permit, Appointment)))
        .where(known(permit, Line), *conditions)
        .order_by(*(order or (Line.entered_at, Line.id)))
        .limit(limit)
    )
    return [_plain(permit, found, wall) for found, wall in rows]


def _plain(permit: Permit, row: Line, wall: datetime | None) -> Agreed:
    state, tied = State(row.state), ties(permit, row)
    mine = permit.is_self if row.owner_kind == "me" else Who.OWNER in tied
    return Agreed(
        id=row.id,
        what=row.what,
        name=None if mine else row.owner_name or permit.person_name,
        owner_kind=row.owner_kind,
        owner_name=row.owner_name,
        owner_id=row.owner_id,
        by_kind=row.by_kind,
        by_visit_id=row.by_visit_id,
        on=row.by_on if row.by_kind == "day" else wall.date() if wall else None,
        today=permit.today(),
        state=state,
        closed_at=row.closed_at,
        done_by=row.done_by,
        done_name=row.done_name,
        from_kind=row.from_kind,
        from_id=row.from_id,
        from_label=None,
        entered_as=row.entered_as,
        entered_name=row.entered_name,
        entered_at=row.entered_at,
        changed_at=row.changed_at,
        only_me=row.only_me,
        version=row.version,
        moves=frozenset(move for move in Move if states.possible(state, move) and states.may(tied, move)),
        sees=True if row.owner_kind == "me" else None,
    )


def _seen_by_owners(permit: Permit, found: list[Agreed]) -> list[Agreed]:
    """The lines, with whether whoever does each can see it."""
    accounts = {each.owner_id for each in found if each.owner_id}
    if not accounts:
        return found
    seers = people.who_see(permit, Area.APPOINTMENTS, accounts)
    return [
        replace(each, sees=each.owner_id in seers and not each.only_me) if each.owner_id else each
        for each in found
    ]


def _with_origin(permit: Permit, found: Agreed) -> Agreed:
    """A line, with what it came from; nothing of it where that is gone or not the reader's to see."""
    source = FROM.get(found.from_kind or "")
    if source is None or not permit.may(source[1]):
        return replace(found, from_kind=None, from_id=None)
    table = source[0]
    here = session().execute(
        select(Line.from_label)
        .join(table, and_(table.person_id == Line.person_id, table.id == Line.from_id))
        .where(Line.person_id == permit.person_id, Line.id == found.id, visible(permit, table))
    )
    known = here.scalar()
    return replace(found, from_label=known) if known else replace(found, from_kind=None, from_id=None)
