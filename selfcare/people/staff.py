"""Actions on the working life of professionals: leaving a team, and who may vouch for whom."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func, select, update

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.people import access
from selfcare.people.models import Administrator, Member, Person, Relationship, Team
from selfcare.web.access import Kind, Permit, Purpose, Role


class PassOn(Protocol):
    """What passes one person on to a colleague, with all that goes along."""

    def __call__(self, permit: Permit, *, of: UUID | None, to: UUID, note: str) -> Any: ...


class NobodyLeft(ValueError):
    """They are key contact of people, and nobody of the team was named who can follow them."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self.people = people


class NotAMember(ValueError):
    """They are not in the team."""


def share_a_team(*accounts: UUID) -> bool:
    """Whether there is a team that all of them are in now."""
    shared = (
        select(Member.team_id)
        .where(Member.account_id.in_(accounts), Member.stands())
        .group_by(Member.team_id)
        .having(func.count() == len(set(accounts)))
    )
    return session().scalars(shared.limit(1)).first() is not None


def leave(account: Account, team: Team, heir: Account | None, pass_on: PassOn) -> int:
    """End a place in a team, from this moment on. :returns: how many people have another key contact now.

    :param heir: who becomes the key contact of the people they lead in this team.
    :param pass_on: passes one person on, with all that goes along.
    :raises NotAMember: :raises NobodyLeft: there are such people, and no other member was named who can follow.
    """
    row = session().get(Member, (team.id, account.id), with_for_update=True)
    if row is None or row.has_ended:
        raise NotAMember
    held = (
        select(Relationship.id, Relationship.person_id, Relationship.lead)
        .where(
            Relationship.team_id == team.id,
            Relationship.account_id == account.id,
            Relationship.state == "active",
        )
        .order_by(Relationship.id)
    )
    found = session().execute(held.with_for_update()).all()
    for relationship_id, person_id, lead in found:
        if heir is None or heir.id == account.id or not _may_follow(team.id, heir):
            raise NobodyLeft(len(found))
        if lead:
            pass_on(_permit(account, person_id), of=account.id, to=heir.id, note="")
        else:
            theirs = update(Relationship).where(Relationship.id == relationship_id)
            session().execute(theirs.values(account_id=heir.id))
    row.ended_at = now()
    session().flush()
    return len(found)


def _permit(account: Account, person_id: UUID) -> Permit:
    """Who leaves is who passes their people on."""
    person = session().get_one(Person, person_id)
    return access.system(
        Purpose.LEAVING, person, name=account.name, role=Role.PROFESSIONAL, account_id=account.id
    )


def _may_follow(team_id: UUID, heir: Account) -> bool:
    """Whether somebody can have a lead in a team: as `handovers.standing` asks it."""
    row = session().get(Member, (team_id, heir.id))
    # Who leaves is nobody to follow, though their day is still to come.
    return row is not None and row.ended_at is None and heir.suspended_at is None


class LastOne(ValueError):
    """Nobody else would run the team's pages."""


def make_administrator(team_id: UUID, account_id: UUID) -> bool:
    """Let an account run a team's pages. :returns: whether it did not before."""
    if session().get(Administrator, (team_id, account_id)) is not None:
        return False
    session().add(Administrator(team_id=team_id, account_id=account_id, since=now()))
    session().flush()
    return True


def administrators(team_id: UUID) -> set[UUID]:
    """Who runs a team's pages now: has come in, may sign in, and, who works with people, is of the team and stays."""
    stays = Member.stands() & Member.ended_at.is_(None)
    rows = session().scalars(
        select(Administrator.account_id)
        .join(Account, Account.id == Administrator.account_id)
        .outerjoin(
            Member, (Member.team_id == team_id) & (Member.account_id == Administrator.account_id) & stays
        )
        .where(
            Administrator.team_id == team_id,
            Account.suspended_at.is_(None),
            (Account.kind == Kind.ADMINISTRATOR.value) | Member.account_id.is_not(None),
            Account.has_come_in | Member.invited_at.is_(None) & Member.account_id.is_not(None),
        )
    )
    return set(rows)


def refuse_last(team_id: UUID, account_id: UUID, *, by: UUID) -> None:
    """The team is locked before. :param by: who runs its pages and does it. :raises LastOne: nobody else would."""
    if by == account_id and not administrators(team_id) - {account_id}:
        raise LastOne


def refuse_last_anywhere(account_id: UUID) -> None:
    """:raises LastOne: where there is a team whose pages only this account runs."""
    runs = select(Administrator.team_id).where(Administrator.account_id == account_id)
    teams = session().scalars(runs.order_by(Administrator.team_id)).all()
    # Everybody who runs one of these: where two shut each other out from different teams, the second sees the first.
    all_of_them = select(Administrator).where(Administrator.team_id.in_(teams))
    in_order = all_of_them.order_by(Administrator.team_id, Administrator.account_id)
    session().scalars(in_order.with_for_update().execution_options(populate_existing=True)).all()
    if any(administrators(team_id) == {account_id} for team_id in teams):
        raise LastOne


def run_no_more(team_id: UUID, account_id: UUID) -> bool:
    """An account runs a team's pages no more. :returns: whether it did before."""
    row = session().get(Administrator, (team_id, account_id))
    if row is None:
        return False
    session().delete(row)
    session().flush()
    return True
