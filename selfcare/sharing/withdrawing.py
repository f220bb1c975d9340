"""What becomes of the questions in a summary once it is withdrawn."""

from uuid import UUID

from sqlalchemy import select

from selfcare.appointments import queries as appointments
from selfcare.appointments.plain_values import Question
from selfcare.database import session
from selfcare.sharing.models import Summary
from selfcare.sharing.queries import SharedSummary
from selfcare.web.access import Permit, visible


def questions_elsewhere(permit: Permit, summary_id: UUID) -> dict[UUID, UUID]:
    """The questions in other summaries that still stand, with the newest of these. Withdrawing one leaves them sent."""
    rows = session().execute(
        select(Summary.id, Summary.body)
        .where(visible(permit, Summary), Summary.withdrawn_at.is_(None), Summary.id != summary_id)
        .order_by(Summary.as_of, Summary.id)
    )
    return {
        UUID(question["id"]): standing for standing, body in rows for question in body.get("questions", ())
    }


def on_withdrawing(permit: Permit, found: SharedSummary) -> tuple[list[Question], list[Question]]:
    """What becomes of the questions in a summary once it is withdrawn: those taken back too, and those that stay."""
    ids = [UUID(question["id"]) for question in (found.body or {}).get("questions", ())]
    asked = [one for one in appointments.some_questions(permit, ids) if one.sent_at]
    elsewhere = questions_elsewhere(permit, found.id) if asked else {}
    back = [
        one
        for one in asked
        if one.sent_with == found.id
        and one.id not in elsewhere
        and one.replied_at is None
        and one.asked_at is None
    ]
    return back, [one for one in asked if one not in back]
