"""Several things written at once. Each is an entry of its own, and the form they were written with holds them together.

The id of each follows from the form's and from what it is about: a form that comes again, because it was put right or
sent twice, finds what it has made, and makes nothing twice.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from selfcare.database import session
from selfcare.diary import actions, queries
from selfcare.diary.models import Entry
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import When


class Theirs(Exception):
    """Somebody else has changed it since it was written: their words are not written over unread. `by`: who."""

    def __init__(self, by: str) -> None:
        super().__init__("changed")
        self.by = by


def id_of(permit: Permit, form_id: UUID) -> UUID:
    """What one account writes with one form."""
    return uuid5(form_id, str(permit.account_id))


def entries(permit: Permit, together: UUID, trackers: Iterable[UUID]) -> dict[UUID, Entry]:
    """What was written together and is there for this reader, by what it is about. One statement."""
    permit.require(Area.DIARY, Level.SEE)
    ids = {uuid5(together, str(tracker)): tracker for tracker in trackers}
    rows = session().scalars(select(Entry).where(queries.seen(permit), Entry.id.in_(ids)))
    found = {row.tracker_id: row for row in rows}
    return {tracker: found[tracker] for tracker in ids.values() if tracker in found}


def keep(
    permit: Permit,
    together: UUID,
    tracker_id: UUID,
    *,
    when: When,
    moved: When | None,
    only_me: bool | None,
    **numbers: Any,
) -> bool:
    """Write one thing, or put right what this form wrote about it before.

    :param when: when it was. :param moved: None where what was written before keeps its moment.
    :returns: whether it stands; not what was taken out since.
    :raises Theirs: see there. :raises NotFound: without the right, or for a thing that is not on the list.
    """
    permit.require(Area.DIARY, Level.ADD)
    entry_id = uuid5(together, str(tracker_id))
    before = _as_it_is(permit, entry_id)
    if before is None:
        actions.log(permit, tracker_id, when, only_me=bool(only_me), entry_id=entry_id, **numbers)
        return True
    if before.removed_at is not None:
        return False
    _mine(permit, before)
    at = moved or When(before.wall, before.zone, before.utc, before.part)
    words: dict[str, Any] = {"note": before.note, "tried": before.tried, "lasted": before.lasted}
    actions.change(permit, entry_id, None, when=at, only_me=only_me, **words, **numbers)
    return True


def drop(permit: Permit, entry: Entry) -> None:
    """Take out what was emptied, or undone. :raises Theirs: see there."""
    _mine(permit, _as_it_is(permit, entry.id) or entry)
    actions.remove(permit, entry.id)


def _as_it_is(permit: Permit, entry_id: UUID) -> Entry | None:
    """The row, kept still before it is looked at: who changed it in the same moment has changed it."""
    key = (permit.person_id, entry_id)
    return session().get(Entry, key, with_for_update=True, populate_existing=True)


def _mine(permit: Permit, entry: Entry) -> None:
    if entry.changed_by not in (None, permit.account_id):
        raise Theirs(entry.changed_name or "")
