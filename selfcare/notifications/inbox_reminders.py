"""Reminders in an inbox: which are new, and that they were seen.

A result or a reply is seen when it is opened; a reminder, when the list it stands in is.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Select, select, update

from selfcare.database import now, session
from selfcare.notifications.kinds import (
    ACCESS,
    AGAIN,
    AGREED,
    ALWAYS,
    BUDGET,
    CLOSING,
    CODE_SPENT,
    COPIED,
    COPY,
    DETAILS,
    ENDING,
    ERASURE,
    FACTOR,
    FEEDBACK,
    GAVE_BACK,
    HANDED,
    LETTER,
    LOG,
    LOOK,
    NO_COPY,
    OPENED,
    PLAN,
    READY,
    RECOVERY,
    SPENT,
    STOPPED,
    TELLING,
    WATCH,
    WAY,
)
from selfcare.notifications.models import Notice
from selfcare.outbox import queue

REMINDERS = (READY, LOOK, FEEDBACK, ENDING, AGREED, LOG, AGAIN, BUDGET)
# What can pass without having been seen: nobody is asked any more.
PASSES = (*REMINDERS, PLAN)
# What the list itself says in full: nothing is left to open.
READ_IN_LIST = (
    *REMINDERS, WAY, FACTOR, COPIED, SPENT, CLOSING, STOPPED, CODE_SPENT, LETTER, ACCESS, OPENED, DETAILS, GAVE_BACK,
    TELLING, COPY, NO_COPY, ERASURE,
)  # fmt: skip
# Today names the next visit, the goal, the tiles and what was agreed anyway. A proposal stays until it is answered, as
# does a change to the plan, a new key contact until their page was opened.
ON_TODAY = (RECOVERY, FEEDBACK, ENDING, AGAIN, BUDGET, WATCH, PLAN, HANDED, TELLING)


def new(
    account_id: UUID,
    person_id: UUID,
    kinds: Iterable[str] = ON_TODAY,
    limit: int = 4,
    without: Select[UUID] | None = None,
) -> list[Notice]:
    """Reminders about one person that the account has not seen, newest first. One statement.

    :param without: the ids of those that are left out.
    """
    left = () if without is None else (Notice.id.not_in(without.correlate(None)),)
    return list(
        session().scalars(
            select(Notice)
            .where(
                Notice.account_id == account_id,
                Notice.person_id == person_id,
                Notice.kind.in_(kinds),
                Notice.seen_at.is_(None),
                Notice.visible_from <= now(),
                *left,
            )
            .order_by(Notice.visible_from.desc(), Notice.id.desc())
            .limit(limit)
        )
    )


def see(account_id: UUID, shown: Collection[UUID]) -> None:
    """The account has these before its eyes: no reminder among them is new any more, and none need be sent.

    What is told always is sent all the same: it may be a stranger whose eyes these are.

    :param shown: notices that stood in the list; what came since was seen by nobody.
    """
    moment = now()
    seen = session().execute(
        update(Notice)
        .where(
            Notice.account_id == account_id,
            Notice.id.in_(shown),
            Notice.kind.in_(READ_IN_LIST),
            Notice.seen_at.is_(None),
            Notice.visible_from <= moment,
        )
        .values(seen_at=moment)
        .returning(Notice.id, Notice.kind)
    )
    queue.needless([notice for notice, kind in seen if kind not in ALWAYS], "seen")
