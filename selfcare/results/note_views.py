"""What stands beside the laboratory's words: a professional's note, good information, the laboratory's documents."""

from typing import Any
from uuid import UUID, uuid4

from flask import Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.utils import secure_filename

from selfcare import i18n
from selfcare.audit import trail
from selfcare.information import choosing
from selfcare.information.address import BadAddress
from selfcare.information.forms import AttachForm
from selfcare.results import actions, links, phrases, queries, words
from selfcare.results.forms import NoteForm, SentenceForm
from selfcare.results.report_context import (
    PROFESSIONALS,
    REPORT,
    address,
    beside,
    one_button,
    role_title,
    show_report,
)
from selfcare.results.room import room
from selfcare.web import conflict, pages, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.boxed import ALONE, BOXED
from selfcare.web.ids import uuid_of
from selfcare.web.once import once
from selfcare.web.versions import Stale

managing = on_record(Area.RESULTS, Level.MANAGE, roles=PROFESSIONALS)

# What a browser shows by itself and cannot be made to run: how such a file begins, and how its name ends.
SHOWN = {
    "application/pdf": (b"%PDF-", "pdf"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/gif": (b"GIF8", "gif"),
}


@room.get(REPORT + "files/<uuid:file_id>")
@on_record(Area.RESULTS, Level.SEE)
def file(permit: Permit, report_id: UUID, file_id: UUID) -> Response:
    """A file of the laboratory, byte for byte, once the reader may see the report."""
    found, body = queries.file(permit, report_id, file_id)
    if permit.role is not Role.SELF:
        trail.note_read(permit, "report_file", report_id)
    start, ending = SHOWN.get(found.content_type, (b"", ""))
    shown = bool(ending) and body.startswith(start)
    answer = make_response(body)
    answer.headers["Content-Type"] = found.content_type if shown else "application/octet-stream"
    named = secure_filename(found.title)[:80].removesuffix(f".{ending}") or "document"
    name = f"{named}.{ending}" if shown else named
    answer.headers.set("Content-Disposition", "inline" if shown else "attachment", filename=name)
    pdf = shown and found.content_type == "application/pdf"
    answer.headers["Content-Security-Policy"] = ALONE if pdf else BOXED
    return answer


@room.get(REPORT + "note")
@managing
def note(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet, result_id = beside(permit, report_id, request.args.get("result"))
    return _note_page(permit, sheet, result_id, _note_form(sheet, result_id))


@room.post(REPORT + "note")
@managing
@once
def note_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("text",))
    sheet, result_id = beside(permit, report_id, data.get("result"))
    back = address(permit, report_id, result_id)
    if keep == "theirs":
        return pages.saved(back)
    form = NoteForm(data)
    if not form.validate():
        return _note_page(permit, sheet, result_id, form, status=422)
    try:
        note_id = actions.set_note(
            permit,
            report_id,
            form.text.text.strip(),
            version=versions.number(form.version.data),
            result_id=result_id,
            title=role_title(),
        )
    except Stale as stale:
        return conflict.ask(form, stale, back, {"text": stale.item.text})
    return pages.saved(address(permit, report_id, result_id, saved=True), ("report_note", note_id))


@room.get(REPORT + "note/sentence")
@managing
def sentence(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    """A sentence is chosen on the page of the note."""
    beside(permit, report_id, None)  # 404 for what is not of this record
    return redirect(url_for("results.note", person_id=permit.person_id, report_id=report_id), 303)


@room.post(REPORT + "note/sentence")
@managing
@once
def sentence_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    form = SentenceForm()
    sheet, result_id = beside(permit, report_id, form.result.data)
    fresh = _note_form(sheet, result_id)
    if not form.validate():
        return _note_page(permit, sheet, result_id, fresh, status=422, renewed=form.form_id.errors)
    phrase_id = uuid_of(form.phrase.data) or abort(404)
    try:
        chosen = phrases.to_use(permit, phrase_id, versions.number(form.n.data))
        text, _ = phrases.in_language(chosen.texts, i18n.code())
        note_id = actions.set_note(
            permit,
            report_id,
            text,
            version=versions.number(form.version.data),
            result_id=result_id,
            title=role_title(),
            sentence=chosen,
        )
    except Stale as stale:
        said = gettext("%(name)s changed this a moment ago. Read it as it is now.", name=stale.by)
        return _note_page(permit, sheet, result_id, fresh, status=409, renewed=[said])
    return pages.saved(address(permit, report_id, result_id, saved=True), ("report_note", note_id))


@room.get(REPORT + "links/add")
@managing
def link(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    sheet, result_id = beside(permit, report_id, request.args.get("result"))
    return _link_page(permit, sheet, result_id, choosing.fresh(permit, result=result_id or ""))


@room.post(REPORT + "links/add")
@managing
@once
def link_send(permit: Permit, report_id: UUID) -> ResponseReturnValue:
    form = AttachForm()
    sheet, result_id = beside(permit, report_id, form.result.data)
    linked = choosing.chosen(permit, form)
    if linked is None:
        return _link_page(permit, sheet, result_id, form, status=422)
    try:
        link_id = links.add_link(permit, report_id, result_id=result_id, **linked)
    except BadAddress as bad:
        form.refuse(bad)
        return _link_page(permit, sheet, result_id, form, status=422)
    return pages.saved(address(permit, report_id, result_id, saved=True), ("report_link", link_id))


@room.get(REPORT + "links/<uuid:link_id>/remove")
@managing
def link_remove(permit: Permit, report_id: UUID, link_id: UUID) -> ResponseReturnValue:
    sheet = queries.sheet(permit, report_id)
    if link_id not in {one.id for one in sheet.links}:
        abort(404)
    return one_button(permit, sheet, gettext("Take the link off"))


@room.post(REPORT + "links/<uuid:link_id>/remove")
@managing
def link_remove_send(permit: Permit, report_id: UUID, link_id: UUID) -> ResponseReturnValue:
    links.remove_link(permit, report_id, link_id)
    return pages.saved(address(permit, report_id, saved=True))


def _note_form(sheet: queries.Sheet, result_id: UUID | None) -> NoteForm:
    written = sheet.notes.get(result_id)
    data = {
        "text": written.said(i18n.code())[0] if written else "",
        "version": written.version if written else 0,
        "result": result_id or "",
    }
    return NoteForm(formdata=None, data=data)


def _note_page(
    permit: Permit,
    sheet: queries.Sheet,
    result_id: UUID | None,
    form: NoteForm,
    *,
    status: int = 200,
    renewed: Any = (),
) -> ResponseReturnValue:
    """The form of a note, with the team's sentences for the test it is about. `renewed`: why to look once more."""
    line = sheet.results[0] if result_id else sheet.results[0] if len(sheet.results) == 1 else None
    return show_report(
        "results/note.html",
        permit,
        sheet,
        status=status,
        form=form,
        result_id=result_id,
        written=sheet.notes.get(result_id),
        test=line,
        ready=[
            (kept, *kept.text(i18n.code()), words.languages(kept.missing), uuid4())
            for kept in _ready(permit, line)
        ],
        version=form.version.data,
        again=list(renewed),
    )


def _ready(permit: Permit, line: queries.Line | None) -> list[phrases.Kept]:
    return phrases.offered(permit, line) if line else []


def _link_page(
    permit: Permit, sheet: queries.Sheet, result_id: UUID | None, form: AttachForm, *, status: int = 200
) -> ResponseReturnValue:
    values = {"result_id": result_id, **choosing.values(permit, form)}
    return show_report("results/link.html", permit, sheet, status=status, **values)
