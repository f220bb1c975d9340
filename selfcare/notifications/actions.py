"""Putting something in an inbox, and marking it seen."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from selfcare.database import now, session
from selfcare.notifications.models import Notice
from selfcare.outbox import queue
from selfcare.web.access import Permit

# What an inbox row can be about. Each kind has its words and its address in `home`.
RESULT, CORRECTED, REPLY, SUMMARY, QUESTION, SOONER = (
    "result",
    "corrected",
    "reply",
    "summary",
    "question",
    "sooner",
)
KINDS = (RESULT, CORRECTED, REPLY, SUMMARY, QUESTION, SOONER)


def tell(
    permit: Permit, accounts: Iterable[UUID], kind: str, about_id: UUID, visible_from: datetime | None = None
) -> None:
    """Put a notice in each account's inbox and a delivery in the outbox, in this transaction.

    :param visible_from: when it may first be seen, such as a result's release.
    """
    moment = now()
    for account_id in accounts:
        notice = Notice(
            account_id=account_id,
            person_id=permit.person_id,
            kind=kind,
            about_id=about_id,
            made_at=moment,
            visible_from=visible_from or moment,
        )
        session().add(notice)
        session().flush()
        queue.enqueue(
            _delivery(notice),
            account_id=account_id,
            person_id=permit.person_id,
            kind=kind,
            about={"notice": str(notice.id)},
            not_before=notice.visible_from,
        )


def move(person_id: UUID, about_id: UUID, visible_from: datetime) -> None:
    """Notices about something that is now seen earlier or later than was planned (a hold, a release by hand)."""
    found = [row for row in _about(person_id, about_id) if row.kind in (RESULT, CORRECTED)]
    of_them = Notice.id.in_([row.id for row in found])
    session().execute(update(Notice).where(of_them).values(visible_from=visible_from))
    queue.postpone([_delivery(row) for row in found], visible_from)


def take_back(person_id: UUID, about_id: UUID) -> None:
    """What the notices were about is gone for everyone (a summary withdrawn)."""
    found = _about(person_id, about_id)
    queue.drop([_delivery(row) for row in found])
    session().execute(delete(Notice).where(Notice.id.in_([row.id for row in found])))


def _about(person_id: UUID, about_id: UUID) -> Sequence[Notice]:
    rows = select(Notice).where(Notice.person_id == person_id, Notice.about_id == about_id)
    return session().scalars(rows.order_by(Notice.id)).all()


def _delivery(notice: Notice) -> str:
    """Who, rule and occurrence, by which the outbox knows the delivery of a notice."""
    return f"{notice.account_id}:{notice.kind}:{notice.id}"


def seen(permit: Permit, about_id: UUID) -> None:
    """The account has opened what its notices were about."""
    session().execute(
        update(Notice)
        .where(
            Notice.account_id == permit.account_id,
            Notice.person_id == permit.person_id,
            Notice.about_id == about_id,
            Notice.seen_at.is_(None),
        )
        .values(seen_at=now())
    )
