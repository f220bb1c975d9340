"""Pages of erasing everything: asked for on purpose, told to everybody concerned, taken back until the day."""

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from selfcare.config import Settings
from selfcare.leaving import actions, queries
from selfcare.leaving.forms import ErasureForm, HoldForm
from selfcare.leaving.room import room
from selfcare.people import queries as people
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once

BASE = "/people/<uuid:person_id>/erasure/"


def _page(permit: Permit, form: ErasureForm, status: int = 200) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    shut = queries.shut_until(permit)
    return pages.show(
        "leaving/erasure.html",
        status=status,
        form=form,
        asked=permit.last_day is not None and not permit.subject.erase_why,
        announced=permit.last_day is not None and bool(permit.subject.erase_why),
        day=permit.last_day or actions.last_day(permit),
        would_be=actions.last_day(permit),
        days=settings.erase_days,
        years=settings.service.erase_ended_years or 1,
        nights=settings.backups,
        team=people.team_of(permit),
        shut=permit.local(shut) if shut else None,
    )


@room.get(BASE)
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF,))
def erasure(permit: Permit) -> ResponseReturnValue:
    return _page(permit, ErasureForm(formdata=None))


@room.post(BASE)
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF,), recent=True)
def erasure_send(permit: Permit) -> ResponseReturnValue:
    form = ErasureForm()
    if not form.validate():
        return _page(permit, form, 422)
    try:
        actions.ask_to_erase(permit)
    except actions.NotNow:
        return _page(permit, form, 409)
    return pages.saved(url_for(".erasure", person_id=permit.person_id, saved=1))


@room.get(BASE + "keep")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF,))
def erasure_keep(permit: Permit) -> ResponseReturnValue:
    """The button stands on the page that says when it is."""
    return redirect(url_for(".erasure", person_id=permit.person_id), 303)


@room.post(BASE + "keep")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF, Role.CARER))
def erasure_keep_send(permit: Permit) -> ResponseReturnValue:
    """The person's press; and where their time is over, that of who acts for them by law."""
    actions.keep(permit)
    if not permit.is_self:
        return pages.saved(url_for("home.person", person_id=permit.person_id, saved=1))
    return pages.saved(url_for(".erasure", person_id=permit.person_id, saved=1))


@room.get(BASE + "hold")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def erasure_hold(permit: Permit) -> ResponseReturnValue:
    """For the team: a record whose time is over is kept for a year more."""
    return pages.show("leaving/hold.html", form=HoldForm(formdata=None), due=_is_due(permit))


@room.post(BASE + "hold")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
@once
def erasure_hold_send(permit: Permit) -> ResponseReturnValue:
    form = HoldForm()
    if not form.validate():
        return pages.show("leaving/hold.html", status=422, form=form, due=_is_due(permit))
    actions.hold(permit, form.reason.text.strip())
    return pages.saved(url_for("home.person", person_id=permit.person_id, saved=1))


def _is_due(permit: Permit) -> bool:
    return permit.last_day is not None and bool(permit.subject.erase_why)
