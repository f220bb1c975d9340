"""One question a screen, for somebody who helps: *Next*, *Skip this one*, *Save and stop here*."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.appointments import actions as appointments
from selfcare.appointments import queries as visits
from selfcare.appointments import question_actions
from selfcare.appointments.states import TheirWords
from selfcare.diary import actions as diary
from selfcare.diary import forms as diary_forms
from selfcare.diary import queries as trackers
from selfcare.diary.models import Tracker
from selfcare.diary.views import log_values
from selfcare.people import queries as people
from selfcare.preparation import one_by_one
from selfcare.preparation.forms import AskOneForm, SentenceForm
from selfcare.preparation.one_by_one import LOG, MATTERS, QUESTION, Key, Run
from selfcare.preparation.room import room
from selfcare.web import pages, safety
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

BASE = "/people/<uuid:person_id>/one-by-one/"
HELPS = (Role.CARER,)


@room.get(BASE)
@on_record(Area.PEOPLE, Level.NOTHING, roles=HELPS)
def one_by_one_start(permit: Permit) -> ResponseReturnValue:
    """To where they stopped, or to the first; where nothing is asked of them there is no such page."""
    run = _asked(permit)
    step = run.stopped()
    return redirect(address(permit, step.key) if step else _end(permit), 303)


@room.get(BASE + "end")
@on_record(Area.PEOPLE, Level.NOTHING, roles=HELPS)
def one_by_one_end(permit: Permit) -> ResponseReturnValue:
    run = _asked(permit)
    return pages.show("preparation/one_by_one_end.html", run=run, address=partial(address, permit))


@room.get(BASE + "<uuid:tracker_id>")
@on_record(Area.DIARY, Level.ADD, roles=HELPS)
def one_by_one_log(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    tracker = trackers.tracker(permit, tracker_id)
    form = diary_forms.entry_form(permit, tracker, formdata=None)
    return pages.show("preparation/one_by_one.html", **log_page(permit, _run(permit), tracker, form))


@room.post(BASE + "<uuid:tracker_id>")
@on_record(Area.DIARY, Level.ADD, roles=HELPS)
@once
def one_by_one_log_send(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    tracker = trackers.tracker(permit, tracker_id)
    key = Key(LOG, tracker_id)
    written = [
        name for name in ("first", "second", "note", "lasted", "tried") if request.form.get(name, "").strip()
    ]
    if not written and request.form.get("severity", "skip") == "skip":
        return _onward(permit, key)
    form = diary_forms.entry_form(permit, tracker)
    if not form.validate():
        return pages.show(
            "preparation/one_by_one.html", status=422, **log_page(permit, _run(permit), tracker, form)
        )
    values = form.values() | {"only_me": False}
    made = diary.log(permit, tracker_id, **values)
    return _onward(permit, key, ("entry", made.id), made.version)


@room.get(BASE + "visits/<uuid:appointment_id>/matters")
@on_record(Area.APPOINTMENTS, Level.ADD, roles=HELPS)
def one_by_one_matters(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    visit = visits.visit(permit, appointment_id)
    form = SentenceForm(formdata=None, data={"matters": visit.matters, "version": visit.version})
    return _words_page(permit, Key(MATTERS, visit.id), visit, form)


@room.post(BASE + "visits/<uuid:appointment_id>/matters")
@on_record(Area.APPOINTMENTS, Level.ADD, roles=HELPS)
@once
def one_by_one_matters_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """Nothing typed writes nothing: it takes no words out."""
    form, key = SentenceForm(), Key(MATTERS, appointment_id)
    visit = one_by_one.visit(permit, appointment_id)
    if not form.validate():
        return _words_page(permit, key, visit, form, status=422)
    text = form.matters.text.strip()
    if not text or (visit and text == visit.matters.strip()):
        return _onward(permit, key)
    if visit is None:
        form.matters.errors = [_gone()]
        return _words_page(permit, key, visit, form, status=409)
    try:
        appointments.set_matters(permit, visit.id, form.read, text)
    except TheirWords:
        return _words_page(permit, key, visit, form, status=409, typed=text)
    except Stale as stale:
        form.version.data = str(stale.item.version)
        form.matters.errors = [
            gettext(
                "%(name)s has written something else meanwhile: “%(words)s”. "
                "Your words are still here. Press again to put them in its place.",
                name=stale.by,
                words=stale.item.matters,
            )
        ]
        return _words_page(permit, key, visit, form, status=409)
    return _onward(permit, key, ("appointment", visit.id))


@room.get(BASE + "visits/<uuid:appointment_id>/question")
@on_record(Area.QUESTIONS, Level.ADD, roles=HELPS)
def one_by_one_question(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    permit.require(Area.APPOINTMENTS)
    visit = visits.visit(permit, appointment_id)
    return _words_page(permit, Key(QUESTION, visit.id), visit, AskOneForm(formdata=None))


@room.post(BASE + "visits/<uuid:appointment_id>/question")
@on_record(Area.QUESTIONS, Level.ADD, roles=HELPS)
@once
def one_by_one_question_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    permit.require(Area.APPOINTMENTS)
    form, key = AskOneForm(), Key(QUESTION, appointment_id)
    visit = one_by_one.visit(permit, appointment_id)
    if not form.validate():
        return _words_page(permit, key, visit, form, status=422)
    text = form.text.text.strip()
    if not text:
        return _onward(permit, key)
    if visit is None:
        form.text.errors = [_gone()]
        return _words_page(permit, key, visit, form, status=409)
    made = question_actions.ask(permit, text=text, appointment_id=visit.id)
    return _onward(permit, key, ("question", made.id))


def _gone() -> str:
    return gettext(
        "This visit is over, or was taken out. Your words are still here, and are not kept yet. "
        "Copy them if you need them. Then empty the box to go on."
    )


def address(permit: Permit, key: Key) -> str:
    """Where one step is asked."""
    name = "tracker_id" if key.kind == LOG else "appointment_id"
    values: dict[str, Any] = {"person_id": permit.person_id, name: key.item_id}
    return url_for(f"preparation.one_by_one_{key.kind}", **values)


def log_page(permit: Permit, run: Run, tracker: Tracker, form: diary_forms.EntryForm) -> dict[str, Any]:
    """What the page of one thing to log is drawn with, also for a phone to keep."""
    return (
        log_values(permit, tracker, form)
        | _shown(permit, run, Key(LOG, tracker.id))
        | {"log": True, "theirs": False}
    )


def _words_page(
    permit: Permit,
    key: Key,
    visit: visits.Visit | None,
    form: SentenceForm | AskOneForm,
    status: int = 200,
    typed: str = "",
) -> ResponseReturnValue:
    """:param typed: what was sent where somebody else's words stand by now."""
    contact = people.lead(permit)
    return pages.show(
        "preparation/one_by_one.html",
        status=status,
        form=form,
        title=_names(permit)[key.kind],
        log=False,
        visit=visit,
        theirs=key.kind == MATTERS and visit is not None and "matters" not in visit.may_write,
        typed=typed,
        safety_lines=safety.short_lines(writing=True),
        calls=safety.calls(contact.name, contact.phone) if contact else safety.calls(),
        **_shown(permit, _run(permit), key),
    )


def _shown(permit: Permit, run: Run, key: Key) -> dict[str, Any]:
    return {
        "number": min(run.place(key) + 1, max(len(run.steps), 1)),
        "total": max(len(run.steps), 1),
        "here": address(permit, key),
    }


def _onward(
    permit: Permit, key: Key, item: tuple[str, UUID] | None = None, version: int | None = None
) -> ResponseReturnValue:
    """To the next one, or out: as the button that was pressed says. What was saved is said there."""
    saved = "1" if item else None
    if request.form.get("then") == "stop":
        there = url_for("home.person", person_id=permit.person_id, saved=saved)
    else:
        step = _run(permit).after(key)
        there = address(permit, step.key) if step else _end(permit)
        there += "?saved=1" if saved else ""
    return pages.saved(there, item, version)


def _asked(permit: Permit) -> Run:
    run = _run(permit)
    if not run.steps:
        abort(404)
    return run


def _run(permit: Permit) -> Run:
    return one_by_one.run(permit, _names(permit))


def _names(permit: Permit) -> dict[str, str]:
    name = permit.person_name
    return {
        MATTERS: gettext("What matters most to %(name)s this time?", name=name),
        QUESTION: gettext("Is there something %(name)s would like to ask?", name=name),
    }


def _end(permit: Permit) -> str:
    return url_for("preparation.one_by_one_end", person_id=permit.person_id)
