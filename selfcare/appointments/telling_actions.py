"""What is done with what a person told: it is written down, put into their own words, taken back."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, func, or_, select
from werkzeug.exceptions import NotFound

from selfcare.appointments import models, queries, tellings
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import queries as people
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, not_hidden, visible

WRITERS = (Role.PROFESSIONAL, Role.CARER)


def hold(permit: Permit, appointment_id: UUID) -> None:
    """Of two who write for one visit, one comes first; the other then reads that. :raises NotFound: no such visit."""
    table = models.Appointment
    query = select(table.id).where(visible(permit, table), table.id == appointment_id)
    if session().scalar(query.with_for_update()) is None:
        raise NotFound


class TakenBack(Exception):
    """What the same form wrote before was taken back meanwhile."""


def turn(permit: Permit, ids: Iterable[UUID]) -> tuple[UUID, models.Telling | None]:
    """Which telling this is of those that one form makes: a phone may send other words to what it sent before.

    :param ids: of the form's tellings, one after the other, without end.
    :returns: the id of the one that is written now; and the one before it, where it stands as it was written: these
        words take its place, though it may be hidden from who wrote it.
    :raises TakenBack: the one before does not stand any more.
    """
    table, before = models.Telling, None
    for each in ids:
        row = session().scalar(
            select(table).where(table.person_id == permit.person_id, table.id == each).with_for_update()
        )
        if row is None:
            if before and before.removed_at:
                raise TakenBack
            return each, before if before and _untouched(permit, before) else None
        before = row
    raise ValueError("ids end")


def _untouched(permit: Permit, row: models.Telling) -> bool:
    """Whether a telling and its questions are as their writer left them: nobody hid, changed or answered any."""
    asked = models.Question
    touched = or_(
        asked.told_how.is_(None),
        asked.removed_at.is_not(None),
        asked.replied_at.is_not(None),
        asked.closed_at.is_not(None),
        asked.changed_at.is_not(None),
        asked.only_me != row.only_me,
    )
    other = select(asked.id).where(asked.person_id == permit.person_id, asked.told_id == row.id, touched)
    return versions.is_own(permit, row) and session().scalar(other.limit(1)) is None


def write(
    permit: Permit,
    appointment_id: UUID,
    *,
    telling_id: UUID | None = None,
    how: str,
    share: str,
    matters: str = "",
    words: str = "",
    life: Sequence[str] = (),
    life_words: str = "",
    questions: Sequence[str] = (),
) -> models.Telling:
    """Write down what the person told. They were asked who they are, and are happy with it: else this is not called.

    :param telling_id: as `turn` gave it; without, a new one.
    :param share: with `only` all of it is the person's alone from now on, for whoever wrote it too.
    :param questions: each one line, in the person's order; they come after those that are there.
    """
    permit.require(Area.APPOINTMENTS, Level.ADD)
    if permit.role not in WRITERS or permit.subject.died_on:
        raise NotFound
    if how not in tellings.HOW or share not in tellings.SHARE:
        raise ValueError(how, share)
    queries.visit(permit, appointment_id)
    row = models.Telling(
        **permit.stamp(),
        id=telling_id or uuid4(),
        appointment_id=appointment_id,
        how=how,
        identity=True,
        consent=True,
        share=share,
        matters=matters,
        words=words,
        life=list(life),
        life_words=life_words,
    )
    row.only_me = share == tellings.ONLY
    session().add(row)
    session().flush()
    trail.record(permit, "wrote down", "telling", row.id)
    if questions:
        permit.require(Area.QUESTIONS, Level.ADD)
    last = session().scalar(
        select(func.max(models.Question.place)).where(models.Question.person_id == permit.person_id)
    )
    for place, text in enumerate(questions, (last or 0) + 1):
        asked = models.Question(
            **permit.stamp(),
            appointment_id=appointment_id,
            text=text,
            why="",
            place=place,
            told_id=row.id,
            told_how=how,
        )
        asked.only_me = row.only_me
        session().add(asked)
        session().flush()
        trail.record(permit, "added", "question", asked.id)
    return row


def correct(
    permit: Permit,
    telling_id: UUID,
    version: int | None,
    *,
    matters: str,
    words: str,
    life: Sequence[str],
    life_words: str,
) -> int:
    """The person puts it in their own words; what was told is kept as an earlier version.

    :returns: the version now. :raises Stale: when it was changed on another device since.
    """
    if not permit.is_self:
        raise NotFound
    row = _locked(permit, telling_id)
    values: dict[str, Any] = {"matters": matters, "words": words}
    if permit.sees_only_me:
        values |= {"life": list(life), "life_words": life_words}
    if versions.turn(permit, row, version, **values):
        row.corrected_at = row.changed_at
        notifications.seen(permit, row.id)
        trail.record(permit, "changed", "telling", row.id)
        session().flush()
    return row.version


def seen(permit: Permit, telling_id: UUID) -> None:
    """The person has it before their eyes."""
    if not permit.is_self:
        raise NotFound
    notifications.seen(permit, _locked(permit, telling_id).id)


def take_back(permit: Permit, telling_id: UUID, version: int | None = None) -> UUID | None:
    """Take it out of the record, with its questions but for those that were replied to or talked about meanwhile.

    The person takes back any; whoever wrote it down their own, while it is in no other words. Twice is once.

    :param version: as it was looked at; None skips the check. :returns: the summary that was shared with it.
    :raises Stale: changed since `version`.
    """
    row = _locked(permit, telling_id, gone=True)
    if not permit.is_self and not versions.is_own(permit, row):
        versions.refuse(permit, row)
    if row.removed_at:
        return None
    versions.unchanged(row, version)
    return take_out(permit, row)


def take_out(permit: Permit, row: models.Telling) -> UUID | None:
    """Take out one that was locked, and may be. :returns: as `take_back`."""
    row.removed_at = now()
    notifications.take_back(permit.person_id, row.id)
    trail.record(permit, "took back", "telling", row.id)
    told = select(models.Question).where(
        models.Question.person_id == permit.person_id,
        models.Question.told_id == row.id,
        models.Question.told_how.is_not(None),
        models.Question.removed_at.is_(None),
        models.Question.replied_at.is_(None),
        models.Question.closed_at.is_(None),
    )
    for asked in session().scalars(told.order_by(models.Question.id).with_for_update()):
        asked.removed_at = row.removed_at
        notifications.take_back(permit.person_id, asked.id)
        trail.record(permit, "removed", "question", asked.id)
    session().flush()
    return row.summary_id


def note(row: models.Telling, *, summary_id: UUID | None, contact_id: UUID | None) -> None:
    """What came of it: the summary that was shared, the contact that it was."""
    row.summary_id, row.contact_id = summary_id, contact_id
    session().flush()


def send_told(permit: Permit, row: models.Telling) -> None:
    """The questions of a telling go along for the visit: the person said so. With nobody to send them to, they stay."""
    contact = people.lead(permit)
    if contact is None:
        return
    told = select(models.Question).where(
        visible(permit, models.Question), models.Question.told_id == row.id, models.Question.sent_at.is_(None)
    )
    for asked in session().scalars(told.order_by(models.Question.id)):
        asked.sent_at, asked.sent_to = now(), contact.name
        trail.record(permit, "sent", "question", asked.id)
    session().flush()


def _locked(permit: Permit, telling_id: UUID, *, gone: bool = False) -> models.Telling:
    table = models.Telling
    known = and_(table.person_id == permit.person_id, not_hidden(permit, table))
    if not gone:
        known = and_(known, table.removed_at.is_(None))
    row = session().scalar(
        select(table)
        .where(known, table.id == telling_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row
