"""What was tried, read from the diary: in the words that stand there."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, literal, literal_column, select, tuple_

from selfcare.database import Instant, session
from selfcare.diary import searching
from selfcare.diary.models import Entry, Tracker
from selfcare.web import paging
from selfcare.web.access import Area, Permit, visible

PAGE = 20


def tried(permit: Permit, entry_id: UUID) -> str | None:
    """What was tried, in the words of one entry; None for no such entry, or one that is not theirs to see."""
    if not permit.may(Area.DIARY):
        return None
    query = select(Entry.tried).where(visible(permit, Entry), Entry.id == entry_id)
    return session().scalar(query) or None


def gathered(permit: Permit, sought: str, before: paging.Key | None) -> list[Any]:
    """Entries in which something was tried, newest first, each with what it is about: a page of them and one more."""
    # The empty words are written out: SQLite knows the index by that.
    conditions = [visible(permit, Entry), Entry.tried != literal_column("''")]
    if sought:
        conditions.append(searching.holding(permit, sought))
    key = tuple_(Entry.utc, Entry.id)
    if before is not None:
        conditions.append(key < tuple_(literal(before[0], Instant()), literal(before[1], Uuid())))
    query = (
        select(Entry, Tracker)
        .outerjoin(Tracker, and_(Tracker.person_id == Entry.person_id, Tracker.id == Entry.tracker_id))
        .where(*conditions)
        .order_by(Entry.utc.desc(), Entry.id.desc())
    )
    return list(session().execute(query.limit(PAGE + 1)).all())
