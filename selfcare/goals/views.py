"""Pages of goals."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.goals import actions, queries, words
from selfcare.goals.forms import (
    TEXTS,
    ChangeCheckInForm,
    ChangeGoalForm,
    CheckInForm,
    ClosureForm,
    GoalFields,
    GoalForm,
    check_in_data,
    goal_data,
)
from selfcare.goals.models import CheckIn, Goal
from selfcare.people import seeing
from selfcare.people.queries import lead
from selfcare.web import conflict, item_reference, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once
from selfcare.web.room import Room
from selfcare.web.versions import Stale
from selfcare.web.when import when_of

room = Room("goals", __name__)
BASE = "/people/<uuid:person_id>/goals/"
ONE = BASE + "<uuid:goal_id>/"
ONE_CHECK_IN = ONE + "check-ins/<uuid:check_in_id>/"


@room.get(BASE)
@on_record(Area.GOALS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    ended = request.args.get("show") == "ended"
    found = queries.goals(permit, ended=ended, before=paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda one: (one.goal.entered_at, one.goal.id))
    show = "ended" if ended else None
    earlier = before and url_for(".index", person_id=permit.person_id, show=show, before=before)
    return pages.show(
        "goals/index.html",
        goals=shown,
        ended=ended,
        earlier=earlier,
        may_add=permit.may(Area.GOALS, Level.ADD) and not permit.subject.died_on,
    )


@room.get(BASE + "add")
@on_record(Area.GOALS, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    return _goal_page(permit, GoalForm(formdata=None), "goals/add.html")


@room.post(BASE + "add")
@on_record(Area.GOALS, Level.ADD)
@once
def add_send(permit: Permit) -> ResponseReturnValue:
    form = GoalForm()
    if not form.validate():
        return _goal_page(permit, form, "goals/add.html", status=422)
    row = actions.add(permit, **form.values(permit))
    return pages.saved(_goal_url(permit, row.id), ("goal", row.id))


@room.get(ONE)
@on_record(Area.GOALS, Level.SEE)
def goal(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    found = queries.goal(permit, goal_id)
    check_ins = queries.check_ins(permit, goal_id, paging.asked())
    shown, before = paging.cut(check_ins, queries.PAGE, lambda row: (row.utc, row.id))
    earlier = before and url_for(".goal", person_id=permit.person_id, goal_id=goal_id, before=before)
    about = item_reference.sign(permit.person_id, "goal", found.id, found.text)
    return pages.show(
        "goals/goal.html",
        goal=found,
        check_ins=shown,
        earlier=earlier,
        versions=versions.earlier(permit, found) if found.version > 1 else [],
        may_add=permit.may(Area.GOALS, Level.ADD) and not permit.subject.died_on,
        may_change=queries.may_change,
        how=words.how,
        end=words.end,
        agree=about if permit.may(Area.APPOINTMENTS, Level.ADD) and found.state == "open" else None,
        hope=about
        if permit.may(Area.PLAN, Level.ADD) and found.state == "open" and not found.only_me
        else None,
    )


@room.get(ONE + "change")
@on_record(Area.GOALS, Level.ADD)
def change(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    found = _changeable(permit, goal_id)
    return _goal_page(
        permit, ChangeGoalForm(formdata=None, data=goal_data(found)), "goals/change.html", goal=found
    )


@room.post(ONE + "change")
@on_record(Area.GOALS, Level.ADD)
def change_send(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    back = _goal_url(permit, goal_id)
    if keep == "theirs":
        return redirect(back, 303)
    form = ChangeGoalForm(formdata=data)
    if not form.validate():
        return _goal_page(permit, form, "goals/change.html", status=422, goal=_changeable(permit, goal_id))
    try:
        actions.change(permit, goal_id, versions.number(form.version.data), **form.values(permit))
    except Stale as stale:
        return conflict.ask(form, stale, back, goal_data(stale.item), texts=TEXTS)
    return pages.saved(back, ("goal", goal_id))


@room.get(ONE + "remove")
@on_record(Area.GOALS, Level.ADD)
def remove(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, goal_id)


@room.post(ONE + "remove")
@on_record(Area.GOALS, Level.ADD)
def remove_send(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, goal_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, goal_id, by=stale.by)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1))


@room.get(ONE + "check-in")
@on_record(Area.GOALS, Level.ADD)
def check_in(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    found = queries.goal(permit, goal_id)
    step = found.next_step
    form = CheckInForm(formdata=None, data={"next_step": step, "step_was": step, "only_me": found.only_me})
    return _check_in_page(permit, form, goal_id)


@room.post(ONE + "check-in")
@on_record(Area.GOALS, Level.ADD)
@once
def check_in_send(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    form = CheckInForm()
    form.when.settle(permit.zone)
    if not form.validate() or form.when.when is None:
        return _check_in_page(permit, form, goal_id, status=422)
    try:
        row = actions.check_in(
            permit,
            goal_id,
            when=form.when.when,
            how=form.how.data,
            note=form.note.text.strip(),
            only_me=form.only_me.data,
            next_step=form.new_step(),
            look_on=form.look_again(form.when.written or permit.today()),
        )
    except actions.NotForTheGoal:
        form.next_step.errors = [
            gettext(
                "The next step and its day stand with the goal, which others see. Leave them, or turn off Only me."
            )
            if permit.is_self
            else gettext("You cannot change this goal any more. Leave the next step and its day as they are.")
        ]
        return _check_in_page(permit, form, goal_id, status=422)
    return pages.saved(_goal_url(permit, goal_id), ("check_in", row.id), row.version)


@room.get(ONE_CHECK_IN + "change")
@on_record(Area.GOALS, Level.ADD)
def check_in_change(permit: Permit, goal_id: UUID, check_in_id: UUID) -> ResponseReturnValue:
    row = _own_check_in(permit, goal_id, check_in_id)
    form = ChangeCheckInForm(formdata=None, data=check_in_data(row))
    return _check_in_page(permit, form, goal_id, row=row)


@room.post(ONE_CHECK_IN + "change")
@on_record(Area.GOALS, Level.ADD)
@once
def check_in_change_send(permit: Permit, goal_id: UUID, check_in_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("note",))
    back = _goal_url(permit, goal_id)
    if keep == "theirs":
        return pages.saved(back)
    form = ChangeCheckInForm(formdata=data)
    found = _own_check_in(permit, goal_id, check_in_id)
    form.when.settle(permit.zone, when_of(found))
    if not form.validate() or form.when.when is None:
        return _check_in_page(permit, form, goal_id, status=422, row=found)
    when = form.when.when
    values = {"how": form.how.data, "note": form.note.text.strip(), "only_me": form.only_me.choice}
    values |= when.columns
    try:
        row = actions.change_check_in(
            permit, goal_id, check_in_id, versions.number(form.version.data), **values
        )
    except Stale as stale:
        return conflict.ask(form, stale, back, check_in_data(stale.item), texts=("note",))
    return pages.saved(back, ("check_in", check_in_id), row.version)


@room.get(ONE_CHECK_IN + "remove")
@on_record(Area.GOALS, Level.ADD)
def check_in_remove(permit: Permit, goal_id: UUID, check_in_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, goal_id, check_in_id)


@room.post(ONE_CHECK_IN + "remove")
@on_record(Area.GOALS, Level.ADD)
def check_in_remove_send(permit: Permit, goal_id: UUID, check_in_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove_check_in(permit, goal_id, check_in_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, goal_id, check_in_id, by=stale.by)
    return pages.saved(_goal_url(permit, goal_id))


@room.get(ONE + "closure")
@on_record(Area.GOALS, Level.ADD)
def closure(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    found = _changeable(permit, goal_id)
    return _closure_page(permit, ClosureForm(formdata=None, data={"version": found.version}), goal_id)


@room.post(ONE + "closure")
@on_record(Area.GOALS, Level.ADD)
def closure_send(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("words",))
    back = _goal_url(permit, goal_id)
    if keep == "theirs":
        return redirect(back, 303)
    form = ClosureForm(formdata=data)
    if not form.validate():
        return _closure_page(permit, form, goal_id, status=422)
    try:
        actions.end(
            permit, goal_id, versions.number(form.version.data), form.how.data, form.words.text.strip()
        )
    except Stale as stale:
        mine = f"{words.end(form.how.data)} {form.words.text}".strip()
        kept = stale.item
        ended = "" if kept.state == "open" else f"{words.end(kept.state)} {kept.closing_words}".strip()
        labels = {"mine": mine, "theirs": ended or kept.text}
        return conflict.ask(form, stale, back, {"words": kept.closing_words}, labels)
    return pages.saved(back, ("goal", goal_id))


@room.get(ONE + "reopen")
@on_record(Area.GOALS, Level.ADD)
def reopen(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    found = queries.goal(permit, goal_id)
    if not queries.may_change(permit, found) or found.state == "open":
        abort(404)
    return pages.show("goals/reopen.html", goal=found, end=words.end)


@room.post(ONE + "reopen")
@on_record(Area.GOALS, Level.ADD)
def reopen_send(permit: Permit, goal_id: UUID) -> ResponseReturnValue:
    actions.reopen(permit, goal_id)
    return pages.saved(_goal_url(permit, goal_id), ("goal", goal_id))


def _goal_page(
    permit: Permit, form: GoalFields, template: str, status: int = 200, goal: Goal | None = None
) -> ResponseReturnValue:
    if permit.is_self:
        form.only_me.states = seeing.switch(permit, Area.GOALS, shown=goal is not None and not goal.only_me)
    return pages.show(template, status=status, form=form, goal=goal, **_around())


def _remove_page(
    permit: Permit, goal_id: UUID, check_in_id: UUID | None = None, by: str | None = None
) -> ResponseReturnValue:
    """Asks before a goal, or one check-in of it, is removed. `by`: who changed it since it was shown."""
    row = _own_check_in(permit, goal_id, check_in_id) if check_in_id else None
    goal = queries.goal(permit, goal_id) if check_in_id else _changeable(permit, goal_id)
    status = 409 if by else 200
    return pages.show("goals/remove.html", status=status, goal=goal, check_in=row, how=words.how, by=by)


def _check_in_page(
    permit: Permit,
    form: CheckInForm | ChangeCheckInForm,
    goal_id: UUID,
    status: int = 200,
    row: CheckIn | None = None,
) -> ResponseReturnValue:
    found = queries.goal(permit, goal_id)
    if row is None and found.state != "open":
        abort(404)
    return pages.show("goals/check_in.html", status=status, **check_in_values(permit, form, found, row))


def check_in_values(
    permit: Permit, form: CheckInForm | ChangeCheckInForm, goal: Goal, row: CheckIn | None = None
) -> dict[str, Any]:
    """What the page of a check-in is drawn with."""
    form.when.settle(permit.zone, when_of(row) if row else None)
    contact = lead(permit)
    if permit.is_self:
        form.only_me.states = seeing.switch(permit, Area.GOALS, shown=row is not None and not row.only_me)
    return {
        "form": form,
        "goal": goal,
        "row": row,
        "may_plan": row is None and (queries.may_change(permit, goal) or bool(form.errors.get("next_step"))),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
        **_around(),
    }


def _changeable(permit: Permit, goal_id: UUID) -> Goal:
    """The goal, where it is this account's to change; 404 else, also for a form that would be refused anyway."""
    found = queries.goal(permit, goal_id)
    if not queries.may_change(permit, found):
        versions.refuse(permit, found)
    return found


def _closure_page(permit: Permit, form: ClosureForm, goal_id: UUID, status: int = 200) -> ResponseReturnValue:
    if _changeable(permit, goal_id).state != "open":
        abort(404)
    return pages.show(
        "goals/closure.html", status=status, form=form, goal=queries.goal(permit, goal_id), **_around()
    )


def _around() -> dict[str, Any]:
    """What stands around every form of words: the safety sentence, which leads to whom to call."""
    return {"safety_lines": safety.short_lines(writing=True)}


def _own_check_in(permit: Permit, goal_id: UUID, check_in_id: UUID) -> CheckIn:
    queries.goal(permit, goal_id)
    row = queries.check_in(permit, goal_id, check_in_id)
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _goal_url(permit: Permit, goal_id: UUID) -> str:
    return url_for(".goal", person_id=permit.person_id, goal_id=goal_id, saved=1)
