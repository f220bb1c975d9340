"""Who is told of something about a person: the telling itself asks here, and so does each sentence that promises it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from flask import g
from flask_babel import gettext

from selfcare.database import now
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import ERASURE
from selfcare.people import access, may_send, queries
from selfcare.people.models import Person
from selfcare.web.access import Permit

ERASURE_AGAIN = timedelta(days=2)  # before the day


def told(permit: Permit, accounts: Iterable[UUID], kind: str) -> list[UUID]:
    """Those of these accounts who are told: to whom a message of this kind may be sent now. Each once."""
    if permit.subject.died_on:
        return []
    every = dict.fromkeys(accounts)
    return [one for one in every if may_send.whether(one, permit.person_id, kind).may]


def tell(
    permit: Permit, accounts: Iterable[UUID], kind: str, about_id: UUID, visible_from: datetime | None = None
) -> None:
    """Tell them: a notice and a message each. What is for later is asked again when it is due.

    :param visible_from: as in `notifications.actions.tell`.
    """
    if permit.subject.died_on:
        return
    later = visible_from is not None and visible_from > now()
    who = accounts if later else told(permit, accounts, kind)
    notifications.tell(permit, who, kind, about_id, visible_from)


def person_is_told(permit: Permit, kind: str) -> bool:
    """Whether the person is told."""
    own = queries.own_accounts(permit)
    return any(may_send.about_a_record(one, access.own(permit, one), kind).may for one in own)


def key_contact_is_told(permit: Permit, kind: str) -> bool:
    """Whether the key contact is told, who may be away for good or for now. Asked once a request."""
    known: dict[tuple[UUID, str], bool] = g.setdefault("key_contact_is_told", {})
    key = (permit.person_id, kind)
    if key not in known:
        known[key] = bool(told(permit, queries.key_contact_accounts(permit), kind))
    return known[key]


def why_person_is_not(permit: Permit, kind: str) -> str | None:
    """Why the person is not told, as a sentence; None: they are."""
    if permit.subject.died_on:
        return gettext("%(name)s has died. Nobody is told.", name=permit.person_name)
    if person_is_told(permit, kind):
        return None
    if not queries.own_accounts(permit):
        return gettext("%(name)s has not come in yet, and is not told.", name=permit.person_name)
    return _not_at_the_moment(permit.person_name)


def why_key_contact_is_not(permit: Permit, kind: str) -> str | None:
    """Why the key contact is not told, as a sentence; None: they are, or there is none."""
    if permit.subject.died_on:
        return gettext("%(name)s has died. Nobody is told.", name=permit.person_name)
    contact = queries.lead(permit)
    if contact is None or key_contact_is_told(permit, kind):
        return None
    return _not_at_the_moment(contact.name)


def why_is_not(permit: Permit, account_id: UUID | None, name: str, kind: str) -> str | None:
    """Why somebody who is asked is not told, as a sentence; None: they are. No account: nobody of a team is."""
    return None if account_id and told(permit, [account_id], kind) else _not_at_the_moment(name)


def _not_at_the_moment(name: str) -> str:
    return gettext("%(name)s cannot be told at the moment.", name=name)


def who_is_told_of_erasing(permit: Permit) -> list[UUID]:
    """The person themself on all their devices, everybody who helps, and who leads in each team."""
    helpers = [one.account_id for one in queries.grants(permit) if one.account_id]
    return told(permit, [*queries.accounts_of(permit), *helpers], ERASURE)


def tell_of_erasing(permit: Permit, person: Person) -> None:
    """Tell that a record is to be erased, or is not any more: as it stands now."""
    notifications.take_back(person.id, person.id, ERASURE)  # what was told before is not so any more
    tell(permit, who_is_told_of_erasing(permit), ERASURE, person.id)
    again = person.erase_at - ERASURE_AGAIN if person.erase_at else None
    own = told(permit, queries.accounts_of(permit), ERASURE)
    notifications.tell_of_erasing(permit, own, again if again and again > now() else None)
