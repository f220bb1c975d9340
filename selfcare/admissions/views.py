"""Pages of hospital stays."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from selfcare.admissions import actions, queries, words
from selfcare.admissions.forms import TEXTS, ChangeStayForm, StayFields, StayForm, stay_data
from selfcare.admissions.models import Admission
from selfcare.people import seeing
from selfcare.web import conflict, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.room import Room
from selfcare.web.versions import Stale

room = Room("admissions", __name__)
BASE = "/people/<uuid:person_id>/hospital-stays/"
ONE = BASE + "<uuid:admission_id>/"


@room.get(BASE)
@on_record(Area.CONTACTS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    key = paging.asked()
    found = queries.admissions(permit, (key[0].date(), key[1]) if key else None)
    shown, before = paging.cut(
        found, queries.PAGE, lambda row: (datetime.combine(row.came_on, time(), UTC), row.id)
    )
    earlier = before and url_for(".index", person_id=permit.person_id, before=before)
    return pages.show(
        "admissions/index.html",
        admissions=shown,
        earlier=earlier,
        words=words,
        may_add=permit.may(Area.CONTACTS, Level.ADD),
        may_change=queries.may_change,
        today=permit.today(),
    )


@room.get(BASE + "add")
@on_record(Area.CONTACTS, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    return _form_page(permit, StayForm(formdata=None))


@room.post(BASE + "add")
@on_record(Area.CONTACTS, Level.ADD)
@once
def add_send(permit: Permit) -> ResponseReturnValue:
    form = StayForm()
    form.offer(permit)
    if not form.validate():
        return _form_page(permit, form, status=422)
    row = actions.add(permit, **form.values())
    return pages.saved(_index(permit), ("admission", row.id), row.version)


@room.get(ONE + "change")
@on_record(Area.CONTACTS, Level.ADD)
def change(permit: Permit, admission_id: UUID) -> ResponseReturnValue:
    row = _changeable(permit, admission_id)
    return _form_page(permit, ChangeStayForm(formdata=None, data=stay_data(row)), row)


@room.post(ONE + "change")
@on_record(Area.CONTACTS, Level.ADD)
def change_send(permit: Permit, admission_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    if keep == "theirs":
        return pages.saved(_index(permit))
    row = _changeable(permit, admission_id)
    form = ChangeStayForm(formdata=data)
    form.offer(permit)
    if not form.validate():
        return _form_page(permit, form, row, status=422)
    try:
        made = actions.change(permit, admission_id, versions.number(form.version.data), **form.values())
    except Stale as stale:
        return conflict.ask(form, stale, _index(permit), stay_data(stale.item), texts=TEXTS)
    return pages.saved(_index(permit), ("admission", admission_id), made.version)


@room.get(ONE + "remove")
@on_record(Area.CONTACTS, Level.ADD)
def remove(permit: Permit, admission_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, admission_id)


@room.post(ONE + "remove")
@on_record(Area.CONTACTS, Level.ADD)
def remove_send(permit: Permit, admission_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, admission_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, admission_id, by=stale.by)
    return pages.saved(_index(permit))


def _form_page(
    permit: Permit, form: StayFields, row: Admission | None = None, status: int = 200
) -> ResponseReturnValue:
    return pages.show("admissions/form.html", status=status, **form_values(permit, form, row))


def form_values(
    permit: Permit, form: StayFields, row: Admission | None = None, calls: Sequence[safety.Call] = ()
) -> dict[str, Any]:
    """What the form's page is drawn with.

    :param calls: the numbers to call, where it stands alone on a phone.
    """
    if not hasattr(form, "today"):
        form.offer(permit)
    return {
        "form": form,
        "row": row,
        "seen": seeing.live(permit, Area.CONTACTS) if permit.is_self else [],
        "safety_lines": safety.short_lines(writing=True),
        "calls": calls,
    }


def _remove_page(permit: Permit, admission_id: UUID, by: str | None = None) -> ResponseReturnValue:
    return pages.show(
        "admissions/remove.html",
        status=409 if by else 200,
        row=_changeable(permit, admission_id),
        by=by,
        words=words,
        today=permit.today(),
    )


def _changeable(permit: Permit, admission_id: UUID) -> Admission:
    row = queries.admission(permit, admission_id)
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _index(permit: Permit) -> str:
    return url_for(".index", person_id=permit.person_id, saved=1)
