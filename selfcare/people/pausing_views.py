"""Pages on which somebody's access stands still: paused by the person, or put on hold by the team."""

from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from selfcare.people import pausing, queries, unused
from selfcare.people.forms import HoldForm
from selfcare.people.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, is_recent, me, on_record, prove_again
from selfcare.web.once import once

ONE = "/people/<uuid:person_id>/access/<uuid:relationship_id>/"


@room.get(ONE + "pause")
@on_record(Area.PEOPLE, Level.MANAGE)
def pause(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    """Asks once before it stands still, or before it goes on."""
    stands = next((one for one in pausing.paused(permit) if one.id == relationship_id), None)
    if stands and stands.by_team:
        abort(404)
    grant = _grant(permit, relationship_id, "suspended" if stands else "active")
    if grant.kind != Role.CARER:
        abort(404)
    return pages.show("people/pause.html", grant=grant, stands=stands is not None)


@room.post(ONE + "pause")
@on_record(Area.PEOPLE, Level.MANAGE, changes_access=True)
@once
def pause_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    if request.form.get("to") == "on":
        account = me()
        if account is None or not is_recent(account):
            return prove_again()  # as to be let in at all
        pausing.go_on(permit, relationship_id)
    else:
        pausing.pause(permit, relationship_id)
    return pages.saved(url_for("sharing.index", person_id=permit.person_id, saved=1))


@room.get(ONE + "keep")
@on_record(Area.PEOPLE, Level.MANAGE)
def keep(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    return pages.one_button(
        unused.still_needed(),
        url_for("sharing.index", person_id=permit.person_id),
        unused.back(),
        title=_grant(permit, relationship_id, "active").name,
        tab="more",
    )


@room.post(ONE + "keep")
@on_record(Area.PEOPLE, Level.MANAGE, changes_access=True)
def keep_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    unused.keep(permit, relationship_id)
    return pages.saved(url_for("sharing.index", person_id=permit.person_id, saved=1))


@room.get("/people/<uuid:person_id>/helpers/")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def helpers(permit: Permit) -> ResponseReturnValue:
    """Who helps the person, for who may put that on hold."""
    return pages.show("people/helpers.html", carers=pausing.carers(permit))


@room.get(ONE + "hold")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def hold(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    return _hold_page(permit, relationship_id, HoldForm(formdata=None))


@room.post(ONE + "hold")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,), changes_access=True)
@once
def hold_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    form = HoldForm()
    if not form.validate():
        return _hold_page(permit, relationship_id, form, status=422)
    change = pausing.lift if form.to.data == "on" else pausing.hold
    change(permit, relationship_id, form.reason.text.strip())
    return pages.saved(url_for(".helpers", person_id=permit.person_id, saved=1))


def _grant(permit: Permit, relationship_id: UUID, state: str) -> queries.Grant:
    found = next((one for one in queries.grants(permit, state) if one.id == relationship_id), None)
    if found is None:
        abort(404)
    return found


def _hold_page(
    permit: Permit, relationship_id: UUID, form: HoldForm, status: int = 200
) -> ResponseReturnValue:
    found = next((one for one in pausing.carers(permit) if one.id == relationship_id), None)
    if found is None:
        abort(404)
    form.to.data = "on" if found.held else "hold"
    why = pausing.reasons(permit, relationship_id)
    return pages.show("people/hold.html", status=status, form=form, carer=found, why=why)
