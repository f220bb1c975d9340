"""Pages of health as the person keeps it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.health import actions, queries, words
from selfcare.health.forms import ChangeHealthForm, HealthFields, HealthForm, health_data
from selfcare.health.models import ALLERGY, CONDITION, MEDICINE, HealthItem
from selfcare.people import seeing
from selfcare.people.queries import lead
from selfcare.web import conflict, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.room import Room
from selfcare.web.versions import Stale

room = Room("health", __name__)
BASE = "/people/<uuid:person_id>/health/"
ADD = BASE + '<any("condition", "medicine", "allergy"):kind>/add'
ONE = BASE + "<uuid:health_id>/"
SHOWN = (ALLERGY, MEDICINE, CONDITION)
WORDS = ("about", "how")  # of which two may stand one after the other; of two names one is chosen


@room.get(BASE)
@on_record(Area.HEALTH, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    found, more = queries.items(permit)
    going = [(kind, [row for row in found[kind] if not row.stopped]) for kind in SHOWN]
    ended = [row for kind in SHOWN for row in found[kind] if row.stopped]
    return pages.show(
        "health/index.html",
        groups=going,
        ended=ended,
        more=more,
        may_add=permit.may(Area.HEALTH, Level.ADD),
        may_change=queries.may_change,
        words=words,
        kept=words.as_kept(None if permit.is_self else permit.person_name),
    )


@room.get(ADD)
@on_record(Area.HEALTH, Level.ADD)
def add(permit: Permit, kind: str) -> ResponseReturnValue:
    form = HealthForm(formdata=None)
    form.offer(permit, kind)
    return _form_page(permit, kind, form)


@room.post(ADD)
@on_record(Area.HEALTH, Level.ADD)
@once
def add_send(permit: Permit, kind: str) -> ResponseReturnValue:
    form = HealthForm()
    form.offer(permit, kind)
    if not form.validate():
        return _form_page(permit, kind, form, status=422)
    values = form.values()
    try:
        row = actions.add(permit, kind=kind, **values | {"only_me": bool(values["only_me"])})
    except actions.TooMany:
        form.name.errors = [
            gettext(
                "There are %(most)s here already. Remove one that is not needed first.", most=queries.MOST
            )
        ]
        return _form_page(permit, kind, form, status=422)
    return pages.saved(_index(permit, saved=1), ("health_item", row.id), row.version)


@room.get(ONE)
@on_record(Area.HEALTH, Level.SEE)
def item(permit: Permit, health_id: UUID) -> ResponseReturnValue:
    row = queries.item(permit, health_id)
    return pages.show(
        "health/item.html",
        item=row,
        versions=versions.earlier(permit, row) if row.version > 1 else [],
        may_change=queries.may_change(permit, row),
        words=words,
        day_of=_day_of,
        kept=words.as_kept(None if permit.is_self else permit.person_name),
    )


@room.get(ONE + "change")
@on_record(Area.HEALTH, Level.ADD)
def change(permit: Permit, health_id: UUID) -> ResponseReturnValue:
    row = _own(permit, health_id)
    form = ChangeHealthForm(formdata=None, data=health_data(row))
    form.offer(permit, row.kind)
    return _form_page(permit, row.kind, form, row)


@room.post(ONE + "change")
@on_record(Area.HEALTH, Level.ADD)
@once
def change_send(permit: Permit, health_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(WORDS)
    back = url_for(".item", person_id=permit.person_id, health_id=health_id, saved=1)
    if keep == "theirs":
        return redirect(back, 303)
    row = _own(permit, health_id)
    form = ChangeHealthForm(formdata=data)
    form.offer(permit, row.kind)
    if not form.validate():
        return _form_page(permit, row.kind, form, row, status=422)
    try:
        row = actions.change(permit, health_id, versions.number(form.version.data), **form.values())
    except Stale as stale:
        return conflict.ask(form, stale, back, _data(form, stale.item), texts=WORDS)
    return pages.saved(back, ("health_item", health_id), row.version)


@room.get(ONE + "remove")
@on_record(Area.HEALTH, Level.ADD)
def remove(permit: Permit, health_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, health_id)


@room.post(ONE + "remove")
@on_record(Area.HEALTH, Level.ADD)
def remove_send(permit: Permit, health_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, health_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, health_id, by=stale.by)
    return pages.saved(_index(permit, saved=1))


def _day_of(text: str | None) -> date | None:
    """A day, as an earlier version keeps it."""
    return date.fromisoformat(text) if text else None


def _data(form: HealthFields, row: HealthItem) -> dict[str, Any]:
    """What the form would be filled with by now, of the fields it has."""
    return {name: value for name, value in health_data(row).items() if name in form}


def _own(permit: Permit, health_id: UUID) -> HealthItem:
    row = queries.item(permit, health_id)
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _form_page(
    permit: Permit, kind: str, form: HealthFields, row: HealthItem | None = None, status: int = 200
) -> ResponseReturnValue:
    values = form_values(permit, kind, form, row) | {"names": queries.names(permit, kind)}
    return pages.show("health/form.html", status=status, **values)


def form_values(
    permit: Permit, kind: str, form: HealthFields, row: HealthItem | None = None, *, kept: bool = False
) -> dict[str, Any]:
    """What the page of one, new or to change, is drawn with; without names, which are of the record.

    :param kept: it stands alone on a phone, so that the numbers to call are on it.
    """
    if permit.is_self:
        form.only_me.states = seeing.switch(permit, Area.HEALTH, shown=row is not None and not row.only_me)
    contact = lead(permit) if kept else None
    return {
        "form": form,
        "item": row,
        "kind": kind,
        "words": words,
        "names": [],
        "kept_as": words.as_kept(None if permit.is_self else permit.person_name),
        "may_hide": permit.is_self and (row is None or actions.may_hide(permit, row)),
        "safety_lines": safety.short_lines(writing=True),
        "calls": (safety.calls(contact.name, contact.phone) if contact else safety.calls()) if kept else [],
    }


def _remove_page(permit: Permit, health_id: UUID, by: str | None = None) -> ResponseReturnValue:
    """Asks before one is removed. `by`: who changed it since it was shown."""
    row = _own(permit, health_id)
    return pages.show("health/remove.html", status=409 if by else 200, item=row, by=by, words=words)


def _index(permit: Permit, **more: Any) -> str:
    return url_for(".index", person_id=permit.person_id, **more)
