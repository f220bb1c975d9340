"""Questions about a team: who is in it, how many people they lead, what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.agreed import states as agreed
from selfcare.agreed.models import Line
from selfcare.database import now, session
from selfcare.notifications.kinds import ENROL
from selfcare.outbox.models import Outbox
from selfcare.people import teams
from selfcare.people.handovers import may_follow
from selfcare.people.models import Administrator, Member, Person, Relationship
from selfcare.requests.models import ContactRequest
from selfcare.team.models import SignInReset, StaffChange
from selfcare.team.seat import Seat
from selfcare.web.access import Kind, Role

MOST_CHANGES = 30


@dataclass(frozen=True)
class Colleague:
    """Somebody of the team, as its page shows them."""

    account_id: UUID
    name: str
    title: str
    email: str
    works: bool  # with people; the others only run the team's pages
    administers: bool
    since: datetime
    people: int  # who are alive and whose key contact they are
    waits: bool  # invited, and not in yet
    suspended: bool
    leaves_on: date | None  # their last day
    mail: str | None  # how the e-mail with their link stands: a state of the outbox
    follows: bool  # whether people may be given to them
    link_worker: bool


def colleagues(seat: Seat) -> list[Colleague]:
    """Everybody of the team now, by name. Three statements."""
    member = and_(Member.account_id == Account.id, Member.team_id == seat.team.id, Member.stands())
    runs = and_(Administrator.account_id == Account.id, Administrator.team_id == seat.team.id)
    rows = session().execute(
        select(Account, Member, Administrator)
        .outerjoin(Member, member)
        .outerjoin(Administrator, runs)
        .where(
            or_(
                Member.account_id.is_not(None),
                and_(Administrator.account_id.is_not(None), Account.kind == Kind.ADMINISTRATOR.value),
            )
        )
        .order_by(func.lower(Account.name), Account.id)
        .execution_options(populate_existing=True)
    )
    listed = rows.all()
    led = _led(seat)
    mailed = _mailed([account.id for account, _, _ in listed if not account.has_come_in])
    return [_colleague(*row, led, mailed) for row in listed]


def colleague(seat: Seat, account_id: UUID) -> Colleague:
    """One of them. :raises NotFound: anybody else."""
    found = next((one for one in colleagues(seat) if one.account_id == account_id), None)
    if found is None:
        raise NotFound
    return found


def _colleague(
    account: Account,
    member: Member | None,
    runs: Administrator | None,
    led: dict[UUID, int],
    mailed: dict[UUID, str],
) -> Colleague:
    since = member.since if member else runs.since if runs else account.made_at
    invited = member.invited_at is not None if member else True
    return Colleague(
        account_id=account.id,
        name=account.name,
        title=account.title,
        email=account.email or "",
        works=member is not None,
        administers=runs is not None,
        since=since,
        people=led.get(account.id, 0),
        waits=invited and not account.has_come_in,
        suspended=account.suspended_at is not None,
        leaves_on=teams.last_day(member.ended_at) if member and member.ended_at else None,
        mail=mailed.get(account.id),
        follows=member is not None
        and account.suspended_at is None
        and may_follow(member, account.has_come_in),
        link_worker=member is not None and member.link_worker,
    )


def _led(seat: Seat) -> dict[UUID, int]:
    query = (
        select(Relationship.account_id, func.count())
        .join(Person, Person.id == Relationship.person_id)
        .where(*_living(seat))
        .group_by(Relationship.account_id)
    )
    return {account: number for account, number in session().execute(query) if account is not None}


def looked_after(seat: Seat) -> tuple[ColumnElement[bool], ...]:
    """Whom the team looks after now, also who has died. None whose record is due to be erased."""
    return (
        Relationship.team_id == seat.team.id,
        Relationship.kind == Role.PROFESSIONAL.value,
        Relationship.state == "active",
        or_(Relationship.until.is_(None), Relationship.until > now()),
        Person.mistaken_at.is_(None),
        or_(Person.erase_at.is_(None), Person.erase_at > now()),
    )


def _living(seat: Seat) -> tuple[ColumnElement[bool], ...]:
    return *looked_after(seat), Person.died_on.is_(None)


def without_key_contact(seat: Seat) -> tuple[int, int]:
    """How many people the team looks after, and how many of them nobody of it leads. One statement."""
    works = (
        select(Member.account_id)
        .where(Member.team_id == seat.team.id, Member.stands(), Member.account_id == Relationship.account_id)
        .exists()
    )
    query = (
        select(func.count(), func.count().filter(~works))
        .select_from(Relationship)
        .join(Person, Person.id == Relationship.person_id)
        .where(*_living(seat))
    )
    people, without = session().execute(query).one()
    return people, without


def _mailed(accounts: Sequence[UUID]) -> dict[UUID, str]:
    """How the last e-mail with a link stands, by account."""
    if not accounts:
        return {}
    rows = session().execute(
        select(Outbox.account_id, Outbox.state)
        .where(Outbox.account_id.in_(accounts), Outbox.kind == ENROL)
        .order_by(Outbox.made_at)
    )
    return {row.account_id: row.state for row in rows}


def held(seat: Seat, account_id: UUID, *, lock: bool = False) -> list[tuple[Relationship, Person]]:
    """Everybody whose contact in this team somebody is: as the lead, or for a second team; by name."""
    query = (
        select(Relationship, Person)
        .join(Person, Person.id == Relationship.person_id)
        .where(
            Relationship.team_id == seat.team.id,
            Relationship.account_id == account_id,
            Relationship.kind == Role.PROFESSIONAL.value,
            Relationship.state == "active",
        )
        .order_by(Relationship.id)
    )
    if lock:
        query = query.with_for_update(of=Relationship).execution_options(populate_existing=True)
    rows = [(relationship, person) for relationship, person in session().execute(query)]
    return sorted(rows, key=lambda row: (row[1].full_name.casefold(), row[1].born))


@dataclass(frozen=True)
class Elsewhere:
    """Somebody whom another of the team leads, and to whom a leaver promised something or said a day."""

    person: Person
    lead_id: UUID
    lead: str


def promised_elsewhere(seat: Seat, account_id: UUID) -> list[Elsewhere]:
    """Whom else of the team's people somebody has something open with: of whoever they do not lead; by name."""
    promised = select(Line.id).where(
        Line.person_id == Person.id,
        Line.owner_id == account_id,
        Line.state == agreed.State.OPEN,
        Line.removed_at.is_(None),
        Line.only_me.is_(False),
    )
    planned = select(ContactRequest.id).where(
        ContactRequest.person_id == Person.id,
        ContactRequest.planned_by == account_id,
        ContactRequest.planned_on.is_not(None),
        ContactRequest.contact_id.is_(None),
        ContactRequest.cancelled_at.is_(None),
    )
    query = (
        select(Person, Account.id, Account.name)
        .join(Relationship, Relationship.person_id == Person.id)
        .join(Account, Account.id == Relationship.account_id)
        .where(
            *_living(seat),
            Relationship.account_id != account_id,
            or_(promised.exists(), planned.exists()),
        )
    )
    found = [Elsewhere(*row) for row in session().execute(query)]
    return sorted(found, key=lambda one: (one.person.full_name.casefold(), one.person.born))


def left_before(seat: Seat, address: str | None, kind: Kind) -> Account | None:
    """Whose address it is, where they were of this team, left it, and came in once."""
    account = (
        session().scalars(select(Account).where(Account.email == address, Account.kind == kind.value)).first()
    )
    if account is None or not account.has_come_in:
        return None
    if kind in (Kind.PROFESSIONAL, Kind.BODY):
        member = session().get(Member, (seat.team.id, account.id))
        return account if member and member.has_ended else None
    ran = select(StaffChange.id).where(
        StaffChange.team_id == seat.team.id,
        StaffChange.account_id == account.id,
        StaffChange.what == "runs no more",
    )
    return account if session().scalars(ran.limit(1)).first() else None


def suspended_here(seat: Seat, account: Account) -> bool:
    """Whether it was this team that shut an account out, as it is shut out now."""
    if account.suspended_at is None:
        return False
    query = select(StaffChange.team_id).where(
        StaffChange.account_id == account.id,
        StaffChange.what == "suspended",
        StaffChange.at >= account.suspended_at,
    )
    return session().scalars(query.order_by(StaffChange.at).limit(1)).first() == seat.team.id


def changes(seat: Seat) -> list[StaffChange]:
    """What was done here lately, newest first; one more than is shown, where there are more."""
    return list(
        session().scalars(
            select(StaffChange)
            .where(StaffChange.team_id == seat.team.id)
            .order_by(StaffChange.at.desc(), StaffChange.id)
            .limit(MOST_CHANGES + 1)
        )
    )


def resets(seat: Seat) -> list[SignInReset]:
    """What waits for a second person."""
    return list(
        session().scalars(
            select(SignInReset)
            .where(
                SignInReset.team_id == seat.team.id,
                SignInReset.ended_at.is_(None),
                SignInReset.expires_at > now(),
            )
            .order_by(SignInReset.asked_at)
        )
    )


def is_here(seat: Seat, account_id: UUID) -> bool:
    """Whether somebody else is of the team, or runs its pages, and can sign in."""
    return any(one.account_id == account_id and not one.suspended for one in colleagues(seat))
