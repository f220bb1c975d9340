"""Pages of what a person saved: saving a service, how it stands, taking it out."""

from typing import Any
from uuid import UUID, uuid4

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.community import actions, queries, words
from selfcare.community.forms import SavedForm, saved_data
from selfcare.community.models import SavedService
from selfcare.community.room import ONE, ONE_SAVED, SAVED, room
from selfcare.people import seeing
from selfcare.web import conflict, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale


@room.get(SAVED)
@on_record(Area.COMMUNITY, Level.SEE)
def saved(permit: Permit) -> ResponseReturnValue:
    """All that the person saved, newest first."""
    found = queries.saved(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda row: (row.entered_at, row.id))
    earlier = before and url_for(".saved", person_id=permit.person_id, before=before)
    return pages.show("community/saved.html", rows=shown, earlier=earlier, words=words)


@room.get(ONE + "save")
@on_record(Area.COMMUNITY, Level.ADD)
def save(permit: Permit, service_id: UUID) -> ResponseReturnValue:
    name = queries.service(permit, service_id).service.name
    back = url_for(".service", person_id=permit.person_id, service_id=service_id)
    fields = {"form_id": str(uuid4())}
    return pages.one_button(gettext("Save it for later"), back, name, tab="more", fields=fields, words=[name])


@room.post(ONE + "save")
@on_record(Area.COMMUNITY, Level.ADD)
@once
def save_send(permit: Permit, service_id: UUID) -> ResponseReturnValue:
    try:
        row = actions.save(permit, service_id)
    except actions.Over:
        back = url_for(".service", person_id=permit.person_id, service_id=service_id)
        why = gettext("This is over, so it cannot be saved any more.")
        name = queries.service(permit, service_id).service.name
        return pages.show("not_done.html", status=409, why=why, typed="", back=back, back_text=name)
    return pages.saved(_there(permit, row, new=1), ("saved_service", row.id), row.version)


@room.get(ONE_SAVED)
@on_record(Area.COMMUNITY, Level.SEE)
def one(permit: Permit, saved_id: UUID) -> ResponseReturnValue:
    """What was saved: its service; of a list that was taken away, what the person wrote."""
    row = queries.one_saved(permit, saved_id)
    if row.service_id is not None:
        return redirect(_there(permit, row, saved=None), 303)
    may_change = permit.may(Area.COMMUNITY, Level.ADD) and queries.may_change(permit, row)
    return pages.show("community/one_saved.html", saved_row=row, may_change=may_change, words=words)


@room.get(ONE_SAVED + "change")
@on_record(Area.COMMUNITY, Level.ADD)
def change(permit: Permit, saved_id: UUID) -> ResponseReturnValue:
    row = _changeable(permit, saved_id)
    return _form_page(permit, row, SavedForm(formdata=None, data=saved_data(row)))


@room.post(ONE_SAVED + "change")
@on_record(Area.COMMUNITY, Level.ADD)
def change_send(permit: Permit, saved_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("words",))
    row = _changeable(permit, saved_id)
    if keep == "theirs":
        return redirect(_there(permit, row), 303)
    form = SavedForm(formdata=data)
    form.offer(permit)
    if not form.validate():
        return _form_page(permit, row, form, 422)
    try:
        row = actions.change(permit, saved_id, versions.number(form.version.data), **form.values())
    except Stale as stale:
        return conflict.ask(form, stale, _there(permit, row), saved_data(stale.item), texts=("words",))
    return pages.saved(_there(permit, row), ("saved_service", row.id), row.version)


@room.get(ONE_SAVED + "remove")
@on_record(Area.COMMUNITY, Level.ADD)
def remove(permit: Permit, saved_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, saved_id)


@room.post(ONE_SAVED + "remove")
@on_record(Area.COMMUNITY, Level.ADD)
def remove_send(permit: Permit, saved_id: UUID) -> ResponseReturnValue:
    try:
        row = actions.remove(permit, saved_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, saved_id, by=stale.by)
    if row.service_id is None:
        return pages.saved(url_for(".saved", person_id=permit.person_id, saved=1))
    return pages.saved(_there(permit, row, removed=saved_id))


@room.get(ONE_SAVED + "put-back")
@on_record(Area.COMMUNITY, Level.ADD)
def put_back(permit: Permit, saved_id: UUID) -> ResponseReturnValue:
    row = queries.taken_out(permit, saved_id)
    back = url_for(".index", person_id=permit.person_id)
    return pages.one_button(
        gettext("Put it back"), back, gettext("Help near by"), tab="more", words=[row.label]
    )


@room.post(ONE_SAVED + "put-back")
@on_record(Area.COMMUNITY, Level.ADD)
def put_back_send(permit: Permit, saved_id: UUID) -> ResponseReturnValue:
    return pages.saved(_there(permit, actions.put_back(permit, saved_id)))


def _there(permit: Permit, row: SavedService, **more: Any) -> str:
    """Where what was saved is looked at: the page of its service, while its list is there."""
    values = {"saved": 1} | more
    if row.service_id is None:
        return url_for(".one", person_id=permit.person_id, saved_id=row.id, **values)
    return url_for(".service", person_id=permit.person_id, service_id=row.service_id, **values)


def _form_page(permit: Permit, row: SavedService, form: SavedForm, status: int = 200) -> ResponseReturnValue:
    form.offer(permit)
    if permit.is_self:
        form.only_me.states = seeing.switch(permit, Area.COMMUNITY, shown=not row.only_me)
    return pages.show(
        "community/change.html",
        status=status,
        form=form,
        saved_row=row,
        back=_there(permit, row, saved=None),
        may_hide=actions.may_hide(permit, row),
        safety_lines=safety.short_lines(writing=True),
    )


def _remove_page(permit: Permit, saved_id: UUID, by: str | None = None) -> ResponseReturnValue:
    """Asks before it is taken out. `by`: who changed it since it was shown."""
    row = _changeable(permit, saved_id)
    back = _there(permit, row, saved=None)
    return pages.show(
        "community/remove.html",
        status=409 if by else 200,
        saved_row=row,
        by=by,
        back=back,
        own=permit.is_self,
        words=words,
    )


def _changeable(permit: Permit, saved_id: UUID) -> SavedService:
    """What was saved, where it is this account's to change; 404 else, also for a form that would be refused anyway."""
    row = queries.one_saved(permit, saved_id)
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row
