"""Whether a reminder that was put in the outbox is still of use at the moment of sending."""

from selfcare.database import now
from selfcare.notifications.inbox_reminders import REMINDERS
from selfcare.notifications.kinds import DAILY
from selfcare.outbox.deliver import Answer
from selfcare.outbox.queue import Delivery
from selfcare.reminders import queries

KINDS = (*REMINDERS, DAILY)


def may_send(held: Delivery) -> Answer:
    """Not of a visit that was moved, taken out, or got ready for meanwhile; not of a goal that was looked at; not of an
    access that goes on; not yesterday's list. Every other message may go as far as this room is concerned.
    """
    if held.kind not in KINDS:
        return Answer(True)
    occurrence = held.dedupe.split(":", 2)[2]  # as `Due.dedupe` put it together
    timely = queries.is_timely(held.kind, held.person_id, occurrence, held.account_id, now())
    return Answer(True) if timely else Answer(False, "late")
