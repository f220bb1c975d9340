"""Visits and questions, as they may be seen by whoever asks.

A question belongs to the visit it was written for while that visit is still to come, and to the next visit otherwise:
so nothing is copied or moved when a visit is over. Only visits that the asker can see count here, or a question would
tell of an *only me* visit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.appointments import models
from selfcare.appointments.panels import PanelVisit as PanelVisit
from selfcare.appointments.panels import Waiting as Waiting
from selfcare.appointments.panels import for_visits as for_visits
from selfcare.appointments.panels import next_for_panel as next_for_panel
from selfcare.appointments.panels import waiting_by_person as waiting_by_person
from selfcare.appointments.panels import waiting_count as waiting_count
from selfcare.appointments.panels import waiting_for_panel as waiting_for_panel
from selfcare.appointments.panels import waiting_questions as waiting_questions
from selfcare.appointments.plain_values import STILL, plain_question, plain_visit
from selfcare.appointments.plain_values import Question as Question
from selfcare.appointments.plain_values import Visit as Visit
from selfcare.appointments.plain_values import may_change as may_change
from selfcare.appointments.plain_values import may_know as may_know
from selfcare.appointments.plain_values import may_remove_question as may_remove_question
from selfcare.appointments.plain_values import state_of as state_of
from selfcare.database import now, session
from selfcare.web import versions
from selfcare.web.access import Area, Permit, Role, shareable, visible
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_last = shared_alias(models.Appointment)
_earlier = shared_alias(models.Appointment)
_next = shared_alias(models.Appointment)

MOST = 100


# ------------------------------------------------------------------------------------------------------------ visits


def visit(permit: Permit, appointment_id: UUID) -> Visit:
    """One visit. :raises NotFound: unknown, removed, or not theirs to see."""
    row = session().scalar(
        select(models.Appointment).where(
            visible(permit, models.Appointment), models.Appointment.id == appointment_id
        )
    )
    if row is None:
        raise NotFound
    return plain_visit(permit, row)


def with_last(permit: Permit, appointment_id: UUID) -> tuple[Visit, Visit | None]:
    """A visit, and the last one that began before it and before now. One statement.

    The last is never an *only me* one: summaries say "since the last visit". :raises NotFound: as `visit`.
    """
    last_id = (
        select(_earlier.id)
        .where(shareable(permit, _earlier), _earlier.utc < models.Appointment.utc, _earlier.utc < now())
        .order_by(_earlier.utc.desc(), _earlier.id.desc())
        .limit(1)
        .correlate(models.Appointment)
        .scalar_subquery()
    )
    row: Any = (
        session()
        .execute(
            select(models.Appointment, _last)
            .outerjoin(_last, and_(_last.person_id == models.Appointment.person_id, _last.id == last_id))
            .where(visible(permit, models.Appointment), models.Appointment.id == appointment_id)
        )
        .first()
    )
    if row is None:
        raise NotFound
    return plain_visit(permit, row[0]), plain_visit(permit, row[1]) if row[1] else None


def next_visit(permit: Permit) -> Visit | None:
    """The visit that is next; for four hours after it began it still is."""
    row = session().scalar(
        _visits(permit)
        .where(models.Appointment.utc >= now() - STILL)
        .order_by(models.Appointment.utc, models.Appointment.id)
        .limit(1)
    )
    return plain_visit(permit, row) if row else None


def upcoming(permit: Permit, limit: int = MOST) -> list[Visit]:
    """Visits to come, the next first."""
    rows = session().scalars(
        _visits(permit)
        .where(models.Appointment.utc >= now() - STILL)
        .order_by(models.Appointment.utc, models.Appointment.id)
        .limit(limit)
    )
    return [plain_visit(permit, row) for row in rows]


def past(permit: Permit, before: tuple[datetime, UUID] | None = None, size: int = 20) -> list[Visit]:
    """Visits that are over, newest first, by key.

    :param before: the (utc, id) of the last one shown.
    """
    key = models.Appointment.utc, models.Appointment.id
    query = _visits(permit).where(models.Appointment.utc < now() - STILL)
    if before:
        query = query.where(tuple_(*key) < before)
    rows = session().scalars(query.order_by(key[0].desc(), key[1].desc()).limit(size))
    return [plain_visit(permit, row) for row in rows]


def _visits(permit: Permit) -> Select[models.Appointment]:
    return select(models.Appointment).where(visible(permit, models.Appointment))


# --------------------------------------------------------------------------------------------------------- questions

Known = Callable[[Permit, Any], ColumnElement[bool]]

own_visit = shared_alias(models.Appointment)  # the visit a question was written for
_first = shared_alias(models.Question)  # the question that one asks more about


def seen(permit: Permit, asked: Any = models.Question, known: Known = visible) -> ColumnElement[bool]:
    """The questions somebody may see: a professional those that were sent, and what they wrote down themselves, but for
    what they were told: that is the person's to send."""
    if permit.role is not Role.PROFESSIONAL:
        return known(permit, asked)
    own = and_(asked.entered_by == permit.account_id, asked.told_id.is_(None))
    mine = own if permit.account_id else false()
    return and_(known(permit, asked), or_(asked.sent_at.is_not(None), mine))


def refuse(permit: Permit, found: Visit | Question) -> NoReturn:
    """Answer who sees a visit or a question and may not change it, as `versions.refuse`."""
    kind = models.Question if isinstance(found, Question) else models.Appointment
    versions.refuse(permit, session().get_one(kind, (permit.person_id, found.id)))


def question(permit: Permit, question_id: UUID) -> Question:
    """One question. :raises NotFound: unknown, removed, or not theirs to see."""
    row = session().execute(with_visits(permit).where(models.Question.id == question_id)).first()
    if row is None:
        raise NotFound
    return plain_question(permit, *row)


def open_questions(
    permit: Permit,
    appointment_id: UUID | None = None,
    *,
    limit: int = MOST,
    only_shareable: bool = False,
) -> list[Question]:
    """The open questions for a visit, in the person's order: the top three are the first three of these.

    Those that were asked now come after them: they wait for a reply; and last those with one, which wait for the
    person. They hold nobody's place.

    :param appointment_id: the visit; None for the next one, or for no visit in particular where none is to come.
    :param only_shareable: without *only me*, even for the person.
    """
    known = shareable if only_shareable else visible
    query = with_visits(permit, known).where(
        models.Question.closed_at.is_(None), _for_visit(permit, appointment_id, known)
    )
    if only_shareable:
        query = query.where(models.Question.only_me.is_(False))
    rows = session().execute(query.order_by(*_order()).limit(limit))
    return [plain_question(permit, *row) for row in rows]


def some_questions(permit: Permit, ids: list[UUID]) -> list[Question]:
    """These questions, as far as they are there and theirs to see, in the person's order."""
    if not permit.may(Area.QUESTIONS) or not ids:
        return []
    rows = session().execute(
        with_visits(permit)
        .where(models.Question.id.in_(ids))
        .order_by(models.Question.place, models.Question.id)
    )
    return [plain_question(permit, *row) for row in rows]


def told_in(permit: Permit, telling_id: UUID) -> list[Question]:
    """The questions that were written down in one telling, as far as they are there and theirs to see."""
    rows = session().execute(
        with_visits(permit)
        .where(models.Question.told_id == telling_id)
        .order_by(models.Question.place, models.Question.id)
    )
    return [plain_question(permit, *row) for row in rows]


def asked_now(permit: Permit) -> list[Question]:
    """What was asked now and has no reply yet, the longest waiting first. One statement."""
    asked = models.Question
    waiting = asked.asked_at.is_not(None), asked.replied_at.is_(None), asked.closed_at.is_(None)
    rows = session().execute(
        with_visits(permit, shareable)
        .where(shareable(permit, asked), *waiting)
        .order_by(asked.asked_at, asked.id)
        .limit(MOST)
    )
    return [plain_question(permit, *row) for row in rows]


def has_open(permit: Permit, appointment_id: UUID) -> bool:
    """Whether any shareable open question is there for a visit, sent or not: a fact of the process, not its words."""
    found = session().scalar(
        select(models.Question.id)
        .outerjoin(
            own_visit, and_(own_visit.id == models.Question.appointment_id, shareable(permit, own_visit))
        )
        .where(
            shareable(permit, models.Question),
            models.Question.closed_at.is_(None),
            _for_visit(permit, appointment_id, shareable),
        )
        .limit(1)
    )
    return found is not None


def asked_at(permit: Permit, appointment_id: UUID, limit: int = MOST) -> list[Question]:
    """The questions that were talked about or answered, of those written for one visit."""
    rows = session().execute(
        with_visits(permit)
        .where(models.Question.appointment_id == appointment_id, models.Question.closed_at.is_not(None))
        .order_by(models.Question.place, models.Question.id)
        .limit(limit)
    )
    return [plain_question(permit, *row) for row in rows]


def closed_questions(
    permit: Permit, before: tuple[datetime, UUID] | None = None, size: int = 20
) -> list[Question]:
    """Questions that were talked about or answered, newest first, by key.

    :param before: the (closed_at, id) of the last one shown.
    """
    key = models.Question.closed_at, models.Question.id
    query = with_visits(permit).where(models.Question.closed_at.is_not(None))
    if before:
        query = query.where(tuple_(*key) < before)
    rows = session().execute(query.order_by(key[0].desc(), key[1].desc()).limit(size))
    return [plain_question(permit, *row) for row in rows]


def wordings(permit: Permit, asked: Question) -> list[str]:
    """Earlier words of a question, newest first; what was *only me* then stays the person's alone.

    A professional sees what was sent, not what was thought of before: none, but for the words they replied to.
    """
    if asked.version == 1 or permit.role is Role.PROFESSIONAL:
        return []
    table = models.Question.versions
    rows = session().scalars(
        select(table)
        .where(table.person_id == permit.person_id, table.item_id == asked.id)
        .order_by(table.n.desc())
        .limit(MOST)
    )
    found = [row.body["text"] for row in rows if permit.sees_only_me or not row.body["only_me"]]
    return [text for text in dict.fromkeys(found) if text != asked.text]


@dataclass(frozen=True)
class OnToday:
    """The open questions, as `open_questions` gives them; and the replies nobody has seen yet, newest first."""

    open: list[Question]
    replies: list[Question]


def on_today(permit: Permit, most: int = 10) -> OnToday:
    """What Today says of questions; to a helper, of replies since they could see questions. One statement."""
    asked = models.Question
    is_open = and_(asked.closed_at.is_(None), _for_visit(permit, None, visible))
    fresh = asked.replied_at >= permit.since if permit.since else asked.replied_at.is_not(None)
    is_new = func.coalesce(and_(fresh, asked.reply_seen_at.is_(None)), false())
    rows = session().execute(
        with_visits(permit)
        .add_columns(is_open, is_new)
        .where(or_(is_open, is_new))
        .order_by(is_new.desc(), *_order())
        .limit(MOST + most)
    )
    found = [(plain_question(permit, *row[:-2]), row[0].place, *row[-2:]) for row in rows]
    waiting = sorted(
        ((one, place) for one, place, open_, _ in found if open_),
        key=lambda each: (_GROUPS.index(each[0].group), each[1], each[0].id),
    )
    newest = sorted(
        (one for one, *_, new in found if new), key=lambda one: (one.replied_at, one.id), reverse=True
    )
    return OnToday([one for one, _ in waiting][:MOST], newest[:most])


_GROUPS = ("visit", "now", "reply")


def _order() -> tuple[Any, ...]:
    asked = models.Question
    return asked.replied_at.is_not(None), asked.asked_at.is_not(None), asked.place, asked.id


def with_visits(permit: Permit, known: Known = visible) -> Select[models.Question, datetime, datetime, str]:
    """Questions, with the wall time and instant of the visit each was written for, and the words of the question it
    asks more about: as they are now, None where they are not for this reader.
    """
    visits = known(permit, own_visit) if permit.may(Area.APPOINTMENTS) else false()
    first = seen(permit, _first, known) & (models.Question.about_kind == "question")
    return (
        select(models.Question, own_visit.wall, own_visit.utc, _first.text)
        .select_from(models.Question)
        .outerjoin(own_visit, and_(own_visit.id == models.Question.appointment_id, visits))
        .outerjoin(_first, and_(_first.id == models.Question.about_id, first))
        .where(seen(permit))
    )


def _for_visit(permit: Permit, appointment_id: UUID | None, known: Known) -> ColumnElement[bool]:
    next_id = (
        select(_next.id)
        .where(known(permit, _next), _next.utc >= now() - STILL)
        .order_by(_next.utc, _next.id)
        .limit(1)
        .scalar_subquery()
    )
    loose = or_(own_visit.id.is_(None), own_visit.utc < now() - STILL)
    if appointment_id is None:
        return or_(loose, own_visit.id == next_id)
    return or_(own_visit.id == appointment_id, and_(loose, next_id == appointment_id))


def home_of(permit: Permit, row: models.Question) -> UUID | None:
    """The visit whose list shows an open question: its own while that is to come, else None for the next one."""
    if not permit.may(Area.APPOINTMENTS):
        return None
    return session().scalar(
        select(models.Appointment.id).where(
            visible(permit, models.Appointment),
            models.Appointment.id == row.appointment_id,
            models.Appointment.utc >= now() - STILL,
        )
    )
