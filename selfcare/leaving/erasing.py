"""Erasing everything about a person, when the day has come: rows, files, and what lies between the rows.

One transaction a person: all of it goes, or none, and then the next night begins again. What a database keeps of rows
that are gone is cleared afterwards, once for all of that night; a mark stays until that was done.
"""

import hmac
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from selfcare.accounts.models import Account
from selfcare.audit import chain
from selfcare.database import Base, database, describe, now, session
from selfcare.filing.models import Incoming, Receipt, ReceiptName
from selfcare.leaving import clearing, files, notebook, over, tables
from selfcare.leaving.models import Erased, ErasedAccess
from selfcare.people.death import DIED
from selfcare.people.models import Member, Person, Relationship
from selfcare.web.access import Kind, Role

log = structlog.get_logger()

# A grant in one of these states is one that somebody may still help by.
_LIVING = over.LIVING


def due(moment: datetime) -> int:
    """Erase everybody whose day has come, and clear what is left of them. :returns: how many."""
    with Session(database().engine) as reading:
        waiting = list(
            reading.scalars(
                select(Person.id).where(Person.erase_at <= moment, _stands()).order_by(Person.erase_at)
            )
        )
    done, faults = 0, []
    for person_id in waiting:
        try:
            done += one(person_id, moment)
        except Exception as fault:  # one whose record resists keeps nobody else's
            log.error("not erased", fault=describe(fault))
            faults.append(fault)
    files.sweep()
    with Session(database().engine) as reading:
        last = reading.scalar(select(func.max(Erased.at)).where(Erased.cleared_at.is_(None)))
    if last is not None:
        clearing.clear(database(), _every_table(), last)
        with database().transaction() as work:
            work.execute(update(Erased).where(Erased.cleared_at.is_(None)).values(cleared_at=now()))
    if done:
        log.info("erased", number=done)
    if faults:
        raise faults[0]
    return done


def after_restore() -> int:
    """Erase whoever is back by a backup of before they were erased. :returns: how many."""
    known = notebook.noted()
    with Session(database().engine) as reading:
        back = [one for one in reading.scalars(select(Person.id)) if digest(one) in known] if known else []
    for person_id in back:
        with database().transaction() as work:
            _erase(work, work.get_one(Person, person_id), now())
    return len(back)


def one(person_id: UUID, moment: datetime) -> bool:
    """Erase one person. :returns: False where it was taken back in this moment, they have died, or their time is not
    over after all.
    """
    with database().transaction() as work:
        # In the order in which everybody takes them: who may see the record first.
        every = select(Relationship.id).where(Relationship.person_id == person_id)
        work.scalars(every.order_by(Relationship.id).with_for_update()).all()
        person = work.scalar(select(Person).where(Person.id == person_id).with_for_update())
        if person is None or person.erase_at is None or person.erase_at > moment:
            return False
        standing = [_stands()]
        if person.erase_why:
            standing += [rule for why, rule in over.rules(moment).items() if why == person.erase_why] or [
                false()
            ]
        if work.scalar(select(Person.id).where(Person.id == person_id, *standing)) is None:
            return False
        _erase(work, person, moment)
        notebook.note(digest(person_id), moment)
    return True


def _stands() -> ColumnElement[bool]:
    """Whether it is of who lives, or of who died and nobody keeps any longer. Who asked for it and died can take
    nothing back any more; whose death was a mistake lives.
    """
    died = Person.died_on.is_not(None)
    return or_(and_(died, Person.erase_why == DIED), and_(~died, Person.erase_why != DIED))


def _erase(work: Session, person: Person, moment: datetime) -> None:
    person_id = person.id
    own = _own_accounts(work, person_id)
    reached = _who_gets_in(work, person_id) - set(own)
    _take_out_unclaimed(work, person)
    work.expunge_all()
    for table in reversed(tables.of_people()):
        work.execute(delete(table).where(tables.of(table, person_id)))
    chain.forget(work, person_id, own)
    _leave(work, own)
    work.merge(Erased(digest=digest(person_id), at=moment))
    for account_id in reached:
        work.merge(ErasedAccess(digest=digest(person_id, account_id), at=moment))
    work.flush()


def digest(person_id: UUID, account_id: UUID | None = None) -> str:
    """By which it is known again that there was a record, and that an account had access to it.

    Without the app's key nobody makes one.
    """
    key = current_app.config["SECRET_KEY"].encode()
    said = f"erased {person_id} {account_id}" if account_id else f"erased {person_id}"
    return hmac.new(key, said.encode(), sha256).hexdigest()


def is_erased(person_id: UUID, account_id: UUID) -> bool:
    """Whether there was a record of this id that is erased, and the account had access to it. To anybody else there
    never was one.
    """
    # By the request's own connection: one more for each would be more than there are.
    return session().get(ErasedAccess, digest(person_id, account_id)) is not None


def _who_gets_in(work: Session, person_id: UUID) -> set[UUID]:
    """Every account that has access now: by a grant of its own, or by its place in a team."""
    grants = Relationship.person_id == person_id, Relationship.state.in_(_LIVING)
    still = or_(Relationship.until.is_(None), Relationship.until > now())
    helps = select(Relationship.account_id).where(
        *grants, still, Relationship.kind != Role.PROFESSIONAL.value
    )
    teams = select(Relationship.team_id).where(*grants, still, Relationship.team_id.is_not(None))
    members = select(Member.account_id).where(Member.team_id.in_(teams), Member.stands())
    return {one for one in [*work.scalars(helps), *work.scalars(members)] if one is not None}


def _own_accounts(work: Session, person_id: UUID) -> list[UUID]:
    mine = Relationship.person_id == person_id, Relationship.kind == Role.SELF.value
    found = work.scalars(select(Relationship.account_id).where(*mine).distinct())
    return [account for account in found if account is not None]


def _leave(work: Session, accounts: list[UUID]) -> None:
    """The accounts by which the person came in go too, but for one that also helps somebody else."""
    for account_id in accounts:
        helps = select(Relationship.id).where(
            Relationship.account_id == account_id, Relationship.state.in_(_LIVING)
        )
        kind = work.scalar(select(Account.kind).where(Account.id == account_id))
        if kind != Kind.PERSON.value or work.scalar(helps.limit(1)):
            continue
        close(work, account_id)


def close(work: Session, account_id: UUID) -> None:
    """An account goes, with every way into it. What it wrote in others' records stays there, with its name.

    So does every grant that is over: that it was there, and until when, is the history of a record and not of this one.
    """
    over_by_now = or_(Relationship.state.not_in(_LIVING), Relationship.until <= now())
    history = Relationship.account_id == account_id, over_by_now
    work.execute(update(Relationship).where(*history).values(account_id=None))
    for name in sorted(tables.OF_ACCOUNT - {"account"}):
        table = Base.metadata.tables[name]
        work.execute(delete(table).where(table.c.account_id == account_id))
    work.execute(delete(Account).where(Account.id == account_id))


def _take_out_unclaimed(work: Session, person: Person) -> None:
    """Reports that wait for a human in a team that looks after this person, and name their NHS number and birth date.

    Of one that was turned away or given back nothing is there any more but that it came. Where somebody else of the
    team has the same number, what waits may be theirs: it stays, and a human says whose it is.
    """
    if person.nhs_number is None:
        return
    cared_for = Relationship.kind == Role.PROFESSIONAL.value, Relationship.state.in_(_LIVING)
    teams = select(Relationship.team_id).where(Relationship.person_id == person.id, *cared_for)
    others = select(Relationship.team_id).join(Person, Person.id == Relationship.person_id)
    others = others.where(Person.nhs_number == person.nhs_number, Person.id != person.id, *cared_for)
    found: Callable[[dict[str, object]], bool] = lambda whose: (  # noqa: E731
        person.nhs_number in [str(one).replace(" ", "") for one in whose.get("nhs_numbers", [])]  # type: ignore[attr-defined]
        and whose.get("born") == person.born.isoformat()
    )
    unclaimed = select(Incoming.receipt_id, Incoming.body).where(
        Incoming.state == "waiting",
        Incoming.person_id.is_(None),
        Incoming.team_id.in_(teams),
        Incoming.team_id.not_in(others),
    )
    theirs = [
        receipt
        for receipt, body in work.execute(unclaimed, execution_options={"yield_per": 100})
        if found(body.get("whose") or {})
    ]
    for table, column in (
        (Incoming, Incoming.receipt_id),
        (ReceiptName, ReceiptName.receipt_id),
        (Receipt, Receipt.id),
    ):
        work.execute(delete(table).where(column.in_(theirs)))


def _every_table() -> list[str]:
    names = {table.name for table in tables.of_people()} | tables.OF_ACCOUNT | tables.TRAIL
    return sorted(names & set(Base.metadata.tables))
