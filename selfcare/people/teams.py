"""A team's own ways: its holidays, and within how many working days it replies. Members change
its holidays; what it promises, who runs its pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Select, and_, or_, select
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.people.models import Administrator, Member, Relationship, Right, Team
from selfcare.people.queries import KeyContact, lead
from selfcare.people.working_days import Closed, after_working_days, counts_from
from selfcare.web.access import Area, Level, Panel, Permit
from selfcare.web.when import utc_of

# A list people still read; bank holidays are eight a year.
MOST_HOLIDAYS = 100


def of_panel(panel: Panel) -> list[Team]:
    """The teams that the account of a panel is a member of, by name. One statement."""
    return list(
        session().scalars(
            select(Team)
            .join(Member, Member.team_id == Team.id)
            .where(Member.account_id == panel.account_id, Member.stands())
            .order_by(Team.name, Team.id)
        )
    )


def ids_of(account_id: UUID | None) -> Select[UUID]:
    """The teams that an account is a member of now, to stand inside a statement."""
    return select(Member.team_id).where(Member.account_id == account_id, Member.stands())


@dataclass(frozen=True)
class Holder:
    """A team that holds a right, and who is key contact in it, by name; neither where nobody is."""

    team: str
    account_id: UUID | None
    name: str | None


def holding(permit: Permit, area: Area, level: Level) -> Holder | None:
    """The team that holds a right: the lead key contact's, else one in which somebody is key contact. One statement."""
    row = (
        session()
        .execute(
            select(Team.name, Account.id, Account.name)
            .join(Relationship, Relationship.team_id == Team.id)
            .join(Right, Right.relationship_id == Relationship.id)
            .outerjoin(Account, and_(Account.id == Relationship.account_id, Account.suspended_at.is_(None)))
            .where(
                Relationship.person_id == permit.person_id,
                Relationship.kind == "professional",
                Relationship.state == "active",
                or_(Relationship.until.is_(None), Relationship.until > now()),
                Right.area == area.value,
                Right.level >= int(level),
            )
            .order_by(Relationship.lead.desc(), Account.id.is_(None), Team.name, Team.id)
            .limit(1)
        )
        .first()
    )
    return Holder(*row) if row else None


def own(panel: Panel, team_id: UUID, *, lock: bool = False) -> Team:
    """One of those teams. :raises NotFound: any other."""
    query = (
        select(Team)
        .join(Member, Member.team_id == Team.id)
        .where(Team.id == team_id, Member.account_id == panel.account_id, Member.stands())
    )
    if lock:
        query = query.with_for_update(of=Team, key_share=True).execution_options(populate_existing=True)
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def closed(own: Iterable[str] = ()) -> Closed:
    """The weekdays a team does not work: its own (ISO dates), and the bank holidays of the region that was set."""
    return Closed(frozenset(map(date.fromisoformat, own)), current_app.config["SETTINGS"].holidays)


def closed_for(permit: Permit) -> Closed:
    """The weekdays the key contact's team does not work; bank holidays alone where there is none."""
    found = lead(permit)
    return closed(found.holidays if found else ())


def day_of(instant: datetime) -> date:
    """The day that an instant falls on where the teams work."""
    return instant.astimezone(_zone()).date()


def today() -> date:
    """The day it is where the teams work."""
    return day_of(now())


@dataclass(frozen=True)
class Promise:
    """Within how many working days a team replies, and the days of its own that it does not work."""

    reply_days: int
    holidays: tuple[str, ...]


def promise(team: Team) -> Promise:
    """What a team, or a voluntary body, promises."""
    return Promise(team.reply_days, tuple(team.holidays))


def asked_on(contact: KeyContact | Promise, asked_at: datetime) -> date:
    """The working day of the key contact's team that something asked at an instant counts from."""
    ends = current_app.config["SETTINGS"].day_ends
    return counts_from(asked_at.astimezone(_zone()), ends, closed(contact.holidays))


def answer_by(contact: KeyContact | Promise, asked_at: datetime) -> date:
    """The day by which the key contact's team promises to answer what reached it at an instant."""
    return after_working_days(asked_on(contact, asked_at), contact.reply_days, closed(contact.holidays))


def end_of(day: date) -> datetime:
    """The moment at which a day ends where the teams work."""
    return utc_of(datetime.combine(day + timedelta(days=1), time()), _zone())


def last_day(ends: datetime) -> date:
    """The last day of something that ends at this moment."""
    return day_of(ends - timedelta(microseconds=1))


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].zone)


def closed_for_panel(panel: Panel) -> dict[UUID, Closed]:
    """The weekdays the key contact's team does not work, by person. One statement."""
    return {person: closed(promise.holidays) for person, promise in promises(panel).items()}


def promises(panel: Panel) -> dict[UUID, Promise]:
    """What the key contact's team promises, by person. One statement."""
    rows = session().execute(
        select(Relationship.person_id, Team.reply_days, Team.holidays)
        .join(Team, Team.id == Relationship.team_id)
        .where(
            Relationship.person_id.in_(panel.permits),
            Relationship.kind == "professional",
            Relationship.lead,
            Relationship.state == "active",
        )
    )
    return {person: Promise(number, tuple(days)) for person, number, days in rows}


def holidays(team: Team) -> list[date]:
    """A team's holidays, in order."""
    return sorted(map(date.fromisoformat, team.holidays))


def add_holiday(panel: Panel, team_id: UUID, day: date) -> bool:
    """Add a day that nobody works. :returns: whether there was room; a day twice is one."""
    team = own(panel, team_id, lock=True)
    if day.isoformat() in team.holidays:
        return True
    if len(team.holidays) >= MOST_HOLIDAYS:
        return False
    team.holidays = sorted([*team.holidays, day.isoformat()])
    trail.note_team(panel, team_id, "added", "holiday")
    session().flush()
    return True


def remove_holiday(panel: Panel, team_id: UUID, day: date) -> None:
    """Take a holiday off the list; one that is not on it is off it already."""
    team = own(panel, team_id, lock=True)
    if day.isoformat() not in team.holidays:
        return
    team.holidays = [one for one in team.holidays if one != day.isoformat()]
    trail.note_team(panel, team_id, "removed", "holiday")
    session().flush()


def runs(panel: Panel, team_id: UUID) -> bool:
    """Whether the account of a panel runs a team's pages, and so changes what the team promises. One statement."""
    return session().get(Administrator, (team_id, panel.account_id)) is not None


def set_reply_days(panel: Panel, team: Team, days: int) -> None:
    """Within how many working days the team replies. `team`: locked."""
    if team.reply_days != days:
        team.reply_days = days
        trail.note_team(panel, team.id, "changed", "reply_days")
        session().flush()


def changes(team_id: UUID, limit: int = 10) -> list[tuple[datetime, str, str, str]]:
    """What was changed about a team, newest first: when, by whom, verb, kind. One statement."""
    rows = session().execute(
        select(Trail.at, Account.name, Trail.verb, Trail.kind)
        .outerjoin(Account, Account.id == Trail.by)
        .where(Trail.person_id == team_id)
        .order_by(Trail.seq.desc())
        .limit(limit)
    )
    return [(at, name or "", verb, kind) for at, name, verb, kind in rows]


def of_mine(permit: Permit, accounts: Iterable[UUID]) -> set[UUID]:
    """Which of these accounts are, or were, of a team that the reader is in now. One statement."""
    mine = ids_of(permit.account_id)
    of_them = select(Member.account_id).where(Member.account_id.in_(set(accounts)), Member.team_id.in_(mine))
    return set(session().scalars(of_them))
