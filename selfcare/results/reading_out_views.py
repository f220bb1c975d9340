"""A professional says that they have read a report out; they or the person take that back."""

from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.results import queries, reading_out, words
from selfcare.results.forms import ReadOutForm
from selfcare.results.report_context import PROFESSIONALS, REPORT, address, show_report
from selfcare.results.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.ids import uuid_of
from selfcare.web.once import once

READ_OUT = REPORT + "read-out"
BACK = REPORT + "read-out/take-back"
THEIRS = (Role.SELF, Role.PROFESSIONAL)


@room.get(READ_OUT)
@on_record(Area.RESULTS, Level.MANAGE, roles=PROFESSIONALS)
def read_out(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    if permit.subject.died_on:
        abort(404)
    if not sheet.brief.waits_to_be_read:
        return redirect(address(permit, report_id), 303)
    return show_report("results/read_out.html", permit, sheet, form=ReadOutForm(formdata=None))


@room.post(READ_OUT)
@on_record(Area.RESULTS, Level.MANAGE, roles=PROFESSIONALS)
@once
def read_out_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    form, sheet = ReadOutForm(), queries.sheet(permit, report_id)
    if sheet.brief.replaced:  # corrected since the page was opened: it says so, and nothing was kept
        return redirect(address(permit, report_id), 303)
    if not form.validate():
        return show_report("results/read_out.html", permit, sheet, status=422, form=form)
    made = reading_out.read_out(permit, report_id, how=form.how.data)
    return pages.saved(address(permit, report_id, saved=True), ("report_read_out", made))


@room.get(BACK)
@on_record(Area.RESULTS, Level.MANAGE, roles=THEIRS)
def read_out_back_form(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    """The button by itself, for who has no JavaScript."""
    brief = queries.sheet(permit, report_id).brief
    if brief.read_out is None:
        return redirect(address(permit, report_id), 303)
    return pages.one_button(
        gettext("Take it back"),
        address(permit, report_id),
        gettext("Report"),
        title=brief.title,
        tab="results",
        fields={"of": str(brief.read_out.id)},
        words=[words.read_out(permit, brief.read_out)],
    )


@room.post(BACK)
@on_record(Area.RESULTS, Level.MANAGE, roles=THEIRS)
def read_out_back(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    taken = reading_out.take_back(permit, report_id, uuid_of(request.form.get("of")))
    there = address(permit, report_id, saved=taken)
    return pages.saved(there) if taken else redirect(there, 303)
