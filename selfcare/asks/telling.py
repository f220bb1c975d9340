"""Telling of asks: the person and who asked for them, the team's link workers, a body's people. Belongs to the actions.

A notice says that there is something, never what. A body's people have no inbox: a message says that an ask waits.
"""

from uuid import UUID, uuid4

from selfcare.asks.desk_queries import workers
from selfcare.asks.models import Ask
from selfcare.database import session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import ASK, ASK_BODY, ASK_WAITS
from selfcare.outbox import queue
from selfcare.people import access, tells
from selfcare.people import queries as people
from selfcare.people.models import Person
from selfcare.web.access import Permit, Purpose


def house(person_id: UUID) -> Permit:
    """For telling alone: who works for a body holds no permit for the record."""
    return access.system(Purpose.ASKS, session().get_one(Person, person_id))


def person(row: Ask) -> None:
    """Tell the person, and who asked for them, that there is news."""
    permit = house(row.person_id)
    accounts = {*people.accounts_of(permit)}
    if row.entered_as == "carer" and row.entered_by:
        accounts.add(row.entered_by)
    notifications.take_back(row.person_id, row.id, ASK)  # what was news before is said by this one too
    tells.tell(permit, sorted(accounts), ASK, row.id)


def whoever_has_it(row: Ask, but: UUID | None = None) -> None:
    """Tell who has it; where nobody has taken it yet, everybody who can. :param but: who did it themself."""
    if row.body_id:
        for account_id in [row.owner_id] if row.owner_id else workers(row.body_id):
            if account_id != but:
                queue.enqueue(
                    f"{account_id}:{ASK_BODY}:{uuid4()}",
                    account_id=account_id,
                    person_id=None,
                    kind=ASK_BODY,
                    about={},
                )
        return
    permit = house(row.person_id)
    accounts = [row.owner_id] if row.owner_id else link_workers(permit, row.team_id)
    tells.tell(permit, [one for one in accounts if one != but], ASK_WAITS, row.id)


def link_workers(permit: Permit, team_id: UUID) -> list[UUID]:
    """Whom an ask waits for: the team's link workers; where there is none, the key contact."""
    return workers(team_id, link=True) or people.key_contact_accounts(permit)


def is_taken(row: Ask) -> None:
    """It waits for nobody any more."""
    notifications.settled(row.person_id, row.id, ASK_WAITS)
