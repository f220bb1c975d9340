"""Pages of the diary: logging, one entry. The list is in `list_views`, the own list and charts in `tracker_views`,
the day's things all at once in `together_views`; they are brought in here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.diary import (
    actions,
    drawing,
    ends,
    forms,
    list_views,
    presets,
    queries,
    timeline,
    together_views,
    tracker_views,
    what_helps_views,
)
from selfcare.diary.listing import Listing
from selfcare.diary.models import Entry, Tracker
from selfcare.diary.room import room
from selfcare.people import queries as people
from selfcare.people import seeing
from selfcare.web import conflict, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

__all__ = ["list_views", "room", "together_views", "tracker_views", "what_helps_views"]


@room.get("/people/<uuid:person_id>/diary/start")
@on_record(Area.DIARY, Level.ADD)
def start(permit: Permit) -> ResponseReturnValue:
    return pages.show(
        "diary/start.html",
        start_form=forms.StartForm(formdata=None, permit=permit),
        safety_lines=safety.short_lines(),
    )


@room.post("/people/<uuid:person_id>/diary/start")
@on_record(Area.DIARY, Level.ADD)
@once
def start_send(permit: Permit) -> ResponseReturnValue:
    form = forms.StartForm(permit=permit)
    if form.validate():
        try:
            first = actions.start(permit, form.codes, form.own_words)[0]
        except actions.TooMany:
            form.what.errors = [forms.full_list()]
        else:
            there = url_for(".log", person_id=permit.person_id, tracker_id=first.id)
            return pages.saved(there, ("tracker", first.id))
    return pages.show("diary/start.html", status=422, start_form=form, safety_lines=safety.short_lines())


@room.get("/people/<uuid:person_id>/diary/add")
@on_record(Area.DIARY, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    return pages.show("diary/add.html", tracked=queries.tracked(permit), safety_lines=safety.short_lines())


@room.get("/people/<uuid:person_id>/diary/log/<uuid:tracker_id>")
@on_record(Area.DIARY, Level.ADD)
def log(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    tracker = queries.tracker(permit, tracker_id)
    return _log_page(permit, tracker, forms.entry_form(permit, tracker, formdata=None))


@room.post("/people/<uuid:person_id>/diary/log/<uuid:tracker_id>")
@on_record(Area.DIARY, Level.ADD, late=True)
@once
def log_send(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    tracker = queries.tracker(permit, tracker_id)
    return _log(permit, tracker, forms.entry_form(permit, tracker))


@room.get("/people/<uuid:person_id>/diary/note")
@on_record(Area.DIARY, Level.ADD)
def note(permit: Permit) -> ResponseReturnValue:
    return _log_page(permit, None, forms.entry_form(permit, None, formdata=None))


@room.post("/people/<uuid:person_id>/diary/note")
@on_record(Area.DIARY, Level.ADD, late=True)
@once
def note_send(permit: Permit) -> ResponseReturnValue:
    return _log(permit, None, forms.entry_form(permit, None))


@room.get("/people/<uuid:person_id>/diary/entries/<uuid:entry_id>/")
@on_record(Area.DIARY, Level.SEE)
def entry(permit: Permit, entry_id: UUID) -> ResponseReturnValue:
    found, tracker = queries.entry(permit, entry_id)
    return pages.show(
        "diary/entry.html",
        entry=found,
        tracker=tracker,
        back=_back(permit, found, tracker),
        listing=Listing.known(request.args),
        earlier=[(version, _before(found, version)) for version in versions.earlier(permit, found)],
        may_change=queries.may_change(permit, found),
        value_of=presets.value_of,
        **_entry_words(found, tracker),
    )


@room.get("/people/<uuid:person_id>/diary/entries/<uuid:entry_id>/saved")
@on_record(Area.DIARY, Level.SEE)
def saved(permit: Permit, entry_id: UUID) -> ResponseReturnValue:
    found, tracker = queries.entry(permit, entry_id)
    others = [tile for tile in queries.tiles(permit, 5) if tile.id != found.tracker_id][:4]
    return pages.show(
        "diary/saved.html",
        entry=found,
        tiles=others,
        may_change=queries.may_change(permit, found),
        is_fresh=queries.may_undo(permit, found),
        may_add=permit.may(Area.DIARY, Level.ADD),
        **_entry_words(found, tracker),
    )


@room.get("/people/<uuid:person_id>/diary/entries/<uuid:entry_id>/change")
@on_record(Area.DIARY, Level.ADD)
def change(permit: Permit, entry_id: UUID) -> ResponseReturnValue:
    found, tracker = _changeable(permit, entry_id)
    return _log_page(permit, tracker, forms.entry_form(permit, tracker, found, formdata=None), found)


@room.post("/people/<uuid:person_id>/diary/entries/<uuid:entry_id>/change")
@on_record(Area.DIARY, Level.ADD)
@once
def change_send(permit: Permit, entry_id: UUID) -> ResponseReturnValue:
    found, tracker = _changeable(permit, entry_id)
    listed = Listing.known(request.args).params
    there = url_for(".entry", person_id=permit.person_id, entry_id=entry_id, **listed)
    keep, data = conflict.settled(forms.WORDS)
    if keep == "theirs":
        return pages.saved(there)
    form = forms.entry_form(permit, tracker, found, formdata=data)
    if not form.validate():
        return _log_page(permit, tracker, form, found, status=422)
    values = form.values()
    try:
        made = actions.change(permit, entry_id, versions.number(form.version.data), **values)
    except Stale as stale:
        return conflict.ask(form, stale, there, forms.entry_data(stale.item), texts=forms.WORDS)
    said = url_for(".entry", person_id=permit.person_id, entry_id=entry_id, saved=1, **listed)
    return pages.saved(said, ("entry", entry_id), made.version)


@room.get("/people/<uuid:person_id>/diary/entries/<uuid:entry_id>/remove")
@on_record(Area.DIARY, Level.ADD)
def remove(permit: Permit, entry_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, entry_id)


@room.post("/people/<uuid:person_id>/diary/entries/<uuid:entry_id>/remove")
@on_record(Area.DIARY, Level.ADD)
def remove_send(permit: Permit, entry_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, entry_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, entry_id, by=stale.by)
    return pages.saved(Listing.known(request.args).url(permit, out=1))


def _remove_page(permit: Permit, entry_id: UUID, by: str | None = None) -> ResponseReturnValue:
    """Asks first. `by`: who changed the entry since it was shown, where that is why it is asked."""
    found, tracker = _changeable(permit, entry_id)
    return pages.show(
        "diary/remove.html",
        status=409 if by else 200,
        entry=found,
        by=by,
        listing=Listing.known(request.args),
        **_entry_words(found, tracker),
    )


def _log(permit: Permit, tracker: Tracker | None, form: forms.EntryForm) -> ResponseReturnValue:
    if not form.validate():
        return _log_page(permit, tracker, form, status=422)
    values = form.values()
    values["only_me"] = bool(values["only_me"])
    made = actions.log(permit, tracker, **values)
    there = url_for(".saved", person_id=permit.person_id, entry_id=made.id)
    return pages.saved(there, ("entry", made.id), made.version)


def _log_page(
    permit: Permit,
    tracker: Tracker | None,
    form: forms.EntryForm,
    entry: Entry | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    if "only_me" in form:  # asked for here, and not by a save that goes well: others wait behind it to write
        shown = entry is not None and not entry.only_me
        form.only_me.states = seeing.switch(permit, Area.DIARY, shown=shown)
    return pages.show("diary/log.html", status=status, **log_values(permit, tracker, form, entry))


def log_values(
    permit: Permit, tracker: Tracker | None, form: forms.EntryForm, entry: Entry | None = None
) -> dict[str, Any]:
    """What the page of one entry is drawn with."""
    contact = people.lead(permit)
    return {
        "form": form,
        "tracker": tracker,
        "entry": entry,
        "listing": Listing.known(request.args),
        "title": presets.name_of(tracker) if tracker else presets.note_name(),
        "unit": presets.unit_of(tracker.preset, tracker.unit) if tracker else "",
        "after": presets.after_number(tracker.kind, tracker.preset, tracker.unit) if tracker else "",
        "safety_lines": safety.short_lines(),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    }


def _changeable(permit: Permit, entry_id: UUID) -> tuple[Entry, Tracker | None]:
    found, tracker = queries.entry(permit, entry_id)
    if not queries.may_change(permit, found):
        versions.refuse(permit, found)
    return found, tracker


def _back(permit: Permit, entry: Entry, tracker: Tracker | None) -> tuple[str, str]:
    """Where an entry was opened from, and what that page is called: a chart, or the list at its place."""
    period = request.args.get("period")
    if tracker and not tracker.removed_at and period in drawing.PERIODS:
        there = url_for(
            ".chart", person_id=permit.person_id, tracker_id=tracker.id, show=period, _anchor=f"e-{entry.id}"
        )
        return there, presets.name_of(tracker)
    listing = Listing.known(request.args)
    name = gettext("Diary") if listing.words is None else gettext("Search the diary")
    return listing.url(permit, entry=entry.id), name


def _entry_words(entry: Entry, tracker: Tracker | None) -> dict[str, Any]:
    return {
        "title": presets.name_of(tracker) if tracker else presets.note_name(),
        "value": presets.value_of(entry),
        "after": presets.after_number(entry.kind, tracker.preset, tracker.unit) if tracker else "",
        "ends": ends.in_words(tracker) if tracker else "",
        "short_note": timeline.shortened(entry.note),
    }


def _before(entry: Entry, version: Any) -> Entry:
    """What stood there before, as an entry to show; never added to the session."""
    body = dict(version.body)
    body["wall"] = datetime.fromisoformat(body["wall"])
    return Entry(kind=entry.kind, **body)
