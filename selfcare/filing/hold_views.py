"""Holding a report that the person cannot see yet: why, and until when. The next visit is offered as the end."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from selfcare.appointments.plain_values import Visit
from selfcare.database import now
from selfcare.filing import release_plan
from selfcare.filing.room import room
from selfcare.results import actions, queries
from selfcare.results.forms import HoldForm
from selfcare.results.report_context import PROFESSIONALS, REPORT, address, role_title, show_report
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once

managing = on_record(Area.RESULTS, Level.MANAGE, roles=PROFESSIONALS)


@room.get(REPORT + "hold")
@managing
def hold(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id, beside=False)
    visit = _visit_before(permit, sheet)
    data: dict[str, Any] = {}
    if sheet.hold:
        until = permit.local(sheet.hold.until)
        data = {"reason": sheet.hold.reason, "until_date": until.date(), "until_time": until.time()}
    elif visit:
        data = {"until_date": visit.wall.date(), "until_time": visit.wall.time()}
    return _show(permit, sheet, HoldForm(formdata=None, data=data), visit)


@room.post(REPORT + "hold")
@managing
@once
def hold_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    form = HoldForm()
    if form.validate_for(permit) and form.until:
        try:
            row_id = actions.hold(permit, report_id, form.reason.text.strip(), form.until, title=role_title())
        except actions.CannotHold as cannot:
            form.refuse_hold(cannot, permit)
        else:
            return pages.saved(address(permit, report_id, saved=True), ("report_hold", row_id))
    sheet = queries.sheet(permit, report_id, beside=False)
    return _show(permit, sheet, form, _visit_before(permit, sheet), status=422)


def _visit_before(permit: Permit, sheet: queries.Sheet) -> Visit | None:
    """The next visit with the team, where a hold may last until it."""
    visit = release_plan.next_talk(permit, now())
    return visit if visit and visit.utc <= sheet.latest_at else None


def _show(
    permit: Permit, sheet: queries.Sheet, form: HoldForm, visit: Visit | None, *, status: int = 200
) -> ResponseReturnValue:
    return show_report("results/hold.html", permit, sheet, status=status, form=form, visit=visit)
