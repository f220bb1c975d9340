"""What a summary says about a visit, the questions for it, and what was told. Queries."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare.appointments import models, tellings
from selfcare.appointments.plain_values import Question, Visit, plain_visit
from selfcare.appointments.queries import open_questions
from selfcare.database import session
from selfcare.people import teams
from selfcare.people.queries import lead
from selfcare.web.access import Area, Permit, Role, shareable


def for_summary(permit: Permit, appointment_id: UUID | None, known: Visit | None = None) -> dict[str, Any]:
    """What a summary says about a visit and the questions for it: plain JSON values, never *only me*.

    Somebody shares no more than they can see: what their rights leave out is empty here.

    :param known: the visit, where it was read already.
    """
    row = known if known and not known.only_me else None
    if known is None and appointment_id is not None and permit.may(Area.APPOINTMENTS):
        found = session().scalar(
            select(models.Appointment).where(
                shareable(permit, models.Appointment), models.Appointment.id == appointment_id
            )
        )
        row = plain_visit(permit, found) if found else None
    asked = open_questions(permit, appointment_id, only_shareable=True) if permit.may(Area.QUESTIONS) else []
    contact, told = lead(permit), [one for one in row.told if not one.only_me] if row else []
    return {
        "matters": row.matters if row else "",
        "matters_by": row.matters_by if row else None,
        "words": row.words if row else "",
        "words_by": row.words_by if row else None,
        "matters_told": tellings.for_summary(told, "matters"),
        "words_told": tellings.for_summary(told, "words"),
        "agenda": {
            "lines": row.agenda_lines,
            "name": row.agenda_name,
            "title": row.agenda_title,
            "day": permit.local(row.agenda_at).date().isoformat(),
        }
        if row and row.agenda_at and row.agenda_lines
        else None,
        "life": _life(row, told) if row else None,
        "visit": {
            "id": str(row.id),
            "wall": row.wall.isoformat(),
            "zone": row.zone,
            "how": row.how,
            "with_whom": row.with_whom,
            "place": row.place,
            "purpose": row.purpose,
        }
        if row
        else None,
        "questions": [
            {
                "id": str(each.id),
                "text": each.text,
                "why": each.why,
                "about": each.about_label,
                "about_kind": each.about_kind,
                "carried": each.carried_from.isoformat() if each.carried_from else None,
                "by": None if each.entered_as == Role.SELF else each.entered_name,
                "told": _told(each),
                "group": each.group,
                "answer_by": teams.answer_by(contact, each.asked_at).isoformat()
                if contact and each.asked_at and each.group == "now"
                else None,
            }
            for each in asked
        ],
    }


def _life(visit: Visit, told: Sequence[tellings.Told]) -> dict[str, Any] | None:
    """What else is going on, as the person ticked it and as they told it; None where that is nothing."""
    also = [
        tellings.mark(one) | {"picks": list(one.life), "words": one.life_words}
        for one in told
        if one.life or one.life_words
    ]
    if not (visit.life or visit.life_words or also):
        return None
    return {"picks": list(visit.life), "words": visit.life_words} | ({"told": also} if also else {})


def _told(asked: Question) -> dict[str, Any] | None:
    """How a question was told to who wrote it down, and when."""
    if asked.told is None:
        return None
    how, wall = asked.told
    return {"to": asked.entered_name, "how": how, "at": wall.isoformat(), "own": None}
