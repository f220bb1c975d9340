"""What every page of decisions stands in: the room, its addresses, and the answers that are no page of their own."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.decisions import queries
from selfcare.decisions.models import Decision
from selfcare.decisions.states import Move, NotNow
from selfcare.web import pages, safety
from selfcare.web.access import Permit
from selfcare.web.room import Room

room = Room("decisions", __name__)
BASE = "/people/<uuid:person_id>/decisions/"
ONE = BASE + "<uuid:decision_id>/"


def able(permit: Permit, decision_id: UUID, move: Move) -> Decision:
    """The decision, where this account can make a move; 404 else, also for a form that would be refused anyway."""
    row = queries.decision(permit, decision_id)
    if move not in queries.moves(permit, row):
        queries.refuse(permit, row)
    return row


def not_now(permit: Permit, refused: NotNow, typed: str = "") -> ResponseReturnValue:
    """409: it is decided, or put off, with what was typed."""
    row: Any = refused.item
    why = gettext("This was decided meanwhile. Open it again first.")
    if row.state == "not_now":
        why = gettext("This was put off meanwhile. Open it again first.")
    back = address(permit, row.id, saved=None)
    return pages.show("not_done.html", status=409, why=why, typed=typed, back=back, back_text=row.question)


def around() -> dict[str, Any]:
    """What stands around every form of words: the safety sentence, which leads to whom to call."""
    return {"safety_lines": safety.short_lines(writing=True)}


def address(permit: Permit, decision_id: UUID, saved: int | None = 1) -> str:
    return url_for("decisions.decision", person_id=permit.person_id, decision_id=decision_id, saved=saved)
