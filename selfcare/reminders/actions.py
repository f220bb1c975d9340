"""Telling what is due, each once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from selfcare.asks import returning
from selfcare.database import command, now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import LOG
from selfcare.notifications.models import Notice
from selfcare.outbox import queue
from selfcare.reminders import daily_lists, queries
from selfcare.reminders.rules import Due


def due(moment: datetime | None = None) -> int:
    """Tell everyone what is due. Call it now and then, outside any transaction: it makes its own.

    People are looked at without holding anybody up. Only where something is due is a turn to write taken, for one
    portion of people; there all is read again, so that what changed in between counts. Two that do this at once tell
    each once.

    :param moment: as if it were then; now when left out.
    Asks near by whose day has passed, or that nobody has any more, are looked at too.

    :returns: how many reminders were told.
    """
    moment = moment or now()
    told = 0
    for permits in queries.batches():
        concerned = {each.person for each in queries.due(permits, moment)}
        if concerned:
            with command():
                told += tell((person for person in permits if person in concerned), moment)
    for found in daily_lists.professionals(moment):
        if found:
            with command():
                told += sum(_put(each, moment) for each in found)
    session().rollback()
    return told + returning.settle()


def tell(people: Iterable[UUID], moment: datetime) -> int:
    """Tell what is due about some people, inside a transaction. :returns: how many reminders were told."""
    return sum(_put(each, moment) for each in queries.due(queries.still_living(people), moment))


def _put(due: Due, moment: datetime) -> bool:
    """One reminder into the outbox and, where it is about a person, the inbox. :returns: whether it was new.

    A professional's list is an inbox itself: only the message goes out.
    """
    if due.person is None or due.about_id is None:
        return queue.enqueue(due.dedupe, account_id=due.account, person_id=None, kind=due.kind, about={})
    notice_id = uuid4()
    new = queue.enqueue(
        due.dedupe,
        account_id=due.account,
        person_id=due.person,
        kind=due.kind,
        about={"notice": str(notice_id)},
        not_before=moment,
    )
    if new:
        if due.kind == LOG:
            notifications.take_back(due.person, due.about_id)  # the time before is past
        session().add(
            Notice(
                id=notice_id,
                account_id=due.account,
                person_id=due.person,
                kind=due.kind,
                about_id=due.about_id,
                made_at=moment,
                visible_from=moment,
            )
        )
        session().flush()
    return new
