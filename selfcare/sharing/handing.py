"""Handing a summary to one more professional, ending that, and coming in with its code.

Whoever reads has an account with a second step, as every professional here: one that exists is signed in to, and a new
one is set up with a link of its own (`accounts.enrolment`) before it opens anything. It is of no team.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from selfcare.accounts import actions as accounts
from selfcare.accounts import enrolment, security
from selfcare.accounts.models import Account
from selfcare.accounts.passwords import short_code
from selfcare.audit import trail
from selfcare.database import after_commit, database, now, session, writing
from selfcare.notifications import actions as notifications
from selfcare.people import access, tells
from selfcare.people import queries as people
from selfcare.people.invitations import LASTS, MOST_TRIES, code_hash
from selfcare.people.models import Person
from selfcare.sharing import handed, snapshot
from selfcare.sharing.models import BY_HAND, TRIES, HandedSummary
from selfcare.web import throttle
from selfcare.web.access import Area, Kind, Level, Permit, Role, SignedIn, visible

READERS = (Kind.PROFESSIONAL, Kind.READER)
OF = "handed "  # of what its codes are


class TooMany(ValueError):
    """So many may be read now that nobody could say who reads what."""


class HasDied(ValueError):
    """The person has died: nothing new is shared about them."""


class OtherAccount(ValueError):
    """Who is signed in is no professional: they come in with an account of another kind."""


@dataclass(frozen=True)
class Whom:
    """To whom something is handed, and the last day on which they may read it, where the person lives."""

    name: str
    works_as: str
    last: date


@dataclass(frozen=True)
class Came:
    """Who came in with a code. `link`: of a new account, the code with which it is set up; None: it may read now."""

    handed_id: UUID
    link: str | None


def hand(
    permit: Permit, whom: Whom, body: snapshot.Body, as_of: datetime, summary_id: UUID | None
) -> tuple[UUID, str]:
    """Let one more professional read a summary, and nothing else.

    :param body: what they read: exactly what was looked at. :param summary_id: the shared one that it is of.
    :returns: its id, and the code, which is shown once and kept nowhere.
    :raises TooMany: :raises HasDied: :raises NotFound: not theirs to hand on.
    """
    permit.require(Area.SHARING, Level.MANAGE)
    if not handed.may_hand(permit):
        raise NotFound
    if permit.subject.died_on:
        raise HasDied
    if handed.count_open(permit) >= handed.MOST_OPEN:
        raise TooMany
    code, until = short_code(), datetime.combine(whom.last + timedelta(days=1), time(), permit.zone)
    row = HandedSummary(
        **permit.stamp(),
        name=whom.name,
        works_as=whom.works_as,
        summary_id=summary_id,
        as_of=as_of,
        # Who leads, and what was left out, is nothing that they were to read.
        body=body | {"lead": None, "unchosen": []},
        until=until,
        code_hash=code_hash(code, OF),
        code_until=min(now() + LASTS, until),
    )
    session().add(row)
    session().flush()
    trail.record(permit, "shared", "handed_summary", row.id)
    return row.id, code


def end(permit: Permit, handed_id: UUID) -> None:
    """From now on nobody reads it but the person. Twice is once. :raises NotFound: unknown, or not theirs to end."""
    permit.require(Area.SHARING, Level.MANAGE)
    query = select(HandedSummary).where(visible(permit, HandedSummary), HandedSummary.id == handed_id)
    row = session().scalars(query.with_for_update()).first()
    if row is None or not handed.may_hand(permit):
        raise NotFound
    if row.ended_at is None:
        row.ended_at, row.ended_why = now(), BY_HAND
        session().flush()
        trail.record(permit, "ended", "handed_summary", row.id)


def accept(code: str, born: date, user: SignedIn | None, email: str | None) -> Came | None:
    """Come in with a code and the birth date of the person it is about.

    :param user: who is signed in on this device, if anybody. :param email: with which a new account signs in.
    :returns: None when code and date do not fit, whatever is wrong about them.
    :raises NoCode: this cannot be a code; no try is counted.
    :raises OtherAccount: who is signed in is no professional; no try is counted.
    :raises Taken: a new account cannot have this address; the try counts as a wrong one.
    :raises TooManyRequests: after thirty wrong tries from a network in an hour.
    """
    hashed = code_hash(code, OF)
    if user and user.kind not in READERS:
        raise OtherAccount
    session().rollback()
    throttle.spend("invitation", throttle.network(), limit=30, minutes=60)
    if not _fits(hashed, born):
        return None
    writing()
    found = session().execute(_open(hashed)).first()
    if found is None:
        return None
    row, person = found
    account = session().get_one(Account, user.account_id) if user else _new(row, email or "")
    # Not before: with one code nobody asks of every address whether it is known here.
    throttle.give_back("invitation", throttle.network())
    row.account_id = account.id
    session().flush()
    permit = access.accepting(person, account.id, account.name, Role.READER)
    trail.record(permit, "accepted", "handed_summary", row.id)
    security.note("code-used", account.id, handed=row.id)
    return Came(row.id, None if user else enrolment.make(account))


def note_first(ledger: Session, permit: Permit, handed_id: UUID, told: list[UUID]) -> None:
    """It was read for the first time: keep when, once, and tell."""
    first = ledger.execute(
        update(HandedSummary)
        .where(
            HandedSummary.person_id == permit.person_id,
            HandedSummary.id == handed_id,
            HandedSummary.opened_at.is_(None),
        )
        .values(opened_at=now())
        .returning(HandedSummary.id)
    )
    if first.first() is not None:
        notifications.tell_within(ledger, permit.person_id, told, notifications.OPENED, handed_id)


def opened(reading: handed.Reading) -> None:
    """Somebody reads what they were handed: noted in who looked, and told when it is the first time. Both are kept
    though the request only reads; what cannot be noted is not answered.
    """
    permit, handed_id = reading.permit, reading.found.id
    trail.note_read(permit, Area.SHARING.value, handed_id)
    if reading.is_first:
        whom = people.accounts_of(permit)
        if reading.found.entered_as == Role.CARER and reading.handed_by:
            whom = [*whom, reading.handed_by]
        told = tells.told(permit, whom, notifications.OPENED)
        after_commit(lambda ledger: note_first(ledger, permit, handed_id, told))


def _new(row: HandedSummary, email: str) -> Account:
    """A new account for a code: of whom the person named. Who broke off on the way to a second step begins again with
    the same code, and the same account.
    """
    known = session().get(Account, row.account_id) if row.account_id else None
    account = known or accounts.make(Kind.READER, row.name, title=row.works_as)
    try:
        with session().begin_nested():
            accounts.change_way(account, accounts.tidy_email(email), None, whole=False)
    except IntegrityError:
        raise accounts.Taken(email) from None
    return account


def _fits(hashed: str, born: date) -> bool:
    """Whether the birth date is right. A wrong one is counted, in a transaction of its own, so that it stays so."""
    spent = None
    with database().transaction() as short:
        found = short.execute(_open(hashed)).first()
        if found is None:
            return False
        row, person = found
        if person.born == born:
            return True
        row.tries += 1
        if row.tries >= MOST_TRIES:
            row.ended_at, row.ended_why = now(), TRIES
            spent = row.entered_by
        person_id, handed_id = row.person_id, row.id
    security.note("code-wrong", None, handed=handed_id)
    if spent:
        security.note("code-exhausted", None, handed=handed_id)
        notifications.tell_later(person_id, [spent], notifications.CODE_SPENT, handed_id)
    return False


def _open(hashed: str) -> Select[HandedSummary, Person]:
    """The row of a code with which somebody may come in, locked: nobody has, or nobody whose account is whole."""
    half = select(Account.id).where(
        Account.id == HandedSummary.account_id,
        Account.kind == Kind.READER.value,
        Account.way_at.is_(None),
    )
    return (
        select(HandedSummary, Person)
        .join(Person, Person.id == HandedSummary.person_id)
        .where(
            HandedSummary.code_hash == hashed,
            HandedSummary.code_until > now(),
            or_(HandedSummary.account_id.is_(None), half.exists()),
            handed.stands(now()),
        )
        .with_for_update(of=HandedSummary)
        .execution_options(populate_existing=True)
    )
