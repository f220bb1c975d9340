"""Actions with codes: a person's own letter, a carer's code, a team's code.

A code never opens an account that exists. The person's own letter opens their account only as long as it never had a
way to sign in; a carer's and a team's code grant one relationship, once. None outlives the right of who made it.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, delete, func, select, update
from werkzeug.exceptions import NotFound

from selfcare.accounts import actions as accounts
from selfcare.accounts import security, sessions
from selfcare.accounts.models import Account
from selfcare.accounts.passwords import plain_code, short_code
from selfcare.accounts.sessions import Began
from selfcare.audit import trail
from selfcare.database import database, now, session, writing
from selfcare.notifications import actions as notifications
from selfcare.people import actions, bases, pausing, queries, tells
from selfcare.people.access import PROFESSIONAL, accepting, hold
from selfcare.people.adding import staying
from selfcare.people.models import Invitation, Person, Relationship, Right
from selfcare.people.vouching import code_stands
from selfcare.web import throttle
from selfcare.web.access import Area, Kind, Level, Permit, Role, SignedIn

LASTS = timedelta(days=60)
SELF, CARER, TEAM, ACTING = "self", "carer", "team", "acting"

# With a wrong birth date, in a code's whole life: of 366 days of the year nobody gets through many.
MOST_TRIES = 10


class NoCode(ValueError):
    """What was typed cannot be a code: no try is counted."""


class OwnCode(ValueError):
    """Somebody typed a code that they made themselves, or one about themselves."""


class Basis(NamedTuple):
    """On what it rests that somebody acts for another: of `bases`, what was seen that says so, and the day of that."""

    code: str = bases.CONSENT
    seen: str = ""
    on: date | None = None


_CONSENT = Basis()


def write_letter(permit: Permit, vouched_by: UUID | None = None) -> str:
    """A new code for the person's own letter; earlier ones stop working. The code is shown once and never kept.

    :param vouched_by: on whose right the code rests, where that is not who makes it: it works as long as they have it.
    :returns: the code.
    :raises NotFound: once their account has a way to sign in; a letter would open nothing.
    """
    permit.require(Area.CONTACTS, Level.MANAGE)
    if has_way_in(permit):
        raise NotFound
    actions.take_codes_back(permit.person_id, SELF)
    return _invite(permit, SELF, permit.person_name, {}, vouched_by=vouched_by)


def vouch_instead(permit: Permit, of: UUID, to: UUID) -> None:
    """The person's letter rests on a colleague from now on, where it rested on who leaves."""
    permit.require(Area.CONTACTS, Level.MANAGE)
    rests_on = func.coalesce(Invitation.vouched_by, Invitation.made_by)
    open_one = (
        Invitation.person_id == permit.person_id,
        Invitation.kind == SELF,
        Invitation.withdrawn_at.is_(None),
    )
    session().execute(update(Invitation).where(*open_one, rests_on == of).values(vouched_by=to))


def has_way_in(permit: Permit) -> bool:
    """Whether the person's own account ever had a way to sign in. Then a letter opens nothing any more."""
    owner = owner_of(permit.person_id)
    return owner is not None and owner.way_at is not None


def invite_carer(permit: Permit, name: str, rights: dict[Area, Level], last: date | None = None) -> str:
    """Invite a carer, who starts with what the person ticked and nothing more. :returns: the code, shown once.

    :param last: the last day of it, where the person lives; None: a year from when they come in.
    """
    permit.require(Area.PEOPLE, Level.MANAGE)
    until = datetime.combine(last, time(23, 59, 59), permit.zone).astimezone(UTC) if last else None
    given = {area.value: int(level) for area, level in rights.items() if level}
    return _invite(permit, CARER, name, given, until)


def invite_acting(permit: Permit, name: str, rights: dict[Area, Level], basis: Basis) -> str:
    """Let in who acts for the person by law, as the team has seen. :returns: the code, shown once."""
    permit.require(Area.CONTACTS, Level.MANAGE)
    actions.take_codes_back(permit.person_id, ACTING)  # the one that was shown last is the one that counts
    given = {area.value: int(level) for area, level in rights.items()}
    return _invite(permit, ACTING, name, given, basis=basis)


def invite_team(permit: Permit) -> str:
    """Let one more team in, with what a key contact has. :returns: the code that its professional types, shown once."""
    permit.require(Area.PEOPLE, Level.MANAGE)
    return _invite(permit, TEAM, "", {})


def accept(code: str, born: date, user: SignedIn | None) -> SignedIn | None:
    """Use a code with the birth date of the person it is about.

    :param user: the account signed in on this device, if any: a carer's code is added to it.
    :returns: the account now signed in; None when code and date do not fit, whatever is wrong about them.
    :raises NoCode: when this cannot be a code.
    :raises OwnCode: when it is their own, or about themselves.
    :raises TooManyRequests: after thirty wrong tries from a network in an hour.
    """
    found = _right(code, born)
    if found is None:
        return None
    invitation, person = found
    if user and invitation.is_of(user.account_id):
        raise OwnCode
    if invitation.kind in (CARER, ACTING):
        return _help(invitation, person, user)
    return _come_in(invitation, person) if invitation.kind == SELF else None


def let_team_in(user: SignedIn, team_id: UUID, code: str, born: date) -> Person | None:
    """A professional of a second team types the person's letter or the code that the person made for them.

    The team is let in, with this professional as its key contact. A letter goes on working for the person.

    :returns: the person; None when code and date do not fit, whatever is wrong about them.
    :raises NoCode: :raises TooManyRequests: as `accept`. :raises NotFound: not a member of the team.
    :raises OwnCode: they wrote the letter themself, so nobody gave it to them.
    :raises Leaves: the day they leave the team is set.
    """
    found = _right(code, born)
    staying(team_id, user.account_id)
    if found is None or found[0].kind in (CARER, ACTING):
        return None
    invitation, person = found
    if invitation.is_of(user.account_id):
        raise OwnCode
    known = select(Relationship.id).where(
        Relationship.person_id == person.id, Relationship.team_id == team_id, Relationship.state == "active"
    )
    permit = accepting(person, user.account_id, user.name, Role.PROFESSIONAL)
    if session().scalar(known) is None:
        made = actions.relate(
            person.id, kind=Role.PROFESSIONAL, team_id=team_id, account_id=user.account_id, lead=False,
            rights=PROFESSIONAL, by=invitation.rests_on,
        )  # fmt: skip
        _tell_who_came(permit, made)
    if invitation.kind == TEAM:
        _use(invitation, user.account_id)
    trail.record(permit, "accepted", "invitation", invitation.id)
    return person


def code_hash(code: str, of: str = "") -> str:
    """A code as it is kept. :param of: for what it is, where it is no invitation. :raises NoCode: it cannot be one."""
    plain = plain_code(code)
    if plain is None:
        raise NoCode
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"{of}{plain}".encode(), sha256).hexdigest()


def _invite(
    permit: Permit,
    kind: str,
    name: str,
    rights: dict[str, int],
    until: datetime | None = None,
    basis: Basis = _CONSENT,
    vouched_by: UUID | None = None,
) -> str:
    code = short_code()
    row = Invitation(
        person_id=permit.person_id,
        kind=kind,
        name=name,
        code_hash=code_hash(code),
        rights=rights,
        made_by=permit.account_id,
        vouched_by=vouched_by,
        made_at=now(),
        expires_at=min(now() + LASTS, until or now() + LASTS),
        until=until,
        basis=basis.code,
        basis_seen=basis.seen,
        basis_on=basis.on,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "invited", "invitation", row.id)
    return code


def _right(code: str, born: date) -> tuple[Invitation, Person] | None:
    """The code's row, locked, and the person, where both are right and the code still opens something.

    Who may see the record is locked before: whoever ends an access, which takes codes back, holds that first, too.
    """
    hashed = code_hash(code)
    session().rollback()
    throttle.spend("invitation", throttle.network(), limit=30, minutes=60)
    if not _fits(hashed, born):
        return None
    throttle.give_back("invitation", throttle.network())
    writing()
    whose = session().scalar(select(Invitation.person_id).where(Invitation.code_hash == hashed))
    if whose is not None:
        hold(whose)
    found = session().execute(_open(hashed)).first()
    return (found[0], found[1]) if found else None


def _fits(hashed: str, born: date) -> bool:
    """Whether the birth date is right. A wrong one is counted, in a transaction of its own, so that it stays so."""
    spent = None
    with database().transaction() as short:
        found = short.execute(_open(hashed)).first()
        if found is None:
            return False
        invitation, person = found
        if person.born == born:
            return True
        invitation.tries += 1
        if invitation.tries >= MOST_TRIES:
            invitation.withdrawn_at = now()
            spent = invitation.rests_on
    security.note("code-wrong", None, invitation=invitation.id)
    if spent:
        security.note("code-exhausted", None, invitation=invitation.id)
        notifications.tell_later(person.id, [spent], notifications.CODE_SPENT, invitation.id)
    return False


def _open(hashed: str) -> Select[Invitation, Person]:
    """The code that may still open something, of somebody who is alive, locked. Who made it may still make it."""
    return (
        select(Invitation, Person)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            Invitation.code_hash == hashed,
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now(),
            Person.died_on.is_(None),
            Person.mistaken_at.is_(None),
            (Invitation.kind == SELF) | Invitation.used_at.is_(None),
            code_stands(),
        )
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    )


def _help(invitation: Invitation, person: Person, user: SignedIn | None) -> SignedIn | None:
    """A carer's code: one relationship for whoever is signed in, or for an account made now. Nothing for whom a team
    keeps out.
    """
    owner = owner_of(person.id)
    if user and owner and owner.id == user.account_id:
        raise OwnCode
    known = user if user and user.kind is Kind.PERSON else None
    if known and pausing.is_kept_out(person.id, known.account_id):
        return None
    account = (
        session().get_one(Account, known.account_id)
        if known
        else accounts.make(Kind.PERSON, invitation.name or person.known_as)
    )
    permit = accepting(person, account.id, account.name, Role.CARER)
    _let_in(permit, invitation, person, account)
    _use(invitation, account.id)
    trail.record(permit, "accepted", "invitation", invitation.id)
    security.note("code-used", account.id, invitation=invitation.id)
    return known or sessions.begin(account, Began.CODE, complete=True)


def _come_in(invitation: Invitation, person: Person) -> SignedIn | None:
    """The person's own letter: their account made now, or theirs as long as it never had a way to sign in."""
    account = owner_of(person.id)
    if account is None and invitation.used_by is not None:
        return None  # whose it was is no longer theirs
    if account is None:
        name = invitation.name or person.known_as
        account = accounts.make(Kind.PERSON, name, locale=person.language or None)
        before = _came_before(person)
        actions.relate(person.id, kind=Role.SELF, account_id=account.id, by=invitation.rests_on)
        for made in before:
            _tell_who_came(accepting(person, account.id, account.name, Role.SELF), made)
    elif account.way_at is not None or account.suspended_at:
        return None
    _use(invitation, account.id)
    trail.record(
        accepting(person, account.id, account.name, Role.SELF), "accepted", "invitation", invitation.id
    )
    security.note("code-used", account.id, invitation=invitation.id)
    return sessions.begin(account, Began.LETTER, complete=True)


def _use(invitation: Invitation, account_id: UUID) -> None:
    invitation.used_by, invitation.used_at = account_id, now()
    session().flush()


def _tell_who_came(permit: Permit, made: Relationship) -> None:
    """Whose letter or code it was may not have been theirs to hand on: the person hears of whoever comes in by it; of
    whoever came before they have an account, once they have one.
    """
    tells.tell(permit, queries.accounts_of(permit), notifications.ACCESS, made.id)


def _came_before(person: Person) -> Sequence[Relationship]:
    """Who came in by the letter before the person themself did: everybody but the team that added them."""
    query = select(Relationship).where(
        Relationship.person_id == person.id, Relationship.state == "active", Relationship.lead.is_(False)
    )
    return session().scalars(query.order_by(Relationship.since, Relationship.id)).all()


def _let_in(permit: Permit, invitation: Invitation, person: Person, account: Account) -> None:
    """Relate a carer with what was offered. Who helps already has it in place of what they had; who acts by law waits
    for a second one of the team.
    """
    rights = {Area(area): Level(level) for area, level in invitation.rights.items()}
    if invitation.kind == ACTING:
        made = actions.relate(
            person.id, kind=Role.CARER, account_id=account.id, rights=rights, by=invitation.made_by,
            basis=invitation.basis, state="proposed",
        )  # fmt: skip
        made.basis_seen, made.basis_on = invitation.basis_seen, invitation.basis_on
        session().flush()
        return
    until = invitation.until or now() + actions.CARER_LASTS
    known = (
        session()
        .scalars(
            select(Relationship)
            .where(
                Relationship.person_id == person.id,
                Relationship.account_id == account.id,
                Relationship.kind == Role.CARER.value,
                Relationship.state.in_(pausing.OPEN),
            )
            .with_for_update()
        )
        .first()
    )
    if known is None:
        made = actions.relate(
            person.id,
            kind=Role.CARER,
            account_id=account.id,
            rights=rights,
            until=until,
            by=invitation.rests_on,
        )
        _tell_who_came(permit, made)
        return
    if known.basis != bases.CONSENT:
        return  # who acts by law has more, and it does not rest on this code
    if known.state == "suspended":  # paused, and asked back by whoever may
        actions.move(known, "active", invitation.made_by, "")
        known.held_by = ""
    session().execute(delete(Right).where(Right.relationship_id == known.id))
    actions.give(known.id, rights)
    known.until = until
    session().flush()


def owner_of(person_id: UUID) -> Account | None:
    """The account of the person themself, when they have one: locked, so that of two who would let them in, or ask for
    it, the second comes after the first.
    """
    query = (
        select(Account)
        .join(Relationship, Relationship.account_id == Account.id)
        .where(
            Relationship.person_id == person_id,
            Relationship.kind == SELF,
            Relationship.state == "active",
        )
        .with_for_update(of=Account, key_share=True)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).first()
