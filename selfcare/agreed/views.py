"""Pages of what was agreed."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from selfcare.agreed import actions, queries, words
from selfcare.agreed.actions import Owner
from selfcare.agreed.forms import TEXTS, ChangeLineForm, LineFields, LineForm, line_data
from selfcare.agreed.queries import Agreed
from selfcare.agreed.states import Move, NotNow, State
from selfcare.appointments import ics
from selfcare.appointments import queries as appointments
from selfcare.people import seeing
from selfcare.people.queries import lead
from selfcare.web import conflict, item_reference, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.room import Room
from selfcare.web.versions import Stale

room = Room("agreed", __name__)
BASE = "/people/<uuid:person_id>/agreed/"
ONE = BASE + "<uuid:line_id>/"

# What is done by one button, by the end of its address; and whose page it may come back to (`back`).
MOVES = {"done": Move.TICK, "not-done": Move.UNDO, "let-go": Move.LET_GO, "take-up": Move.TAKE_UP}
TODAY, DESK = "today", "desk"


@room.get(BASE)
@on_record(Area.APPOINTMENTS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    before = paging.asked()
    closed = queries.closed_lines(permit, before)
    shown, key = paging.cut(closed, queries.PAGE, lambda row: (row.closed_at or row.entered_at, row.id))
    found = [] if before else queries.open_lines(permit)
    return pages.show(
        "agreed/index.html",
        groups=_groups(found),
        closed=shown,
        earlier=key and url_for(".index", person_id=permit.person_id, before=key),
        before=before,
        done=just_moved(permit),
        may_add=permit.may(Area.APPOINTMENTS, Level.ADD),
        tick_id=lambda: str(uuid4()),
        ask=_ask(permit),
    )


@room.get(BASE + "add")
@on_record(Area.APPOINTMENTS, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    """A line from a visit, a contact or a goal (`about`, signed), or from nothing."""
    data = {"about": request.args.get("about", ""), "back": request.args.get("back", "")}
    return _form_page(permit, LineForm(formdata=None, data=data))


@room.post(BASE + "add")
@on_record(Area.APPOINTMENTS, Level.ADD)
@once
def add_send(permit: Permit) -> ResponseReturnValue:
    form = LineForm()
    form.offer(permit)
    if not form.validate():
        return _form_page(permit, form, status=422)
    about = item_reference.read(permit.person_id, form.about.data)
    made = actions.add(
        permit,
        what=form.what.text.strip(),
        owner=form.owner(),
        by=form.by_when(permit, next_visit_id(permit)),
        about=about,
        only_me=bool(form.only_me.data),
    )
    there = _index(permit, saved=1)
    if request.form.get("then") == "more":
        there = url_for(".add", person_id=permit.person_id, about=form.about.data or None, saved=1)
    return pages.saved(there, ("agreed_line", made.id), made.version)


@room.get(ONE)
@on_record(Area.APPOINTMENTS, Level.SEE)
def line(permit: Permit, line_id: UUID) -> ResponseReturnValue:
    found = queries.line(permit, line_id)
    return pages.show(
        "agreed/line.html",
        line=found,
        versions=queries.wordings(permit, line_id) if found.version > 1 else [],
        who_by=partial(queries.was_by, permit, found),
        tick_id=lambda: str(uuid4()),
        ask=_ask(permit),
    )


@room.get(ONE + "change")
@on_record(Area.APPOINTMENTS, Level.SEE)
def change(permit: Permit, line_id: UUID) -> ResponseReturnValue:
    found = queries.line(permit, line_id)
    if not found.can(Move.CHANGE):
        queries.refuse(permit, found)
    return _form_page(permit, ChangeLineForm(formdata=None, data=line_data(found)), found)


@room.post(ONE + "change")
@on_record(Area.APPOINTMENTS, Level.SEE)
@once
def change_send(permit: Permit, line_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    try:
        found = queries.line(permit, line_id)
    except NotFound:
        queries.taken_out(permit, line_id)
        return _gone(permit, ChangeLineForm(formdata=data))
    if keep == "theirs":
        return redirect(_index(permit, saved=1), 303)
    form = ChangeLineForm(formdata=data)
    form.offer(permit, found)
    if not form.validate():
        if not found.can(Move.CHANGE):
            queries.refuse(permit, found)
        return _form_page(permit, form, found, status=422)
    try:
        row = actions.change(
            permit,
            line_id,
            versions.number(form.version.data),
            what=form.what.text.strip(),
            owner=form.owner(),
            by=form.by_when(permit, next_visit_id(permit)),
            only_me=form.only_me.choice,
        )
    except NotNow as refused:
        return _not_now(permit, refused, form.typed)
    except Stale as stale:
        by, kept = form.by_when(permit, next_visit_id(permit)), stale.item
        mine = f"{form.what.text.strip()}\n{_who_by(permit, form.owner(), by.kind, by.on)}"
        owner = Owner(kept.owner_kind, kept.owner_id, kept.owner_name)
        theirs = f"{kept.what}\n{_who_by(permit, owner, kept.by_kind, kept.by_on)}"
        labels, data = {"mine": mine, "theirs": theirs}, line_data(queries.line(permit, line_id))
        return conflict.ask(form, stale, _index(permit), data, labels, texts=("what",))
    return pages.saved(_index(permit, saved=1), ("agreed_line", line_id), row.version)


@room.get(ONE + "remove")
@on_record(Area.APPOINTMENTS, Level.ADD)
def remove(permit: Permit, line_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, line_id)


@room.post(ONE + "remove")
@on_record(Area.APPOINTMENTS, Level.ADD)
def remove_send(permit: Permit, line_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, line_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, line_id, by=stale.by)
    return pages.saved(_index(permit, saved=1))


@room.get(ONE + '<any("done", "not-done", "let-go", "take-up"):how>')
@on_record(Area.APPOINTMENTS, Level.SEE)
def moved_form(permit: Permit, line_id: UUID, how: str) -> ResponseReturnValue:
    """What a button of the list does, on a page of its own."""
    if not queries.line(permit, line_id).can(MOVES[how]):
        abort(404)
    text = {
        "done": gettext("Done"),
        "not-done": gettext("Not done yet"),
        "let-go": gettext("Let it go"),
        "take-up": gettext("Take it up again"),
    }[how]
    return pages.one_button(text, _index(permit), gettext("What we agreed"), tab="visits")


@room.post(ONE + '<any("done", "not-done", "let-go", "take-up"):how>')
@on_record(Area.APPOINTMENTS, Level.SEE)
@once
def moved(permit: Permit, line_id: UUID, how: str) -> ResponseReturnValue:
    """Posts at once. What somebody else did at the same moment stands; the page says so."""
    try:
        row = actions.move(permit, line_id, MOVES[how])
    except NotNow as refused:
        return _not_now(permit, refused)
    closed = row.id if row.state != State.OPEN else None
    back = request.form.get("back")
    if back == DESK and permit.role is Role.PROFESSIONAL:
        there = url_for("caseload.promises", of=permit.person_id, moved=line_id, _anchor="done")
    elif back == TODAY:
        there = url_for("home.person", person_id=permit.person_id, agreed=closed, _anchor="done")
    else:
        there = _index(permit, moved=line_id, _anchor="done")
    return pages.saved(there, ("agreed_line", line_id), row.version)


@room.get(ONE + "calendar.ics")
@on_record(Area.APPOINTMENTS, Level.SEE)
def calendar(permit: Permit, line_id: UUID) -> ResponseReturnValue:
    """The day of a line for somebody's own calendar, with its words: they ask for it, and the page says so."""
    found = queries.line(permit, line_id)
    if found.on is None or found.state is not State.OPEN:
        abort(404)
    text = ics.whole_day(
        uid=found.id,
        day=found.on,
        summary=found.what,
        sequence=found.version - 1,
        made_at=found.changed_at or found.entered_at,
    )
    answer = Response(text.encode(), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.on:%Y-%m-%d}.ics"'
    return answer


def next_visit_id(permit: Permit) -> UUID | None:
    """The visit that *next visit* means: the one that has begun is not it."""
    coming = appointments.upcoming(permit, limit=5)
    return next((each.id for each in coming if not each.begun), None)


def just_moved(permit: Permit, name: str = "moved") -> Agreed | None:
    """The line that was just moved by a button, for the page to say so; None for none that the reader may see."""
    if name not in request.args or not permit.may(Area.APPOINTMENTS):
        return None
    try:
        return queries.line(permit, UUID(request.args[name]))
    except (ValueError, NotFound):
        return None


def _groups(found: list[Agreed]) -> list[tuple[str, list[Agreed]]]:
    """Open lines by whoever does them: the reader first, then the others in the order of their first line."""
    groups: dict[Any, list[Agreed]] = {}
    for each in sorted(found, key=lambda each: not each.mine):
        groups.setdefault((each.owner_kind, each.owner_id, each.name), []).append(each)
    return [(words.does(lines[0].name), lines) for lines in groups.values()]


def _ask(permit: Permit) -> Any:
    """For a line that a professional does: where its question begins. None where the reader cannot ask them."""
    asks = permit.role in (Role.SELF, Role.CARER) and permit.may(Area.QUESTIONS, Level.ADD) and lead(permit)

    def address(found: Agreed) -> str | None:
        if not asks or found.owner_kind != "professional" or found.only_me:
            return None
        about = item_reference.sign(permit.person_id, "agreed_line", found.id, found.what)
        return url_for("appointments.ask", person_id=permit.person_id, about=about)

    return address


def _form_page(
    permit: Permit, form: LineFields, found: Agreed | None = None, status: int = 200
) -> ResponseReturnValue:
    return pages.show("agreed/form.html", status=status, **form_values(permit, form, found))


def form_values(
    permit: Permit, form: LineFields, found: Agreed | None = None, *, kept: bool = False
) -> dict[str, Any]:
    """What the page of a line, new or to change, is drawn with.

    :param kept: it stands alone on a phone, so that the numbers to call are on it.
    """
    contact = lead(permit) if kept else None
    form.offer(permit, found)
    if permit.is_self:
        form.only_me.states = seeing.switch(
            permit, Area.APPOINTMENTS, shown=found is not None and not found.only_me
        )
    signed = item_reference.read(permit.person_id, form.about.data) if isinstance(form, LineForm) else None
    about = item_reference.still(permit, signed)
    return {
        "form": form,
        "line": found,
        "from_label": about.label if about else None,
        "may_hide": permit.is_self and (found is None or actions.may_hide(permit, found)),
        "safety_lines": safety.short_lines(writing=True),
        "calls": (safety.calls(contact.name, contact.phone) if contact else safety.calls()) if kept else [],
    }


def _remove_page(permit: Permit, line_id: UUID, by: str | None = None) -> ResponseReturnValue:
    """Asks before a line is removed. `by`: who changed it since it was shown."""
    found = queries.line(permit, line_id)
    if not found.can(Move.REMOVE):
        queries.refuse(permit, found)
    return pages.show("agreed/remove.html", status=409 if by else 200, line=found, by=by)


def _who_by(permit: Permit, owner: Owner, kind: str, on: date | None) -> str:
    """Who does it, and by when, of one of two versions."""
    name = owner.name or (None if permit.is_self else permit.person_name)
    return words.who_by(name, kind, on, permit.today())


def _gone(permit: Permit, form: ChangeLineForm) -> ResponseReturnValue:
    """409: it was taken out of the list while its form was open, with what was typed."""
    return pages.show(
        "not_done.html",
        status=409,
        why=gettext("This was taken out of the list."),
        typed=form.typed,
        back=_index(permit),
        back_text=gettext("What we agreed"),
    )


def _not_now(permit: Permit, refused: NotNow, typed: str = "") -> ResponseReturnValue:
    """409: why this cannot be done now, with what was typed."""
    row: Any = refused.item
    if row.state == State.DONE:
        why = gettext("%(name)s has ticked this as done. Undo that first.", name=row.done_name)
    elif row.state == State.LET_GO:
        why = gettext("This was let go. Take it up again first.")
    else:
        why = gettext("This is not done yet.")
    back, back_text = _index(permit), gettext("What we agreed")
    return pages.show("not_done.html", status=409, why=why, typed=typed, back=back, back_text=back_text)


def _index(permit: Permit, **more: Any) -> str:
    return url_for(".index", person_id=permit.person_id, **more)
