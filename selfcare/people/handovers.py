"""The lead passed on within a team: who may have it, who had it before, and the words that the person reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import HANDED
from selfcare.people import queries, tells
from selfcare.people.models import Handover, Member, Relationship
from selfcare.web.access import Area, Level, Permit, Purpose, Role

MOST = 50


class NotNow(Exception):
    """The lead is no longer whose it was on the page, or who was chosen has left the team. Nothing was passed on."""


@dataclass(frozen=True)
class Lead:
    """Who leads a person's care in which team, and who of that team could: [(account, name, title)]."""

    relationship_id: UUID
    team_id: UUID
    account_id: UUID | None
    name: str
    colleagues: tuple[tuple[UUID, str, str], ...]


def standing(permit: Permit, *, lock: bool = False) -> Lead:
    """The lead now, for a professional of that team. Two statements. :raises NotFound: none leads, or another team."""
    permit.require(Area.CONTACTS, Level.MANAGE)
    query = select(Relationship).where(
        Relationship.person_id == permit.person_id,
        Relationship.kind == Role.PROFESSIONAL.value,
        Relationship.lead,
        Relationship.state == "active",
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session().scalars(query).first()
    if row is None or row.team_id is None or permit.role is not Role.PROFESSIONAL:
        raise NotFound
    members = session().execute(
        select(Account.id, Account.name, Account.title, Member, Account.suspended_at, Account.has_come_in)
        .join(Member, Member.account_id == Account.id)
        .where(Member.team_id == row.team_id)
        .order_by(Account.name, Account.id)
    )
    listed = members.all()
    here = {each.id: each for each in listed if not each.Member.has_ended}
    if permit.account_id not in here and permit.purpose is not Purpose.LEAVING:
        raise NotFound  # a second team looks after the person too: the lead is not theirs to pass on
    name = next((each.name for each in listed if each.id == row.account_id), "")
    others = [
        each
        for each in here.values()
        if each.id != row.account_id
        and each.suspended_at is None
        and may_follow(each.Member, each.has_come_in)
    ]
    return Lead(
        row.id,
        row.team_id,
        row.account_id,
        name,
        tuple((each.id, each.name, each.title or "") for each in others),
    )


def may_follow(member: Member, came_in: bool) -> bool:
    """Whether people may be given to a member: not to who leaves, nor to who was invited and has not come in."""
    return member.ended_at is None and (member.invited_at is None or came_in)


def pass_on(permit: Permit, *, of: UUID | None, to: UUID, note: str) -> Handover:
    """Pass the lead on, in the transaction of whatever goes along. `lines` of the row is for the caller to say.

    :param of: whose the lead was on the page. :raises NotNow: it is another's by now, or `to` is no colleague.
    """
    held = standing(permit, lock=True)
    name = next((name for account, name, _ in held.colleagues if account == to), None)
    if held.account_id != of or name is None:
        raise NotNow
    follows = session().get(
        Member, (held.team_id, to), with_for_update={"read": True}, populate_existing=True
    )
    if follows is None or follows.ended_at is not None:
        raise NotNow  # the day they leave was set meanwhile
    session().execute(
        update(Relationship).where(Relationship.id == held.relationship_id).values(account_id=to)
    )
    row = Handover(
        person_id=permit.person_id,
        team_id=held.team_id,
        from_id=held.account_id,
        from_name=held.name,
        to_id=to,
        to_name=name,
        note=note,
        lines=0,
        by=permit.account_id,
        by_name=permit.account_name,
        at=now(),
    )
    session().add(row)
    session().flush()
    trail.record(permit, "handed over", "relationship", held.relationship_id)
    return row


def read(permit: Permit, told: Iterable[str]) -> None:
    """The account has these before its eyes: being told of them is new no more. What is no id of one is none."""
    permit.require(Area.CONTACTS, Level.SEE)
    known = {str(row.id): row.id for row in earlier(permit)}
    for one in dict.fromkeys(told):
        if one in known:
            notifications.seen(permit, known[one])


def one_of_mine(permit: Permit, handover_id: UUID, *, lock: bool = False) -> Handover:
    """A hand-over whose words are this reader's to correct. :raises NotFound: anybody else's."""
    permit.require(Area.CONTACTS, Level.MANAGE)
    query = select(Handover).where(Handover.person_id == permit.person_id, Handover.id == handover_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session().scalar(query)
    if row is None or not may_correct(permit, row):
        raise NotFound
    return row


def may_correct(permit: Permit, row: Handover) -> bool:
    """Whether they wrote its words."""
    wrote = row.by is not None and row.by == permit.account_id
    return wrote and permit.role is Role.PROFESSIONAL and permit.may(Area.CONTACTS, Level.MANAGE)


def correct(permit: Permit, handover_id: UUID, note: str) -> Handover:
    """Put other words there, and keep those before. Who was told is told anew: they may have read what was wrong."""
    row = one_of_mine(permit, handover_id, lock=True)
    if note == row.note:
        return row
    notifications.take_back(permit.person_id, row.id)
    row.earlier, row.note, row.changed_at = [*row.earlier, row.note], note, now()
    session().flush()
    trail.record(permit, "corrected", "handover", row.id)
    told = {*queries.accounts_of(permit), row.to_id} - {None, permit.account_id}
    tells.tell(permit, sorted(filter(None, told)), HANDED, row.id)
    return row


def earlier(permit: Permit) -> Sequence[Handover]:
    """Every time the lead was passed on, newest first. One statement."""
    permit.require(Area.CONTACTS, Level.SEE)
    query = select(Handover).where(Handover.person_id == permit.person_id)
    return session().scalars(query.order_by(Handover.at.desc(), Handover.id).limit(MOST)).all()
