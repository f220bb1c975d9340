"""Pages of the day's things all at once: how I am now, what was saved of it, and putting it right."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.diary import ends, presets, queries, together
from selfcare.diary.models import Entry
from selfcare.diary.room import room
from selfcare.diary.together_forms import Part, TogetherForm, named
from selfcare.people import queries as people
from selfcare.people import seeing
from selfcare.web import once as forms_once
from selfcare.web import pages, safety
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once

LEAST = 2  # under which a page for all of them is none


@room.get("/people/<uuid:person_id>/diary/now/")
@on_record(Area.DIARY, Level.ADD)
def together_now(permit: Permit) -> ResponseReturnValue:
    shown = queries.all_at_once(queries.tracked(permit))
    return _page(permit, TogetherForm(permit, shown, formdata=None))


@room.post("/people/<uuid:person_id>/diary/now/")
@on_record(Area.DIARY, Level.ADD)
@once
def together_send(permit: Permit) -> ResponseReturnValue:
    return _send(permit, None)


@room.get("/people/<uuid:person_id>/diary/now/<uuid:together_id>/saved")
@on_record(Area.DIARY, Level.SEE)
def together_saved(permit: Permit, together_id: UUID) -> ResponseReturnValue:
    tracked = queries.tracked(permit)
    written = together.entries(permit, together_id, [one.tracker.id for one in tracked])
    if not written:
        abort(404)
    rows = [(one, written[one.tracker.id]) for one in tracked if one.tracker.id in written]
    mine = [entry for _, entry in rows if queries.may_undo(permit, entry)]
    return pages.show(
        "diary/together_saved.html",
        rows=[(one, entry, queries.may_change(permit, entry)) for one, entry in rows],
        undo=together_id if mine else None,
        value_of=presets.value_of,
        after_of=lambda one: presets.after_number(one.tracker.kind, one.tracker.preset, one.tracker.unit),
    )


@room.get("/people/<uuid:person_id>/diary/now/<uuid:together_id>/change")
@on_record(Area.DIARY, Level.ADD)
def together_change(permit: Permit, together_id: UUID) -> ResponseReturnValue:
    tracked = queries.tracked(permit)
    written = _changeable(permit, together_id, tracked)
    return _page(permit, TogetherForm(permit, _shown(tracked, written), formdata=None, written=written))


@room.post("/people/<uuid:person_id>/diary/now/<uuid:together_id>/change")
@on_record(Area.DIARY, Level.ADD)
@once
def together_change_send(permit: Permit, together_id: UUID) -> ResponseReturnValue:
    return _send(permit, together_id)


@room.get("/people/<uuid:person_id>/diary/now/<uuid:together_id>/remove")
@on_record(Area.DIARY, Level.ADD)
def together_remove(permit: Permit, together_id: UUID) -> ResponseReturnValue:
    """What a button of the page of what was saved does, on a page of its own."""
    _changeable(permit, together_id, queries.tracked(permit))
    there = url_for(".together_saved", person_id=permit.person_id, together_id=together_id)
    return pages.one_button(gettext("Undo"), there, gettext("Saved."), tab="diary")


@room.post("/people/<uuid:person_id>/diary/now/<uuid:together_id>/remove")
@on_record(Area.DIARY, Level.ADD)
def together_remove_send(permit: Permit, together_id: UUID) -> ResponseReturnValue:
    """Undo: what was written together is taken out, but for what somebody else has changed meanwhile."""
    written = _changeable(permit, together_id, queries.tracked(permit))
    left = 0
    for entry in written.values():
        try:
            together.drop(permit, entry)
        except together.Theirs:
            left += 1
    there = url_for(".together_saved", person_id=permit.person_id, together_id=together_id, saved=1)
    return pages.saved(there if left else url_for(".index", person_id=permit.person_id, out=1))


def _send(permit: Permit, together_id: UUID | None) -> ResponseReturnValue:
    """Keep what is fine of a form that was sent, each thing by itself.

    :param together_id: what is changed; None for something new.
    """
    sent, tracked = named(request.form), queries.tracked(permit)
    known = {one.tracker.id for one in tracked}
    written = _changeable(permit, together_id, tracked) if together_id else {}
    # As the page showed them, whatever has come first since: what it did not show was not emptied on it.
    shown = [one for one in tracked if one.tracker.id in sent or f"t-{one.tracker.id}-name" in request.form]
    gone = [name for thing, name in sent.items() if thing not in known]
    form = TogetherForm(permit, shown or _shown(tracked, written), written=written)
    shared, fine = form.validate(), form.fine()
    for name in gone:
        form.refuse(_gone(name))
    if form.is_empty and not (gone or written):
        form.refuse(gettext("Fill in one thing, or go back."))
    when = form.when.when
    if not shared or when is None or (form.is_empty and not written):
        return _page(permit, form, status=422)
    key = together_id or together.id_of(permit, UUID(form.form_id.data))
    stands = emptied = 0
    for tracker, part in fine:
        before = written.get(tracker.id)
        try:
            if part.is_filled:
                stands += together.keep(
                    permit,
                    key,
                    tracker.id,
                    when=when,
                    moved=form.moment,
                    only_me=form.only_me.choice if "only_me" in form else None,
                    **part.values(),
                )
            elif before is not None:
                together.drop(permit, before)
                emptied += 1
        except together.Theirs as theirs:
            part.refuse(gettext("%(name)s has changed this. Look at it first.", name=theirs.by))
    if form.errors or gone:
        if stands or emptied:
            form.refuse(gettext("The rest is saved."))
            forms_once.partly(permit)
        return _page(permit, form, status=422)
    there = url_for(".together_saved", person_id=permit.person_id, together_id=key)
    return pages.saved(there if stands else url_for(".index", person_id=permit.person_id), ("entries", key))


def _gone(name: str) -> str:
    if not name:
        return gettext("One thing is no longer on the list, so it was not saved.")
    return gettext("%(name)s is no longer on the list, so it was not saved.", name=name)


def _changeable(permit: Permit, together_id: UUID, tracked: Sequence[queries.Tracked]) -> dict[UUID, Entry]:
    """What was written together, by what it is about. :raises NotFound: where nothing of it is theirs to change."""
    written = together.entries(permit, together_id, [one.tracker.id for one in tracked])
    found = {thing: entry for thing, entry in written.items() if queries.may_change(permit, entry)}
    if not found:
        abort(404)
    return found


def _shown(tracked: Sequence[queries.Tracked], written: Mapping[UUID, Entry]) -> list[queries.Tracked]:
    """The tiles, and what was written."""
    chosen = {one.tracker.id for one in queries.all_at_once(tracked)} | set(written)
    return [one for one in tracked if one.tracker.id in chosen]


def _page(permit: Permit, form: TogetherForm, status: int = 200) -> ResponseReturnValue:
    if "only_me" in form:
        form.only_me.states = seeing.switch(permit, Area.DIARY)
    return pages.show("diary/together.html", status=status, **page_values(permit, form))


def _once_said(form: TogetherForm) -> list[tuple[queries.Tracked, Part, str]]:
    """Each thing with what 0 and 10 mean, which stands once for those that follow each other."""
    found, said = [], ""
    for one, part in form.parts:
        ends_of = ends.asked(one.tracker) if one.tracker.kind == "symptom" else ""
        found.append((one, part, "" if ends_of == said else ends_of))
        said = ends_of or said
    return found


def page_values(permit: Permit, form: TogetherForm) -> dict[str, Any]:
    """What the page is drawn with."""
    contact = people.lead(permit)
    title = (
        gettext("How I am now") if permit.is_self else gettext("How %(name)s is now", name=permit.person_name)
    )
    return {
        "form": form,
        "title": title,
        "things": _once_said(form),
        "unit_of": lambda one: presets.unit_of(one.tracker.preset, one.tracker.unit),
        "safety_lines": safety.lines(None if permit.is_self else permit.person_name),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    }
