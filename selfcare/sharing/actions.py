"""Sharing a summary, and taking it back."""

import hmac
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from werkzeug.exceptions import NotFound

from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Telling
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import access, tells
from selfcare.people import queries as people
from selfcare.people.models import Person
from selfcare.sharing import first_reading, queries, snapshot, withdrawing
from selfcare.sharing.models import Summary
from selfcare.web.access import Area, Level, Permit, Role, visible


class Changed(Exception):
    """What would be shared is no longer what was looked at. `body` is what it would be now."""

    def __init__(self, body: snapshot.Body) -> None:
        super().__init__("changed")
        self.body = body


class NobodyToShareWith(Exception):
    """The person has no key contact."""


class HasDied(NobodyToShareWith):
    """The person has died: nothing new is shared about them."""


def share(
    permit: Permit,
    *,
    sections: tuple[str, ...],
    first: date,
    last: date,
    appointment_id: UUID | None,
    left: frozenset[str] = frozenset(),
    notes: bool = False,
    seen: str | None = None,
) -> UUID:
    """Keep a summary as it is now and show it to the key contact. It supersedes the earlier ones.

    The questions in it are then sent, and the visit it is for is ready.

    :param sections: of `snapshot.SECTIONS`; those the permit may not see are left out.
    :param first: the first day of the period, `last` the last one.
    :param left: the trackers to leave out, by id. :param notes: whether the diary's notes go with it.
    :param seen: `snapshot.fingerprint` of what was previewed; left out, nothing is compared.
    :returns: its id.
    :raises Changed: when it differs from what was previewed; nothing is shared.
    :raises NobodyToShareWith: when there is no key contact, or the person has died.
    """
    permit.require(Area.SHARING, Level.ADD)
    if permit.role is Role.PROFESSIONAL:
        raise NotFound
    _lock(permit)
    moment = now()
    choice = snapshot.Choice(sections, first, last, left, notes)
    body = snapshot.gather(permit, first, last, appointment_id, moment).take(choice)
    if seen is not None and not hmac.compare_digest(seen.encode(), snapshot.fingerprint(body).encode()):
        raise Changed(body)
    body["unchosen"] += queries.left_out_before(permit, body)
    return _keep(permit, body, appointment_id, moment)


def share_told(permit: Permit, row: Telling) -> UUID:
    """Share what was written down for a person who said yes to that: it, the questions for the visit that whoever wrote
    it sees, and what stands in the summary shared for this visit before. Nothing else of the record goes with it.

    :returns: the summary's id. :raises NobodyToShareWith: as `share`.
    """
    telling = access.as_told(permit) if permit.role is Role.PROFESSIONAL else permit
    telling.require(Area.SHARING, Level.ADD)
    _lock(telling)
    moment = now()
    before = queries.standing(telling, row.appointment_id)
    body = snapshot.as_told(telling, row, before, moment)
    return _keep(telling, body, row.appointment_id, moment)


def _lock(permit: Permit) -> None:
    """One after another, so that of two shared at once the later supersedes the earlier."""
    locked = select(Person.died_on).where(Person.id == permit.person_id).with_for_update(key_share=True)
    if session().scalar(locked):
        raise HasDied


def _keep(permit: Permit, body: snapshot.Body, appointment_id: UUID | None, moment: datetime) -> UUID:
    contacts = people.key_contact_accounts(permit)
    if not contacts:
        raise NobodyToShareWith
    row = Summary(
        **permit.stamp(),
        appointment_id=appointment_id,
        as_of=moment,
        sections=body["sections"],
        first=date.fromisoformat(body["first"]),
        last=date.fromisoformat(body["last"]),
        body=body,
        unread=True,
    )
    session().add(row)
    session().flush()
    session().execute(
        update(Summary)
        .where(visible(permit, Summary), Summary.superseded_by.is_(None), Summary.id != row.id)
        .values(superseded_by=row.id)
    )
    trail.record(permit, "shared", "summary", row.id)
    first_reading.note(permit, row.id)  # who of the team wrote it down has read it
    others = [one for one in contacts if permit.is_self or one != permit.account_id]
    tells.tell(permit, others, notifications.SUMMARY, row.id)
    if "questions" in body["sections"]:
        appointments.send_questions(permit, appointment_id, row.id)
    if appointment_id is not None:
        appointments.mark_ready(permit, appointment_id)
    return row.id


def withdraw(permit: Permit, summary_id: UUID) -> None:
    """Take a summary back: from now on nobody but the person opens it. Twice is as good as once.

    The questions that it alone sent, and that nobody replied to, are taken back with it.

    :raises NotFound: unknown, or not theirs to withdraw.
    """
    permit.require(Area.SHARING, Level.ADD)
    row = (
        session()
        .scalars(select(Summary).where(visible(permit, Summary), Summary.id == summary_id).with_for_update())
        .first()
    )
    if row is None or not queries.may_withdraw(permit, row.entered_by):
        raise NotFound
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = now()
    session().flush()
    appointments.take_back_questions(permit, row.id, withdrawing.questions_elsewhere(permit, row.id))
    trail.record(permit, "withdrew", "summary", row.id)
    notifications.take_back(permit.person_id, row.id)
    session().flush()
    if row.appointment_id and queries.shared_since(permit, row.appointment_id) is None:
        appointments.mark_not_ready(permit, row.appointment_id)


def seen(permit: Permit, summary_id: UUID) -> None:
    """Somebody has a summary before their eyes: whoever was told of it has opened it.

    By one of the team it is read, and its questions with it.
    """
    permit.require(Area.SHARING)
    body = queries.summary(permit, summary_id).body or {}
    first_reading.note(permit, summary_id)
    appointments.read_shared(
        permit, {UUID(one["id"]): (one["text"], one["why"]) for one in body.get("questions", ())}
    )
    notifications.seen(permit, summary_id)
    session().flush()
