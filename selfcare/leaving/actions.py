"""Asking for a copy of everything, having it removed; asking that everything is erased, and taking that back."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import delete, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.config import Settings
from selfcare.database import now, session
from selfcare.leaving import erasing, files, notebook, queries, sealed_file
from selfcare.leaving.models import Export
from selfcare.leaving.queries import ASKED
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import COPY, MAKE_COPY, NO_COPY
from selfcare.outbox import queue
from selfcare.people import access, details, tells
from selfcare.people.models import Person
from selfcare.web.access import Area, Level, Permit, Purpose, Role
from selfcare.web.when import utc_of

KEPT = timedelta(days=7)  # so long a copy can be fetched


class NotNow(Exception):
    """An account that came back by a recovery a few days ago, or somebody who has died. The page says so."""


def ask_for_copy(permit: Permit) -> UUID:
    """Have a copy of everything made. While one is being made, that is the one; one that lies ready goes.

    :returns: which. :raises NotNow:
    """
    queries.takes_a_copy(permit)
    _not_now(permit)
    account_id = permit.account_id
    # Of two presses at one moment the second waits for the first, and finds what it made.
    _lock(permit)
    row = _row(permit)
    if row is not None and queries.is_under_way(row):
        return row.id
    if row is not None:
        _drop(permit, row)
    made = Export(
        id=uuid4(), person_id=permit.person_id, account_id=account_id, state=ASKED, asked_at=now(),
        salt=sealed_file.new_salt(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    queue.enqueue(
        queries.dedupe(made), account_id=made.account_id, person_id=made.person_id, kind=MAKE_COPY,
        about={"export": str(made.id)},
    )  # fmt: skip
    trail.record(permit, "asked", "export", made.id)
    return made.id


def remove_copy(permit: Permit) -> None:
    """Remove a copy, also one that is being made. Twice is once."""
    queries.takes_a_copy(permit)
    _lock(permit)
    row = _row(permit)
    if row is not None:
        _drop(permit, row)
        trail.record(permit, "removed", "export", row.id)


def _drop(permit: Permit, row: Export) -> None:
    for kind in (COPY, NO_COPY):
        notifications.take_back(permit.person_id, row.id, kind)
    session().execute(delete(Export).where(Export.id == row.id))
    files.remove(row.id)  # whoever makes it now finds no row, and keeps nothing


def _row(permit: Permit) -> Export | None:
    mine = Export.person_id == permit.person_id, Export.account_id == permit.account_id
    return session().scalars(
        select(Export).where(*mine).execution_options(populate_existing=True)
    ).first()  # fmt: skip


def _lock(permit: Permit) -> Person:
    return session().get_one(
        Person, permit.person_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _refuse(permit: Permit) -> None:
    if not permit.is_self:
        raise NotFound
    _not_now(permit)


def _not_now(permit: Permit) -> None:
    if permit.subject.died_on or queries.shut_until(permit):
        raise NotNow


def last_day(permit: Permit) -> date:
    """The last day to take it back, were it asked for now."""
    settings: Settings = current_app.config["SETTINGS"]
    return permit.today() + timedelta(days=settings.erase_days)


def ask_to_erase(permit: Permit) -> None:
    """The person asks that everything about them is erased. Until it is, nothing is otherwise than before: who helps
    goes on seeing it, and it can be taken back. Twice is once: the day stays.

    :raises NotNow:
    """
    _refuse(permit)
    person = _lock(permit)
    if person.erase_at is not None and not person.erase_why:
        return  # a day that the app had set is another matter: this is their own wish
    person.erase_asked_at, person.erase_at = now(), after(permit, last_day(permit))
    person.erase_why = ""
    session().flush()
    trail.record(permit, "asked", "erasure", person.id)
    tells.tell_of_erasing(permit, person)


def after(permit: Permit, day: date) -> datetime:
    """The end of a day, where the person lives."""
    return utc_of(datetime.combine(day + timedelta(days=1), time()), permit.zone)


def keep(permit: Permit) -> None:
    """They want to keep it after all, or who acts for them by law does: that is no wish of the person's own, but that
    their time is over. Twice is once.
    """
    if not permit.is_self and not permit.acts:
        raise NotFound
    person = _lock(permit)
    if person.erase_at is None:
        return
    if not permit.is_self and not person.erase_why:
        raise NotFound
    _keep(permit, person)


def hold(permit: Permit, reason: str) -> None:
    """A professional keeps a record that nobody would keep any longer: for a year, with a reason. Twice is once."""
    permit.require(Area.CONTACTS, Level.MANAGE)
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    person = _lock(permit)
    if person.erase_at is None or not person.erase_why:
        return
    day = permit.local(person.erase_at - timedelta(seconds=1)).date()
    details.note(permit, "erase_at", day.isoformat(), "", reason)
    _keep(permit, person)


def _keep(permit: Permit, person: Person) -> None:
    person.erase_asked_at = person.erase_at = None
    person.erase_why = ""
    session().flush()
    notebook.take_back(erasing.digest(person.id))  # of a night that did not come through
    trail.record(permit, "took back", "erasure", person.id)
    tells.tell_of_erasing(permit if permit.is_self else access.system(Purpose.TIDYING, person), person)
