"""The room itself, which all files of views hang their pages on."""

from typing import Any

from selfcare.people import queries
from selfcare.web.room import Room
from selfcare.web.telephone import tel

room = Room("people", __name__)


@room.app_context_processor
def _numbers() -> dict[str, Any]:
    """Whom to call, for pages of other rooms before signing in; looked up where a page draws it."""
    return {"team_numbers": queries.team_numbers, "tel": tel}
