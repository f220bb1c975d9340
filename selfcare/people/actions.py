"""What can be done about people: adding them, inviting, granting and ending access."""

import hmac
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select, update
from werkzeug.exceptions import NotFound

from selfcare.accounts import actions as accounts
from selfcare.accounts import sessions
from selfcare.accounts.models import Account
from selfcare.accounts.passwords import plain_code, short_code
from selfcare.audit import trail
from selfcare.database import now, session, writing
from selfcare.notifications import actions as notifications
from selfcare.people.access import PROFESSIONAL, accepting
from selfcare.people.models import Change, Invitation, Member, Person, Relationship, Right, Team
from selfcare.web import throttle
from selfcare.web.access import Area, Kind, Level, Permit, Role, SignedIn

LETTER_LASTS = timedelta(days=60)
CARER_LASTS = timedelta(days=365)

# Which state may follow which; anything else is refused.
NEXT = {
    "proposed": {"active", "declined"},
    "active": {"suspended", "ended"},
    "suspended": {"active", "ended"},
    "ended": set[str](),
    "declined": set[str](),
}


class NumberTaken(ValueError):
    """Somebody with this NHS number is here already."""


class IllegalChange(ValueError):
    """A relationship cannot go from the state it is in to the one asked for."""


def make_team(name: str, *, phone: str = "", hours: str = "", reply_days: int = 2) -> Team:
    team = Team(name=name, phone=phone, hours=hours, reply_days=reply_days, holidays=[], made_at=now())
    session().add(team)
    session().flush()
    return team


def join_team(team: Team, account: Account) -> None:
    session().add(Member(team_id=team.id, account_id=account.id, since=now()))
    session().flush()


def add_person(
    *,
    given_name: str,
    family_name: str,
    born: date,
    team_id: UUID,
    lead: UUID,
    known_as: str = "",
    nhs_number: str | None = None,
    zone: str | None = None,
) -> Person:
    """Add a person to a team's list, with `lead` (an account) as their key contact."""
    person = Person(
        given_name=given_name,
        family_name=family_name,
        known_as=known_as or given_name,
        born=born,
        nhs_number=nhs_number,
        zone=zone or current_app.config["SETTINGS"].zone,
        made_at=now(),
    )
    session().add(person)
    session().flush()
    relate(
        person.id,
        kind=Role.PROFESSIONAL,
        team_id=team_id,
        account_id=lead,
        lead=True,
        rights=PROFESSIONAL,
        by=lead,
    )
    return person


def relate(
    person_id: UUID,
    *,
    kind: Role,
    account_id: UUID | None = None,
    team_id: UUID | None = None,
    lead: bool = False,
    rights: dict[Area, Level] | None = None,
    until: datetime | None = None,
    basis: str = "consent",
    by: UUID | None = None,
) -> Relationship:
    """Make an active relationship, with its rights and the change that says who made it."""
    row = Relationship(
        person_id=person_id,
        account_id=account_id,
        team_id=team_id,
        kind=kind.value,
        basis=basis,
        state="active",
        lead=lead,
        granted_by=by,
        since=now(),
        until=until,
    )
    session().add(row)
    session().flush()
    _set_rights(row.id, rights or {})
    session().add(Change(relationship_id=row.id, state="active", at=now(), by=by, reason=""))
    session().flush()
    return row


def write_letter(permit: Permit) -> str:
    """A new code for the person's own letter; earlier ones stop working. The code is shown once and never kept.

    :returns: the code.
    """
    permit.require(Area.CONTACTS, Level.MANAGE)
    session().execute(
        update(Invitation)
        .where(
            Invitation.person_id == permit.person_id,
            Invitation.kind == "self",
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
    )
    return _invite(permit, "self", permit.person_name, {})


def invite_carer(permit: Permit, name: str, rights: dict[Area, Level]) -> str:
    """Invite a carer, who starts with what the person ticked and nothing more. :returns: the code, shown once."""
    permit.require(Area.PEOPLE, Level.MANAGE)
    return _invite(permit, "carer", name, {area.value: int(level) for area, level in rights.items() if level})


def accept(code: str, born: date, user: SignedIn | None) -> SignedIn | None:
    """Use a letter's code with the birth date of the person it is about.

    :param user: the account signed in on this device, if any: a carer's code is added to it.
    :returns: the account now signed in; None when code and date do not fit, whatever is wrong about them.
    :raises TooManyRequests: after five tries at a code in an hour, or thirty from a network.
    """
    hashed = _code_hash(code)
    session().rollback()
    throttle.spend("invitation", throttle.network(), limit=30, minutes=60)
    throttle.spend("invitation-code", hashed, limit=5, minutes=60)
    writing()
    found = (
        session()
        .execute(
            select(Invitation, Person)
            .join(Person, Person.id == Invitation.person_id)
            .where(
                Invitation.code_hash == hashed,
                Invitation.withdrawn_at.is_(None),
                Invitation.expires_at > now(),
            )
            .with_for_update(of=Invitation)
        )
        .first()
    )
    if found is None or found[1].born != born or found[1].died_on:
        return None
    invitation, person = found
    if invitation.used_by:
        return _again(invitation)
    kind = Role(invitation.kind)
    owner = _owner(person) if kind is Role.SELF else None
    if kind is Role.CARER and user and user.kind is Kind.PERSON:
        account = session().get_one(Account, user.account_id)
    else:
        language = (person.language or None) if kind is Role.SELF else None
        account = owner or accounts.make(Kind.PERSON, invitation.name or person.known_as, locale=language)
    if owner is None:
        _let_in(invitation, person, account, kind)
    invitation.used_by = account.id
    session().flush()
    trail.record(accepting(person, account.id, account.name, kind), "accepted", "invitation", invitation.id)
    return user if user and user.account_id == account.id else sessions.begin(account, complete=True)


def end(permit: Permit, relationship_id: UUID, reason: str = "") -> None:
    """End somebody's access, at once. The person ends any; a carer may end their own.

    Carers' codes that nobody has used yet stop working with it: one of them may be in the same hands.

    :raises NotFound: when it is not theirs to end, or has ended.
    """
    row = session().get(Relationship, relationship_id, with_for_update=True)
    own = permit.relationship_id == relationship_id and permit.role is Role.CARER
    if (
        row is None
        or row.person_id != permit.person_id
        or row.kind == "self"
        or row.state not in ("active", "suspended")
    ):
        raise NotFound
    if not own and not permit.may(Area.PEOPLE, Level.MANAGE):
        raise NotFound
    move(row, "ended", permit.account_id, reason)
    notifications.take_back(row.person_id, row.id)  # that it ends soon
    if row.kind == "carer":
        _take_codes_back(permit)
    trail.record(permit, "ended", "relationship", row.id)


def renew(permit: Permit, relationship_id: UUID) -> None:
    """One more year."""
    row = _own(permit, relationship_id)
    row.until = max(row.until or now(), now()) + CARER_LASTS
    notifications.take_back(row.person_id, row.id)
    trail.record(permit, "renewed", "relationship", row.id)
    session().flush()


def set_rights(permit: Permit, relationship_id: UUID, rights: dict[Area, Level]) -> None:
    """Change what a carer, or the key contact's team, may see and do."""
    row = _own(permit, relationship_id)
    session().execute(delete(Right).where(Right.relationship_id == row.id))
    base = PROFESSIONAL if row.kind == Role.PROFESSIONAL else {}
    merged = {area: max(level, rights.get(area, Level.NOTHING)) for area, level in base.items()} | {
        area: level for area, level in rights.items() if area not in base
    }
    _set_rights(row.id, merged)
    trail.record(permit, "granted", "relationship", row.id)
    session().flush()


def move(row: Relationship, state: str, by: UUID | None, reason: str) -> None:
    """Change a relationship's state, kept with who and why. :raises IllegalChange: when it cannot follow."""
    if state not in NEXT[row.state]:
        raise IllegalChange(f"{row.state} → {state}")
    row.state = state
    session().add(Change(relationship_id=row.id, state=state, at=now(), by=by, reason=reason))
    session().flush()


def _own(permit: Permit, relationship_id: UUID) -> Relationship:
    permit.require(Area.PEOPLE, Level.MANAGE)
    row = session().get(Relationship, relationship_id, with_for_update=True)
    if row is None or row.person_id != permit.person_id or row.kind == "self" or row.state != "active":
        raise NotFound
    return row


def _set_rights(relationship_id: UUID, rights: dict[Area, Level]) -> None:
    session().add_all(
        Right(relationship_id=relationship_id, area=area.value, level=int(level))
        for area, level in rights.items()
        if level
    )
    session().flush()


def _take_codes_back(permit: Permit) -> None:
    session().execute(
        update(Invitation)
        .where(
            Invitation.person_id == permit.person_id,
            Invitation.kind == "carer",
            Invitation.used_by.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
    )


def _invite(permit: Permit, kind: str, name: str, rights: dict[str, int]) -> str:
    code = short_code()
    row = Invitation(
        person_id=permit.person_id,
        kind=kind,
        name=name,
        code_hash=_code_hash(code),
        rights=rights,
        made_by=permit.account_id,
        made_at=now(),
        expires_at=now() + LETTER_LASTS,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "invited", "invitation", row.id)
    return code


def _code_hash(code: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, plain_code(code).encode(), sha256).hexdigest()


def _again(invitation: Invitation) -> SignedIn | None:
    """A used code signs in once more, but only until the account has a way to sign in of its own."""
    if invitation.used_by is None or accounts.is_settled(invitation.used_by):
        return None
    account = session().get(Account, invitation.used_by)
    if account is None or account.suspended_at:
        return None
    still = select(Relationship.id).where(
        Relationship.person_id == invitation.person_id,
        Relationship.account_id == account.id,
        Relationship.kind == invitation.kind,
        Relationship.state == "active",
    )
    return sessions.begin(account, complete=True) if session().scalar(still) else None


def _let_in(invitation: Invitation, person: Person, account: Account, kind: Role) -> None:
    """Relate the account with what was offered. Somebody who helps already has it in place of what they had."""
    rights = {Area(area): Level(level) for area, level in invitation.rights.items()}
    until = now() + CARER_LASTS if kind is Role.CARER else None
    known = (
        session()
        .scalars(
            select(Relationship)
            .where(
                Relationship.person_id == person.id,
                Relationship.account_id == account.id,
                Relationship.kind == kind.value,
                Relationship.state == "active",
            )
            .with_for_update()
        )
        .first()
    )
    if known is None:
        relate(person.id, kind=kind, account_id=account.id, rights=rights, until=until, by=invitation.made_by)
        return
    session().execute(delete(Right).where(Right.relationship_id == known.id))
    _set_rights(known.id, rights)
    known.until = until
    session().flush()


def _owner(person: Person) -> Account | None:
    """The account of the person themself, when they have one: a new letter leads back to it."""
    return (
        session()
        .scalars(
            select(Account)
            .join(Relationship, Relationship.account_id == Account.id)
            .where(
                Relationship.person_id == person.id,
                Relationship.kind == "self",
                Relationship.state == "active",
            )
        )
        .first()
    )
