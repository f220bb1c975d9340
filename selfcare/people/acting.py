"""Who acts for somebody by law: a parent of a child, an attorney for health and welfare, a court's deputy.

A professional writes down on what it rests and lets them in with a code. They do what the person could, but for what
the person marks *only me*. A parent's ends on the child's 16th birthday, and is looked at again when the child is 13.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.people import bases, invitations
from selfcare.people.bases import BASES, ENDS_AT, PARENT
from selfcare.people.models import Change, Person, Relationship
from selfcare.people.pausing import OPEN
from selfcare.web.access import Area, Level, Permit, Role

RIGHTS = dict.fromkeys(Area, Level.MANAGE)


class TooOld(ValueError):
    """Nobody acts as a parent for somebody who is 16."""


class Acting(NamedTuple):
    """Somebody who acts for a person, or did. Days are where the person lives."""

    id: UUID
    name: str
    basis: str
    seen: str
    seen_on: date | None
    state: str
    since: date
    until: date | None
    ended: date | None
    review_on: date | None
    due: bool  # to be looked at again, today or before


def everybody(permit: Permit) -> list[Acting]:
    """Who acts for the person, and who did. One statement."""
    permit.require(Area.CONTACTS, Level.SEE)
    ended = (
        select(func.max(Change.at))
        .where(Change.relationship_id == Relationship.id, Change.state == "ended")
        .scalar_subquery()
    )
    rows = session().execute(
        select(Relationship, Account.name, ended)
        .join(Account, Account.id == Relationship.account_id)
        .where(Relationship.person_id == permit.person_id, Relationship.basis.in_(BASES))
        .order_by(Relationship.since, Relationship.id)
    )
    return [_acting(permit, row, name, at) for row, name, at in rows]


def invite(permit: Permit, name: str, basis: str, seen: str, seen_on: date) -> str:
    """Let somebody in who acts for the person. :returns: the code, shown once.

    :param seen: what was seen that says so; `seen_on`: the day of it.
    :raises TooOld: a parent, of somebody who is 16.
    """
    _require(permit)
    if basis == PARENT and bases.birthday(permit.subject.born, ENDS_AT) <= permit.today():
        raise TooOld
    return invitations.invite_acting(permit, name, RIGHTS, invitations.Basis(basis, seen, seen_on))


def reviewed(permit: Permit, relationship_id: UUID) -> None:
    """It was looked at, and is still right: to be looked at again later. :raises NotFound: when it has ended."""
    _require(permit)
    row = session().get(Relationship, relationship_id, with_for_update=True)
    if row is None or row.person_id != permit.person_id or row.basis not in BASES or row.state not in OPEN:
        raise NotFound
    row.review_on = bases.next_review(row.basis, permit.subject.born, permit.today())
    trail.record(permit, "reviewed", "relationship", row.id)
    session().flush()


def follow_birth(permit: Permit, person: Person) -> None:
    """The birth date was corrected: what ends with a birthday ends with the right one."""
    parents = select(Relationship).where(
        Relationship.person_id == person.id, Relationship.basis == PARENT, Relationship.state.in_(OPEN)
    )
    for row in session().scalars(parents.with_for_update()):
        row.until = bases.ends(PARENT, person.born, permit.zone)
        row.review_on = bases.next_review(PARENT, person.born, permit.today())


def _acting(permit: Permit, row: Relationship, name: str, ended: datetime | None) -> Acting:
    def day(moment: datetime | None) -> date | None:
        return permit.local(moment).date() if moment else None

    over = row.until is not None and row.until <= now()
    stands = row.state in OPEN and not over
    return Acting(
        id=row.id,
        name=name,
        basis=bases.said(row.basis),
        seen=row.basis_seen,
        seen_on=row.basis_on,
        state=row.state if stands else "ended",
        since=permit.local(row.since).date(),
        until=day(row.until) if stands else None,
        ended=None if stands else day(ended or row.until),
        review_on=row.review_on if stands else None,
        due=stands and row.review_on is not None and row.review_on <= permit.today(),
    )


def _require(permit: Permit) -> None:
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    permit.require(Area.CONTACTS, Level.MANAGE)
