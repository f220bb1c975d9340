"""Who acts for somebody by law: a parent of a child, an attorney for health and welfare, a court's deputy.

A professional writes down on what it rests and makes a code; once they came in with it, a second professional lets them
act. They see the record but for what the person marks *only me*, help with all of it, and let nobody else in. A
parent's ends on the child's 16th birthday, and is looked at again when the child is 13.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from flask import g
from sqlalchemy import func, or_, select
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import actions, bases, invitations, queries, tells
from selfcare.people.bases import BASES, ENDS_AT, PARENT
from selfcare.people.models import Change, Person, Relationship
from selfcare.people.pausing import OPEN
from selfcare.web.access import Area, Level, Permit, Role

# Who may come in stays the person's, and the team's who saw the papers.
RIGHTS: dict[Area, Level] = {area: Level.MANAGE for area in Area if area is not Area.PEOPLE}


class TooOld(ValueError):
    """Nobody acts as a parent for somebody who is 16."""


class Acting(NamedTuple):
    """Somebody who acts for a person, or did. Days are where the person lives."""

    id: UUID
    name: str
    basis: str
    seen: str
    seen_on: date | None
    state: str  # as in the table; "ended" where its day has come
    may_confirm: bool  # by who asks: not by who made the code
    since: date
    until: date | None
    ended: date | None
    review_on: date | None
    due: bool  # to be looked at again, today or before


def by_law(permit: Permit) -> bool:
    """Whether who holds this permit acts for the person, and says yes and no for them. Asked once a request."""
    if permit.role is not Role.CARER or permit.relationship_id is None:
        return False
    known: dict[UUID, bool] = g.setdefault("acts_by_law", {})
    if permit.relationship_id not in known:
        row = session().get(Relationship, permit.relationship_id)
        known[permit.relationship_id] = row is not None and row.basis in BASES
    return known[permit.relationship_id]


def accounts(permit: Permit) -> list[UUID]:
    """Who acts for the person by law now, to tell them what waits for a yes or no. One statement."""
    held = Relationship.person_id == permit.person_id, Relationship.state == "active"
    lasts = or_(Relationship.until.is_(None), Relationship.until > now())
    query = select(Relationship.account_id).where(*held, lasts, Relationship.basis.in_(BASES))
    return [account for account in session().scalars(query) if account]


def everybody(permit: Permit) -> list[Acting]:
    """Who acts for the person, and who did. One statement."""
    permit.require(Area.CONTACTS, Level.SEE)
    ended = (
        select(func.min(Change.at))
        .where(Change.relationship_id == Relationship.id, Change.state.in_(("ended", "declined")))
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


def confirm(permit: Permit, relationship_id: UUID) -> None:
    """A second one of the team lets them act, from now on. What they had as a helper ends with that.

    :raises NotFound: when nobody waits there, or this is who made the code.
    :raises TooOld: a parent, of somebody who is 16 by now.
    """
    _require(permit)
    row = _locked(permit, relationship_id, ("proposed",))
    if row.granted_by == permit.account_id:
        raise NotFound
    until = bases.ends(row.basis, permit.subject.born, permit.zone)
    if until is not None and until <= now():
        raise TooOld
    helped = select(Relationship).where(
        Relationship.person_id == permit.person_id,
        Relationship.account_id == row.account_id,
        Relationship.kind == Role.CARER.value,
        Relationship.state.in_(OPEN),
    )
    for other in session().scalars(helped.order_by(Relationship.id).with_for_update()).all():
        actions.move(other, "ended", permit.account_id, "acts by law")
    actions.move(row, "active", permit.account_id, "")
    row.since, row.until = now(), until
    row.review_on = bases.next_review(row.basis, permit.subject.born, permit.today())
    session().flush()
    trail.record(permit, "let act", "relationship", row.id)
    tells.tell(permit, queries.accounts_of(permit), notifications.ACCESS, row.id)


def end(permit: Permit, relationship_id: UUID, reason: str) -> None:
    """It is not right, or not any more. Codes that wait stop working. :raises NotFound: when it has ended."""
    _require(permit)
    row = _locked(permit, relationship_id, ("proposed", *OPEN))
    actions.move(row, "declined" if row.state == "proposed" else "ended", permit.account_id, reason)
    actions.take_codes_back(permit.person_id, "acting")
    notifications.take_back(row.person_id, row.id)
    trail.record(permit, "ended", "relationship", row.id)


def take_codes_back(permit: Permit) -> None:
    """No code that was made for who acts by law lets anybody in any more."""
    _require(permit)
    actions.take_codes_back(permit.person_id, "acting")
    trail.record(permit, "took back", "invitation")


def reviewed(permit: Permit, relationship_id: UUID) -> None:
    """It was looked at, and is still right: to be looked at again later. :raises NotFound: when it has ended."""
    _require(permit)
    row = _locked(permit, relationship_id, OPEN)
    row.review_on = bases.next_review(row.basis, permit.subject.born, permit.today())
    trail.record(permit, "reviewed", "relationship", row.id)
    session().flush()


def waits(account_id: UUID) -> bool:
    """Whether this account came in with a code to act for somebody, and a second one has still to let them."""
    waiting = select(Relationship.id).where(
        Relationship.account_id == account_id, Relationship.state == "proposed", Relationship.basis.in_(BASES)
    )
    return session().scalar(waiting.limit(1)) is not None


def follow_birth(permit: Permit, person: Person) -> None:
    """The birth date was corrected: what ends with a birthday ends with the right one, and no review comes later."""
    parents = select(Relationship).where(
        Relationship.person_id == person.id, Relationship.basis == PARENT, Relationship.state.in_(OPEN)
    )
    for row in session().scalars(parents.order_by(Relationship.id).with_for_update()):
        again = bases.next_review(PARENT, person.born, permit.today())
        row.until = bases.ends(PARENT, person.born, permit.zone)
        row.review_on = min(row.review_on or again, again)


def _locked(permit: Permit, relationship_id: UUID, states: tuple[str, ...]) -> Relationship:
    row = session().get(Relationship, relationship_id, with_for_update=True)
    if row is None or row.person_id != permit.person_id or row.basis not in BASES or row.state not in states:
        raise NotFound
    return row


def _acting(permit: Permit, row: Relationship, name: str, ended: datetime | None) -> Acting:
    def day(moment: datetime | None) -> date | None:
        return permit.local(moment).date() if moment else None

    over = row.until is not None and row.until <= now()
    stands = row.state in OPEN and not over
    waiting = row.state == "proposed"
    return Acting(
        id=row.id,
        name=name,
        basis=bases.said(row.basis),
        seen=row.basis_seen,
        seen_on=row.basis_on,
        state=row.state if stands or waiting else "ended",
        may_confirm=waiting and row.granted_by != permit.account_id,
        since=permit.local(row.since).date(),
        until=day(row.until) if stands else None,
        ended=None if stands or waiting else day(ended or row.until),
        review_on=row.review_on if stands else None,
        due=stands and row.review_on is not None and row.review_on <= permit.today(),
    )


def _require(permit: Permit) -> None:
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    permit.require(Area.CONTACTS, Level.MANAGE)
