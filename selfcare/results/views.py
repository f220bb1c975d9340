"""Pages of reports and results. What stands beside them, and what belongs to a team, have files of their own."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.notifications import queries as notices
from selfcare.notifications.kinds import RESULT, SOONER
from selfcare.people import tells
from selfcare.results import actions, drawing, queries, team, words
from selfcare.results import note_views as note_views
from selfcare.results import own_view_views as own_view_views
from selfcare.results import phrase_views as phrase_views
from selfcare.results import reading_out_views as reading_out_views
from selfcare.results import team_views as team_views
from selfcare.results.conditions import stands
from selfcare.results.forms import ChoiceForm
from selfcare.results.report_context import (
    OWN,
    PROFESSIONALS,
    REPORT,
    address,
    how,
    one_button,
    show_report,
)
from selfcare.results.report_page import left_alone
from selfcare.results.room import room as room
from selfcare.web import conflict, drawn, pages, paging, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

PAGE = 30


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
        how=how(permit),
        words=words,
        today=permit.today(),
    )


@room.get(REPORT)
@on_record(Area.RESULTS, Level.SEE)
def report(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id, start=_start())
    if sheet.content:
        return show_report("results/report.html", permit, sheet)
    asked = sheet.brief.sooner_at is not None
    told = notices.told(permit.person_id, SOONER, report_id) if asked else []
    mine = permit.is_self and sheet.brief.void_at is not None
    said = left_alone(permit, report_id) if mine else []
    return show_report("results/waiting.html", permit, sheet, told=i18n.listed(told), left_alone=said)


@room.get(REPORT + "<uuid:result_id>/")
@on_record(Area.RESULTS, Level.SEE)
def result(permit: Permit, report_id: UUID, result_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id, only=result_id)
    line, brief = sheet.results[0], sheet.brief
    if not line.says:
        return redirect(address(permit, report_id), 303)  # a group stands on the report's own page
    said = line if line.taken_wall or line.until_wall else brief
    found = queries.over_time(permit, result_id)
    own = queries.Before(
        report_id=report_id,
        result_id=result_id,
        taken_wall=said.taken_wall,
        until_wall=said.until_wall,
        on_utc=line.on_utc,
        value=line.value,
        range_text=line.range_text,
        flag=line.flag,
        laboratory=brief.laboratory,
        number=None,
        mark=stands(line.status, brief.status),
        kind=line.value_kind,
    )
    heads, rows = drawing.table(permit, line, [own, *found.before], this=True)
    return show_report(
        "results/result.html",
        permit,
        sheet,
        line=line,
        before=found.before,
        doubtful=found.doubtful_before,
        heads=heads,
        table=rows,
        picture=drawing.picture(permit, line, found.points, found.total),
    )


@room.get(REPORT + "<uuid:result_id>/all")
@on_record(Area.RESULTS, Level.SEE)
def series(permit: Permit, report_id: UUID, result_id: UUID) -> ResponseReturnValue:
    """All values of one test in one unit: the chart, and its table."""
    sheet = queries.sheet(permit, report_id, only=result_id)
    found = queries.over_time(permit, result_id)
    line = sheet.results[0]
    heads, rows = drawing.table(permit, line, found.points)
    return show_report(
        "results/series.html",
        permit,
        sheet,
        line=line,
        doubtful=found.doubtful,
        heads=heads,
        table=rows,
        picture=drawing.picture(permit, line, found.points, found.total),
    )


def _start() -> int:
    """Which result the page begins with, as its address says; the first, for what is no number."""
    asked = request.args.get("from", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0


@room.get("/people/<uuid:person_id>/results/about/<uuid:item_id>")
@on_record(Area.RESULTS, Level.SEE)
def about_item(permit: Permit, item_id: UUID) -> ResponseReturnValue:
    """Where a question's reference leads: to the report or the result, by its own id alone. As a part of the page of
    the question, the values themselves.
    """
    report_id, result_id = queries.place(permit, item_id)
    if pages.is_part():
        sheet = queries.sheet(permit, report_id, only=result_id)
        return (
            show_report("results/about.html", permit, sheet, block="values") if sheet.content else ("", 200)
        )
    return redirect(address(permit, report_id, result_id), 303)


@room.get(REPORT + "seen")
@on_record(Area.RESULTS, Level.SEE)
def seen(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    return one_button(permit, sheet, gettext("I have read this"))


@room.post(REPORT + "seen")
@on_record(Area.RESULTS, Level.SEE)
def seen_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    if not actions.see(permit, report_id, shown=drawn.moment(request.form.get("shown"))):
        abort(404)
    if pages.is_part():
        # The form that told us has nothing more to say; the number on the tab is one less.
        return pages.show("results/seen_now.html") if permit.role in OWN else ("", 200)
    return pages.saved(url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=1))


@room.get(REPORT + "sooner")
@on_record(Area.RESULTS, Level.SEE, roles=OWN)
def sooner(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    if sheet.brief.is_visible:
        return redirect(address(permit, report_id), 303)
    return one_button(permit, sheet, gettext("Ask to see it sooner"))


@room.post(REPORT + "sooner")
@on_record(Area.RESULTS, Level.SEE, roles=OWN)
def sooner_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    actions.ask_sooner(permit, report_id)
    return pages.saved(
        url_for(
            "results.report", person_id=permit.person_id, report_id=report_id, done="sooner", _anchor="done"
        )
    )


@room.get(REPORT + "release")
@on_record(Area.RESULTS, Level.MANAGE, roles=PROFESSIONALS)
def release(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    if sheet.brief.is_visible or sheet.brief.void_at:
        return redirect(address(permit, report_id), 303)
    why_not = tells.why_person_is_not(permit, RESULT)
    return show_report("results/release.html", permit, sheet, why_not=why_not)


@room.post(REPORT + "release")
@on_record(Area.RESULTS, Level.MANAGE, roles=PROFESSIONALS)
def release_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    actions.release(permit, report_id)
    return pages.saved(url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=1))


@room.get("/people/<uuid:person_id>/results/choice")
@on_record(Area.RESULTS, Level.MANAGE, roles=OWN)
def choice(permit: Permit) -> ResponseReturnValue:
    chosen = queries.choice(permit)
    data: dict[str, Any] = {"version": 0}
    if chosen:
        data = {"how": chosen.how, "days": [str(day) for day in chosen.days], "version": chosen.version}
    return pages.show(
        "results/choice.html",
        form=ChoiceForm(formdata=None, data=data).say(team.modes(permit)),
        how=how(permit),
    )


@room.post("/people/<uuid:person_id>/results/choice")
@on_record(Area.RESULTS, Level.MANAGE, roles=OWN)
@once
def choice_send(permit: Permit) -> ResponseReturnValue:
    keep, data = conflict.settled(())
    back = url_for("results.index", person_id=permit.person_id)
    if keep == "theirs":
        return pages.saved(back)
    form = ChoiceForm(data).say(team.modes(permit))
    if not form.validate():
        return pages.show("results/choice.html", status=422, form=form, how=how(permit))
    days = [int(day) for day in form.days.data or ()]
    try:
        row_id = actions.choose(permit, form.how.data, days, versions.number(form.version.data))
    except Stale as stale:
        theirs = queries.Chosen(stale.item.how, tuple(stale.item.days), stale.item.version)
        mine = queries.Chosen(form.how.data, tuple(days), 0)
        return conflict.ask(
            form, stale, back, {}, {"mine": words.how_now(mine), "theirs": words.how_now(theirs)}
        )
    saved = url_for("results.index", person_id=permit.person_id, saved=1)
    return pages.saved(saved, ("result_choice", row_id))
