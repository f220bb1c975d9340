"""*Something is wrong here*: what somebody said goes to whoever keeps the list, and to those who run a team's pages.

Nothing in it says who that was: no account, no record and no trail. So it is no part of anybody's record either.
"""

from collections.abc import Callable
from uuid import UUID

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.community import queries, words
from selfcare.community.models import Service, ServiceList, ServiceProblem
from selfcare.database import database, now, session
from selfcare.notifications import email, kinds
from selfcare.notifications.sending import outcome
from selfcare.notifications.words import Letter
from selfcare.outbox import deliver, queue
from selfcare.outbox.deliver import Outcome
from selfcare.outbox.queue import Delivery
from selfcare.people.models import Administrator
from selfcare.web import throttle
from selfcare.web.access import Area, Level, Permit, take_turn

A_DAY, MINUTES = 20, 24 * 60  # of one account

Send = Callable[[Delivery, str | None], Outcome]


def count_try(permit: Permit) -> None:
    """Count that this account says something, before its turn to write. :raises TooManyRequests: it says too much."""
    throttle.spend("service problem", str(permit.account_id), limit=A_DAY, minutes=MINUTES)


def say(permit: Permit, service_id: UUID, *, kind: str, line: str) -> bool:
    """Keep what is wrong, and send it to the list's owner where that can be. Takes its turn to write itself.

    :returns: whether it goes to them. :raises NotFound: there is no such service.
    """
    take_turn(permit, Area.COMMUNITY, Level.SEE)
    told = queries.service(permit, service_id)
    row = ServiceProblem(
        service_id=told.service.id,
        label=told.service.name,
        list_name=told.of.name,
        kind=kind,
        words=line,
        at=now(),
    )
    session().add(row)
    session().flush()
    runs = _sends(told)
    if runs is None:
        return False
    about = {"problem": str(row.id)}
    return queue.enqueue(
        f"problem:{row.id}", account_id=runs, person_id=None, kind=kinds.LIST_PROBLEM, about=about
    )


def goes(told: queries.Told) -> bool:
    """Whether what is wrong about a service can go to whoever keeps its list: there is an address, and mail is sent."""
    return _sends(told) is not None


def _sends(told: queries.Told) -> UUID | None:
    """In whose name a delivery to the list's owner waits; None where it cannot go. The outbox knows deliveries by an
    account, and drops those of one that is suspended. It is of somebody who runs a team's pages, and never of who said
    it.
    """
    if not told.of.owner_email or not email.is_set_up():
        return None
    return session().scalar(
        select(Administrator.account_id)
        .join(Account, Account.id == Administrator.account_id)
        .where(Account.suspended_at.is_(None))
        .order_by(Administrator.since, Administrator.account_id)
        .limit(1)
    )


def close(problem_id: UUID) -> None:
    """Take one off the list of what is wrong. Twice is once. :raises NotFound: there is none."""
    row = session().get(ServiceProblem, problem_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.closed_at is None:
        row.closed_at = now()
        session().flush()


def or_send(send: Send) -> Send:
    """What sends every message, and to a list's owner what is wrong on it."""
    return lambda held, zone: _send(held) if held.kind == kinds.LIST_PROBLEM else send(held, zone)


def _send(held: Delivery) -> Outcome:
    row = session().get(ServiceProblem, UUID(held.about["problem"]))
    to = row and session().scalar(
        select(ServiceList.owner_email)
        .join(Service, Service.list_id == ServiceList.id)
        .where(Service.id == row.service_id)
    )
    if row is None or not to or not email.is_set_up():
        return deliver.dropped("gone")
    written, problem_id = letter(row), row.id
    session().expunge_all()
    session().rollback()  # nothing is held while others are talked to
    how = email.send(to, written, held.id, lambda: queue.hand_over(held))
    if how == email.TAKEN:
        with database().transaction() as short:
            short.get_one(ServiceProblem, problem_id).told_at = now()
    return outcome(how)


def letter(row: ServiceProblem) -> Letter:
    """What the list's owner reads, in the language of this service: they chose none here."""
    with force_locale("en"):
        lines = [
            gettext("There may be something wrong on your list. Somebody who used it says so."),
            f"{row.label}: {words.problem(row.kind)}",
            *([row.words] if row.words else []),
            gettext("We do not say who it was. Please look, and put your list right. We read it again then."),
            *([place] if (place := current_app.config["SETTINGS"].url) else []),
        ]
        return Letter(gettext("Your list in Selfcare"), "\n\n".join(lines) + "\n", "en")
