"""Reading an inbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from selfcare.database import now, session
from selfcare.notifications.models import Notice


def inbox(
    account_id: UUID, *, people: list[UUID], before: tuple[datetime, UUID] | None = None, size: int = 30
) -> list[Notice]:
    """An account's notices, newest first, by key. Only about people it still holds a permit for.

    :param before: the (visible_from, id) of the last one shown.
    """
    query = (
        select(Notice)
        .where(Notice.account_id == account_id, Notice.visible_from <= now(), Notice.person_id.in_(people))
        .order_by(Notice.visible_from.desc(), Notice.id.desc())
        .limit(size)
    )
    if before:
        query = query.where(tuple_(Notice.visible_from, Notice.id) < before)
    return list(session().scalars(query))


def unseen(account_id: UUID, people: list[UUID]) -> dict[str, int]:
    """How many notices of each kind wait. One statement."""
    rows = session().execute(
        select(Notice.kind, func.count())
        .where(
            Notice.account_id == account_id,
            Notice.person_id.in_(people),
            Notice.seen_at.is_(None),
            Notice.visible_from <= now(),
        )
        .group_by(Notice.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416 - a result has keys of its own, so dict() misreads it
