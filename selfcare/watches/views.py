"""Pages of watches: of one thing on the own list, of what was proposed, and the desk's proposals."""

from typing import Any
from uuid import UUID, uuid4

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from selfcare.appointments import queries as appointments
from selfcare.diary import actions as diary_actions
from selfcare.diary import forms as diary_forms
from selfcare.diary import presets, watched
from selfcare.diary import queries as diary
from selfcare.diary.models import Tracker
from selfcare.watches import actions, queries, states, words
from selfcare.watches.forms import DAY, NONE, ProposeForm, RemindForm, UntilForm, WatchForm
from selfcare.watches.queries import Watched
from selfcare.watches.states import Move, NotNow, State
from selfcare.web import conflict, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.room import Room
from selfcare.web.versions import Stale

room = Room("watches", __name__)
BASE = "/people/<uuid:person_id>/watches/"
ONE = BASE + "<uuid:watch_id>/"
OF = "/people/<uuid:person_id>/diary/trackers/<uuid:tracker_id>/watch/"
MOVES = {"pause": Move.PAUSE, "go-on": Move.GO_ON, "stop": Move.STOP}
HELPERS = (Role.SELF, Role.CARER)


# ------------------------------------------------------------------------------------------ one thing of the own list


@room.get(OF)
@on_record(Area.DIARY, Level.ADD, roles=HELPERS)
def tracker(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    found = _tracker(permit, tracker_id)
    return _tracker_page(permit, found, WatchForm(formdata=None, data={"version": str(found.version)}))


@room.post(OF)
@on_record(Area.DIARY, Level.ADD, roles=HELPERS)
@once
def tracker_send(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    found, there = _tracker(permit, tracker_id), _of(permit, tracker_id)
    keep, data = conflict.settled(())
    if keep == "theirs":
        return pages.saved(there)
    form = WatchForm(formdata=data)
    _offer(permit, form, endless=found.watch_until is not None or form.until.data == NONE)
    if not form.validate():
        return _tracker_page(permit, found, form, status=422)
    version = versions.number(form.version.data)
    try:
        if form.until.data == NONE:
            actions.again(permit, tracker_id, version)
        else:
            actions.watch(permit, tracker_id, version, last=form.last, for_visit=form.for_visit)
    except Stale as stale:
        labels = {"mine": words.until(permit, form.last), "theirs": words.stands(permit, stale.item)}
        return conflict.ask(form, stale, there, {}, labels)
    return pages.saved(there, ("tracker", tracker_id))


@room.get(OF + '<any("pause", "go-on", "stop"):move>')
@on_record(Area.DIARY, Level.ADD, roles=HELPERS)
def moved_form(permit: Permit, tracker_id: UUID, move: str) -> ResponseReturnValue:
    """What a button of the page does, on a page of its own."""
    found = _tracker(permit, tracker_id)
    seen = {"version": str(found.version)}
    return pages.one_button(
        _named(move), _of(permit, tracker_id), _named_page(found), tab="diary", fields=seen
    )


@room.post(OF + '<any("pause", "go-on", "stop"):move>')
@on_record(Area.DIARY, Level.ADD, roles=HELPERS)
@once
def moved(permit: Permit, tracker_id: UUID, move: str) -> ResponseReturnValue:
    there = _of(permit, tracker_id)
    try:
        actions.move(permit, tracker_id, MOVES[move], conflict.looked_at())
    except NotNow:
        return _not_now(gettext("This is not watched now."), there, _named_page(_tracker(permit, tracker_id)))
    except Stale as stale:
        why = gettext("%(name)s has changed this. Look at it first.", name=stale.by)
        return _not_now(why, there, _named_page(stale.item))
    return pages.saved(there, ("tracker", tracker_id))


@room.get(OF + "reminders")
@on_record(Area.DIARY, Level.ADD, roles=HELPERS)
def remind(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    found = _tracker(permit, tracker_id)
    if watched.is_over(found):
        return redirect(_of(permit, tracker_id, saved=None))
    data = dict(zip(("first", "second", "third"), found.remind_at, strict=False))
    return _remind_page(permit, found, RemindForm(formdata=None, data=data | {"version": str(found.version)}))


@room.post(OF + "reminders")
@on_record(Area.DIARY, Level.ADD, roles=HELPERS)
@once
def remind_send(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    found, there = _tracker(permit, tracker_id), _of(permit, tracker_id)
    keep, data = conflict.settled(())
    if keep == "theirs":
        return pages.saved(there)
    form = RemindForm(formdata=data)
    if not form.validate():
        return _remind_page(permit, found, form, status=422)
    try:
        actions.remind(permit, tracker_id, form.times, versions.number(form.version.data))
    except NotNow:
        why = gettext("This is over, so nobody is reminded of it. Watch it again first.")
        return _not_now(why, there, _named_page(_tracker(permit, tracker_id)))
    except Stale as stale:
        labels = {"mine": words.times(sorted(form.times)), "theirs": words.times(queries.times(stale.item))}
        return conflict.ask(form, stale, there, {}, labels)
    return pages.saved(there, ("tracker", tracker_id))


# ------------------------------------------------------------------------------------------------- what was proposed


@room.get(BASE)
@on_record(Area.PEOPLE, Level.NOTHING)
def index(permit: Permit) -> ResponseReturnValue:
    """What the team proposed: for the person and who may change the diary for them, and for the team."""
    queries.require(permit)
    found = queries.proposals(permit)
    return pages.show(
        "watches/index.html",
        found=found,
        said=[_said(permit, one) for one in found],
        may_propose=states.may(permit, Move.PROPOSE) and permit.subject.died_on is None,
    )


@room.get(BASE + "propose")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def propose(permit: Permit) -> ResponseReturnValue:
    return _propose_page(permit, ProposeForm(formdata=None))


@room.post(BASE + "propose")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
@once
def propose_send(permit: Permit) -> ResponseReturnValue:
    form = ProposeForm()
    _offer(permit, form)
    if not form.validate():
        return _propose_page(permit, form, status=422)
    made = actions.propose(permit, **form.values())
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1), ("watch", made.id))


@room.get(ONE + "withdraw")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def withdraw_form(permit: Permit, watch_id: UUID) -> ResponseReturnValue:
    """What a button of the list does, on a page of its own."""
    if not queries.one(permit, watch_id).can(Move.WITHDRAW):
        abort(404)
    there = url_for(".index", person_id=permit.person_id)
    return pages.one_button(gettext("Take it back"), there, gettext("What was proposed"), tab="people")


@room.post(ONE + "withdraw")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def withdraw(permit: Permit, watch_id: UUID) -> ResponseReturnValue:
    return _answered(permit, watch_id, Move.WITHDRAW)


@room.get(ONE)
@on_record(Area.DIARY, Level.SEE, roles=HELPERS)
def proposal(permit: Permit, watch_id: UUID) -> ResponseReturnValue:
    found = queries.one(permit, watch_id)
    data = {"until": DAY, "day": found.last}
    return _proposal_page(permit, found, UntilForm(formdata=None, data=data))


@room.post(ONE)
@on_record(Area.DIARY, Level.SEE, roles=HELPERS)
@once
def accept(permit: Permit, watch_id: UUID) -> ResponseReturnValue:
    found, form = queries.one(permit, watch_id), UntilForm()
    if not states.may(permit, Move.ACCEPT):
        abort(404)
    _offer(permit, form)
    if not form.validate():
        return _proposal_page(permit, found, form, status=422)
    try:
        row = actions.accept(permit, watch_id, last=form.last, for_visit=form.for_visit)
    except NotNow as refused:
        return _answered_already(permit, refused)
    except (diary_actions.TooMany, diary_actions.OtherScale):
        form.until.errors = [diary_forms.full_list()]
        return _proposal_page(permit, found, form, status=422)
    return pages.saved(
        url_for("diary.log", person_id=permit.person_id, tracker_id=row.tracker_id, saved=1),
        ("watch", row.id),
    )


@room.get(ONE + "decline")
@on_record(Area.DIARY, Level.SEE, roles=HELPERS)
def decline_form(permit: Permit, watch_id: UUID) -> ResponseReturnValue:
    """What a button of the page does, on a page of its own."""
    if not queries.one(permit, watch_id).can(Move.DECLINE):
        abort(404)
    there = url_for(".index", person_id=permit.person_id)
    return pages.one_button(gettext("No, thank you"), there, gettext("What was proposed"), tab="diary")


@room.post(ONE + "decline")
@on_record(Area.DIARY, Level.SEE, roles=HELPERS)
@once
def decline(permit: Permit, watch_id: UUID) -> ResponseReturnValue:
    return _answered(permit, watch_id, Move.DECLINE)


def _answered(permit: Permit, watch_id: UUID, how: Move) -> ResponseReturnValue:
    try:
        actions.answer(permit, watch_id, how)
    except NotNow as refused:
        return _answered_already(permit, refused)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1), ("watch", watch_id))


def _answered_already(permit: Permit, refused: NotNow) -> ResponseReturnValue:
    row: Any = refused.item
    name, there = (
        row.answered_name,
        (url_for(".index", person_id=permit.person_id), gettext("What was proposed")),
    )
    if refused.state is State.DECLINED:
        return _not_now(gettext("%(name)s said no to this.", name=name), *there)
    if refused.state is State.WITHDRAWN:
        return _not_now(gettext("%(name)s took this back.", name=name), *there)
    thing = _on_list(permit, row.tracker_id) if states.may(permit, Move.CHANGE) else None
    if thing is None:
        return _not_now(gettext("%(name)s said yes to this already.", name=name), *there)
    why = gettext("%(name)s said yes to this already. %(how)s", name=name, how=words.stands(permit, thing))
    return _not_now(why, _of(permit, thing.id, saved=None), _named_page(thing))


def _not_now(why: str, back: str, back_text: str) -> ResponseReturnValue:
    return pages.show("not_done.html", status=409, why=why, typed="", back=back, back_text=back_text)


def _said(permit: Permit, one: Watched) -> str:
    """Where a proposal stands, in one line. What became of a watch is the person's: the team hears yes or no."""
    if one.state is State.PROPOSED:
        return gettext(
            "Proposed by %(name)s, %(day)s", name=one.entered_name, day=watched.day(permit, one.entered_at)
        )
    if one.state is State.DECLINED:
        return gettext("%(name)s said: no, thank you.", name=one.answered_name)
    if one.state is State.WITHDRAWN:
        return gettext("Taken back by %(name)s", name=one.answered_name)
    return gettext("%(name)s said yes.", name=one.answered_name)


def _tracker(permit: Permit, tracker_id: UUID) -> Tracker:
    """:raises NotFound: not on the list this reader sees, or not theirs to change."""
    found = diary.tracker(permit, tracker_id)
    if not states.may(permit, Move.CHANGE):
        abort(404)
    return found


def _on_list(permit: Permit, tracker_id: UUID) -> Tracker | None:
    try:
        return diary.tracker(permit, tracker_id)
    except NotFound:
        return None  # it has left the list since


def _offer(permit: Permit, form: UntilForm, *, endless: bool = False) -> None:
    coming = appointments.upcoming(permit, limit=5) if permit.may(Area.APPOINTMENTS) else []
    mine = [each for each in coming if not each.begun and (permit.is_self or not each.only_me)]
    visit = permit.local(mine[0].utc).date() if mine else None
    form.offer(permit, visit, endless=endless)


def _tracker_page(permit: Permit, found: Tracker, form: UntilForm, status: int = 200) -> ResponseReturnValue:
    _offer(permit, form, endless=found.watch_until is not None)
    row = queries.running(permit, found.id)
    over = watched.is_over(found)
    return pages.show(
        "watches/tracker.html",
        status=status,
        press_id=lambda: str(uuid4()),
        form=form,
        tracker=found,
        title=presets.name_of(found),
        stands=words.stands(permit, found),
        reminded=words.reminded(permit, queries.times(found)),
        state=State(row.state) if row else State.OVER if over else State.NONE,
    )


def _remind_page(permit: Permit, found: Tracker, form: RemindForm, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "watches/remind.html",
        status=status,
        form=form,
        tracker=found,
        title=presets.name_of(found),
        quiet=words.quiet(permit),
    )


def _propose_page(permit: Permit, form: ProposeForm, status: int = 200) -> ResponseReturnValue:
    _offer(permit, form)
    return pages.show("watches/propose.html", status=status, form=form)


def _proposal_page(permit: Permit, found: Watched, form: UntilForm, status: int = 200) -> ResponseReturnValue:
    _offer(permit, form)
    gone = found.entered_by is None or found.entered_by not in queries.still_there(permit, [found])
    return pages.show(
        "watches/proposal.html",
        status=status,
        press_id=lambda: str(uuid4()),
        form=form,
        watch=found,
        said=_said(permit, found),
        gone=gone,
        safety_lines=safety.short_lines(),
    )


def _named_page(found: Tracker) -> str:
    return gettext("Watch: %(name)s", name=presets.name_of(found))


def _named(move: str) -> str:
    return {
        "pause": gettext("Pause"),
        "go-on": gettext("Go on"),
        "stop": gettext("Stop watching"),
    }[move]


def _of(permit: Permit, tracker_id: UUID, saved: int | None = 1) -> str:
    return url_for(".tracker", person_id=permit.person_id, tracker_id=tracker_id, saved=saved)
