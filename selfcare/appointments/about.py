"""What a question is about, where that was another room's item and what it was called is not to be read any more."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select, update

from selfcare.appointments.models import Question
from selfcare.database import session
from selfcare.web.item_reference import forgets


@forgets
def forget(person_id: UUID, ids: Iterable[UUID]) -> None:
    """The names of these items leave the questions that were asked about them."""
    session().execute(
        update(Question)
        .where(Question.person_id == person_id, Question.about_id.in_(list(ids)))
        .values(about_label=None)
    )


def name_again(person_id: UUID, names: Mapping[UUID, str]) -> None:
    """They stand there again: the items were taken off by mistake."""
    asked = select(Question).where(Question.person_id == person_id, Question.about_id.in_(list(names)))
    for row in session().scalars(asked):
        row.about_label = names[row.about_id] if row.about_id else None
