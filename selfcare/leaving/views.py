"""Pages of the copy of everything: the person's own. Who acts for them by law has one of what they see, and nobody
else, whatever their rights are.
"""

from uuid import UUID

import structlog
from flask import Response, abort, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from selfcare.audit import trail
from selfcare.leaving import actions, erasure_views, files, queries, sealed_file
from selfcare.leaving.room import room
from selfcare.results import words
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record

__all__ = ["erasure_views", "room"]

log = structlog.get_logger()

COPIES = (Role.SELF, Role.CARER)  # of those who help, who acts by law: `queries.takes_a_copy`
BASE = "/people/<uuid:person_id>/export/"


def _page(permit: Permit, status: int = 200) -> ResponseReturnValue:
    found = queries.copy(permit)
    shut = queries.shut_until(permit)
    return pages.show(
        "leaving/export.html",
        block="main",
        status=status,
        copy=found,
        until=permit.local(found.until) if found and found.until else None,
        asked=permit.local(found.asked_at) if found else None,
        as_of=permit.local(found.as_of) if found and found.as_of else None,
        size=words.size(found.size) if found else "",
        days=actions.KEPT.days,
        shut=permit.local(shut) if shut else None,
    )


@room.get(BASE)
@on_record(Area.PEOPLE, Level.NOTHING, roles=COPIES)
def export(permit: Permit) -> ResponseReturnValue:
    return _page(permit)


@room.post(BASE)
@on_record(Area.PEOPLE, Level.NOTHING, roles=COPIES, recent=True)
def export_send(permit: Permit) -> ResponseReturnValue:
    try:
        made = actions.ask_for_copy(permit)
    except actions.NotNow:
        return _page(permit, 409)
    return pages.saved(url_for(".export", person_id=permit.person_id, saved=1), ("export", made))


@room.get(BASE + "remove")
@on_record(Area.PEOPLE, Level.NOTHING, roles=COPIES)
def export_remove(permit: Permit) -> ResponseReturnValue:
    """The button stands on the page of the copy."""
    queries.takes_a_copy(permit)
    return redirect(url_for(".export", person_id=permit.person_id), 303)


@room.post(BASE + "remove")
@on_record(Area.PEOPLE, Level.NOTHING, roles=COPIES)
def export_remove_send(permit: Permit) -> ResponseReturnValue:
    actions.remove_copy(permit)
    return pages.saved(url_for(".export", person_id=permit.person_id, saved=1))


@room.get(BASE + "<uuid:export_id>/file")
@on_record(Area.PEOPLE, Level.NOTHING, roles=COPIES, recent=True, file_of=".export")
def export_file(permit: Permit, export_id: UUID) -> ResponseReturnValue:
    found = queries.copy(permit)
    if found is None or found.id != export_id:
        abort(404)
    back = redirect(url_for(".export", person_id=permit.person_id), 303)
    if found.state != queries.READY or queries.shut_until(permit):
        return back  # the page says how it stands
    try:
        chunks = sealed_file.opened(
            files.path(found.id), current_app.config["SETTINGS"].secret_key, found.salt
        )
    except (OSError, sealed_file.CannotOpen):
        log.error("copy cannot be opened", export=str(found.id))
        return back
    trail.note_read(permit, "export", found.id)
    answer = Response(chunks, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="selfcare-{permit.today():%Y-%m-%d}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    answer.content_length = found.size
    return answer
