"""Whom a message did not reach, for those who are to tell them."""

from collections.abc import Collection
from uuid import UUID

from werkzeug.exceptions import NotFound

from selfcare.notifications import queries as notifications
from selfcare.notifications import words
from selfcare.notifications.kinds import NEEDS
from selfcare.notifications.queries import NotReached
from selfcare.people import queries as people_queries
from selfcare.web.access import Panel


def people(panel: Panel, *, everyone: bool) -> set[UUID]:
    """Of a panel, the professional's own people and those without a key contact; or all of the team's."""
    if everyone:
        return set(panel.permits)
    leads = people_queries.leads(panel)
    return {
        person for person in panel.permits if leads.get(person, (panel.account_id,))[0] == panel.account_id
    }


def _is_to_be_told(panel: Panel, person_id: UUID | None) -> bool:
    """Not who has died, nor who helped them: there is nothing to tell any more."""
    permit = panel.permits.get(person_id) if person_id else None
    return permit is None or permit.subject.died_on is None


def untold(panel: Panel, of: Collection[UUID]) -> list[NotReached]:
    """What did not reach some people of a panel and those who help them, and the professional's own. One statement."""
    return [
        row
        for row in notifications.to_tell(panel)
        if (row.account_id == panel.account_id or row.person_id in of)
        and _is_to_be_told(panel, row.person_id)
    ]


def one(panel: Panel, delivery_id: UUID) -> NotReached:
    """One of them. :raises NotFound: when it is not this professional's to tell, or was told."""
    found = notifications.to_tell(panel, only=delivery_id)
    if not found:
        raise NotFound
    return found[0]


def what(panel: Panel, row: NotReached) -> str:
    """What a message was about, as far as the professional may see that there is such a thing."""
    permit = panel.permits.get(row.person_id) if row.person_id else None
    need = NEEDS.get(row.kind)
    if permit is not None and need is not None and not permit.may(need):
        return words.something()
    return words.kind(row.kind)
