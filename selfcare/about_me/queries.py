"""What is read of About me and of ways of care. Each question is one statement."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select, type_coerce
from werkzeug.exceptions import NotFound

from selfcare.about_me import words
from selfcare.about_me.models import AboutAnswer
from selfcare.audit.models import Trail
from selfcare.database import Instant, session
from selfcare.web import versions, written
from selfcare.web.access import Area, Level, Permit, visible

MOST = 60
AGAIN = timedelta(days=365)  # then it is asked whether it is still right
CONFIRMED = "confirmed", "about_answer"  # verb and kind of what is noted when it is
_CONFIRMED = Trail.verb == CONFIRMED[0], Trail.kind == CONFIRMED[1]
# The person's own words first, then by when they were written; by question as each is asked.
_ORDER: tuple[Any, ...] = (
    case({code: place for place, code in enumerate(words.ALL)}, value=AboutAnswer.question),
    case((AboutAnswer.entered_as == "self", 0), else_=1),
    AboutAnswer.entered_at,
    AboutAnswer.id,
)


def answers(permit: Permit, questions: Collection[str]) -> list[AboutAnswer]:
    """The answers to these questions, in their order."""
    permit.require(Area.ABOUT, Level.SEE)
    query = select(AboutAnswer).where(visible(permit, AboutAnswer), AboutAnswer.question.in_(questions))
    return list(session().scalars(query.order_by(*_ORDER).limit(MOST)))


def answer(permit: Permit, answer_id: UUID) -> AboutAnswer:
    """:raises NotFound: none that this reader may see."""
    permit.require(Area.ABOUT, Level.SEE)
    query = select(AboutAnswer).where(visible(permit, AboutAnswer), AboutAnswer.id == answer_id)
    row = session().scalars(query).first()
    if row is None:
        raise NotFound
    return row


def may_change(permit: Permit, row: AboutAnswer) -> bool:
    """Whether an answer is theirs to change: the person's all, and what somebody who helps wrote themselves."""
    if permit.may(Area.ABOUT, Level.MANAGE):
        return True
    return permit.may(Area.ABOUT, Level.ADD) and versions.is_own(permit, row)


def standing(permit: Permit, rows: Sequence[AboutAnswer], question: str) -> AboutAnswer | None:
    """The answer that a form of this question would change, of all that this reader sees."""
    return next((row for row in rows if row.question == question and may_change(permit, row)), None)


def still_empty(rows: Sequence[AboutAnswer], after: str | None = None) -> str | None:
    """The first question without an answer, of those after `after`; None where there is none left."""
    answered = {row.question for row in rows}
    first = words.QUESTIONS.index(after) + 1 if after in words.QUESTIONS else 0
    return next((code for code in words.QUESTIONS[first:] if code not in answered), None)


def written_on(permit: Permit, rows: Sequence[AboutAnswer]) -> date | None:
    """The day of the newest change."""
    moments: list[datetime] = [row.changed_at or row.entered_at for row in rows]
    return permit.local(max(moments)).date() if moments else None


def preferred_way(permit: Permit) -> str | None:
    """How the person likes best to be in touch, a code of `words.HOW`, as far as this reader may know."""
    if not permit.may(Area.ABOUT):
        return None
    chosen = AboutAnswer.question == words.WAY, AboutAnswer.choice != ""
    query = select(AboutAnswer.choice).where(visible(permit, AboutAnswer), *chosen)
    return session().scalar(query.order_by(*_ORDER).limit(1))


def ways_read(permit: Permit) -> Select[*tuple[Any, ...]]:
    """When the ways of care were last written, and last said to be still right: the one row that `due` takes."""
    said = (
        select(func.max(Trail.at)).where(Trail.person_id == permit.person_id, *_CONFIRMED).scalar_subquery()
    )
    written_at = func.max(func.coalesce(AboutAnswer.changed_at, AboutAnswer.entered_at), type_=Instant())
    return select(written_at.label("written_at"), type_coerce(said, Instant()).label("said_at")).where(
        visible(permit, AboutAnswer), AboutAnswer.question.in_(words.WAYS)
    )


def due(permit: Permit, row: Sequence[datetime | None] = ()) -> str | None:
    """What is a year old and is asked about again: the `ways`, else the `needs`; None: neither.

    :param row: of `ways_read`; where it is left out, it is read here, in one statement.
    """
    if permit.subject.died_on:
        return None
    since, asked = permit.today() - AGAIN, permit.subject.needs[1]
    written, said = row or session().execute(ways_read(permit)).one()
    if written is not None and permit.local(max(written, said or written)).date() <= since:
        return "ways"
    return "needs" if asked is not None and asked <= since else None


def for_summary(permit: Permit) -> list[Select[*tuple[Any, ...]]]:
    """What a summary can hold."""
    row = AboutAnswer
    return [
        written.kept(
            permit, row, "about", order=_ORDER, question=row.question, text=row.text, choice=row.choice
        )
    ]
