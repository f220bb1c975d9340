"""Actions of recovery: a new way in for a person who lost every one they had.

A professional of the team says how they made sure who it is, a second one confirms it, the person is told by every way
there is, and for a day any of their devices stops it with one tap. Only then does a code, with the birth date, set a
new password. What is marked *only me* stays shut for a week more.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from selfcare.accounts import actions as accounts
from selfcare.accounts import links, passkeys, passwords, security, sessions
from selfcare.accounts.models import Account
from selfcare.accounts.passwords import short_code
from selfcare.accounts.sessions import Began
from selfcare.audit import trail
from selfcare.database import database, now, session, writing
from selfcare.notifications import actions as notifications
from selfcare.people import actions, tells
from selfcare.people.access import accepting
from selfcare.people.invitations import MOST_TRIES, code_hash, owner_of
from selfcare.people.models import Member, Person, Recovery, Relationship
from selfcare.people.vouching import recovery_stands
from selfcare.web import throttle
from selfcare.web.access import ONLY_ME_SHUT, Permit, Role, SignedIn

FACE = "face"  # else "called"

WAIT = timedelta(hours=24)
UNUSED = timedelta(days=30)  # a face before one and no session used for this long: nobody is there to stop it
LASTS = timedelta(days=14)


class UnderWay(Exception):
    """One was asked for already, by somebody else in the same moment perhaps."""


def open_one(permit: Permit, *, lock: bool = False) -> Recovery | None:
    """The recovery of a person that is under way, if any: neither stopped, nor used, nor over."""
    query = (
        select(Recovery)
        .where(
            Recovery.person_id == permit.person_id,
            Recovery.stopped_at.is_(None),
            Recovery.used_at.is_(None),
            Recovery.expires_at > now(),
        )
        .order_by(Recovery.asked_at.desc())
        .limit(1)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).first()


def colleagues(row: Recovery) -> bool:
    """Whether there is somebody of the team who can confirm it."""
    return bool(_others(row.team_id, row.asked_by))


def waits(row: Recovery) -> bool:
    """Whether the person has a day to stop it once it is confirmed: somebody may be there to stop it."""
    last = sessions.last_used(row.account_id)
    return row.how != FACE or (last is not None and last >= now() - UNUSED)


def is_open(row: Recovery) -> bool:
    """Whether its code would work now, as long as it stands."""
    return row.opens_at is not None and row.opens_at <= now()


def stands(row: Recovery) -> bool:
    """Whether who asked for it, and who confirmed it, could still do so: else its code opens nothing."""
    return session().scalar(select(Recovery.id).where(Recovery.id == row.id, recovery_stands())) is not None


def vouches(row: Recovery, account_id: UUID | None) -> bool:
    """Whether somebody asked for it or confirmed it: the code is in no other hands, or it might outlive them."""
    return account_id is not None and account_id in (row.asked_by, row.confirmed_by)


def ask(permit: Permit, *, how: str, seen: str) -> Recovery:
    """A professional of the team asks for a new way in, and says how they made sure who it is.

    :param how: FACE, or "called".
    :param seen: what was seen, or where the number that was called had been kept.
    :raises UnderWay: see there.
    :raises NotFound: when the person never had a way to sign in (a letter does).
    """
    team_id = _team(permit)
    # Locked: of two who ask in the same moment, the second finds what the first asked for.
    account = owner_of(permit.person_id)
    if account is None or account.way_at is None:
        raise NotFound
    if open_one(permit, lock=True):
        raise UnderWay
    row = Recovery(
        person_id=permit.person_id, account_id=account.id, team_id=team_id, how=how, seen=seen,
        asked_by=permit.account_id, asked_name=permit.account_name, asked_at=now(), confirmed_name="",
        expires_at=now() + LASTS,
    )  # fmt: skip
    session().add(row)
    session().flush()
    trail.record(permit, "asked", "recovery", row.id)
    security.note("recovery-asked", account.id, by=permit.account_id, recovery=row.id)
    tells.tell(permit, _others(team_id, permit.account_id), notifications.RECOVERY_ASKED, row.id)
    return row


def confirm(permit: Permit, recovery_id: UUID | None = None) -> None:
    """A second member of the same team confirms. The person is told at once, and the wait begins.

    :param recovery_id: the one that was read; None skips the check.
    :raises NotFound: when there is none to confirm, or this is who asked for it.
    :raises UnderWay: when another was asked for since.
    """
    row = _open(permit)
    if recovery_id not in (None, row.id):
        raise UnderWay
    if (
        not stands(row)
        or row.confirmed_at
        or row.asked_by == permit.account_id
        or not _is_member(row.team_id, permit.account_id)
    ):
        raise NotFound
    row.confirmed_by, row.confirmed_name, row.confirmed_at = permit.account_id, permit.account_name, now()
    row.opens_at = now() + WAIT if waits(row) else now()
    row.expires_at = row.opens_at + LASTS
    session().flush()
    trail.record(permit, "confirmed", "recovery", row.id)
    security.note("recovery-confirmed", row.account_id, by=permit.account_id, recovery=row.id)
    notifications.settled(permit.person_id, row.id, notifications.RECOVERY_ASKED)
    notifications.tell_of_recovery(permit, row.account_id, row.id)


def write_code(permit: Permit) -> tuple[str, datetime]:
    """A code for the person, once a second one confirmed; an earlier one stops working. It is shown once.

    :returns: the code, and from when on it works.
    :raises NotFound: for anybody but who asked for it and who confirmed it, as long as both may.
    """
    row = _open(permit)
    if row.opens_at is None or not stands(row) or not vouches(row, permit.account_id):
        raise NotFound
    code = short_code()
    row.code_hash = code_hash(code)
    session().flush()
    trail.record(permit, "invited", "recovery", row.id)
    return code, row.opens_at


def stop(permit: Permit) -> None:
    """The person, or a professional of the team, stops what is under way. :raises NotFound: when nothing is."""
    if permit.role is Role.CARER:
        raise NotFound
    _stop(_open(permit), permit)


def stop_by_link(recovery_id: UUID) -> bool:
    """Whoever reads the person's mail stops it. :returns: whether nobody gets in by it now; False once it was used."""
    writing()
    found = (
        session()
        .execute(
            select(Recovery, Person)
            .join(Person, Person.id == Recovery.person_id)
            .where(Recovery.id == recovery_id, Recovery.stopped_at.is_(None), Recovery.used_at.is_(None))
            .with_for_update(of=Recovery)
        )
        .first()
    )
    if found is None:
        past = session().get(Recovery, recovery_id)
        return past is None or past.used_at is None
    row, person = found
    _stop(row, accepting(person, row.account_id, person.known_as, Role.SELF))
    return True


def come_back(code: str, born: date, email: str, password: str) -> SignedIn | None:
    """Use a recovery's code: set the address and password, end what was open, and sign in.

    :returns: None when code and date do not fit, or the wait is not over, whatever is wrong.
    :raises NoCode: :raises TooManyRequests: :raises WeakPassword: :raises Taken: with a sentence each.
    """
    hashed, address = code_hash(code), accounts.tidy_email(email)
    session().rollback()
    throttle.spend("recovery", throttle.network(), limit=30, minutes=60)
    name = _fits(hashed, born)
    if name is None:
        return None
    throttle.give_back("recovery", throttle.network())
    passwords.refuse_weak(password, address, name, demo=current_app.config["SETTINGS"].demo)
    made = passwords.hashed(password)
    writing()
    found = session().execute(_to_use(hashed)).first()
    if found is None:
        return None
    row, person = found
    account = session().get_one(
        Account, row.account_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if account.suspended_at:
        return None
    former = account.email
    try:
        accounts.change_way(account, address, made)
    except IntegrityError:
        session().rollback()
        raise accounts.Taken(address) from None
    account.email_at = (
        None  # whoever reads its mail was not asked: it is proved once more before codes go there
    )
    passkeys.remove_all(account.id)
    links.remove_all(account.id)
    row.used_at, account.only_me_from = now(), now() + ONLY_ME_SHUT
    # Whoever sat in the account until now may hold one.
    actions.take_codes_back(person.id, "carer", "team")
    sessions.end_all(account.id)
    sessions.forget_devices(account.id)
    session().flush()
    trail.record(accepting(person, account.id, account.name, Role.SELF), "used", "recovery", row.id)
    security.note("recovery-used", account.id, recovery=row.id)
    notifications.take_back_for(account.id, row.id)
    security.tell(account.id, security.WAY, former if former != address else None)
    return sessions.begin(account, Began.RECOVERY, complete=True)


def _to_use(hashed: str) -> Select[Recovery, Person]:
    moment = now()
    return (
        select(Recovery, Person)
        .join(Person, Person.id == Recovery.person_id)
        .where(
            Recovery.code_hash == hashed,
            Recovery.stopped_at.is_(None),
            Recovery.used_at.is_(None),
            Recovery.opens_at <= moment,
            Recovery.expires_at > moment,
            Person.died_on.is_(None),
            Person.mistaken_at.is_(None),
            recovery_stands(),
        )
        .with_for_update(of=Recovery)
        .execution_options(populate_existing=True)
    )


def _fits(hashed: str, born: date) -> str | None:
    """What the person is called, where the birth date is right. A wrong one is counted; ten end the recovery, and who
    asked for it and confirmed it is told.
    """
    with database().transaction() as short:
        found = short.execute(_to_use(hashed)).first()
        if found is None:
            return None
        row, person = found
        if person.born == born:
            return str(person.known_as)
        row.tries += 1
        if row.tries >= MOST_TRIES:
            row.stopped_at = now()
            security.note("code-exhausted", row.account_id, recovery=row.id)
            told = sorted({who for who in (row.asked_by, row.confirmed_by) if who})
            notifications.tell_later(person.id, told, notifications.STOPPED, row.id)
    return None


def _stop(row: Recovery, permit: Permit) -> None:
    actions.stop_recovery(permit, row)
    asked = {who for who in (row.asked_by, row.confirmed_by) if who and who != permit.account_id}
    tells.tell(permit, sorted(asked), notifications.STOPPED, row.id)


def _open(permit: Permit) -> Recovery:
    row = open_one(permit, lock=True)
    if row is None:
        raise NotFound
    return row


def _team(permit: Permit) -> UUID:
    """The team as which a professional acts. :raises NotFound: anybody else."""
    row = session().get(Relationship, permit.relationship_id) if permit.relationship_id else None
    if permit.role is not Role.PROFESSIONAL or row is None or row.team_id is None:
        raise NotFound
    return row.team_id


def _others(team_id: UUID, but: UUID | None) -> list[UUID]:
    query = select(Member.account_id).where(
        Member.team_id == team_id, Member.stands(), Member.account_id != but
    )
    return list(session().scalars(query))


def _is_member(team_id: UUID, account_id: UUID | None) -> bool:
    row = session().get(Member, (team_id, account_id)) if account_id else None
    return row is not None and not row.has_ended
