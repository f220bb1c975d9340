"""Who tells somebody whom a message did not reach, where what it was about may be for the person alone."""

from uuid import UUID

from sqlalchemy import select

from selfcare.agreed.models import Line
from selfcare.appointments.models import Appointment
from selfcare.database import session
from selfcare.decisions.models import Decision
from selfcare.diary.models import Tracker
from selfcare.goals.models import Goal
from selfcare.notifications.kinds import AGAIN, AGREED, FEEDBACK, LOG, LOOK, READY
from selfcare.notifications.models import Notice
from selfcare.outbox.queue import Delivery
from selfcare.people import may_send

_ITEMS: dict[str, type[Appointment | Decision | Goal | Line | Tracker]] = {
    READY: Appointment,
    FEEDBACK: Appointment,
    LOOK: Goal,
    AGREED: Line,
    AGAIN: Decision,
    LOG: Tracker,
}


def owner(held: Delivery) -> UUID | None:
    """As `people.may_send.owner`; the account itself for a reminder of something that is marked *only me*.

    Such a thing does not exist for anybody else, so nobody else is told that a reminder of it failed.
    """
    item = _ITEMS.get(held.kind)
    if item is None or "notice" not in held.about:
        return may_send.owner(held)
    only_me = session().scalar(
        select(item.only_me)
        .join(Notice, (Notice.about_id == item.id) & (Notice.person_id == item.person_id))
        .where(Notice.id == UUID(held.about["notice"]))
    )
    return may_send.owner(held) if only_me is False else held.account_id
