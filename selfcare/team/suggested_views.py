"""Suggested people: who waits to be invited, who was declined. Nothing of them is in any record before."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.people.adding import Leaves
from selfcare.team import adding_many, lines, suggesting, words
from selfcare.team.import_views import full_list, leads
from selfcare.team.room import room
from selfcare.team.seat import STAFF, Seat, take
from selfcare.team.suggested_forms import DeclineForm, InviteForm, SuggestForm
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.ids import uuid_of
from selfcare.web.once import once

LIST = "/team/suggested/"


@room.get(LIST)
@signed_in(*STAFF)
def suggested(user: SignedIn) -> ResponseReturnValue:
    return _list(take(user, request.args.get("team")), InviteForm(formdata=None))


@room.post(LIST)
@signed_in(*STAFF)
@once
def suggested_send(user: SignedIn) -> ResponseReturnValue:
    """Invite those that are ticked: all of them, or none."""
    form = InviteForm()
    seat = take(user, form.team.data or "")
    form.offer(leads(seat), seat.account_id)
    chosen = {one: f"two-{one}" in request.form for one in map(uuid_of, request.form.getlist("who")) if one}
    if not chosen:
        form.form_errors = [gettext("Tick who is invited.")]
        return _list(seat, form, 422)
    if not form.validate():
        return _list(seat, form, 422)
    try:
        runs = adding_many.invite(seat, chosen, lead=UUID(form.lead.data))
    except adding_many.NotAsShown:
        form.form_errors = [
            gettext("Somebody you ticked cannot be invited as things stand. Nobody was. Look once more.")
        ]
        return _list(seat, form, 409)
    except (adding_many.NoLead, Leaves):
        form.lead.errors = [gettext("They cannot be key contact of anybody new. Choose somebody else.")]
        return _list(seat, form, 422)
    if len(runs) == 1:
        return pages.saved(url_for("team.run", run_id=runs[0], saved=1))
    return pages.saved(url_for("team.lists", team=seat.team.id, saved=1))


@room.get(LIST + "add")
@signed_in(*STAFF)
def suggest(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"))
    return _form(seat, SuggestForm(formdata=None, data={"team": seat.team.id}))


@room.post(LIST + "add")
@signed_in(*STAFF)
@once
def suggest_send(user: SignedIn) -> ResponseReturnValue:
    form = SuggestForm()
    seat = take(user, form.team.data or "")
    form.validate()
    line = form.line(two=request.form.get("anyway") == "y")
    lines.check(seat, [line])
    if not form.take_wrong(line):
        return _form(seat, form, 422)
    if line.waits:
        form.given.errors = [line.waits]
        return _form(seat, form, 422)
    if not line.fine:
        return _form(seat, form, 422, alike=line.alike, before=line.declined)
    try:
        said = {"reason": line.cells["reason"], "source": form.source.text.strip()}
        suggesting.suggest(seat, [line], **said, from_list=False)
    except suggesting.TooMany:
        form.form_errors = [full_list()]
        return _form(seat, form, 422)
    return pages.saved(url_for("team.suggested", team=_several(seat), saved=1))


@room.get(LIST + "<uuid:suggested_id>/decline")
@signed_in(*STAFF)
def decline(user: SignedIn, suggested_id: UUID) -> ResponseReturnValue:
    seat = take(user, suggesting.team_of(suggested_id))
    return _decline(seat, suggested_id, DeclineForm(formdata=None))


@room.post(LIST + "<uuid:suggested_id>/decline")
@signed_in(*STAFF)
@once
def decline_send(user: SignedIn, suggested_id: UUID) -> ResponseReturnValue:
    seat = take(user, suggesting.team_of(suggested_id))
    form = DeclineForm()
    if not form.validate():
        return _decline(seat, suggested_id, form, 422)
    suggesting.decline(seat, suggested_id, form.why_not.text.strip())
    return pages.saved(url_for("team.suggested", team=_several(seat), saved=1))


def _list(seat: Seat, form: InviteForm, status: int = 200) -> ResponseReturnValue:
    waiting = suggesting.waiting(seat)
    form.offer(leads(seat), seat.account_id)
    form.team.data = str(seat.team.id)
    chips = [
        {"text": name, "href": url_for("team.suggested", team=one), "current": one == seat.team.id}
        for one, name in seat.teams
    ]
    return pages.show(
        "team/suggested.html",
        status=status,
        seat=seat,
        form=form,
        chips=chips,
        waiting=waiting[: suggesting.SHOWN],
        more=len(waiting) > suggesting.SHOWN,
        ticked=set(request.form.getlist("who")),
        two={name for name in request.form if name.startswith("two-")},
        declined=suggesting.declined(seat),
        full_name=suggesting.full_name,
        words=words,
    )


def _form(
    seat: Seat, form: SuggestForm, status: int = 200, *, alike: str = "", before: str = ""
) -> ResponseReturnValue:
    return pages.show("team/suggest.html", status=status, seat=seat, form=form, alike=alike, before=before)


def _decline(seat: Seat, suggested_id: UUID, form: DeclineForm, status: int = 200) -> ResponseReturnValue:
    # What somebody typed comes back, also where a colleague was first.
    before = suggesting.declined_already(seat, suggested_id) if status != 200 else None
    row = before or suggesting.one(seat, suggested_id)
    name = suggesting.full_name(row)
    return pages.show("team/decline.html", status=status, seat=seat, row=row, name=name, form=form)


def _several(seat: Seat) -> UUID | None:
    return seat.team.id if len(seat.teams) > 1 else None
