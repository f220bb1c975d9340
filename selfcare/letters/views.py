"""Pages of letters."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.audit import trail
from selfcare.letters import actions, queries, words
from selfcare.letters.files import AT_ONCE, Files, brought, looked_at
from selfcare.letters.forms import (
    TEXTS,
    ChangeLetterForm,
    ChangeToldForm,
    LetterForm,
    PagesForm,
    SaidFields,
    ToldForm,
    letter_data,
    uploads,
)
from selfcare.letters.models import TOLD, Letter
from selfcare.people import seeing
from selfcare.people.queries import lead
from selfcare.web import conflict, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.boxed import BOXED
from selfcare.web.file_field import uploaded
from selfcare.web.ids import uuid_of
from selfcare.web.once import once, partly
from selfcare.web.photo_file import JPEG
from selfcare.web.room import Room
from selfcare.web.upload_limit import takes
from selfcare.web.versions import Stale

room = Room("letters", __name__)
BASE = "/people/<uuid:person_id>/letters/"
ONE = BASE + "<uuid:letter_id>/"
SHEET = ONE + "pages/<uuid:sheet_id>/"


@room.get(BASE)
@on_record(Area.HEALTH, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    found = queries.letters(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda one: queries.key(one.letter))
    return pages.show(
        "letters/index.html",
        months=queries.dates(shown),
        made_of=words.of,
        month_name=i18n.month_name,
        earlier=before and url_for(".index", person_id=permit.person_id, before=before),
        undo=_undo(permit),
        may_add=permit.may(Area.HEALTH, Level.ADD),
    )


@room.get(BASE + "add")
@on_record(Area.HEALTH, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    return _form_page(permit, LetterForm(formdata=None))


@room.post(BASE + "add")
@looked_at(LetterForm)
@on_record(Area.HEALTH, Level.ADD)
@once
@takes("letter_limit")
def add_send(permit: Permit) -> ResponseReturnValue:
    form, files = LetterForm(), brought()
    form.offer(queries.senders(permit))
    fine = form.validate()
    if files.problem or not fine:
        return _not_yet(permit, form, files)
    try:
        row = actions.keep(permit, files.drawn(), **form.values(permit))
    except actions.Full as full:
        form.file.errors = [_full(full)]
        return _form_page(permit, form, status=422)
    actions.arrived(permit, files.ids)
    return pages.saved(_url(permit, row.id), ("letter", row.id), row.version)


@room.get(BASE + "told")
@on_record(Area.HEALTH, Level.ADD)
def told(permit: Permit) -> ResponseReturnValue:
    return _form_page(permit, ToldForm(formdata=None))


@room.post(BASE + "told")
@on_record(Area.HEALTH, Level.ADD)
@once
def told_send(permit: Permit) -> ResponseReturnValue:
    form = ToldForm()
    form.offer(queries.senders(permit))
    if not form.validate():
        return _form_page(permit, form, status=422)
    row = actions.keep(permit, (), **form.values(permit))
    return pages.saved(_url(permit, row.id), ("letter", row.id), row.version)


@room.post(BASE + "uploads/<uuid:upload_id>")
@on_record(Area.HEALTH, Level.ADD)
@takes("body_limit")
def upload_send(permit: Permit, upload_id: UUID) -> ResponseReturnValue:
    """The next bytes of a file, from `start`; of a file of `size`. Without bytes: how many of it are here.

    Whatever is sent twice is kept once: only what begins where the rest ends is taken.
    """
    size, start = (versions.number(request.form.get(name)) for name in ("size", "start"))
    most = current_app.config["SETTINGS"].letter_limit
    if size > most:
        return jsonify(error="too-large", messages=[words.problem("large", size, most)]), 422
    _, body = uploaded("part") or ("", b"")
    return jsonify(had=actions.take(permit, upload_id, size, start, body))


@room.get(ONE)
@on_record(Area.HEALTH, Level.SEE)
def letter(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    found = queries.letter(permit, letter_id)
    sheets = queries.sheets(permit, letter_id)
    return pages.show(
        "letters/letter.html",
        letter=found,
        sheets=sheets,
        size=i18n.file_size,
        the_day=date.fromisoformat,
        versions=versions.earlier(permit, found) if found.version > 1 else [],
        may_change=queries.may_change(permit, found),
        room_left=len(sheets) < queries.MOST_SHEETS,
    )


@room.get(ONE + "change")
@on_record(Area.HEALTH, Level.ADD)
def change(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    found = _changeable(permit, letter_id)
    form = ChangeToldForm if found.kind == TOLD else ChangeLetterForm
    return _form_page(permit, form(formdata=None, data=letter_data(found)), letter=found)


@room.post(ONE + "change")
@on_record(Area.HEALTH, Level.ADD)
def change_send(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    back = _url(permit, letter_id)
    if keep == "theirs":
        return redirect(back, 303)
    found = _changeable(permit, letter_id)
    form = (ChangeToldForm if found.kind == TOLD else ChangeLetterForm)(formdata=data)
    form.offer(queries.senders(permit))
    if not form.validate():
        return _form_page(permit, form, status=422, letter=found)
    try:
        actions.change(permit, letter_id, versions.number(form.version.data), **form.values(permit))
    except Stale as stale:
        return conflict.ask(form, stale, back, letter_data(stale.item), texts=TEXTS)
    return pages.saved(back, ("letter", letter_id))


@room.get(ONE + "remove")
@on_record(Area.HEALTH, Level.ADD)
def remove(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, letter_id)


@room.post(ONE + "remove")
@on_record(Area.HEALTH, Level.ADD)
def remove_send(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, letter_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, letter_id, by=stale.by)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1, removed=letter_id))


@room.get(ONE + "put-back")
@on_record(Area.HEALTH, Level.ADD)
def put_back(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    queries.taken_out(permit, letter_id)
    back = url_for(".index", person_id=permit.person_id)
    return pages.one_button(gettext("Put it back"), back, gettext("Letters"), tab="more")


@room.post(ONE + "put-back")
@on_record(Area.HEALTH, Level.ADD)
def put_back_send(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    actions.put_back(permit, letter_id)
    return pages.saved(_url(permit, letter_id))


@room.get(ONE + "pages/add")
@on_record(Area.HEALTH, Level.ADD)
def pages_add(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    return _pages_page(permit, PagesForm(formdata=None), letter_id)


@room.post(ONE + "pages/add")
@looked_at(PagesForm)
@on_record(Area.HEALTH, Level.ADD)
@once
@takes("letter_limit")
def pages_add_send(permit: Permit, letter_id: UUID) -> ResponseReturnValue:
    form, files = PagesForm(), brought()
    if files.problem:
        form.file.errors = [_problem(files)]
    if not form.validate() or files.problem:
        form.file.errors = [_problem(files)] if files.problem else []
        return _pages_page(permit, form, letter_id, 422, files)
    try:
        row = actions.add_pages(permit, letter_id, files.drawn())
    except actions.Full as full:
        form.file.errors = [_full(full)]
        return _pages_page(permit, form, letter_id, status=422)
    actions.arrived(permit, files.ids)
    return pages.saved(_url(permit, row.id), ("letter", row.id), row.version)


@room.get(SHEET + "file")
@on_record(Area.HEALTH, Level.SEE)
def file(permit: Permit, letter_id: UUID, sheet_id: UUID) -> Response:
    """A page of a letter. A photo was drawn anew here, and is shown; a PDF is handed out to be kept, as it came."""
    row, sheet = queries.sheet(permit, letter_id, sheet_id)
    if permit.role is not Role.SELF:
        trail.note_read(permit, "letter", letter_id)
    answer = make_response(b"".join(queries.bytes_of(permit.person_id, sheet_id)))
    photo = sheet.content_type == JPEG
    answer.headers["Content-Type"] = sheet.content_type
    name = f"letter-{row.day.isoformat()}-{sheet.place}.{'jpg' if photo else 'pdf'}"
    answer.headers.set("Content-Disposition", "inline" if photo else "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = BOXED
    return answer


@room.get(SHEET + "remove")
@on_record(Area.HEALTH, Level.ADD)
def sheet_remove(permit: Permit, letter_id: UUID, sheet_id: UUID) -> ResponseReturnValue:
    found = _changeable(permit, letter_id)
    _, sheet = queries.sheet(permit, letter_id, sheet_id)
    sheets = queries.sheets(permit, letter_id)
    if len(sheets) < 2:
        abort(404)
    number = [one.id for one in sheets].index(sheet.id) + 1
    return pages.show("letters/remove.html", letter=found, sheet=sheet, number=number, by=None)


@room.post(SHEET + "remove")
@on_record(Area.HEALTH, Level.ADD)
def sheet_remove_send(permit: Permit, letter_id: UUID, sheet_id: UUID) -> ResponseReturnValue:
    actions.remove_page(permit, letter_id, sheet_id)
    return pages.saved(_url(permit, letter_id))


def form_values(
    permit: Permit, form: SaidFields, letter: Letter | None = None, senders: Sequence[str] = ()
) -> dict[str, Any]:
    """What the page of a letter's form is drawn with."""
    form.offer(senders)
    if permit.is_self:
        form.only_me.states = seeing.switch(
            permit, Area.HEALTH, shown=letter is not None and not letter.only_me
        )
    contact = lead(permit)
    return {
        "form": form,
        "letter": letter,
        "is_told": "told" in form,
        "may_hide": permit.is_self and (letter is None or letter.entered_as == permit.role.value),
        "arrived": [] if letter else uploads(),
        "most": i18n.file_size(current_app.config["SETTINGS"].letter_limit),
        "safety_lines": safety.short_lines(writing=True),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    }


def _form_page(
    permit: Permit, form: SaidFields, status: int = 200, letter: Letter | None = None
) -> ResponseReturnValue:
    values = form_values(permit, form, letter, queries.senders(permit))
    return pages.show("letters/form.html", status=status, **values)


def _not_yet(permit: Permit, form: LetterForm, files: Files) -> ResponseReturnValue:
    """The form once more. Files that are fine stay here meanwhile: nobody need choose and send them again."""
    if files.problem:
        form.file.errors = [_problem(files)]
    values = form_values(permit, form, senders=queries.senders(permit))
    values["arrived"] = _still_here(permit, form, files)
    return pages.show("letters/form.html", status=422, **values)


def _still_here(permit: Permit, form: LetterForm | PagesForm, files: Files) -> list[str]:
    """The ids of files that can go with a form when it comes again: those that came with it are kept until then."""
    if files.problem in ("none", "many"):
        return uploads()[:AT_ONCE]
    here = [str(one) for one in files.ids]
    if files.sent and not form.form_id.errors:
        for upload_id, data in files.sent:
            actions.stash(permit, upload_id, data)
            here.append(str(upload_id))
        partly(permit)
    return here


def _pages_page(
    permit: Permit, form: PagesForm, letter_id: UUID, status: int = 200, files: Files | None = None
) -> ResponseReturnValue:
    found = _changeable(permit, letter_id)
    if found.kind == TOLD:
        abort(404)
    most = i18n.file_size(current_app.config["SETTINGS"].letter_limit)
    return pages.show(
        "letters/pages_add.html",
        status=status,
        form=form,
        letter=found,
        most=most,
        arrived=_still_here(permit, form, files) if files else [],
    )


def _remove_page(permit: Permit, letter_id: UUID, by: str | None = None) -> ResponseReturnValue:
    """Asks before a letter is removed. `by`: who changed it since it was shown."""
    found = _changeable(permit, letter_id)
    return pages.show(
        "letters/remove.html", status=409 if by else 200, letter=found, sheet=None, number=0, by=by
    )


def _changeable(permit: Permit, letter_id: UUID) -> Letter:
    """The letter, where it is this account's to change; 404 else, also for a form that would be refused anyway."""
    found = queries.letter(permit, letter_id)
    if not queries.may_change(permit, found):
        versions.refuse(permit, found)
    return found


def _undo(permit: Permit) -> str | None:
    """Where what was just removed is put back; None where nothing was."""
    removed = uuid_of(request.args.get("removed"))
    if removed is None:
        return None
    return url_for(".put_back_send", person_id=permit.person_id, letter_id=removed)


def _problem(files: Files) -> str:
    most = AT_ONCE if files.problem == "many" else current_app.config["SETTINGS"].letter_limit
    said = words.problem(files.problem, files.have, most)
    return words.one_of(files.place, files.of, said) if files.of > 1 else said


def _full(full: actions.Full) -> str:
    reason = str(full)
    return words.problem(reason, 0, queries.MOST_SHEETS if reason == "sheets" else actions.ROOM)


def _url(permit: Permit, letter_id: UUID) -> str:
    return url_for(".letter", person_id=permit.person_id, letter_id=letter_id, saved=1)
