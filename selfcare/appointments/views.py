"""Pages of visits. Those of questions are in `question_views`, `reply_views` and `question_button_views`."""

from uuid import UUID

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from selfcare.appointments import actions, ics, queries, words
from selfcare.appointments import question_button_views as question_button_views
from selfcare.appointments import question_views as question_views
from selfcare.appointments import reply_views as reply_views
from selfcare.appointments.forms import (
    VISIT_TEXTS,
    ChangeVisitForm,
    VisitForm,
    visit_data,
)
from selfcare.appointments.room import room as room
from selfcare.appointments.states import TheirWords
from selfcare.people import seeing
from selfcare.people.queries import lead
from selfcare.web import conflict, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

BASE = "/people/<uuid:person_id>/appointments/"
ONE = BASE + "<uuid:appointment_id>/"
PAST = 20


@room.get(BASE)
@on_record(Area.APPOINTMENTS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    before = paging.asked()
    past = queries.past(permit, before, PAST + 1)
    shown = past[:PAST]
    return pages.show(
        "appointments/index.html",
        coming=[] if before else queries.upcoming(permit),
        past=shown,
        before=before,
        more=paging.text(shown[-1].utc, shown[-1].id) if len(past) > PAST else None,
        may_add=permit.may(Area.APPOINTMENTS, Level.ADD) and not permit.subject.died_on,
        may_ask=permit.may(Area.QUESTIONS),
    )


@room.get(BASE + "add")
@on_record(Area.APPOINTMENTS, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    contact = lead(permit)
    return _form_page(permit, VisitForm(formdata=None, data={"with_whom": contact.name if contact else ""}))


@room.post(BASE + "add")
@on_record(Area.APPOINTMENTS, Level.ADD)
@once
def add_send(permit: Permit) -> ResponseReturnValue:
    form = VisitForm()
    form.settle(permit.zone)
    if not form.validate() or form.when is None:
        return _form_page(permit, form, status=422)
    made = actions.add_visit(permit, when=form.when, only_me=form.only_me.data, **form.values())
    return pages.saved(_address(permit, made.id), ("appointment", made.id))


@room.get(ONE)
@on_record(Area.APPOINTMENTS, Level.SEE)
def visit(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    found = queries.visit(permit, appointment_id)
    may_ask = permit.may(Area.QUESTIONS)
    return pages.show(
        "appointments/visit.html",
        visit=found,
        meeting=words.meeting(found.how, found.with_whom),
        questions=queries.open_questions(permit, appointment_id) if may_ask else [],
        closed=queries.asked_at(permit, appointment_id) if may_ask else [],
        may_ask=may_ask,
        may_set_agenda=words.may_set_agenda(permit, found),
    )


@room.get(ONE + "change")
@on_record(Area.APPOINTMENTS, Level.ADD)
def change(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    found = _own(permit, appointment_id)
    return _form_page(permit, ChangeVisitForm(formdata=None, data=visit_data(found)), found)


@room.post(ONE + "change")
@on_record(Area.APPOINTMENTS, Level.ADD)
def change_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    found = _own(permit, appointment_id)
    keep, data = conflict.settled(VISIT_TEXTS)
    if keep == "theirs":
        return redirect(_address(permit, appointment_id), 303)
    form = ChangeVisitForm(formdata=data)
    form.settle(permit.zone, found.when)
    if not form.validate() or form.when is None:
        return _form_page(permit, form, found, status=422)
    hides = form.only_me.choice if _may_hide(permit, found) else None
    try:
        actions.change_visit(
            permit,
            appointment_id,
            versions.number(form.version.data),
            when=form.when,
            only_me=hides,
            **form.values(),
        )
    except Stale as stale:
        there = _address(permit, appointment_id)
        return conflict.ask(form, stale, there, visit_data(stale.item), texts=VISIT_TEXTS)
    return pages.saved(_address(permit, appointment_id), ("appointment", appointment_id))


@room.get(ONE + "remove")
@on_record(Area.APPOINTMENTS, Level.ADD)
def remove(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, appointment_id)


@room.post(ONE + "remove")
@on_record(Area.APPOINTMENTS, Level.ADD)
def remove_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove_visit(permit, appointment_id, conflict.looked_at())
    except TheirWords:
        return _remove_page(permit, appointment_id, status=409)
    except Stale as stale:
        return _remove_page(permit, appointment_id, by=stale.by)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1))


def _remove_page(
    permit: Permit, appointment_id: UUID, by: str | None = None, status: int = 200
) -> ResponseReturnValue:
    """Asks before a visit is removed, or says why it is not. `by`: who changed it since it was shown."""
    found = _own(permit, appointment_id)
    return pages.show("appointments/remove.html", status=409 if by else status, visit=found, by=by)


@room.get(ONE + "calendar.ics")
@on_record(Area.APPOINTMENTS, Level.SEE)
def calendar(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """The visit for the person's own calendar."""
    found = queries.visit(permit, appointment_id)
    text = ics.calendar(
        uid=found.id,
        starts=found.utc,
        minutes=60 if found.how == "place" else 30,
        summary=words.meeting(found.how, found.with_whom),
        location=found.place or found.phone,
        link=found.link,
        sequence=found.version - 1,
        made_at=found.changed_at or found.entered_at,
    )
    answer = Response(text.encode(), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.wall:%Y-%m-%d}.ics"'
    return answer


def _own(permit: Permit, appointment_id: UUID) -> queries.Visit:
    """A visit that this account may change."""
    found = queries.visit(permit, appointment_id)
    if not found.may_change:
        queries.refuse(permit, found)
    return found


def _may_hide(permit: Permit, found: queries.Visit | None) -> bool:
    return permit.is_self and (found is None or found.entered_as == "self")


def _form_page(
    permit: Permit, form: VisitForm, found: queries.Visit | None = None, status: int = 200
) -> ResponseReturnValue:
    if permit.is_self:
        form.only_me.states = seeing.switch(
            permit, Area.APPOINTMENTS, shown=found is not None and not found.only_me
        )
    return pages.show(
        "appointments/visit_form.html",
        status=status,
        form=form,
        visit=found,
        may_hide=_may_hide(permit, found),
        safety_lines=safety.short_lines(writing=True),
    )


def _address(permit: Permit, appointment_id: UUID) -> str:
    return url_for(".visit", person_id=permit.person_id, appointment_id=appointment_id, saved=1)
