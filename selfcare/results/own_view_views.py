"""What the person says beside a professional's note on a report, and that it was read."""

from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from selfcare.own_view import form_page
from selfcare.results import queries
from selfcare.results.report_context import PROFESSIONALS, REPORT, address
from selfcare.results.report_page import NOTE_KIND
from selfcare.results.room import room
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once

NOTE = REPORT + "notes/<uuid:note_id>/my-view"


@room.get(NOTE)
@on_record(Area.RESULTS, Level.SEE, roles=(Role.SELF,))
def view(permit: Permit, report_id: UUID, note_id: UUID) -> ResponseReturnValue:
    return form_page.write(permit, _thing(permit, report_id, note_id)[0])


@room.post(NOTE)
@on_record(Area.RESULTS, Level.SEE, roles=(Role.SELF,))
@once
def view_send(permit: Permit, report_id: UUID, note_id: UUID) -> ResponseReturnValue:
    try:
        thing, saved = _thing(permit, report_id, note_id)
    except NotFound:
        page = url_for("results.index", person_id=permit.person_id)
        return form_page.gone(permit, NOTE_KIND, note_id, page)
    return form_page.send(permit, thing, saved)


@room.get(NOTE + "/read")
@on_record(Area.RESULTS, Level.SEE, roles=PROFESSIONALS)
def view_read_form(permit: Permit, report_id: UUID, note_id: UUID) -> ResponseReturnValue:
    return form_page.read_form(permit, _thing(permit, report_id, note_id)[0])


@room.post(NOTE + "/read")
@on_record(Area.RESULTS, Level.SEE, roles=PROFESSIONALS)
def view_read(permit: Permit, report_id: UUID, note_id: UUID) -> ResponseReturnValue:
    return form_page.read(permit, *_thing(permit, report_id, note_id))


def _thing(permit: Permit, report_id: UUID, note_id: UUID) -> tuple[form_page.Thing, str]:
    """What it stands beside, and where saving leads. Nothing that this reader may not see yet is quoted."""
    sheet = queries.sheet(permit, report_id)
    note = next((each for each in sheet.notes.values() if each.id == note_id), None)
    if note is None:
        abort(404)
    page = address(permit, report_id, note.result_id)
    thing = form_page.Thing(NOTE_KIND, note.id, note.text, note.name, page, "results")
    return thing, address(permit, report_id, note.result_id, saved=True)
