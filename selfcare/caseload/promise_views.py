"""What a professional agreed to do, over all their people."""

from datetime import UTC, datetime, time
from uuid import UUID, uuid4

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from selfcare.agreed import queries as agreed
from selfcare.audit import trail
from selfcare.caseload import queries
from selfcare.caseload.room import room
from selfcare.people import names
from selfcare.web import pages, paging
from selfcare.web.access import Area, Panel, on_panel


@room.get("/caseload/agreed/")
@on_panel
def promises(panel: Panel) -> ResponseReturnValue:
    """By day, those without one last. Who has died is not on it."""
    key = paging.asked("after")
    found = agreed.promises(queries.living(panel), (key[0].date(), key[1]) if key else None)
    shown, later = found[: agreed.PROMISES], None
    if len(found) > agreed.PROMISES:
        day, line_id = agreed.place(shown[-1])
        later = url_for(".promises", after=paging.text(datetime.combine(day, time(), UTC), line_id))
    trail.note_list(queries.narrowed(panel, (each.person_id for each in shown)), "agreed_line")
    return pages.show(
        "caseload/promises.html",
        promises=[(panel.permits[each.person_id], each.line) for each in shown],
        later=later,
        done=_just_moved(panel),
        alike=names.shared(panel.permits.values()),
        tick_id=lambda: str(uuid4()),
    )


def _just_moved(panel: Panel) -> tuple[UUID, agreed.Agreed] | None:
    """Whose line was just ticked, and the line, for the page to say so."""
    try:
        permit = panel.permits[UUID(request.args["of"])]
        permit.require(Area.APPOINTMENTS)
        return permit.person_id, agreed.line(permit, UUID(request.args["moved"]))
    except (KeyError, ValueError, NotFound):
        return None
