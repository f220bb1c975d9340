"""Pages on who acts for somebody by law."""

from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.people import acting, code_views, death
from selfcare.people.forms import ActingForm, ReasonForm
from selfcare.people.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once

BASE = "/people/<uuid:person_id>/acting/"
ONE = BASE + "<uuid:relationship_id>/"
TEAM = (Role.PROFESSIONAL,)


@room.get(BASE)
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, recent=True)
def act(permit: Permit) -> ResponseReturnValue:
    return pages.show("people/acting.html", form=ActingForm(formdata=None))


@room.post(BASE)
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, recent=True)
def act_send(permit: Permit) -> ResponseReturnValue:
    """The code is the answer itself, shown this once."""
    form = ActingForm()
    if form.validate():
        if death.has_died(permit.person_id):
            form.name.errors = [gettext("Nobody new can be let in any more.")]
        else:
            name = form.name.text.strip()
            try:
                code = acting.invite(permit, name, form.basis.data, form.seen.text.strip(), form.seen_on.data)
            except acting.TooOld:
                form.basis.errors = [_too_old(permit)]
            else:
                return code_views.code_page(permit, "people/acting_code.html", code, name=name)
    return pages.show("people/acting.html", status=422, form=form)


@room.get(BASE + "codes")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM)
def act_codes(permit: Permit) -> ResponseReturnValue:
    return _one_button(permit, gettext("Take the code back"))


@room.post(BASE + "codes")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, changes_access=True)
def act_codes_send(permit: Permit) -> ResponseReturnValue:
    acting.take_codes_back(permit)
    return _back(permit)


@room.get(ONE + "reviewed")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM)
def act_reviewed(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    _one(permit, relationship_id)
    return _one_button(permit, gettext("It is still right"))


@room.post(ONE + "reviewed")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, changes_access=True)
def act_reviewed_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    acting.reviewed(permit, relationship_id)
    return _back(permit)


@room.get(ONE + "confirm")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, recent=True)
def act_confirm(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    """A second one of the team looks at what was seen, and lets them act."""
    found = _one(permit, relationship_id)
    if not found.may_confirm:
        abort(404)
    return pages.show("people/acting_confirm.html", one=found, why=None)


@room.post(ONE + "confirm")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, changes_access=True, recent=True)
def act_confirm_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    try:
        acting.confirm(permit, relationship_id)
    except acting.TooOld:
        found, why = _one(permit, relationship_id), _too_old(permit)
        return pages.show("people/acting_confirm.html", status=409, one=found, why=why)
    return _back(permit)


@room.get(ONE + "end")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM)
def act_end(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    return _end_page(permit, relationship_id, ReasonForm(formdata=None))


@room.post(ONE + "end")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, changes_access=True)
@once
def act_end_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return _end_page(permit, relationship_id, form, status=422)
    acting.end(permit, relationship_id, form.reason.text.strip())
    return _back(permit)


def _end_page(
    permit: Permit, relationship_id: UUID, form: ReasonForm, status: int = 200
) -> ResponseReturnValue:
    found = _one(permit, relationship_id)
    return pages.show("people/acting_end.html", status=status, one=found, form=form)


def _one(permit: Permit, relationship_id: UUID) -> acting.Acting:
    """Who acts, or waits to. 404 for one that has ended."""
    every = acting.everybody(permit)
    found = next((one for one in every if one.id == relationship_id and not one.ended), None)
    if found is None:
        abort(404)
    return found


def _too_old(permit: Permit) -> str:
    return gettext("%(name)s is 16 or older. Nobody acts as a parent then.", name=permit.person_name)


def _one_button(permit: Permit, text: str) -> ResponseReturnValue:
    back = url_for(".details", person_id=permit.person_id)
    return pages.one_button(text, back, gettext("Details"), title=permit.subject.full_name, tab="people")


def _back(permit: Permit) -> ResponseReturnValue:
    return pages.saved(url_for(".details", person_id=permit.person_id, saved=1))
