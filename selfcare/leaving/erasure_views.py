"""Pages of erasing everything: asked for on purpose, told to everybody concerned, taken back until the day."""

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from selfcare.config import Settings
from selfcare.leaving import actions, queries
from selfcare.leaving.forms import ErasureForm
from selfcare.leaving.room import room
from selfcare.people import queries as people
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record

BASE = "/people/<uuid:person_id>/erasure/"


def _page(permit: Permit, form: ErasureForm, status: int = 200) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    shut = queries.shut_until(permit)
    return pages.show(
        "leaving/erasure.html",
        status=status,
        form=form,
        asked=permit.last_day is not None,
        day=permit.last_day or actions.last_day(permit),
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
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF,))
def erasure_keep_send(permit: Permit) -> ResponseReturnValue:
    actions.keep(permit)
    return pages.saved(url_for(".erasure", person_id=permit.person_id, saved=1))
