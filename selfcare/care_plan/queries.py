"""Reading a plan: what counts of it now, what waits to be agreed, and how it came to be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from json import dumps
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from werkzeug.exceptions import NotFound

from selfcare.care_plan import states, words
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.states import Move, Side, State, Who
from selfcare.database import session
from selfcare.people import access, acting, teams
from selfcare.web import differ, versions, written
from selfcare.web.access import Area, Level, Panel, Permit, Role, visible, visible_to_panel
from selfcare.web.alias import shared_alias

MOST = 60  # lines of a plan with those that wait, and changes that wait: more would nobody read
READ = 300
EARLIER = 100  # changes that the page of earlier plans shows

COUNTS = and_(PlanChange.state == State.AGREED, PlanChange.replaced_at.is_(None))
_ORDER = case({part: at for at, part in enumerate(words.PARTS)}, value=PlanChange.part)
_OPEN = (State.DRAFT, State.SUGGESTED)
_ANSWERED = (State.AGREED, State.KEPT, State.COUNTERED, State.TAKEN_BACK)
_base = shared_alias(PlanChange)


@dataclass(frozen=True)
class Change:
    """A row, for one reader. `base`: the row that counts of its line, where there is one."""

    row: PlanChange
    base: PlanChange | None
    state: State
    moves: frozenset[Move]
    today: date

    def can(self, move: str) -> bool:
        return Move(move) in self.moves

    @property
    def mine(self) -> bool:
        """Whether a draft is the reader's to go on with."""
        return Move.TAKE_BACK in self.moves

    @property
    def writer(self) -> str:
        """Who wrote the words, of what is open: the last who put some of theirs into a draft."""
        return self.row.changed_name or self.row.entered_name

    @property
    def heading(self) -> str:
        return words.part(self.row.part)

    @property
    def text(self) -> str:
        """The line as it would be; empty where it is to go."""
        return "" if self.row.drops else _said(self.row, self.today)

    @property
    def before(self) -> str:
        return _said(self.base, self.today) if self.base else ""

    @property
    def pieces(self) -> tuple[list[differ.Piece], list[differ.Piece]]:
        return differ.pieces(self.before, self.text)


@dataclass(frozen=True)
class Plan:
    """A plan as it stands: lines by part, what waits for whom, and when it was agreed."""

    lines: dict[
        str, list[Change]
    ]  # what counts, and in its place what the person wrote and nobody agreed to yet
    asked: Sequence[Change]  # it waits for the reader's yes
    waiting: Sequence[Change]  # it waits for somebody else's
    drafts: Sequence[Change]  # the person's own, not sent
    agreed_at: datetime | None
    with_whom: tuple[str, str]  # who said yes last: for the person, and for the team
    again: date | None
    today: date
    over: bool  # the person has died: it stays as it is

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def due(self) -> bool:
        return not self.over and self.again is not None and self.again <= self.today

    def of(self, *parts: str) -> list[Change]:
        return [line for part in parts for line in self.lines.get(part, ())]

    def to_lie_about(self) -> "Plan":
        """Without what is *only me*: for paper."""
        shown = {part: [line for line in lines if not line.row.only_me] for part, lines in self.lines.items()}
        return replace(self, lines={part: lines for part, lines in shown.items() if lines})


@dataclass(frozen=True)
class Team:
    """Who may agree for the team, and is told: who is key contact in it, by name; the team, where nobody is."""

    name: str
    account_id: UUID | None


def speaks(permit: Permit) -> Side | None:
    """Whose yes somebody gives: the person's (also who acts for them by law), the team's, or nobody's."""
    if permit.is_self:
        return Side.PERSON
    if not permit.may(Area.PLAN, Level.ADD):
        return None
    if permit.role is Role.PROFESSIONAL:
        return Side.TEAM
    return Side.PERSON if acting.by_law(permit) else None


def side_of(permit: Permit) -> Side:
    """Whose words they are, where this account suggests something."""
    return speaks(permit) or Side.CARER


def team(permit: Permit) -> Team | None:
    """Who could agree with the person; None where no team may. Read once a request."""
    known: dict[UUID, Team | None] = g.setdefault("plan_team", {})
    if permit.person_id not in known:
        found = teams.holding(permit, Area.PLAN, Level.ADD)
        known[permit.person_id] = Team(found.name or found.team, found.account_id) if found else None
    return known[permit.person_id]


def plan(permit: Permit) -> Plan:
    """The plan as one reader sees it. One statement, and one more for what ties a carer to it."""
    live = or_(PlanChange.state.in_(_OPEN), COUNTS)
    # What counts comes first, and last what only says that a line went: of that there is no end, the newest is enough.
    went = and_(COUNTS, PlanChange.drops)
    rank = case((went, 2), (COUNTS, 0), else_=1), case((went, PlanChange.ended_at)).desc()
    rows = session().execute(
        select(PlanChange, suggests_still())
        .where(visible(permit, PlanChange), live)
        .order_by(*rank, _ORDER, PlanChange.entered_at, PlanChange.id)
        .limit(READ)
    )
    listed = rows.all()
    counts = {row.line_id: row for row, _ in listed if row.state == State.AGREED}
    every = [_plain(permit, row, counts.get(row.line_id), still=still) for row, still in listed]
    lines: dict[str, list[Change]] = {}
    for one in every:
        fresh = one.base is None and one.row.side == Side.PERSON and one.state in _OPEN
        if not one.row.drops and (one.state is State.AGREED or fresh):
            # Of what a plan has once, what counts; else what was written last.
            kept = lines.setdefault(one.row.part, [])
            lines[one.row.part] = [one] if one.row.part in words.ONCE else [*kept, one]
    suggested = [one for one in every if one.state is State.SUGGESTED]
    last = max(
        (row for row in counts.values() if row.ended_at),
        key=lambda row: row.ended_at or row.entered_at,
        default=None,
    )
    again = next((row.until for row in counts.values() if row.part == "again" and not row.drops), None)
    return Plan(
        lines=lines,
        asked=[one for one in suggested if Move.AGREE in one.moves],
        waiting=[one for one in suggested if Move.AGREE not in one.moves],
        drafts=[one for one in every if one.state is State.DRAFT],
        agreed_at=last.ended_at if last else None,
        with_whom=(last.person_name, last.team_name) if last else ("", ""),
        again=again,
        today=permit.today(),
        over=permit.subject.died_on is not None,
    )


def change(permit: Permit, change_id: UUID) -> Change:
    """One change. :raises NotFound: not theirs to see."""
    found = (
        session()
        .execute(
            select(PlanChange, _base, suggests_still())
            .outerjoin(_base, _same_line(_base))
            .where(visible(permit, PlanChange), PlanChange.id == change_id)
        )
        .first()
    )
    if found is None:
        raise NotFound
    row, base, still = found
    return _plain(permit, row, base if base is not row else None, still=still)


def written_by(row: PlanChange) -> tuple[str, UUID | None]:
    """Whose words a change has: name and account. With a draft, the last who wrote it anew."""
    if row.state not in _ANSWERED:
        return (row.changed_name or row.entered_name), (row.changed_by if row.changed_at else row.entered_by)
    return versions.written(row, row.version - 1)  # the last version is the answer


def line(permit: Permit, line_id: UUID) -> PlanChange:
    """What counts of a line. :raises NotFound: nothing does, or it is not theirs to see."""
    counts = visible(permit, PlanChange), PlanChange.line_id == line_id, COUNTS, PlanChange.drops.is_(False)
    found = session().scalars(select(PlanChange).where(*counts)).first()
    if found is None:
        raise NotFound
    return found


def was_there(permit: Permit, line_id: UUID) -> None:
    """:raises NotFound: unless somebody once wrote a line that was theirs to see."""
    any_of_it = select(PlanChange.id).where(visible(permit, PlanChange), PlanChange.line_id == line_id)
    if session().scalar(any_of_it.limit(1)) is None:
        raise NotFound


def earlier(permit: Permit) -> int:
    """How many plans there were before this one, by the person's own days, as `history` has them. One statement."""
    agreed = (
        select(PlanChange.ended_at)
        .where(visible(permit, PlanChange), PlanChange.state == State.AGREED)
        .order_by(PlanChange.ended_at.desc(), PlanChange.id)
        .limit(EARLIER)
    )
    days = {permit.local(at).date() for at in session().scalars(agreed) if at}
    return max(0, len(days) - 1)


def history(permit: Permit) -> list[tuple[date, list[Change]]]:
    """What was agreed, by its day, the newest first: each with what it took the place of. One statement."""
    rows = session().execute(
        select(PlanChange, _base)
        .outerjoin(_base, and_(_base.person_id == PlanChange.person_id, _base.id == PlanChange.base_id))
        .where(visible(permit, PlanChange), PlanChange.state == State.AGREED)
        .order_by(PlanChange.ended_at.desc(), PlanChange.id)
        .limit(EARLIER)
    )
    every = [_plain(permit, row, base) for row, base in rows]
    return [
        (day, sorted(found, key=lambda one: words.PARTS.index(one.row.part)))
        for day, found in groupby(every, key=lambda one: permit.local(one.row.ended_at or one.row.entered_at).date())
    ]  # fmt: skip


def rows(permit: Permit) -> Sequence[Select[*tuple[Any, ...]]]:
    """What a summary says of the plan: what counts, and what the person wrote that nobody agreed to yet."""
    counted = exists().where(_same_line(_base), ~_base.drops).correlate(PlanChange)
    own = and_(PlanChange.state.in_(_OPEN), PlanChange.side == Side.PERSON, ~counted)
    facts = {"of": PlanChange.part} | {
        name: getattr(PlanChange, name) for name in ("who", "text", "until", "state")
    }
    where = PlanChange.drops.is_(False), or_(COUNTS, own)
    return [
        written.kept(
            permit, PlanChange, "plan", *where, order=[_ORDER, PlanChange.__table__.c.entered_at], **facts
        )
    ]


def is_full(permit: Permit, *, adds: bool) -> bool:
    """Whether there is no room for another change: as far as the reader sees them, so many lines (where it `adds` one),
    or so many changes that nobody has answered. One statement."""
    is_open, counts = PlanChange.state.in_(_OPEN), and_(COUNTS, ~PlanChange.drops)
    lines = func.count(func.distinct(PlanChange.line_id))
    row = session().execute(
        select(lines, func.sum(case((is_open, 1), else_=0))).where(
            visible(permit, PlanChange), or_(is_open, counts)
        )
    )
    number, waiting = row.one()
    return (adds and number >= MOST) or (waiting or 0) >= MOST


def ties(permit: Permit, row: PlanChange) -> frozenset[Who]:
    """What ties whoever asks to a change."""
    mine, adds = speaks(permit), permit.may(Area.PLAN, Level.ADD)
    found = {
        Who.OWN: mine is Side.PERSON and row.side == Side.PERSON,
        # With the person's yes, or written for them by law, words are the person's alone to take back.
        Who.WRITER: adds
        and row.side != Side.PERSON
        and row.entered_by is not None
        and row.entered_by == permit.account_id,
        Who.ASKED: mine is not None and row.waits_for == mine,
    }
    return frozenset(who for who, so in found.items() if so)


def digest(row: PlanChange) -> str:
    """Of all that is shown to whoever agrees: what the line says, and what it takes the place of."""
    shown = [str(row.line_id), row.part, row.drops, row.who, row.text, row.until and row.until.isoformat(),
             row.base_id and str(row.base_id)]  # fmt: skip
    return sha256(dumps(shown).encode()).hexdigest()


def digest_of(drafts: Iterable[PlanChange]) -> str:
    """Of several drafts, as a page lists them."""
    shown = sorted((str(row.id), row.version) for row in drafts)
    return sha256(dumps(shown).encode()).hexdigest()


def waits(person_id: Any, side: Any) -> ColumnElement[bool]:
    """Whether something still waits for a side's yes, to stand inside a statement. `person_id`, `side`: columns."""
    return exists().where(
        PlanChange.person_id == person_id,
        PlanChange.removed_at.is_(None),
        PlanChange.state == State.SUGGESTED,
        PlanChange.waits_for == side,
        suggests_still(),
    )


def waiting_by_person(panel: Panel) -> Select[UUID, int, datetime]:
    """Changes that wait for the yes of those who look: person, how many, since when. To stand in a statement with
    others of its shape."""
    since = func.coalesce(PlanChange.person_at, PlanChange.entered_at)
    return (
        select(PlanChange.person_id, func.count().label("count"), func.min(since).label("since"))
        .where(
            visible_to_panel(panel, Area.PLAN, PlanChange, Level.ADD),
            PlanChange.state == State.SUGGESTED,
            PlanChange.waits_for == Side.TEAM,
            suggests_still(),
        )
        .group_by(PlanChange.person_id)
    )


def may_still(row_id: UUID, permit: Permit) -> bool:
    """Whether who suggested a change may still suggest one."""
    asked = select(suggests_still()).where(PlanChange.person_id == permit.person_id, PlanChange.id == row_id)
    return bool(session().scalar(asked))


def suggests_still() -> ColumnElement[bool]:
    """Whose words a change is may still suggest one. The person's own stay theirs, whoever wrote them down."""
    held = access.still_may(PlanChange.entered_by, PlanChange.person_id, Area.PLAN, Level.ADD)
    return or_(PlanChange.side == Side.PERSON, held)


def _same_line(other: Any) -> ColumnElement[bool]:
    return and_(
        other.person_id == PlanChange.person_id,
        other.line_id == PlanChange.line_id,
        other.state == State.AGREED,
        other.replaced_at.is_(None),
        other.removed_at.is_(None),
    )


def _plain(permit: Permit, row: PlanChange, base: PlanChange | None, *, still: bool = True) -> Change:
    state = State(row.state)
    if state is State.SUGGESTED and row.base_id != (base.id if base else None):
        state = State.SUPERSEDED
    elif state is State.SUGGESTED and not still:
        state = State.LAPSED
    if base is not None and base.drops:
        base = None
    tied = ties(permit, row) if permit.subject.died_on is None else frozenset()
    moves = frozenset(move for move in Move if states.possible(state, move) and states.may(tied, move))
    return Change(row, base if base is not row else None, state, moves, permit.today())


def _said(row: PlanChange, today: date) -> str:
    return words.said(row.part, row.who, row.text, row.until, today)
