"""The order of open questions: the person's own, in which the first three are their top three."""

from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.appointments import models, queries, states
from selfcare.audit import trail
from selfcare.database import session
from selfcare.web.access import Area, Level, Permit

TOP = 3


def move_up(permit: Permit, question_id: UUID) -> None:
    """Change places with the question above it in the same visit's list; the first one stays.

    What others cannot see keeps its place. Only the person, or who may change everything, orders.
    """
    _order(permit, question_id, None)


def to_top(permit: Permit, question_id: UUID) -> None:
    """Take a question among the top three, as the last of them. Rights as in `move_up`."""
    _order(permit, question_id, TOP - 1)


def _order(permit: Permit, question_id: UUID, place: int | None) -> None:
    permit.require(Area.QUESTIONS, Level.ADD)
    if not (permit.is_self or permit.may(Area.QUESTIONS, Level.MANAGE)):
        raise NotFound
    states.check(queries.question(permit, question_id).state, states.Move.ORDER)
    if put(permit, question_id, place):
        trail.record(permit, "moved", "question", question_id)
    session().flush()


def put(permit: Permit, question_id: UUID, place: int | None) -> bool:
    """Move an open question up to a place in its visit's list, counted from 0; None: one up. The others move down.

    :returns: whether it was below that place.
    """
    rows = _open_locked(permit)
    row = rows.get(question_id)
    if row is None:
        raise NotFound
    if len({each.place for each in rows.values()}) < len(rows):  # two were added at the same instant
        for number, each in enumerate(sorted(rows.values(), key=lambda r: (r.place, r.id)), 1):
            each.place = number
        session().flush()
    shown = [
        each.id for each in queries.open_questions(permit, queries.home_of(permit, row), limit=len(rows))
    ]
    now_at = shown.index(question_id)
    first = now_at - 1 if place is None else place
    if not 0 <= first < now_at:
        return False
    moved = [rows[each] for each in shown[first : now_at + 1]]
    places = [each.place for each in moved]
    for each, free in zip([moved[-1], *moved[:-1]], places, strict=True):
        each.place = free
    session().flush()
    return True


def _open_locked(permit: Permit) -> dict[UUID, models.Question]:
    rows = session().scalars(
        select(models.Question)
        .where(queries.seen(permit), models.Question.closed_at.is_(None))
        .order_by(models.Question.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}
