"""What a professional does with a request: reads it, says when, writes down that it is done."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.contacts import queries as contacts
from selfcare.contacts.words import ICONS, TALKED
from selfcare.notifications.kinds import PLANNED
from selfcare.people import banner, teams, tells
from selfcare.requests import actions, queries, states, words
from selfcare.requests.forms import DoneForm, PlanForm, plan_data
from selfcare.requests.room import room
from selfcare.requests.states import NotNow
from selfcare.web import conflict, drawn, pages, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

ONE = "/people/<uuid:person_id>/get-in-touch/<uuid:request_id>/"


@room.get(ONE + "seen")
@on_record(Area.CONTACTS, Level.MANAGE, roles=states.ACTING)
def seen_form(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    asked = queries.one(permit, request_id)
    return pages.one_button(
        gettext("I have read it"),
        _person(permit),
        permit.person_name,
        tab="people",
        fields={"shown": asked.newest_at.isoformat()},
        words=[asked.about, *(line.text for line in asked.lines)],
    )


@room.post(ONE + "seen")
@on_record(Area.CONTACTS, Level.MANAGE, roles=states.ACTING)
def seen(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    try:
        actions.read(permit, request_id, drawn.moment(request.form.get("shown")))
    except NotNow:
        return not_now(permit, request_id)
    if pages.is_part():
        return pages.show("appointments/seen.html", block="seen")
    return pages.saved(_person(permit))


@room.get(ONE + "plan")
@on_record(Area.CONTACTS, Level.MANAGE, roles=states.ACTING)
def plan(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    form = PlanForm(formdata=None, data=plan_data(queries.one(permit, request_id)))
    return _plan_page(permit, form, request_id)


@room.post(ONE + "plan")
@on_record(Area.CONTACTS, Level.MANAGE, roles=states.ACTING)
def plan_send(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(())
    back = _person(permit)
    if keep == "theirs":
        return redirect(back, 303)
    form = PlanForm(formdata=data)
    form.closed = teams.closed_for(permit)
    if not form.validate():
        return _plan_page(permit, form, request_id, status=422)
    try:
        actions.plan(
            permit,
            request_id,
            versions.number(form.version.data),
            on=form.on.value,
            how=form.how.data,
            from_=form.from_.value,
            until=form.until.value,
            shown=drawn.moment(form.shown.data),
        )
    except NotNow:
        return not_now(permit, request_id)
    except Stale as stale:
        kept = stale.item
        labels = {
            "mine": words.line(form.how.data, form.on.value, form.from_.value, form.until.value),
            "theirs": words.line(kept.planned_how, kept.planned_on, kept.planned_from, kept.planned_until),
        }
        return conflict.ask(form, stale, back, {}, labels)
    return pages.saved(back, ("contact_request", request_id))


@room.get(ONE + "done")
@on_record(Area.CONTACTS, Level.MANAGE, roles=states.ACTING)
def done(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    asked = queries.one(permit, request_id)
    form = DoneForm(formdata=None, data={"how": asked.planned_how or asked.how, "outcome": TALKED})
    return _done_page(permit, form, request_id)


@room.post(ONE + "done")
@on_record(Area.CONTACTS, Level.MANAGE, roles=states.ACTING)
@once
def done_send(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    form, rhythm = DoneForm(), contacts.plan(permit)
    form.offer(permit, rhythm.every_days, rhythm.due_on, teams.closed_for(permit))
    if not form.validate() or form.when.when is None:
        return _done_page(permit, form, request_id, status=422)
    asked, shown = queries.one(permit, request_id), drawn.moment(form.shown.data)
    if asked.is_open and form.outcome.data == TALKED and asked.newest_at > (shown or asked.entered_at):
        # With it the request would be over: what nobody has read yet is read first.
        form.form_errors.append(gettext("Something was added."))
        return _done_page(permit, form, request_id, status=409)
    try:
        row = actions.finish(
            permit,
            request_id,
            shown,
            when=form.when.when,
            how=form.how.data,
            said=form.said.text.strip(),
            next_step=form.next_step.text.strip(),
            due_on=form.next_day,
            outcome=form.outcome.data,
        )
    except NotNow:
        return not_now(permit, request_id, form.typed)
    stood = min(filter(None, (asked.due_on, rhythm.due_on)))
    there = url_for(
        "caseload.index",
        after=permit.person_id,
        logged=row.id,
        due=stood.isoformat(),
        saved=1,
        _anchor="panel",
    )
    if request.form.get("then") == "stay":
        there = url_for("contacts.index", person_id=permit.person_id, saved=1, logged=row.id)
    return pages.saved(there, ("contact", row.id))


def _plan_page(permit: Permit, form: PlanForm, request_id: UUID, status: int = 200) -> ResponseReturnValue:
    asked = queries.one(permit, request_id)
    if not asked.is_open or permit.subject.died_on:
        return not_now(permit, request_id)
    form.shown.data = asked.newest_at.isoformat()
    is_told = bool(asked.entered_by and tells.told(permit, [asked.entered_by], PLANNED))
    return pages.show(
        "requests/plan.html", status=status, form=form, asked=asked, words=words, icons=ICONS, is_told=is_told
    )


def _done_page(permit: Permit, form: DoneForm, request_id: UUID, status: int = 200) -> ResponseReturnValue:
    asked = queries.one(permit, request_id)
    if not asked.is_open or permit.subject.died_on:
        return not_now(permit, request_id, form.typed)
    form.shown.data = asked.newest_at.isoformat()
    rhythm = contacts.plan(permit)
    form.offer(permit, rhythm.every_days, rhythm.due_on, teams.closed_for(permit))
    return pages.show(
        "requests/done.html",
        status=status,
        form=form,
        asked=asked,
        words=words,
        who=permit,
        identity=banner.line(permit),
        send=url_for(".done_send", person_id=permit.person_id, request_id=request_id),
        skip=_person(permit),
        icons=ICONS,
    )


def not_now(permit: Permit, request_id: UUID, typed: str = "") -> ResponseReturnValue:
    """409: the request is over, or the person has died; how it ended, and what was typed."""
    asked = queries.one(permit, request_id)
    why = words.title(asked) if not asked.is_open else gettext("This cannot be done now.")
    return pages.show("requests/not_now.html", status=409, why=why, typed=typed, asked=asked)


def _person(permit: Permit) -> str:
    return url_for("home.person", person_id=permit.person_id, saved=1)
