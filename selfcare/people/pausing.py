"""Access that stands still: paused by the person, or held by the team to keep somebody safe.

It is not ended: what was given stands, and counts for nothing meanwhile. Who stopped it decides when it goes on.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import actions
from selfcare.people.models import Change, Member, Relationship
from selfcare.web.access import Area, Kind, Level, Permit, Role

PERSON, TEAM = "person", "team"  # who holds it; of one that both do, both words
BOTH = f"{PERSON} {TEAM}"
OPEN = ("active", "suspended")
CODES = ("carer", "acting")


class Paused(NamedTuple):
    """Somebody whose access stands still."""

    id: UUID
    name: str
    by_team: bool


class Carer(NamedTuple):
    """Somebody who helps, as a professional with the safeguarding right sees it. Times are where the person lives."""

    id: UUID
    name: str
    since: datetime
    state: str
    held: bool  # by the team; of an ended one: they are not let in again
    paused: bool  # by the person


class Said(NamedTuple):
    """Why a team put somebody's access on hold, or took that off. The moment is where the person lives."""

    wall: datetime
    name: str
    reason: str


def paused(permit: Permit) -> list[Paused]:
    """Whose access stands still, for who may see who has access. One statement."""
    if not permit.may(Area.PEOPLE):
        return []
    rows = session().execute(
        select(Relationship.id, Account.name, Relationship.held_by)
        .join(Account, Account.id == Relationship.account_id)
        .where(
            Relationship.person_id == permit.person_id,
            Relationship.kind == Role.CARER.value,
            Relationship.state == "suspended",
            or_(Relationship.until.is_(None), Relationship.until > now()),
        )
        .order_by(Relationship.since, Relationship.id)
    )
    return [Paused(row.id, row.name, TEAM in row.held_by) for row in rows]


def pause(permit: Permit, relationship_id: UUID) -> None:
    """The person stops it for now, at once. :raises NotFound: when it is not a carer's, or has ended."""
    permit.require(Area.PEOPLE, Level.MANAGE)
    row = _carer(permit, relationship_id)
    if row.state == "active":
        _stop(permit, row, PERSON, "")
        trail.record(permit, "paused", "relationship", row.id)


def go_on(permit: Permit, relationship_id: UUID) -> None:
    """The person lets it go on. :raises NotFound: as `pause`, and when it is the team that holds it."""
    permit.require(Area.PEOPLE, Level.MANAGE)
    row = _carer(permit, relationship_id)
    if TEAM in row.held_by:
        raise NotFound
    if row.state == "suspended":
        _let(row, permit, "")
        trail.record(permit, "let go on", "relationship", row.id)


def may_hold(permit: Permit) -> bool:
    """Whether this professional has the safeguarding right in a team that looks after the person. One statement."""
    if permit.role is not Role.PROFESSIONAL:
        return False
    return session().scalar(
        select(Member.team_id)
        .join(Relationship, Relationship.team_id == Member.team_id)
        .where(
            Member.account_id == permit.account_id,
            Member.stands(),
            Member.safeguards,
            Relationship.person_id == permit.person_id,
            Relationship.state == "active",
        )
        .limit(1)
    ) is not None  # fmt: skip


def carers(permit: Permit) -> list[Carer]:
    """Who helps the person, and who is kept out. :raises NotFound: without the safeguarding right."""
    if not may_hold(permit):
        raise NotFound
    rows = session().execute(
        select(
            Relationship.id, Account.name, Relationship.since, Relationship.state, Relationship.held_by
        )
        .join(Account, Account.id == Relationship.account_id)
        .where(
            Relationship.person_id == permit.person_id,
            Relationship.kind == Role.CARER.value,
            or_(
                Relationship.held_by.in_((TEAM, BOTH)),
                Relationship.state.in_(OPEN)
                & or_(Relationship.until.is_(None), Relationship.until > now()),
            ),
        )
        .order_by(Relationship.since, Relationship.id)
    )  # fmt: skip
    return [
        Carer(
            row.id,
            row.name,
            permit.local(row.since),
            row.state,
            held=TEAM in row.held_by,
            paused=PERSON in row.held_by,
        )
        for row in rows
    ]


def reasons(permit: Permit, relationship_id: UUID) -> list[Said]:
    """Why the team held it, or let it go on, the newest first. :raises NotFound: without the safeguarding right."""
    if not may_hold(permit):
        raise NotFound
    rows = session().execute(
        select(Change.at, Account.name, Change.reason)
        .join(Relationship, Relationship.id == Change.relationship_id)
        .join(Account, Account.id == Change.by)
        .where(
            Relationship.person_id == permit.person_id,
            Change.relationship_id == relationship_id,
            Change.reason != "",
            Account.kind == Kind.PROFESSIONAL.value,
        )
        .order_by(Change.at.desc(), Change.id)
        .limit(20)
    )
    return [Said(permit.local(at), name, reason) for at, name, reason in rows]


def hold(permit: Permit, relationship_id: UUID, reason: str) -> None:
    """The team stops it, at once and until the team lifts that, also where the person had paused it.

    :param reason: for the team's own record; no page of the person or of a carer shows it.
    :raises NotFound: without the safeguarding right, or when it is not a carer's, or has ended.
    """
    row = _held_carer(permit, relationship_id)
    if TEAM in row.held_by:
        actions.note_change(row, permit.account_id, reason)  # a second one's reason is kept as well
        return
    if row.state == "ended" or _is_over(row):
        raise NotFound
    if row.state == "suspended":
        row.held_by = BOTH
        actions.note_change(row, permit.account_id, reason)
        actions.take_codes_back(permit.person_id, *CODES)
    else:
        _stop(permit, row, TEAM, reason)
    trail.record(permit, "put on hold", "relationship", row.id)


def lift(permit: Permit, relationship_id: UUID, reason: str) -> None:
    """The team takes its hold off. What the person paused stays paused; what ended, or whose day came, stays ended and
    may be given again.

    :raises NotFound: as `hold`.
    """
    row = _held_carer(permit, relationship_id)
    if TEAM in row.held_by:
        let_off(row, permit.account_id, reason)
        trail.record(permit, "lifted the hold", "relationship", row.id)


def let_off(row: Relationship, by: UUID | None, reason: str) -> None:
    """Take a team's hold off a relationship that is locked."""
    by_person, row.held_by = PERSON in row.held_by, ""
    if row.state == "suspended" and _is_over(row):
        actions.move(row, "ended", by, reason)
    elif row.state == "suspended" and not by_person:
        actions.move(row, "active", by, reason)
    else:
        row.held_by = PERSON if row.state == "suspended" else ""
        actions.note_change(row, by, reason)


def is_kept_out(person_id: UUID, account_id: UUID) -> bool:
    """Whether a team keeps this account away from this record: no code lets it in."""
    query = select(Relationship.id).where(
        Relationship.person_id == person_id,
        Relationship.account_id == account_id,
        Relationship.kind == Role.CARER.value,
        Relationship.held_by.in_((TEAM, BOTH)),
    )
    return session().scalar(query.limit(1)) is not None


def _stop(permit: Permit, row: Relationship, by: str, reason: str) -> None:
    actions.move(row, "suspended", permit.account_id, reason)
    row.held_by = by
    session().flush()
    actions.take_codes_back(permit.person_id, *CODES)  # one of them may be in the same hands
    notifications.take_back(row.person_id, row.id)


def _let(row: Relationship, permit: Permit, reason: str) -> None:
    if _is_over(row):
        raise NotFound  # its day came meanwhile
    actions.move(row, "active", permit.account_id, reason)
    row.held_by = ""
    session().flush()


def _is_over(row: Relationship) -> bool:
    return row.until is not None and row.until <= now()


def _held_carer(permit: Permit, relationship_id: UUID) -> Relationship:
    if not may_hold(permit):
        raise NotFound
    return _carer(permit, relationship_id, (*OPEN, "ended"))


def _carer(permit: Permit, relationship_id: UUID, states: tuple[str, ...] = OPEN) -> Relationship:
    row = session().get(Relationship, relationship_id, with_for_update=True)
    if (
        row is None
        or row.person_id != permit.person_id
        or row.kind != Role.CARER.value
        or row.state not in states
    ):
        raise NotFound
    return row
