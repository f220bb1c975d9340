"""Whether a message may still be sent, asked at the moment of sending, and who tells somebody it did not reach."""

from uuid import UUID

from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import session
from selfcare.notifications.kinds import (
    ADDRESS,
    ASK_BODY,
    CLOSING,
    COPIED,
    DAILY,
    ENROL,
    FACTOR,
    LIST_PROBLEM,
    NEEDS,
    SIGN_IN,
    SPENT,
    TEST,
    WAY,
)  # fmt: skip
from selfcare.outbox.deliver import Answer
from selfcare.outbox.queue import Delivery
from selfcare.people import access
from selfcare.people.models import Person, Relationship
from selfcare.web.access import Kind, Permit, Role


def may_send(held: Delivery) -> Answer:
    """What was queued while all that was different is not sent either."""
    return whether(held.account_id, held.person_id, held.kind)


def whether(account_id: UUID, person_id: UUID | None, kind: str) -> Answer:
    """Not to an account that is suspended; not about somebody who died; not where the access has ended, is on hold, or
    no longer reaches what the message is about.
    """
    account = session().get(Account, account_id)
    if account is None or account.suspended_at:
        return Answer(False, "suspended")
    if person_id is None:
        return (
            Answer(True)
            if kind
            in (
                DAILY,
                TEST,
                WAY,
                FACTOR,
                COPIED,
                SPENT,
                CLOSING,
                ADDRESS,
                SIGN_IN,
                ENROL,
                LIST_PROBLEM,
                ASK_BODY,
            )
            else Answer(False, "right")
        )
    person = session().get(Person, person_id)
    if person is None:
        return Answer(False, "gone")
    if person.died_on:
        return Answer(False, "died")
    return about_a_record(account, access.held_by(account, person.id), kind)


def about_a_record(account: Account, permit: Permit | None, kind: str) -> Answer:
    """The same, where it is known which permit the account holds for the record."""
    if account.suspended_at:
        return Answer(False, "suspended")
    if permit is None:
        return Answer(False, "ended")
    if permit.subject.died_on:
        return Answer(False, "died")
    need = NEEDS.get(kind)
    if kind not in NEEDS or (need is not None and not permit.may(need)):
        return Answer(False, "right")
    # Where nobody said otherwise, a person hears by their own clock; who works, by the team's.
    return Answer(True, zone=None if permit.role is Role.PROFESSIONAL else permit.subject.zone)


def owner(held: Delivery) -> UUID | None:
    """Who is to tell somebody whom a message did not reach: the person's lead key contact.

    Of a professional's own messages, and of a try, they themselves. None where a person has no key contact: their team
    sees it all the same. What is marked *only me* is known further up: `reminders.who_tells`.
    """
    kind = session().scalar(select(Account.kind).where(Account.id == held.account_id))
    if held.person_id is None or kind != Kind.PERSON:
        return held.account_id
    return session().scalar(
        select(Relationship.account_id).where(
            Relationship.person_id == held.person_id,
            Relationship.kind == Role.PROFESSIONAL,
            Relationship.lead,
            Relationship.state == "active",
        )
    )
