"""Putting something in an inbox, and marking it seen."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update

from selfcare.database import now, session
from selfcare.notifications.models import Notice
from selfcare.outbox.queue import enqueue
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
        enqueue(
            f"{account_id}:{kind}:{notice.id}",
            account_id=account_id,
            person_id=permit.person_id,
            kind=kind,
            about={"notice": str(notice.id)},
            not_before=notice.visible_from,
        )


def move(person_id: UUID, about_id: UUID, visible_from: datetime) -> None:
    """Notices about something that is now seen earlier or later than was planned (a hold, a release by hand)."""
    session().execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.about_id == about_id)
        .values(visible_from=visible_from)
    )


def take_back(person_id: UUID, about_id: UUID) -> None:
    """What the notices were about is gone for everyone (a summary withdrawn)."""
    session().execute(delete(Notice).where(Notice.person_id == person_id, Notice.about_id == about_id))


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
