"""Questions about people that other rooms ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import and_, func, or_, select, union_all

from selfcare.accounts.models import Account
from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.people.models import Invitation, Member, Person, Relationship, Right, Team
from selfcare.people.vouching import code_stands
from selfcare.web.access import Area, Level, Panel, Permit

MOST_NUMBERS = 4


@dataclass(frozen=True)
class KeyContact:
    """The one known point of contact, and how to reach them."""

    account_id: UUID
    name: str
    title: str
    team_id: UUID
    team: str
    phone: str
    hours: str
    reply_days: int
    holidays: tuple[str, ...]


@dataclass(frozen=True)
class Grant:
    """Somebody with access, as the person sees it."""

    id: UUID
    kind: str
    account_id: UUID | None
    name: str
    title: str
    team: str | None
    lead: bool
    since: datetime
    until: datetime | None
    rights: dict[Area, Level]
    team_id: UUID | None = None
    review_on: date | None = None
    basis: str = "consent"  # of `bases`

    @property
    def version(self) -> str:
        """What the rights are, for a form to say on what it was filled in: the same rights are the same version."""
        given = sorted((area.value, int(level)) for area, level in self.rights.items() if level)
        return " ".join(f"{area}:{level}" for area, level in given) or "nothing"


def lead(permit: Permit) -> KeyContact | None:
    """The person's lead key contact, read once a request; None when they have none."""
    return _near(permit.person_id)[0]


def own_accounts(permit: Permit) -> list[Account]:
    """The person's own account, read whole, with the key contact; empty before they came in for the first time."""
    return _near(permit.person_id)[1]


def leads(panel: Panel, near: UUID | None = None) -> dict[UUID, tuple[UUID, str]]:
    """Who is lead key contact of each person: (account, name). One statement.

    :param near: one of them, of whom `lead` and `own_accounts` need not ask again.
    """
    leading = and_(
        Relationship.person_id.in_(panel.permits), Relationship.kind == "professional", Relationship.lead
    )
    own = and_(Relationship.person_id == near, Relationship.kind == "self")
    rows = session().execute(
        select(Relationship.person_id, Relationship.kind, Account, Team)
        .join(Account, Account.id == Relationship.account_id)
        .outerjoin(Team, Team.id == Relationship.team_id)
        .where(Relationship.state == "active", or_(leading, own) if near else leading)
    )
    listed = rows.all()
    if near:
        _keep(near, [(kind, account, team) for person, kind, account, team in listed if person == near])
    return {person: (account.id, account.name) for person, kind, account, _ in listed if kind != "self"}


def grants(permit: Permit, *states: str) -> list[Grant]:
    """Everyone with access besides the person: professionals first, then carers. `states`: not those with it now."""
    permit.require(Area.PEOPLE, Level.SEE)
    rows = session().execute(
        select(Relationship, Account.name, Account.title, Team.name, Right.area, Right.level)
        .outerjoin(Account, Account.id == Relationship.account_id)
        .outerjoin(Team, Team.id == Relationship.team_id)
        .outerjoin(Right, Right.relationship_id == Relationship.id)
        .where(
            Relationship.person_id == permit.person_id,
            Relationship.kind != "self",
            Relationship.state.in_(states or ("active",)),
            or_(Relationship.until.is_(None), Relationship.until > now()),
        )
        .order_by(Relationship.kind.desc(), Relationship.since, Relationship.id)
    )
    found: dict[UUID, Grant] = {}
    for relationship, account, title, team_name, area, level in rows:
        grant = found.setdefault(
            relationship.id,
            Grant(
                id=relationship.id,
                kind=relationship.kind,
                account_id=relationship.account_id,
                name=account or team_name or "",
                title=title or "",
                team=team_name,
                lead=relationship.lead,
                since=relationship.since,
                until=relationship.until,
                rights={},
                team_id=relationship.team_id,
                review_on=relationship.review_on,
                basis=relationship.basis,
            ),
        )
        if area:
            grant.rights[Area(area)] = Level(level)
    return list(found.values())


def last_given(permit: Permit, relationship_id: UUID) -> str:
    """The name of who last changed what somebody may see; the person's where nothing says so."""
    query = (
        select(Account.name)
        .join(Trail, Trail.by == Account.id)
        .where(
            Trail.person_id == permit.person_id,
            Trail.item_id == relationship_id,
            Trail.verb == "granted",
            Trail.kind == "relationship",
        )
        .order_by(Trail.seq.desc())
    )
    return session().scalars(query).first() or permit.person_name


@dataclass(frozen=True)
class Somebody:
    """An account by name, and the teams it belongs or belonged to: [(id, name)]."""

    name: str
    title: str
    teams: tuple[tuple[UUID, str], ...]


def named(accounts: Iterable[UUID]) -> dict[UUID, Somebody]:
    """Who these accounts are; those that are gone are left out. One statement."""
    rows = session().execute(
        select(Account.id, Account.name, Account.title, Team.id, Team.name)
        .outerjoin(Member, Member.account_id == Account.id)
        .outerjoin(Team, Team.id == Member.team_id)
        .where(Account.id.in_(set(accounts)))
        .order_by(Member.since, Team.id)
    )
    found: dict[UUID, Somebody] = {}
    for account, name, title, team, team_name in rows:
        known = found.setdefault(account, Somebody(name, title, ()))
        if team is not None:
            found[account] = replace(known, teams=(*known.teams, (team, team_name)))
    return found


def seers(permit: Permit, area: Area) -> list[Grant]:
    """Who else can see an area of this record as it is written: carers and teams. Read once a request."""
    known: dict[UUID, list[Grant]] = g.setdefault("grants", {})
    if permit.person_id not in known:
        known[permit.person_id] = grants(permit)
    return [grant for grant in known[permit.person_id] if grant.rights.get(area, Level.NOTHING) >= Level.SEE]


def who_see(permit: Permit, area: Area, accounts: Iterable[UUID]) -> set[UUID]:
    """Which of these accounts can see an area of this record now: carers, and members of its teams. One statement."""
    wanted = set(accounts)
    held = (
        Relationship.person_id == permit.person_id,
        Relationship.state == "active",
        or_(Relationship.until.is_(None), Relationship.until > now()),
        Right.relationship_id == Relationship.id,
        Right.area == area.value,
        Right.level >= int(Level.SEE),
    )
    carers = select(Relationship.account_id).where(
        *held, Relationship.kind == "carer", Relationship.account_id.in_(wanted)
    )
    members = select(Member.account_id).where(
        *held,
        Relationship.kind == "professional",
        Member.team_id == Relationship.team_id,
        Member.stands(),
        Member.account_id.in_(wanted),
    )
    return {account for account in session().scalars(union_all(carers, members)) if account}


def accounts_of(permit: Permit) -> list[UUID]:
    """The person's own account, to tell them something; empty before they signed in for the first time."""
    return list(
        session().scalars(
            select(Relationship.account_id).where(
                Relationship.person_id == permit.person_id,
                Relationship.kind == "self",
                Relationship.state == "active",
            )
        )
    )


def key_contact_accounts(permit: Permit) -> list[UUID]:
    """The lead key contact's account, to tell them something."""
    contact = lead(permit)
    return [contact.account_id] if contact else []


def team_of(permit: Permit) -> Team | None:
    """A team that looks after the person, also while they have no key contact in it; one with a telephone first."""
    return (
        session()
        .scalars(
            select(Team)
            .join(Relationship, Relationship.team_id == Team.id)
            .where(
                Relationship.person_id == permit.person_id,
                Relationship.kind == "professional",
                Relationship.state == "active",
            )
            .order_by(Team.phone == "", Team.name, Team.id)
            .limit(1)
        )
        .first()
    )


def team_numbers() -> list[Team]:
    """The teams with a telephone, for pages before signing in; none where they are more than people would read."""
    found = select(Team).where(Team.phone != "", Team.kind == "care").order_by(Team.name, Team.id)
    teams = list(session().scalars(found.limit(MOST_NUMBERS + 1)))
    return teams if len(teams) <= MOST_NUMBERS else []


@dataclass(frozen=True)
class CameIn:
    """Whether somebody has come in to their own record: since when; else when a letter was last made for them."""

    at: datetime | None
    invited_at: datetime | None


def came_in(permit: Permit) -> CameIn:
    """Whether the person has come in, and when they were invited. One statement."""
    since = select(func.min(Relationship.since)).where(
        Relationship.person_id == permit.person_id, Relationship.kind == "self"
    )
    invited = select(func.max(Invitation.made_at)).where(
        Invitation.person_id == permit.person_id,
        Invitation.kind == "self",
        Invitation.withdrawn_at.is_(None),
        code_stands(),
    )
    row = session().execute(select(since.scalar_subquery(), invited.scalar_subquery())).one()
    return CameIn(*row)


def team_names(permit: Permit) -> list[str]:
    """The names of the teams that look after a person, and of everybody in them. One statement."""
    rows = session().execute(
        select(Team.name, Account.name)
        .join(Relationship, Relationship.team_id == Team.id)
        .join(Member, Member.team_id == Team.id)
        .join(Account, Account.id == Member.account_id)
        .where(
            Relationship.person_id == permit.person_id,
            Relationship.kind == "professional",
            Relationship.state == "active",
            or_(Relationship.until.is_(None), Relationship.until > now()),
            Member.stands(),
        )
    )
    return list(dict.fromkeys(name for row in rows for name in row))


def teams_of(account_id: UUID) -> list[Team]:
    """The teams a professional belongs to."""
    return list(
        session().scalars(
            select(Team)
            .join(Member, Member.team_id == Team.id)
            .where(Member.account_id == account_id, Member.stands())
        )
    )


@dataclass(frozen=True)
class Waiting:
    """A code that was made and that nobody came in with yet."""

    kind: str  # self, carer or team
    name: str
    made_at: datetime


def waiting(permit: Permit, *kinds: str) -> list[Waiting]:
    """Codes about a person that still wait for somebody, the newest first. One statement."""
    rows = session().scalars(
        select(Invitation)
        .where(
            Invitation.person_id == permit.person_id,
            Invitation.kind.in_(kinds),
            Invitation.used_at.is_(None),
            Invitation.used_by.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now(),
            code_stands(),
        )
        .order_by(Invitation.made_at.desc(), Invitation.id)
        .limit(20)
    )
    return [Waiting(row.kind, row.name, row.made_at) for row in rows]


def nhs_number_is_known(number: str, account_id: UUID | None) -> bool:
    """Whether a team of this professional has somebody with this NHS number. Of other teams nobody learns anything: the
    answer is the same, whomever they look after.
    """
    query = (
        select(Person.id)
        .join(Relationship, Relationship.person_id == Person.id)
        .join(Member, Member.team_id == Relationship.team_id)
        .where(
            Person.nhs_number == number,
            Relationship.state == "active",
            Member.account_id == account_id,
            Member.stands(),
        )
    )
    return session().scalars(query.limit(1)).first() is not None


def age(born: date, today: date) -> int:
    """Age in whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def person(permit: Permit) -> Person:
    """The person's own row."""
    return session().get_one(Person, permit.person_id)


def _near(person_id: UUID) -> tuple[KeyContact | None, list[Account]]:
    """The lead key contact, and the person's own account. One statement, once a request."""
    known: dict[UUID, tuple[KeyContact | None, list[Account]]] = g.setdefault("near", {})
    if person_id in known:
        return known[person_id]
    near = or_(Relationship.kind == "self", and_(Relationship.kind == "professional", Relationship.lead))
    query = (
        select(Relationship.kind, Account, Team)
        .join(Account, Account.id == Relationship.account_id)
        .outerjoin(Team, Team.id == Relationship.team_id)
        .where(Relationship.person_id == person_id, Relationship.state == "active", near)
    )
    return _keep(person_id, session().execute(query).all())


def _keep(person_id: UUID, rows: Sequence[Any]) -> tuple[KeyContact | None, list[Account]]:
    """Keep for the request who is near a person. :param rows: (kind, account, team) of each."""
    own = [account for kind, account, _ in rows if kind == "self"]
    contact = next(((account, team) for kind, account, team in rows if kind != "self"), None)
    found = _contact(*contact) if contact else None, own
    g.setdefault("near", {})[person_id] = found
    return found


def _contact(account: Account, team: Team) -> KeyContact:
    return KeyContact(
        account_id=account.id,
        name=account.name,
        title=account.title,
        team_id=team.id,
        team=team.name,
        phone=team.phone,
        hours=team.hours,
        reply_days=team.reply_days,
        holidays=tuple(team.holidays),
    )
