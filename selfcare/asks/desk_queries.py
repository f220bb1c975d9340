"""Reading asks as who works on them: a team's, and a voluntary body's, which sees what was passed on and no more."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.asks.models import Ask
from selfcare.asks.queries import PAGE, Asked, Line, Place, first, is_lost, place_of, read, with_lines
from selfcare.database import session
from selfcare.people import teams
from selfcare.people.ask_access import BODY, leads, looked_after_by, there, works_for
from selfcare.people.models import Administrator, Member, Person, Team
from selfcare.web.access import Area, AskDesk, AskPermit, Level, Permit, Role, visible
from selfcare.web.paging import Key

DESK = 40
MOST_BODIES = 200


def worked_on(work: AskPermit) -> Asked:
    """The ask that somebody works on. One statement."""
    here = Ask.person_id == work.person_id, Ask.id == work.ask_id, Ask.removed_at.is_(None)
    found = first(read(with_lines().where(*here)))
    return found.for_body() if work.body else found


def shown(work: AskPermit, found: Asked) -> list[Line]:
    """What was added, as who works on an ask may read it: a body reads what the person added, and its own."""
    if not work.body:
        return list(found.lines)
    return [line for line in found.lines if line.side == "person" or line.body_id == work.team_id]


def on_desk(desk: AskDesk, after: Key | None = None, size: int = DESK) -> list[Asked]:
    """Open asks that an account works on, the oldest first; one more than `size` at most. Two statements.

    :param after: the (entered_at, id) of the last one shown.
    """
    mine = teams.ids_of(desk.account_id)
    if desk.bodies:
        theirs = Ask.body_id.in_(desk.bodies), looked_after_by(Ask.team_id, Ask.person_id)
    else:
        theirs = (
            Ask.person_id.in_(desk.people),
            or_(
                and_(Ask.team_id.in_(mine), looked_after_by(Ask.team_id, Ask.person_id)),
                leads(Ask.person_id, desk.account_id),
            ),
        )
    ids = (
        select(Ask.id)
        .join(Person, Person.id == Ask.person_id)
        .where(*theirs, *there(), Ask.removed_at.is_(None), Ask.ended_at.is_(None))
        .order_by(Ask.entered_at, Ask.id)
        .limit(size + 1)
    )
    if after:
        ids = ids.where(tuple_(Ask.entered_at, Ask.id) > after)
    wanted = session().scalars(ids).all()
    found = read(with_lines().where(Ask.id.in_(wanted))) if wanted else []
    return [one.for_body() for one in found] if desk.bodies else found


def of_person(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Asked]:
    """Asks of one person, for a professional: those sent to their teams; all, for the key contact. Newest first."""
    permit.require(Area.CONTACTS, Level.MANAGE)
    account = permit.account_id
    if permit.role is not Role.PROFESSIONAL or account is None:
        raise NotFound
    mine = teams.ids_of(account)
    theirs = or_(
        and_(Ask.team_id.in_(mine), looked_after_by(Ask.team_id, Ask.person_id)),
        leads(Ask.person_id, account),
    )
    ids = select(Ask.id).where(visible(permit, Ask), theirs)
    newest = (Ask.entered_at.desc(), Ask.id.desc())
    if before:
        ids = ids.where(tuple_(Ask.entered_at, Ask.id) < before)
    wanted = session().scalars(ids.order_by(*newest).limit(size + 1)).all()
    return read(with_lines(newest=True).where(Ask.id.in_(wanted))) if wanted else []


def bodies() -> list[Place]:
    """The voluntary bodies where somebody works, by name. One statement."""
    rows = session().scalars(
        select(Team)
        .where(Team.kind == BODY, works_for(Team.id))
        .order_by(Team.name, Team.id)
        .limit(MOST_BODIES)
    )
    return [place_of(team) for team in rows]


def workers(team_id: UUID, *, link: bool = False) -> list[UUID]:
    """The accounts that work for a team or body now. :param link: only link workers."""
    query = (
        select(Member.account_id)
        .join(Account, Account.id == Member.account_id)
        .where(Member.team_id == team_id, Member.stands(), Account.suspended_at.is_(None))
    )
    if link:
        query = query.where(Member.link_worker)
    return list(session().scalars(query.order_by(Member.account_id)))


def lost_or_late(today: date) -> list[tuple[UUID, UUID]]:
    """(person, ask) of those that nobody has any more, and of those whose day has passed unsaid. One statement."""
    late = and_(Ask.due_on < today, or_(Ask.late_told_on.is_(None), Ask.late_told_on != Ask.due_on))
    rows = session().execute(
        select(Ask.person_id, Ask.id)
        .join(Person, Person.id == Ask.person_id)
        .where(
            Ask.ended_at.is_(None), Ask.removed_at.is_(None), Person.died_on.is_(None), or_(is_lost(), late)
        )
        .order_by(Ask.entered_at, Ask.id)
        .limit(200)
    )
    return [(person, ask) for person, ask in rows]


def runs_pages(desk: AskDesk) -> bool:
    """Whether who works for a body runs its own pages too. One statement, none for a team's."""
    mine = select(Administrator.team_id).where(
        Administrator.account_id == desk.account_id, Administrator.team_id.in_(desk.bodies)
    )
    return bool(desk.bodies) and session().scalars(mine.limit(1)).first() is not None
