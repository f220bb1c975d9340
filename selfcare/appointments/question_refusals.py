"""Why something cannot be done with a question now: a page of 409, with what was typed."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.appointments import queries
from selfcare.appointments.states import Move, NotNow, State
from selfcare.web import pages
from selfcare.web.access import Permit
from selfcare.web.versions import Stale


def address(permit: Permit, question_id: UUID, **more: Any) -> str:
    return url_for("appointments.question", person_id=permit.person_id, question_id=question_id, **more)


def not_now(
    permit: Permit, refused: NotNow, question_id: UUID | None, typed: str = ""
) -> ResponseReturnValue:
    """409: why this cannot be done now, with what was typed. No question_id: they may not see it."""
    if refused.move is Move.SEND and refused.state in (State.SENT, State.REPLIED):
        why = gettext("This question was sent already.")
    elif refused.move is Move.ORDER and refused.state in (State.SENT, State.REPLIED):
        why = gettext("This question is no longer in the order for the visit.")
    elif refused.move is Move.UNASK and refused.state is State.REPLIED:
        why = gettext("There is a reply to this question already.")
    elif refused.move is Move.REOPEN:
        why = gettext("This question is on the list already.")
    elif refused.move is Move.SETTLE and refused.state in (State.KEPT, State.SHARED, State.SENT):
        why = gettext("There is no reply to this question now.")
    elif refused.move is Move.REPLY and refused.state is State.KEPT:
        why = gettext("This question was not sent to you, so it cannot be answered here.")
    else:
        why = gettext("This question was ticked off. Put it back on the list first.")
    back = address(permit, question_id) if question_id else ""
    return pages.show("not_done.html", status=409, why=why, typed=typed, back=back)


def their_answer(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    """409: with this, an answer would be gone that is not this account's to take away."""
    found = queries.question(permit, question_id)
    why = gettext(
        "%(name)s wrote down the answer. It would be gone from here, and that is not yours to do.",
        name=found.answer_by or permit.person_name,
    )
    back = address(permit, question_id)
    return pages.show("not_done.html", status=409, why=why, typed="", back=back)


def changed(permit: Permit, stale: Stale) -> ResponseReturnValue:
    """409: a button was pressed beside words that are others now, or under a reply that is another."""
    why = gettext(
        "%(name)s has changed this question, or the reply, since you opened it. Read it again first.",
        name=stale.by,
    )
    there = address(permit, stale.item.id)
    return pages.show("not_done.html", status=409, why=why, typed="", back=there)
