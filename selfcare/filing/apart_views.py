"""A professional undoes what a laboratory's message did to another report."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from selfcare.filing import apart
from selfcare.filing.room import room
from selfcare.results import queries as results
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.forms import LogForm
from selfcare.web.once import once

managing = on_record(Area.RESULTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
ADDRESS = "/people/<uuid:person_id>/results/<uuid:report_id>/apart"


@room.get(ADDRESS)
@managing
def set_apart(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = results.sheet(permit, report_id, beside=False)
    if not apart.may_set_apart(permit, report_id):
        # It was done meanwhile, or there is nothing to undo.
        return redirect(_address(permit, report_id), 303)
    return pages.show("filing/apart.html", form=LogForm(formdata=None), sheet=sheet, permit=permit)


@room.post(ADDRESS)
@managing
@once
def set_apart_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    results.sheet(permit, report_id, beside=False)  # 404 for one that is not of this record
    again = apart.set_apart(permit, report_id)
    if again is None:
        return redirect(_address(permit, report_id), 303)
    return pages.saved(_address(permit, again, saved=1), ("report", again))


def _address(permit: Permit, report_id: UUID, saved: int | None = None) -> str:
    return url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=saved)
