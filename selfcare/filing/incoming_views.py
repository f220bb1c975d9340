"""Pages of what was received and waits for a human, for the teams of an account."""

from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.audit import trail
from selfcare.database import now
from selfcare.filing import decision, filing_preview, incoming_actions, incoming_queries, match, words
from selfcare.filing.forms import OWN, RejectForm, ReturnForm, ToForm, WhoForm
from selfcare.filing.incoming_actions import DecidedAlready
from selfcare.filing.incoming_queries import Sheet
from selfcare.filing.received_report import ReceivedReport, ReceivedTime
from selfcare.filing.room import room
from selfcare.filing.version_order import ENTERED_IN_ERROR
from selfcare.filing.words import Beside
from selfcare.results import words as results
from selfcare.web import pages, paging
from selfcare.web.access import Area, Level, Panel, Permit, SignedIn, me, on_panel
from selfcare.web.once import once

BASE = "/results/incoming/"
ONE = BASE + "<uuid:incoming_id>/"
PAGE = 30
MOST_LINES = 100


@room.get(BASE)
@on_panel
def incoming(panel: Panel) -> ResponseReturnValue:
    found = incoming_queries.listed(panel, PAGE, paging.asked("after"))
    shown, after = paging.cut(found, PAGE, lambda row: (row.received_at, row.id))
    in_part = incoming_queries.taken_back_in_part(panel, PAGE)
    _note(panel, [one.person_id for one in in_part])
    return pages.show(
        "filing/incoming.html",
        rows=shown,
        in_part=[(one, panel.permits[one.person_id].subject.full_name) for one in in_part],
        words=words,
        local=_local,
        today=_local(now()).date(),
        later=after and url_for(".incoming", after=after),
        several_teams=len({row.team for row in shown}) > 1,
    )


@room.get(ONE)
@on_panel
def one_incoming(panel: Panel, incoming_id: UUID) -> ResponseReturnValue:
    sheet = incoming_queries.sheet(panel, incoming_id)
    chosen = _chosen(panel)
    if chosen and sheet.report:
        return redirect(url_for(".file_to", incoming_id=incoming_id, person_id=chosen), 303)
    return _show(panel, sheet)


@room.get(ONE + "to/<uuid:person_id>/")
@on_panel
def file_to(panel: Panel, incoming_id: UUID, person_id: UUID) -> ResponseReturnValue:
    return _ask(panel, incoming_queries.sheet(panel, incoming_id), person_id, ToForm(formdata=None))


@room.post(ONE + "to/<uuid:person_id>/")
@on_panel
@once
def file_to_send(panel: Panel, incoming_id: UUID, person_id: UUID) -> ResponseReturnValue:
    sheet = incoming_queries.sheet(panel, incoming_id)
    form = ToForm()
    series_id = None
    if sheet.report is not None:
        person = _permit(panel, person_id)
        form.offer(_choices(person, sheet))
        if not form.validate_for(not _differing(sheet, person)):
            return _ask(panel, sheet, person_id, form, status=422)
        series_id = UUID(form.which.data) if form.which.data not in (None, OWN) else None
    try:
        report_id = incoming_actions.file_to(
            _account(), incoming_id, person_id, form.why.text.strip(), series_id
        )
    except DecidedAlready as other:
        return _too_late(other)
    there = url_for("results.report", person_id=person_id, report_id=report_id, saved=1)
    return pages.saved(there, ("report", report_id))


@room.get(ONE + "reject")
@on_panel
def reject(panel: Panel, incoming_id: UUID) -> ResponseReturnValue:
    sheet = incoming_queries.sheet(panel, incoming_id)
    return pages.show("filing/reject.html", form=RejectForm(formdata=None), sheet=sheet)


@room.post(ONE + "reject")
@on_panel
@once
def reject_send(panel: Panel, incoming_id: UUID) -> ResponseReturnValue:
    form, sheet = RejectForm(), incoming_queries.sheet(panel, incoming_id)
    if not form.validate():
        return pages.show("filing/reject.html", status=422, form=form, sheet=sheet)
    try:
        incoming_actions.reject(_account(), incoming_id, form.why.text.strip())
    except DecidedAlready as other:
        return _too_late(other)
    return pages.saved(url_for(".incoming", saved=1), ("incoming", incoming_id))


@room.get(ONE + "return")
@on_panel
def send_back(panel: Panel, incoming_id: UUID) -> ResponseReturnValue:
    sheet = incoming_queries.sheet(panel, incoming_id)
    return pages.show("filing/send_back.html", form=ReturnForm(formdata=None), sheet=sheet)


@room.post(ONE + "return")
@on_panel
@once
def send_back_send(panel: Panel, incoming_id: UUID) -> ResponseReturnValue:
    form, sheet = ReturnForm(), incoming_queries.sheet(panel, incoming_id)
    if not form.validate():
        return pages.show("filing/send_back.html", status=422, form=form, sheet=sheet)
    try:
        incoming_actions.send_back(_account(), incoming_id, form.why.text.strip())
    except DecidedAlready as other:
        return _too_late(other)
    return pages.saved(url_for(".incoming", saved=1), ("incoming", incoming_id))


def _show(panel: Panel, sheet: Sheet) -> ResponseReturnValue:
    _note(panel, [one.id for one in sheet.likely])
    may = panel.ids(Area.RESULTS, Level.MANAGE)
    form = WhoForm(formdata=None)
    form.offer(
        [
            (
                str(one),
                f"{panel.permits[one].subject.full_name}, {i18n.plain_day(panel.permits[one].subject.born)}",
            )
            for one in may
        ]
    )
    return pages.show(
        "filing/one_incoming.html",
        sheet=sheet,
        report=sheet.report,
        words=words,
        form=form,
        facts=_facts(sheet, sheet.report) if sheet.report else [],
        lines=words.lines(sheet.report, MOST_LINES) if sheet.report else [],
        most=MOST_LINES,
        besides={one.id: _beside(sheet, one) for one in sheet.likely},
        local=_local,
        filed_to=panel.permits.get(sheet.person_id) if sheet.person_id else None,
    )


def _ask(panel: Panel, sheet: Sheet, person_id: UUID, form: ToForm, status: int = 200) -> ResponseReturnValue:
    """The last look before it is filed: what differs, and when the person will see it."""
    permit = _permit(panel, person_id)
    if sheet.report is None:
        return _show(panel, sheet)
    _note(panel, [person_id])
    differs = _differing(sheet, permit)
    choices = _choices(permit, sheet)
    form.offer(choices)
    return pages.show(
        "filing/file_to.html",
        status=status,
        form=form,
        sheet=sheet,
        report=sheet.report,
        who=permit,
        differs=differs,
        looks=[words.reason(code) for code in (*differs, *_of_the_series(sheet))],
        beside=_beside(sheet, incoming_queries.candidate_of(permit)),
        choices=choices,
        # In place of another, the person sees it when they could see that one.
        sentence="" if choices else filing_preview.sentence(permit, sheet.report),
        lines=words.lines(sheet.report, MOST_LINES),
    )


def _choices(permit: Permit, sheet: Sheet) -> list[tuple[str, str]]:
    """The reports of theirs that it may stand in place of, or take back, as (id, words)."""
    takes_back = sheet.report is not None and sheet.report.status == ENTERED_IN_ERROR
    found = incoming_queries.choices(permit, sheet)
    return [
        (
            str(one.id),
            gettext("It takes back: %(report)s", report=words.choice(one))
            if takes_back
            else gettext("It stands in place of: %(report)s", report=words.choice(one)),
        )
        for one in found
    ]


def _differing(sheet: Sheet, permit: Permit) -> tuple[str, ...]:
    if sheet.report is None:
        return ()
    found = match.differing(sheet.report.whose, incoming_queries.candidate_of(permit), sheet.born_that_day)
    early = decision.before_birth(sheet.report, permit.subject.born)
    return (*found, match.BEFORE_BIRTH) if early else found


def _of_the_series(sheet: Sheet) -> list[str]:
    """Why it waits besides whose it is: which report it is."""
    return [code for code in sheet.reasons if code in match.OF_THE_SERIES]


def _beside(sheet: Sheet, person: match.Candidate) -> list[Beside]:
    said = sheet.report.whose if sheet.report else None
    return words.side_by_side(said, person, i18n.plain_day(person.born)) if said else []


def _facts(sheet: Sheet, report: ReceivedReport) -> list[tuple[str, str]]:
    named = " ".join(part for part in (report.whose.given, *report.whose.families[:1]) if part)
    found = [
        (gettext("Patient"), named),
        (gettext("NHS number"), words.said_numbers(report.whose)),
        (gettext("Birth date"), words.said_birth_date(report.whose)),
        (gettext("Sender"), sheet.sender or ""),
        (gettext("Laboratory"), report.laboratory),
        (gettext("Status"), results.status(report.status)),
        (gettext("Taken"), _when(report.taken)),
        (gettext("Sent by the lab"), _when(report.issued)),
        (gettext("Conclusion"), report.conclusion),
        (gettext("Files"), ", ".join(file.title for file in report.files)),
    ]
    return [(label, value) for label, value in found if value]


def _when(time: ReceivedTime | None) -> str:
    if time is None:
        return ""
    if time.known is not time:
        return results.between("", _when(time.known))
    if time.instant is not None:
        return i18n.moment(_local(time.instant), year=True)
    return i18n.plain_day(time.day) if time.day else ""


def _local(instant: Any) -> Any:
    """Where the team works."""
    return instant.astimezone(ZoneInfo(current_app.config["SETTINGS"].zone)).replace(tzinfo=None)


def _too_late(other: DecidedAlready) -> ResponseReturnValue:
    return pages.show("filing/decided.html", status=409, decided=other.decided, words=words, local=_local)


def _permit(panel: Panel, person_id: UUID) -> Permit:
    permit = panel.permits.get(person_id)
    if permit is None or not permit.may(Area.RESULTS, Level.MANAGE):
        abort(404)
    return permit


def _chosen(panel: Panel) -> UUID | None:
    """Whom the list of people was left at, while they are one of the panel."""
    try:
        chosen = UUID(request.args.get("who", ""))
    except ValueError:
        return None
    return chosen if chosen in panel.permits else None


def _note(panel: Panel, people: list[UUID]) -> None:
    """Their name, birth date and number stand on the page: that is looking."""
    shown = {one: panel.permits[one] for one in people if one in panel.permits}
    trail.note_list(replace(panel, permits=shown), "person")


def _account() -> SignedIn:
    account = me()
    if account is None:
        abort(404)
    return account
