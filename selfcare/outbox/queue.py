"""Putting a delivery in the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from selfcare.database import database, now, session
from selfcare.outbox.models import Outbox


def enqueue(
    dedupe: str,
    *,
    account_id: UUID,
    person_id: UUID | None,
    kind: str,
    about: dict[str, Any],
    not_before: datetime | None = None,
) -> bool:
    """Put one delivery in the outbox, in the transaction of what it tells of.

    :param dedupe: who, rule and occurrence; the same again is no second delivery.
    :param about: ids only, nothing of the record.
    :returns: whether it was new.
    """
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    moment = now()
    row = {
        "id": uuid4(),
        "dedupe": dedupe,
        "account_id": account_id,
        "person_id": person_id,
        "kind": kind,
        "about": about,
        "not_before": not_before or moment,
        "tries": 0,
        "state": "waiting",
        "made_at": moment,
    }
    return (
        session().execute(insert(Outbox).values(row).on_conflict_do_nothing().returning(Outbox.id)).first()
        is not None
    )


def postpone(dedupes: Sequence[str], not_before: datetime) -> None:
    """Deliveries not made yet are made from another moment on: what they tell of is seen earlier or later."""
    session().execute(
        update(Outbox)
        .where(Outbox.dedupe.in_(dedupes), Outbox.state == "waiting")
        .values(not_before=not_before)
    )


def drop(dedupes: Sequence[str]) -> None:
    """Deliveries not made yet are not made: what they tell of is gone."""
    session().execute(delete(Outbox).where(Outbox.dedupe.in_(dedupes), Outbox.state == "waiting"))
