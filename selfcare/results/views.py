"""Pages of results."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.people import queries as people
from selfcare.results import actions, queries, words
from selfcare.results.forms import ChoiceForm, HoldForm, NoteForm
from selfcare.web import about, conflict, pages, paging, versions
from selfcare.web.access import Area, Level, Permit, Role, me, on_record
from selfcare.web.once import once
from selfcare.web.room import Room
from selfcare.web.safety import tel
from selfcare.web.versions import Stale

room = Room("results", __name__)

PAGE = 30
OWN = (Role.SELF, Role.CARER)
STAFF = (Role.PROFESSIONAL,)


@room.get("/people/<uuid:person_id>/results/")
@on_record(Area.RESULTS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    found = queries.reports(permit, PAGE + 1, paging.asked())
    older = None
    if len(found) > PAGE:
        found = found[:PAGE]
        older = url_for("results.index", person_id=permit.person_id, before=paging.text(*found[-1].key))
    return pages.show(
        "results/index.html",
        block="list",
        reports=found,
        older=older,
        first="before" not in request.args,
        how=_how(permit),
        words=words,
        today=permit.today(),
    )


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/")
@on_record(Area.RESULTS, Level.SEE)
def report(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    return _show("results/report.html" if sheet.content else "results/waiting.html", permit, sheet)


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/<uuid:result_id>/")
@on_record(Area.RESULTS, Level.SEE)
def result(permit: Permit, report_id: UUID, result_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id, only=result_id)
    line, brief, before = sheet.results[0], sheet.brief, queries.two_before(permit, result_id)
    own = (brief.taken_wall, brief.on_utc, line.value, line.range_text, line.flag)
    earlier = [(row.taken_wall, row.on_utc, row.value, row.range_text, row.flag) for row in before]
    table = [
        [
            words.table_day(wall or permit.local(moment)),
            value,
            range_text or gettext("No range"),
            flag or gettext("No flag"),
        ]
        for wall, moment, value, range_text, flag in (own, *earlier)
    ]
    return _show("results/result.html", permit, sheet, line=line, before=before, table=table)


@room.get("/people/<uuid:person_id>/results/about/<uuid:item_id>")
@on_record(Area.RESULTS, Level.SEE)
def about_item(permit: Permit, item_id: UUID) -> ResponseReturnValue:
    """Where a question's reference leads: to the report or the result, by its own id alone."""
    report_id, result_id = queries.place(permit, item_id)
    return redirect(_address(permit, report_id, result_id), 303)


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/seen")
@on_record(Area.RESULTS, Level.SEE)
def seen(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    return _one_button(permit, sheet, gettext("I have read this"))


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/seen")
@on_record(Area.RESULTS, Level.SEE)
def seen_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    if not actions.see(permit, report_id):
        abort(404)
    if request.headers.get("HX-Request-Type") == "partial":
        return "", 200  # the form that told us has nothing more to say
    return pages.saved(url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=1))


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/sooner")
@on_record(Area.RESULTS, Level.SEE, roles=OWN)
def sooner(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    return _one_button(permit, sheet, gettext("Ask to see it sooner"))


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/sooner")
@on_record(Area.RESULTS, Level.SEE, roles=OWN)
def sooner_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    actions.ask_sooner(permit, report_id)
    return pages.saved(_address(permit, report_id))


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/release")
@on_record(Area.RESULTS, Level.MANAGE, roles=STAFF)
def release(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    return _one_button(permit, sheet, gettext("Let %(name)s see this now", name=permit.person_name))


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/release")
@on_record(Area.RESULTS, Level.MANAGE, roles=STAFF)
def release_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    actions.release(permit, report_id)
    return pages.saved(url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=1))


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/hold")
@on_record(Area.RESULTS, Level.MANAGE, roles=STAFF)
def hold(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    data = {}
    if sheet.hold:
        until = permit.local(sheet.hold.until)
        data = {"reason": sheet.hold.reason, "until_date": until.date(), "until_time": until.time()}
    return _show("results/hold.html", permit, sheet, form=HoldForm(formdata=None, data=data))


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/hold")
@on_record(Area.RESULTS, Level.MANAGE, roles=STAFF)
@once
def hold_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    form = HoldForm()
    if form.validate_for(permit) and form.until:
        try:
            row_id = actions.hold(permit, report_id, form.reason.text.strip(), form.until, title=_title())
        except actions.CannotHold as cannot:
            form.refuse_hold(cannot, permit)
        else:
            return pages.saved(_address(permit, report_id, saved=True), ("report_hold", row_id))
    return _show("results/hold.html", permit, queries.sheet(permit, report_id), status=422, form=form)


@room.get("/people/<uuid:person_id>/results/<uuid:report_id>/note")
@on_record(Area.RESULTS, Level.MANAGE, roles=STAFF)
def note(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet, result_id = _noted(permit, report_id, request.args.get("result"))
    written = sheet.notes.get(result_id)
    data = {
        "text": written.text if written else "",
        "version": written.version if written else 0,
        "result": result_id or "",
    }
    return _show(
        "results/note.html", permit, sheet, form=NoteForm(formdata=None, data=data), result_id=result_id
    )


@room.post("/people/<uuid:person_id>/results/<uuid:report_id>/note")
@on_record(Area.RESULTS, Level.MANAGE, roles=STAFF)
@once
def note_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("text",))
    sheet, result_id = _noted(permit, report_id, data.get("result"))
    back = _address(permit, report_id, result_id)
    if keep == "theirs":
        return pages.saved(back)
    form = NoteForm(data)
    if not form.validate():
        return _show("results/note.html", permit, sheet, status=422, form=form, result_id=result_id)
    try:
        note_id = actions.set_note(
            permit,
            report_id,
            form.text.text.strip(),
            version=versions.number(form.version.data),
            result_id=result_id,
            title=_title(),
        )
    except Stale as stale:
        return conflict.ask(stale, back, {"text": stale.item.text})
    return pages.saved(_address(permit, report_id, result_id, saved=True), ("report_note", note_id))


@room.get("/people/<uuid:person_id>/results/choice")
@on_record(Area.RESULTS, Level.MANAGE, roles=OWN)
def choice(permit: Permit) -> ResponseReturnValue:
    chosen = queries.choice(permit)
    data: dict[str, Any] = {"version": 0}
    if chosen:
        data = {"how": chosen.how, "days": [str(day) for day in chosen.days], "version": chosen.version}
    return pages.show(
        "results/choice.html", form=ChoiceForm(formdata=None, data=data), lead=people.lead(permit)
    )


@room.post("/people/<uuid:person_id>/results/choice")
@on_record(Area.RESULTS, Level.MANAGE, roles=OWN)
@once
def choice_send(permit: Permit) -> ResponseReturnValue:
    keep, data = conflict.settled(())
    address = url_for("results.index", person_id=permit.person_id)
    if keep == "theirs":
        return pages.saved(address)
    form = ChoiceForm(data)
    if not form.validate():
        return pages.show("results/choice.html", status=422, form=form, lead=people.lead(permit))
    days = [int(day) for day in form.days.data or ()]
    try:
        row_id = actions.choose(permit, form.how.data, days, versions.number(form.version.data))
    except Stale as stale:
        theirs = queries.Chosen(stale.item.how, tuple(stale.item.days), stale.item.version)
        mine = queries.Chosen(form.how.data, tuple(days), 0)
        return conflict.ask(
            stale, address, {}, {"mine": words.how_now(mine), "theirs": words.how_now(theirs)}
        )
    saved = url_for("results.index", person_id=permit.person_id, saved=1)
    return pages.saved(saved, ("result_choice", row_id))


def _show(
    template: str, permit: Permit, sheet: queries.Sheet, *, status: int = 200, **values: Any
) -> ResponseReturnValue:
    lead = people.lead(permit)
    return pages.show(
        template,
        status=status,
        sheet=sheet,
        brief=sheet.brief,
        lead=lead,
        call=tel(lead.phone) if lead and lead.phone else None,
        ask=_ask(permit, sheet, values.get("line")),
        how=_how(permit),
        words=words,
        today=permit.today(),
        is_staff=permit.role in STAFF,
        may_choose=permit.role in OWN and permit.may(Area.RESULTS, Level.MANAGE),
        **values,
    )


def _ask(permit: Permit, sheet: queries.Sheet, line: queries.Line | None) -> str | None:
    """Where *Ask about this* leads: to a question that carries a signed reference; None for who asks no questions."""
    if not sheet.content or permit.role not in OWN or not permit.may(Area.QUESTIONS, Level.ADD):
        return None
    if line:
        token = about.sign(permit.person_id, "result", line.id, line.name)
    else:
        token = about.sign(permit.person_id, "report", sheet.id, sheet.brief.title)
    return url_for("appointments.ask", person_id=permit.person_id, about=token)


def _one_button(permit: Permit, sheet: queries.Sheet, text: str) -> ResponseReturnValue:
    """A page with one form of one button: what the same form on a fuller page does."""
    back = url_for("results.report", person_id=permit.person_id, report_id=sheet.id)
    return pages.one_button(text, back, gettext("Report"), title=sheet.brief.title, tab="results")


def _how(permit: Permit) -> str | None:
    """The standing choice in a line, for those who may know it: the person, their deputies, and professionals."""
    return words.how_now(queries.choice(permit)) if permit.may(Area.RESULTS, Level.MANAGE) else None


def _address(permit: Permit, report_id: UUID, result_id: UUID | None = None, saved: bool = False) -> str:
    flag = 1 if saved else None
    if result_id is None:
        return url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=flag)
    return url_for(
        "results.result", person_id=permit.person_id, report_id=report_id, result_id=result_id, saved=flag
    )


def _noted(permit: Permit, report_id: UUID, result: str | None) -> tuple[queries.Sheet, UUID | None]:
    """The report a note is about, and the result when it is about one."""
    try:
        result_id = UUID(result) if result else None
    except ValueError:
        abort(404)
    return queries.sheet(permit, report_id, only=result_id), result_id


def _title() -> str:
    account = me()
    return account.title if account else ""
