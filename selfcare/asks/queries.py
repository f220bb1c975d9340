"""Reading asks: one person's, and those that a team or a body works on. Each says who has it, what is next, by when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.asks import about, states
from selfcare.asks.models import Ask, AskLine
from selfcare.asks.states import Move, State, Who
from selfcare.database import now, session
from selfcare.people import teams
from selfcare.people.ask_access import looked_after_by, works_for
from selfcare.people.models import Member, Relationship, Team
from selfcare.web import written
from selfcare.web.access import Area, Level, Permit, Role, visible
from selfcare.web.alias import shared_alias
from selfcare.web.paging import Key

PAGE = 20
MOST_OPEN = 30  # of one person: more than this is no list any more
ASKING = (Role.SELF, Role.CARER)

# Made once: a statement that makes one anew makes all of its columns anew.
_team, _body, _proposed = shared_alias(Team), shared_alias(Team), shared_alias(Team)


@dataclass(frozen=True)
class Place:
    """A team or a body, and how to reach it."""

    id: UUID
    name: str
    phone: str
    hours: str


@dataclass(frozen=True)
class Line:
    """Something that was added, by whom and when."""

    id: UUID
    text: str
    name: str
    side: str
    at: datetime
    read_at: datetime | None
    read_name: str
    body_id: UUID | None  # the body that added it


@dataclass(frozen=True)
class Asked:
    """An ask as it stands now.

    `team`: whose link workers have it; `body`: the body that has it; `proposed`: the one that could. `lead`: the key
    contact's name. `looks_after`: whether the team still does. `promise`: of whoever it is with. `lost`: whoever has it
    works there no more; then it is with the team again, whatever the row still says.
    """

    row: Ask
    team: Place
    body: Place | None
    proposed: Place | None
    lead: str
    looks_after: bool
    promise: teams.Promise
    lines: tuple[Line, ...] = ()
    lost: bool = False
    permit: Permit | None = None  # of who reads it in the person's record; None: who works on it
    to_body: bool = False  # a body reads it

    @property
    def id(self) -> UUID:
        return self.row.id

    @property
    def state(self) -> State:
        state = State(self.row.state)
        return State.ASKED if self.lost and state in (State.ACCEPTED, State.OFFERED) else state

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN

    @property
    def owner(self) -> str:
        """Who has it, by name; empty while nobody has taken it."""
        return "" if self.lost else self.row.owner_name

    @property
    def holder(self) -> Place:
        """The team or body that it is with."""
        return self.body if self.body and not self.lost else self.team

    @property
    def at_body(self) -> bool:
        return self.body is not None and not self.lost

    @property
    def due_on(self) -> date | None:
        """By when somebody does what is next; None where it is the person's turn, or over."""
        return None if self.state in (State.PROPOSED, State.FOUND, State.GOING) else self.row.due_on

    @property
    def title(self) -> str:
        """What it is, in one line: what it is about, else the first words."""
        return about.title(self.row, self.permit, to_body=self.to_body)

    @property
    def label(self) -> str:
        """What it is about, where its reader may know that."""
        return about.label(self.row, self.permit, to_body=self.to_body)

    def for_body(self) -> Self:
        """The same, as a body reads it, or would."""
        return replace(self, permit=None, to_body=True)

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today

    def can(self, move: Move | str, who: Who | str) -> bool:
        """Whether one of these may make a move, where it stands."""
        return states.possible(self.state, Move(move), Who(who), at_body=self.at_body)


def may_ask(permit: Permit) -> bool:
    """Whether somebody may ask here: the person, who may add for them; not of who has died."""
    adds = permit.role in ASKING and permit.may(Area.COMMUNITY, Level.ADD)
    works = permit.role is Role.PROFESSIONAL and permit.may(Area.CONTACTS, Level.MANAGE)
    return (adds or works) and permit.subject.died_on is None


def may_agree(permit: Permit) -> bool:
    """Whether somebody may let a body know of the person: they themselves, or who acts for them by law."""
    return permit.is_self or permit.acts


def may_cancel(permit: Permit, row: Ask) -> bool:
    """Whether an ask is theirs to take back: the person's always; a carer's, who asked or may change everything."""
    if permit.role not in ASKING or not permit.may(Area.COMMUNITY, Level.ADD):
        return False
    own = row.entered_by is not None and row.entered_by == permit.account_id
    return permit.is_self or own or permit.may(Area.COMMUNITY, Level.MANAGE)


def open_ones(permit: Permit) -> list[Asked]:
    """Asks that are not over, newest first. One statement."""
    _require(permit)
    return read(with_lines(newest=True).where(visible(permit, Ask), Ask.ended_at.is_(None)), permit)


def open_about(permit: Permit, item_id: UUID) -> Ask | None:
    """What was asked already about the same, and is not over: the newest. None for who does not read asks here."""
    if permit.role not in ASKING:
        return None
    query = select(Ask).where(visible(permit, Ask), Ask.about_id == item_id, Ask.ended_at.is_(None))
    return session().scalars(query.order_by(Ask.entered_at.desc(), Ask.id.desc()).limit(1)).first()


def over(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Ask]:
    """Asks that are over, newest first; one more than `size` at most. One statement.

    :param before: the (ended_at, id) of the last one shown.
    """
    _require(permit)
    query = select(Ask).where(visible(permit, Ask), Ask.ended_at.is_not(None))
    if before:
        query = query.where(tuple_(Ask.ended_at, Ask.id) < before)
    return list(
        session().scalars(query.order_by(Ask.ended_at.desc(), Ask.id.desc()).limit(size + 1))
    )  # fmt: skip


def one(permit: Permit, ask_id: UUID) -> Asked:
    """One ask. One statement. :raises NotFound: unknown, or not theirs to see."""
    _require(permit)
    return first(read(with_lines().where(visible(permit, Ask), Ask.id == ask_id), permit))


def teams_to_ask(permit: Permit) -> list[Place]:
    """The teams whose link workers can be asked, the key contact's first. One statement."""
    rows = session().execute(
        select(Team)
        .join(Relationship, Relationship.team_id == Team.id)
        .where(
            Relationship.person_id == permit.person_id,
            looked_after_by(Team.id, permit.person_id),
            Relationship.state == "active",
        )
        .order_by(Relationship.lead.desc(), Team.name, Team.id)
    )
    found = {team.id: place_of(team) for (team,) in rows}
    return list(found.values())


def is_there(permit: Permit) -> bool:
    """Whether the room is shown: something was asked, or a team that looks after the person has a link worker."""
    asked = exists().where(visible(permit, Ask))
    invited = (
        exists()
        .where(Member.link_worker, Member.stands(), looked_after_by(Member.team_id, permit.person_id))
    )  # fmt: skip
    return bool(session().scalar(select(or_(asked, invited))))


def for_summary(permit: Permit) -> Sequence[Select[*tuple[Any, ...]]]:
    """Asks as a summary keeps them: those that are open first, then how the others ended.

    That they went, and how it was, only where the team may read it: their page says so.
    """
    facts = {
        "title": case((Ask.about_kind == about.PLAN, None), else_=Ask.about_label),
        "words": Ask.words, "state": Ask.state, "owner": Ask.owner_name,
        "due": Ask.due_on, "on": Ask.starts_on, "place": Ask.place, "why": Ask.why,
        "was": case((Ask.tells, Ask.how_it_was), else_=""), "tells": Ask.tells,
    }  # fmt: skip
    order = (Ask.ended_at.is_not(None), Ask.entered_at.desc())
    return [written.kept(permit, Ask, "asks", order=order, **facts)]


def is_lost(moment: Any = None) -> ColumnElement[bool]:
    """Whoever has it works there no more, or may not sign in; or nobody is left in the body that has it.

    :param moment: as of `Member.stands`.
    """
    with_somebody = Ask.owner_name != ""
    owner_gone = or_(Ask.owner_id.is_(None), ~works_for(_holder_id(), Ask.owner_id, moment=moment))
    return and_(
        Ask.ended_at.is_(None),
        or_(
            and_(with_somebody, owner_gone),
            and_(Ask.body_id.is_not(None), ~works_for(Ask.body_id, moment=moment)),
        ),
    )


def _holder_id() -> Any:
    return func.coalesce(Ask.body_id, Ask.team_id)


@cache
def with_lines(*, newest: bool = False) -> Select[Any]:
    """Each with its team, body and key contact, and what was added: a row for each line, or one with none. For `read`.

    Built once. :param newest: first; else the oldest.
    """
    moment = bindparam("moment", type_=Relationship.until.type)
    order = (Ask.entered_at.desc(), Ask.id.desc()) if newest else (Ask.entered_at, Ask.id)
    added = and_(
        AskLine.person_id == Ask.person_id, AskLine.ask_id == Ask.id, AskLine.removed_at.is_(None)
    )  # fmt: skip
    lead = (
        select(Account.name)
        .join(Relationship, Relationship.account_id == Account.id)
        .where(
            Relationship.person_id == Ask.person_id,
            Relationship.kind == "professional",
            Relationship.lead,
            Relationship.state == "active",
        )
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Ask,
            _team,
            _body,
            _proposed,
            lead,
            looked_after_by(Ask.team_id, Ask.person_id, moment),
            is_lost(moment),
            AskLine,
        )
        .join(_team, _team.id == Ask.team_id)
        .outerjoin(_body, _body.id == Ask.body_id)
        .outerjoin(_proposed, _proposed.id == Ask.proposed_id)
        .outerjoin(AskLine, added)
        .order_by(*order, AskLine.entered_at, AskLine.id)
        .execution_options(populate_existing=True)
    )


def read(query: Select[Any], permit: Permit | None = None) -> list[Asked]:
    """Asks of a statement of `with_lines`, in its order. :param permit: as of `Asked`."""
    rows = session().execute(query, {"moment": now()}).all()
    found = []
    for _, of_one in groupby(rows, key=lambda row: row[0].id):
        listed = list(of_one)
        row, team, body, proposed, lead, looks_after, lost, _line = listed[0]
        holder = body or team
        found.append(
            Asked(
                row=row,
                team=place_of(team),
                body=place_of(body) if body else None,
                proposed=place_of(proposed) if proposed else None,
                lead=lead or "",
                looks_after=bool(looks_after),
                promise=teams.promise(holder),
                lines=tuple(_plain(each[-1]) for each in listed if each[-1] is not None),
                lost=bool(lost),
                permit=permit,
            )
        )
    return found


def _plain(line: AskLine) -> Line:
    return Line(
        id=line.id, text=line.text, name=line.entered_name, side=line.side, at=line.entered_at,
        read_at=line.read_at, read_name=line.read_name, body_id=line.body_id,
    )  # fmt: skip


def place_of(team: Team) -> Place:
    """How a team is reached."""
    return Place(team.id, team.name, team.phone, team.hours)


def first(found: list[Asked]) -> Asked:
    """The one that was looked for. :raises NotFound: there is none."""
    if not found:
        raise NotFound
    return found[0]


def _require(permit: Permit) -> None:
    permit.require(Area.COMMUNITY, Level.SEE)
    if permit.role not in (*ASKING, Role.SYSTEM):
        raise NotFound
