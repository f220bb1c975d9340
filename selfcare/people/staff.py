"""Actions on the working life of professionals: leaving a team, and who may vouch for whom."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select, update

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.people.models import Handover, Member, Relationship, Team


class NobodyLeft(ValueError):
    """They are key contact of people, and nobody of the team was named to follow them."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self.people = people


class NotAMember(ValueError):
    """They are not in the team."""


def share_a_team(*accounts: UUID) -> bool:
    """Whether there is a team that all of them are in now."""
    shared = (
        select(Member.team_id)
        .where(Member.account_id.in_(accounts), Member.ended_at.is_(None))
        .group_by(Member.team_id)
        .having(func.count() == len(set(accounts)))
    )
    return session().scalars(shared.limit(1)).first() is not None


def leave(account: Account, team: Team, heir: Account | None) -> int:
    """End a place in a team, from this moment on. :returns: how many people have another key contact now.

    :param heir: who becomes the key contact of the people they lead in this team.
    :raises NotAMember: :raises NobodyLeft: when there are such people, and no other member was named.
    """
    row = session().get(Member, (team.id, account.id), with_for_update=True)
    if row is None or row.ended_at:
        raise NotAMember
    led = (
        Relationship.team_id == team.id,
        Relationship.account_id == account.id,
        Relationship.state == "active",
    )
    people = session().scalar(select(func.count()).select_from(Relationship).where(*led)) or 0
    if people and (heir is None or heir.id == account.id or not _is_member(team.id, heir.id)):
        raise NobodyLeft(people)
    if people and heir:
        _keep(
            team,
            account,
            heir,
            session().scalars(select(Relationship.person_id).where(*led, Relationship.lead)),
        )
        session().execute(update(Relationship).where(*led).values(account_id=heir.id))
    row.ended_at = now()
    session().flush()
    return people


def _keep(team: Team, account: Account, heir: Account, people: Iterable[UUID]) -> None:
    """Each of them sees from whom to whom, and when."""
    session().add_all(
        Handover(
            person_id=person, team_id=team.id, from_id=account.id, from_name=account.name, to_id=heir.id,
            to_name=heir.name, note="", lines=0, by=None, by_name="", at=now(),
        )
        for person in people
    )  # fmt: skip


def _is_member(team_id: UUID, account_id: UUID) -> bool:
    row = session().get(Member, (team_id, account_id))
    return row is not None and row.ended_at is None
