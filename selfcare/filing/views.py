"""Pages of filing: typing a report, correcting one, and taking back one that was entered by mistake.

Those of what was received and waits are in `incoming_views`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.database import now
from selfcare.filing import actions, release_plan, typed_over
from selfcare.filing import apart_views as apart_views
from selfcare.filing import hold_views as hold_views
from selfcare.filing import incoming_views as incoming_views
from selfcare.filing.forms import START_ROWS, ErrorForm, ReportFields, filled, report_form, rows_of
from selfcare.filing.room import room as room
from selfcare.filing.typed_over import MOST_ROWS
from selfcare.results import queries as results
from selfcare.results import release as rules
from selfcare.results import words
from selfcare.results.actions import CannotHold, check_hold, hold_in_force
from selfcare.results.conditions import NOT_COUNTED
from selfcare.results.drawn import draw
from selfcare.results.sent import Sent, columns
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, me, on_record
from selfcare.web.once import once
from selfcare.web.when import BadTime, read_date, read_time, utc_of

managing = on_record(Area.RESULTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))


@room.get("/people/<uuid:person_id>/results/type")
@managing
def type_report(permit: Permit) -> ResponseReturnValue:
    return _show(permit, report_form(START_ROWS)(formdata=None, data={"rows": START_ROWS}))


@room.post("/people/<uuid:person_id>/results/type")
@managing
@once
def type_report_send(permit: Permit) -> ResponseReturnValue:
    return _file(permit, None)


@room.get("/people/<uuid:person_id>/results/type/again")
@managing
def type_again(permit: Permit) -> ResponseReturnValue:
    return _show(permit, report_form(START_ROWS)(formdata=None, data={"rows": START_ROWS}))


@room.post("/people/<uuid:person_id>/results/type/again")
@managing
def type_again_send(permit: Permit) -> ResponseReturnValue:
    return _again(permit, None)


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/correct")
@managing
def correct(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    return _show(permit, _filled(permit, report_id), report_id)


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/correct")
@managing
@once
def correct_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    return _file(permit, report_id)


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/correct/again")
@managing
def correct_again(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    return _show(permit, _filled(permit, report_id), report_id)


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/correct/again")
@managing
def correct_again_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    return _again(permit, report_id)


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/in-error")
@managing
def in_error(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = results.sheet(permit, report_id, beside=False)
    return pages.show(
        "filing/in_error.html",
        form=ErrorForm(formdata=None),
        sheet=sheet,
        said=words.taking_off(permit, sheet.brief),
    )


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/in-error")
@managing
@once
def in_error_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    form = ErrorForm()
    if not form.validate():
        sheet = results.sheet(permit, report_id, beside=False)
        return pages.show(
            "filing/in_error.html",
            status=422,
            form=form,
            sheet=sheet,
            said=words.taking_off(permit, sheet.brief),
        )
    actions.mark_in_error(permit, report_id, form.reason.text.strip())
    return pages.saved(_report(permit, report_id), ("report", report_id))


def _file(permit: Permit, replaces_id: UUID | None) -> ResponseReturnValue:
    form = _typed(permit, rows_of(request.form.get("rows")), replaces_id)
    around = release_plan.circumstances(permit, replaces_id, now())
    valid = form.validate_for(permit.zone)
    if valid and form.until:
        latest = release_plan.plan(permit, form.kind.data, now(), around).latest_at
        try:
            check_hold(None, latest, form.until, now())
        except CannotHold as cannot:
            form.refuse_hold(cannot, permit)
            valid = False
    sign, _ = _foreseen(permit, form, around)
    if form.has_other_hold or (valid and form.said.data != sign):
        # They have not read yet when the person will see it: say it, and let them press once more.
        form.said.errors = [
            gettext("Check when %(name)s will see this, then file it.", name=permit.person_name)
        ]
        valid = False
    if not valid:
        return _show(permit, form, replaces_id, status=422, around=around)
    account = me()
    try:
        report_id = actions.file_typed(
            permit,
            asked_for=form.asked_for.text.strip(),
            kind=form.kind.data,
            laboratory=form.laboratory.text.strip(),
            taken=form.taken,
            issued=form.issued,
            status=form.status.data,
            conclusion=form.conclusion.text.strip(),
            results=form.results(),
            note=form.plain_note.text.strip(),
            hold=_hold(form),
            replaces_id=replaces_id,
            keep=form.keep,
            taken_to_the_day=form.taken_to_the_day,
            lets_go="" if form.hold.data else form.held.data or "",
            title=account.title if account else "",
        )
    except CannotHold as cannot:
        form.refuse_hold(cannot, permit)
        return _show(permit, form, replaces_id, status=422, around=around)
    except actions.AlreadyReplaced as earlier:
        newer = {"name": earlier.name, "href": _report(permit, earlier.report_id, saved=False)}
        return _show(permit, form, replaces_id, status=409, around=around, newer=newer)
    return pages.saved(_report(permit, report_id), ("report", report_id))


def _again(permit: Permit, replaces_id: UUID | None) -> ResponseReturnValue:
    """The same page with all that was typed: one row more, or (for htmx) when the person will see it."""
    more = "more" in request.form
    count = rows_of(request.form.get("rows"))
    if more:
        count = min(count + 1, MOST_ROWS)
    form = _typed(permit, count, replaces_id)
    return _show(permit, form, replaces_id, block=None if more else "said")


def _show(
    permit: Permit,
    form: ReportFields,
    replaces_id: UUID | None = None,
    *,
    status: int = 200,
    block: str | None = None,
    around: release_plan.Circumstances | None = None,
    newer: dict[str, str] | None = None,
) -> ResponseReturnValue:
    known = form.original.report if form.original else None
    around = around or release_plan.circumstances(permit, replaces_id, now(), known)
    if known and form.has_other_hold and block is None:
        form.meet_hold(typed_over.hold_named(permit, known, form.held.data or ""), permit.zone)
    form.rows.data = str(form.count)
    form.said.data, sentence = _foreseen(permit, form, around)
    kind = "filing.correct" if replaces_id else "filing.type_report"
    again = "filing.correct_again_send" if replaces_id else "filing.type_again_send"
    values: dict[str, Any] = {"person_id": permit.person_id}
    if replaces_id:
        values["report_id"] = replaces_id
    return pages.show(
        "filing/type_report.html",
        block=block,
        status=status,
        form=form,
        sentence=sentence,
        address=url_for(f"{kind}_send", **values),
        again=url_for(again, **values),
        replaces_id=replaces_id,
        replacing=words.correcting(permit, around.replaced_is_visible) if replaces_id else None,
        may_add=form.count < MOST_ROWS,
        newer=newer,
        stays=_stays(permit, form),
    )


def _foreseen(permit: Permit, form: ReportFields, around: release_plan.Circumstances) -> tuple[str, str]:
    """When the person will see this, if it were filed now: a sign to tell whether it was read, and the sentence."""
    moment = now()
    kind = form.kind.data if form.kind.data in rules.KINDS else rules.KINDS[0]
    fixed = release_plan.plan(permit, kind, moment, around)
    until = form.until or _until(permit, form) if form.hold.data else None
    if form.has_other_hold:
        until = form.was.get("held_until")
    noting = form.plain_note.text.strip() and fixed.waits_for == rules.NOTE
    noted = release_plan.noted(permit, moment, around) if noting else None
    when = rules.visible_from(fixed.release_at, fixed.latest_at, until, None, noted)
    held = until is not None and until > moment
    planned = fixed.release_at < fixed.latest_at
    waits_for = fixed.waits_for if noted is None else rules.DAY
    sentence = words.before_filing(permit, when, waits_for, held=held, planned=planned, now=moment)
    if when <= moment:
        return "now", sentence
    # To the day: the hard latest date moves on with every minute the form is open.
    return f"{'hold' if held else waits_for} {permit.local(when).date()}", sentence


def _until(permit: Permit, form: ReportFields) -> datetime | None:
    """The end of the hold as far as it is typed, for a form that was not validated."""
    try:
        wall = datetime.combine(read_date(form.until_date.text), read_time(form.until_time.text))
    except BadTime:
        return None
    return utc_of(wall, permit.zone)


def _hold(form: ReportFields) -> actions.TypedHold | None:
    if not form.hold.data or form.until is None:
        return None
    return actions.TypedHold(form.reason.text.strip(), form.until)


def _filled(permit: Permit, report_id: UUID) -> ReportFields:
    """The form filled from the report that is to be corrected."""
    original, data = _before(permit, report_id)
    return report_form(data["rows"])(formdata=None, data=data).over(original, data)


def _typed(permit: Permit, rows: int, replaces_id: UUID | None) -> ReportFields:
    """The form as it was sent."""
    form = report_form(rows)()
    return form.over(*_before(permit, replaces_id)) if replaces_id else form


def _before(permit: Permit, report_id: UUID) -> tuple[typed_over.Original, dict[str, Any]]:
    """The report that is corrected, and what the form says of it. Four statements."""
    report = release_plan.replaceable(permit, report_id)
    original, note = typed_over.original(permit, report), typed_over.note_on(permit, report)
    return original, filled(original, hold_in_force(report, now()), note, permit.zone)


def _stays(permit: Permit, form: ReportFields) -> dict[str, Any] | None:
    """What stays as the laboratory sent it beside what the form shows: by row, by name, and how many more."""
    original = form.original
    if original is None or not original.is_sent:
        return None
    report, today = original.report, permit.today()
    drawn = [draw(Sent(**columns(row)), report.status, permit.zone, today) for row in original.shown]
    back = [row.name for row in original.others if row.status in NOT_COUNTED]
    return {
        "rows": {
            n: words.listed([*one.marks, *filter(None, (one.taken, one.specimen, one.method))])
            for n, one in enumerate(drawn)
        },
        "back": words.listed(back),
        "more": len(original.others) - len(back),
        "until": words.moment(report.until_wall, today, to_the_day=report.until_to_the_day)
        if report.until_wall
        else "",
    }


def _report(permit: Permit, report_id: UUID, *, saved: bool = True) -> str:
    flag = 1 if saved else None
    return url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=flag)
