"""What stops when somebody dies."""

from uuid import UUID

from sqlalchemy import delete, update

from selfcare.database import now, session
from selfcare.notifications.inbox_reminders import REMINDERS
from selfcare.notifications.kinds import (
    ASK,
    ASK_WAITS,
    MAY_SPEND,
    PLAN,
    PLANNED,
    REQUEST,
    SPEND_ANSWERED,
    WATCH,
)
from selfcare.notifications.models import Notice
from selfcare.outbox.models import Outbox
from selfcare.outbox.queue import DROPPED, NOT_REACHED, WAITING

DIED = "died"
ENDS = (*REMINDERS, PLAN, WATCH, REQUEST, PLANNED, MAY_SPEND, SPEND_ANSWERED, ASK, ASK_WAITS)


def about(person_id: UUID) -> None:
    """Nothing that waits about a person is sent any more, nobody is asked to tell what did not arrive, and no inbox
    reminds anybody of what they had planned, asks them to get in touch, or waits for their yes."""
    session().execute(
        update(Outbox)
        .where(Outbox.person_id == person_id, Outbox.state.in_((WAITING, *NOT_REACHED)))
        .values(state=DROPPED, reason=DIED, ended_at=now())
    )
    session().execute(delete(Notice).where(Notice.person_id == person_id, Notice.kind.in_(ENDS)))
