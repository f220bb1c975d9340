"""Very many entries of one person."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from selfcare.database import session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.web.when import at_instant
from tests import factories
from tests.factories import Household
from tests.factories.record import ago


def log_many(house: Household, tracker_id: UUID, entries: int) -> None:
    """Many entries at once, three a day going back, alike but for time and number with what `diary.log` writes."""
    rosa = factories.permit(house.rosa, house.person)
    like = diary.log(rosa, tracker_id, ago(rosa, days=1), severity=5, note="As on most days.")
    columns = {column.key: getattr(like, column.key) for column in Entry.__mapper__.column_attrs}
    start = like.utc
    rows = []
    for number in range(entries):
        moment = at_instant(start - timedelta(hours=8 * number, seconds=number % 60), rosa.zone)
        rows.append(
            columns | {"id": uuid4(), "utc": moment.utc, "wall": moment.wall, "severity": number % 11}
        )
    _in_portions(session(), rows)


def _in_portions(work: Session, rows: list[dict[str, Any]], size: int = 5_000) -> None:
    for first in range(0, len(rows), size):
        work.execute(insert(Entry), rows[first : first + size])
