"""Pages on who acts for somebody by law."""

from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.people import acting, code_views, death
from selfcare.people.forms import ActingForm
from selfcare.people.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record

BASE = "/people/<uuid:person_id>/acting/"
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
                form.basis.errors = [
                    gettext("%(name)s is 16 or older. Nobody acts as a parent then.", name=permit.person_name)
                ]
            else:
                return code_views.code_page(permit, "people/acting_code.html", code, name=name)
    return pages.show("people/acting.html", status=422, form=form)


@room.get(BASE + "<uuid:relationship_id>/reviewed")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM)
def act_reviewed(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    if not any(one.id == relationship_id and not one.ended for one in acting.everybody(permit)):
        abort(404)
    back = url_for(".details", person_id=permit.person_id)
    return pages.one_button(
        gettext("It is still right"), back, gettext("Details"), title=permit.subject.full_name, tab="people"
    )


@room.post(BASE + "<uuid:relationship_id>/reviewed")
@on_record(Area.CONTACTS, Level.MANAGE, roles=TEAM, changes_access=True)
def act_reviewed_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    acting.reviewed(permit, relationship_id)
    return pages.saved(url_for(".details", person_id=permit.person_id, saved=1))
