"""What a summary shows of the diary, never *only me*: numbers, and words."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from selfcare.database import session
from selfcare.diary import presets
from selfcare.diary.models import Entry, Tracker
from selfcare.diary.queries import ENTERED, start_of
from selfcare.web.access import Permit, shareable
from selfcare.web.chart import MOST

MOST_NOTES = 50

_OF_TRACKER = ("name", "preset", "unit", "pair", "ends", "low", "high")


def for_summary(permit: Permit, first: date, last: date) -> list[dict[str, Any]]:
    """What a summary shows of the diary: the newest numbers of each tracker from `first` to `last`, never *only me*.

    :returns: plain values for JSON, most logged first: id, name, preset, unit, kind, pair, total, ends (as
        `diary.ends.from_summary` reads them), and readings (id, wall as ISO 8601, part, value and second as typed,
        number and lower as they are drawn, by: the name of whoever entered it when it was not the person).
    """
    number = func.row_number().over(
        partition_by=Entry.tracker_id, order_by=(Entry.utc.desc(), Entry.id.desc())
    )
    ranked = (
        select(
            Entry.id,
            Entry.tracker_id,
            Entry.kind,
            Entry.severity,
            Entry.first,
            Entry.second,
            Entry.first_number,
            Entry.second_number,
            Entry.wall,
            Entry.part,
            Entry.entered_as,
            Entry.entered_name,
            number.label("n"),
            func.count().over(partition_by=Entry.tracker_id).label("total"),
        )
        .where(
            shareable(permit, Entry),
            Entry.tracker_id.is_not(None),
            ENTERED,
            _between(permit, first, last),
        )
        .subquery()
    )
    rows = session().execute(
        select(ranked, *(getattr(Tracker, name) for name in _OF_TRACKER))
        .join(Tracker, and_(Tracker.person_id == permit.person_id, Tracker.id == ranked.c.tracker_id))
        .where(ranked.c.n <= MOST, Tracker.only_me.is_(False))
        .order_by(ranked.c.total.desc(), ranked.c.tracker_id, ranked.c.n)
    )
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row.tracker_id,
            {
                "id": str(row.tracker_id),
                "name": presets.name_of(row),
                "preset": row.preset,
                "unit": presets.unit_of(row.preset, row.unit),
                "kind": row.kind,
                "pair": row.pair,
                "total": row.total,
                "ends": {"kind": row.kind, "ends": row.ends, "low": row.low, "high": row.high},
                "readings": [],
            },
        )
        one["readings"].append(
            {
                "id": str(row.id),
                "wall": row.wall.isoformat(),
                "part": row.part,
                "value": _said(row),
                "second": row.second or None,
                "number": _plain(row.first_number if row.severity is None else Decimal(row.severity))
                if row.kind != "done"
                else None,
                "lower": _plain(row.second_number),
                "by": None if row.entered_as == "self" else row.entered_name,
            }
        )
    return list(found.values())


def notes_for_summary(permit: Permit, first: date, last: date) -> dict[str, Any]:
    """What was written in the diary from `first` to `last`, never *only me*: how many notes, and the newest of them.

    :returns: plain values for JSON: total, and notes, newest first (id, wall, part, text, tried, by; and tracker, name
        of what it was written about, None and empty for a note by itself).
    """
    written = or_(Entry.note != "", Entry.tried != "")
    rows = session().execute(
        select(Entry, Tracker, func.count().over())
        .outerjoin(Tracker, and_(Tracker.person_id == Entry.person_id, Tracker.id == Entry.tracker_id))
        .where(
            shareable(permit, Entry),
            written,
            _between(permit, first, last),
            or_(Tracker.id.is_(None), Tracker.only_me.is_(False)),
        )
        .order_by(Entry.utc.desc(), Entry.id.desc())
        .limit(MOST_NOTES)
    )
    found = [(entry, tracker, total) for entry, tracker, total in rows]
    return {
        "total": found[0][2] if found else 0,
        "notes": [
            {
                "id": str(entry.id),
                "wall": entry.wall.isoformat(),
                "part": entry.part,
                "text": entry.note,
                "tried": entry.tried,
                "by": None if entry.entered_as == "self" else entry.entered_name,
                "tracker": str(entry.tracker_id) if entry.tracker_id else None,
                "name": presets.name_of(tracker) if entry.tracker_id else "",
            }
            for entry, tracker, _ in found
        ],
    }


def _between(permit: Permit, first: date, last: date) -> ColumnElement[bool]:
    """Entries of some days. The index narrows by instant; the days are those on the wall where it was written."""
    return and_(
        Entry.utc >= start_of(permit, first) - timedelta(days=1),
        Entry.utc < start_of(permit, last) + timedelta(days=2),
        Entry.wall >= datetime.combine(first, time()),
        Entry.wall < datetime.combine(last, time()) + timedelta(days=1),
    )


def _said(row: Any) -> str:
    """As typed; of what is done or not the form's word for it."""
    if row.kind == "done":
        return presets.done(row.severity)
    return str(row.first if row.severity is None else row.severity)


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
