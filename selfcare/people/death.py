"""Somebody has died: one state of a person, and from then on nothing reaches out about them.

What is in the record stays, and so does everybody's access to it: families look things up, and a team has work to end.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import stop_for_death
from selfcare.people import access, tells
from selfcare.people.models import Person
from selfcare.web.access import Area, Level, Permit, Purpose, Role

DIED = "died"  # why a record is erased: so long ago that nobody keeps it (`leaving.over`)


class NotPossible(ValueError):
    """A day before the birth, or one that is still to come."""


def record(permit: Permit, died_on: date) -> None:
    """A professional writes down that the person has died, or corrects the day.

    What waited to be sent about them is not sent any more, and reminders leave everybody's inbox.

    :raises NotPossible: for a day on which it cannot have been.
    """
    row = _locked(permit)
    if not row.born <= died_on <= permit.today():
        raise NotPossible
    if row.died_on == died_on:
        return
    row.died_on = died_on
    _not_due(row)
    stop_for_death.about(row.id)
    trail.record(permit, "recorded the death of", "person", row.id)
    session().flush()


def take_back(permit: Permit) -> None:
    """It was a mistake. What was dropped stays dropped; what is due from now on is told again. Twice is once.

    A record that was to be erased since they died so long ago stays, and everybody concerned is told.
    """
    row = _locked(permit)
    if row.died_on is None:
        return
    row.died_on = None
    was_due = _not_due(row) or _is_past(row)
    trail.record(permit, "took back the death of", "person", row.id)
    session().flush()
    if was_due or row.erase_at is not None:
        tells.tell_of_erasing(access.system(Purpose.TIDYING, row), row)


def _not_due(row: Person) -> bool:
    """A day that was set by the death as it stood is not so any more. :returns: whether there was one."""
    if row.erase_why != DIED:
        return False
    row.erase_asked_at = row.erase_at = None
    row.erase_why = ""
    return True


def _is_past(row: Person) -> bool:
    """Somebody had asked that it is erased, and the day went by while they were taken for dead: they can ask again.
    :returns: whether it was so."""
    if row.erase_at is None or row.erase_at > now():
        return False
    row.erase_asked_at = row.erase_at = None
    return True


def has_died(person_id: UUID) -> bool:
    """Whether somebody has died, read under a lock, so that what must not happen then does not happen meanwhile."""
    row = session().get_one(Person, person_id, with_for_update={"key_share": True}, populate_existing=True)
    return row.died_on is not None


def _locked(permit: Permit) -> Person:
    permit.require(Area.CONTACTS, Level.MANAGE)
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    row = session().scalars(
        select(Person)
        .where(Person.id == permit.person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return row.one()
