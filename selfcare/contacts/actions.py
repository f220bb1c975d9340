"""What can be done with contacts: write one down, change one's own, set the rhythm."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.contacts import queries
from selfcare.contacts.models import Contact, Rhythm
from selfcare.contacts.words import ACTIVE_DAYS, HOW, KINDS, OUTCOMES, TALKED
from selfcare.database import database, now, session
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, visible
from selfcare.web.when import When


def log(
    permit: Permit,
    *,
    when: When,
    how: str,
    said: str = "",
    next_step: str = "",
    due_on: date | None = None,
    outcome: str = TALKED,
) -> Contact:
    """Write down that the professional was in touch, and set the day the next contact is due.

    :param due_on: None leaves the day as it is.
    :param outcome: nobody reached is no contact: it is written down, and no day moves.
    """
    _require(permit)
    if how not in HOW or outcome not in OUTCOMES:
        raise ValueError(how, outcome)
    if outcome != TALKED:
        due_on = None
    rhythm = _rhythm(permit) if due_on is not None else None
    row = Contact(
        **permit.stamp(),
        how=how,
        outcome=outcome,
        said=said,
        next_step=next_step,
        due_on=due_on,
        due_before=rhythm.due_on if rhythm else None,
        **when.columns,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "contact", row.id)
    if rhythm is not None:
        versions.change(permit, rhythm, None, due_on=due_on)
    return row


def change(permit: Permit, contact_id: UUID, version: int, **values: Any) -> Contact:
    """Change one's own note of a contact.

    :raises NotFound: not theirs to see, or somebody else wrote it.
    :raises Stale: changed since `version`.
    """
    row = _own(permit, contact_id)
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "contact", row.id)
    return row


def remove(permit: Permit, contact_id: UUID) -> None:
    """Remove one's own note of a contact. :raises NotFound: as `change`."""
    row = _own(permit, contact_id)
    row.removed_at = now()
    trail.record(permit, "removed", "contact", row.id)
    session().flush()


def undo(permit: Permit, contact_id: UUID) -> None:
    """Take back one's own note of a moment ago: it is gone, and contact is due when it had been due before.

    A day that somebody set since stays. Twice is once.

    :raises NotFound: somebody else's, or written down longer than half an hour ago.
    """
    _require(permit)
    found = select(Contact).where(Contact.person_id == permit.person_id, Contact.id == contact_id)
    row = session().scalars(found.with_for_update()).first()
    if row is None or not queries.own(permit, row) or now() - row.entered_at > versions.ONE_SITTING:
        raise NotFound
    if row.removed_at:
        return
    row.removed_at = now()
    if row.due_on is not None:
        rhythm = _rhythm(permit)
        if rhythm.due_on == row.due_on:
            versions.change(permit, rhythm, None, due_on=row.due_before)
    trail.record(permit, "took back", "contact", row.id)
    session().flush()


def set_rhythm(
    permit: Permit, version: int | None, *, kind: str, every_days: int, due_on: date | None
) -> None:
    """Set how often, and when next.

    :param version: the version the form was filled from, 0 when there was none; None skips the check.
    :raises Stale: changed by somebody since.
    """
    _require(permit)
    if kind not in KINDS:
        raise ValueError(kind)
    row = _rhythm(permit)
    # A row that was made just now has version 1, whatever the form was told.
    read = None if version is None else max(version, 1)
    if versions.change(permit, row, read, kind=kind, every_days=every_days, due_on=due_on):
        trail.record(permit, "changed", "rhythm", row.id)


def _require(permit: Permit) -> None:
    permit.require(Area.CONTACTS, Level.MANAGE)
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound


def _own(permit: Permit, contact_id: UUID) -> Contact:
    _require(permit)
    row = (
        session()
        .scalars(select(Contact).where(visible(permit, Contact), Contact.id == contact_id).with_for_update())
        .first()
    )
    if row is None or not queries.own(permit, row):
        raise NotFound
    return row


def _rhythm(permit: Permit) -> Rhythm:
    """The person's rhythm row, locked; made with the usual rhythm when there is none. Two at once make one row."""
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    fresh = {
        **permit.stamp(),
        "id": uuid4(),
        "kind": "active",
        "every_days": ACTIVE_DAYS,
        "only_me": False,
        "version": 1,
    }
    session().execute(insert(Rhythm).values(fresh).on_conflict_do_nothing(index_elements=["person_id"]))
    return (
        session()
        .scalars(
            select(Rhythm)
            .where(Rhythm.person_id == permit.person_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one()
    )
