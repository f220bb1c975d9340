"""What an account may keep on a phone to log without a signal: its forms, with names and nothing that was logged.

Drawn by the rooms' own templates, so that no form exists twice. The phone keeps them encrypted, when it was allowed to.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from flask import url_for

from selfcare.about_me import views as about_me
from selfcare.about_me import words as about_words
from selfcare.about_me.forms import AboutForm
from selfcare.admissions import views as admissions
from selfcare.admissions.forms import StayForm
from selfcare.agreed import views as agreed
from selfcare.agreed.forms import LineForm
from selfcare.appointments import question_views as questions
from selfcare.appointments.forms import QuestionForm
from selfcare.appointments.question_choices import offer_for_later
from selfcare.asks import queries as asks_read
from selfcare.asks import views as asks
from selfcare.asks.forms import AskForm
from selfcare.audit import trail
from selfcare.budget import queries as budget
from selfcare.budget import spend_views
from selfcare.care_plan import views as plan
from selfcare.decisions import queries as decisions_read
from selfcare.decisions import told_views
from selfcare.decisions import views as decisions
from selfcare.decisions.forms import DecisionForm, FactForm
from selfcare.decisions.models import Decision
from selfcare.diary import forms as diary_forms
from selfcare.diary import queries as diary
from selfcare.diary import together_views
from selfcare.diary import views as diary_views
from selfcare.diary.together_forms import TogetherForm
from selfcare.goals import queries as goals
from selfcare.goals import views as goal_views
from selfcare.goals.forms import CheckInForm
from selfcare.goals.models import Goal
from selfcare.health import views as health
from selfcare.health.forms import HealthForm
from selfcare.health.models import KINDS
from selfcare.home import views as home
from selfcare.letters import views as letters
from selfcare.letters.forms import LetterForm, ToldForm
from selfcare.people import names, seeing
from selfcare.people.queries import lead
from selfcare.phone import shortcuts
from selfcare.preparation import one_by_one, one_by_one_views
from selfcare.requests import views as requests
from selfcare.web import pages, safety
from selfcare.web.access import Area, Level, Panel, Permit, Role

MOST_PEOPLE = 12
MOST_TRACKERS = 24
MOST_GOALS = 3
MOST_DECISIONS = 3

Pages = dict[str, dict[str, str]]


def kept(panel: Panel) -> Pages:
    """Path → the parts of its page, for each record of `panel` that somebody writes in as themselves or as a carer."""
    permits = [permit for permit in panel.permits.values() if permit.role in (Role.SELF, Role.CARER)]
    permits.sort(key=lambda permit: not permit.is_self)
    found: Pages = {}
    for permit in permits[:MOST_PEOPLE]:
        found |= _of_one(permit)
    own = next((permit for permit in permits if permit.is_self), None)
    helped = [permit for permit in permits if not permit.is_self][:MOST_PEOPLE]
    living = {permit.person_id: permit for permit in helped if not permit.subject.died_on}
    if living:
        trail.note_list(replace(panel, permits=living), "diary")
    if own and not helped:
        found["/"] = found[_at("home.person", own)]
    elif permits:
        found["/"] = _who(permits[:MOST_PEOPLE])
    for shortcut, choice in shortcuts.to_choose(permits[:MOST_PEOPLE]).items():
        found[shortcut] = _who(choice, partial(shortcuts.there, shortcut))
    return found


def _who(permits: Sequence[Permit], address: Callable[[UUID], str] | None = None) -> dict[str, str]:
    """Asks whose record. `address`: where a choice leads; to their Today unless given."""
    own = next((permit for permit in permits if permit.is_self), None)
    helped = [permit for permit in permits if not permit.is_self]
    called = partial(names.called, alike=names.shared(helped))
    who = {"own": own, "helped": helped, "address": address, "called": called}
    return pages.parts("phone/who.html", permit=None, **who, **_layouts())


def _after_death(permit: Permit) -> Pages:
    """No form of somebody who has died, and no day: that they have, and whom to call."""
    values = home.after_death_values(permit) | {"kept": True}
    return {
        _at("home.person", permit): _parts("home/after_death.html", permit, **values),
        _at("home.who_to_call", permit): _parts("home/who_to_call.html", permit, **home.call_values(permit)),
    }


def _of_one(permit: Permit) -> Pages:
    if permit.subject.died_on:
        return _after_death(permit)
    tracked = diary.tracked(permit) if permit.may(Area.DIARY, Level.ADD) else []
    looked = goals.goals(permit, ended=False) if permit.may(Area.GOALS, Level.ADD) else []
    open_goals = [listed.goal for listed in looked[:MOST_GOALS]]
    adds = permit.may(Area.DECISIONS, Level.ADD)
    asking = _asking(permit)
    open_decisions = decisions_read.undecided(permit, MOST_DECISIONS) if adds else []
    found = {
        _at("home.person", permit): _today(permit, tracked, open_goals, open_decisions, bool(asking)),
        _at("home.who_to_call", permit): _parts("home/who_to_call.html", permit, **home.call_values(permit)),
    }
    if permit.may(Area.DIARY, Level.ADD):
        found |= _diary(permit, tracked[:MOST_TRACKERS])
    if permit.role is Role.CARER and permit.may(Area.DIARY, Level.ADD):
        found |= _one_by_one(permit, tracked)
    if permit.may(Area.QUESTIONS, Level.ADD):
        found[_at("appointments.ask", permit)] = _ask(permit)
    if permit.may(Area.APPOINTMENTS, Level.ADD):
        values = agreed.form_values(permit, LineForm(formdata=None), kept=True)
        found[_at("agreed.add", permit)] = _parts("agreed/form.html", permit, **values)
    if permit.may(Area.HEALTH, Level.ADD):
        for endpoint, letter_form in (("letters.add", LetterForm), ("letters.told", ToldForm)):
            values = letters.form_values(permit, letter_form(formdata=None))
            found[_at(endpoint, permit)] = _parts("letters/form.html", permit, **values)
    if permit.may(Area.BUDGET, Level.ADD):
        found |= _spend(permit)
    if permit.may(Area.ABOUT, Level.ADD):
        found |= _about_me(permit)
    found |= _choices(permit, open_decisions) | asking
    if permit.may(Area.PLAN, Level.ADD):
        there = _at("care_plan.suggest", permit)
        found[there] = _parts("care_plan/form.html", permit, **plan.new_values(permit))
    if permit.may(Area.CONTACTS, Level.ADD):
        contact = lead(permit)
        calls = safety.calls(contact.name, contact.phone) if contact else safety.calls()
        values = admissions.form_values(permit, StayForm(formdata=None), calls=calls)
        found[_at("admissions.add", permit)] = _parts("admissions/form.html", permit, **values)
        if contact:
            found[_at("requests.index", permit)] = _get_in_touch(permit)
    for goal in open_goals:
        found[_at("goals.check_in", permit, goal_id=goal.id)] = _check_in(permit, goal)
    return found


def _choices(permit: Permit, open_decisions: Sequence[Decision]) -> Pages:
    """A new decision, what was told of those that are open, and what is added to health as the person keeps it."""
    found = {}
    if permit.may(Area.DECISIONS, Level.ADD):
        values = decisions.words_values(permit, DecisionForm(formdata=None), kept=True)
        found[_at("decisions.add", permit)] = _parts("decisions/words.html", permit, **values)
        for row in open_decisions:
            form = FactForm(formdata=None, data={"version": row.version})
            shown = told_views.fact_values(row, form) | {"calls": values["calls"]}
            there = _at("decisions.tell", permit, decision_id=row.id)
            found[there] = _parts("decisions/fact.html", permit, **shown)
    if permit.may(Area.HEALTH, Level.ADD):
        for kind in KINDS:
            form = HealthForm(formdata=None)
            form.offer(permit, kind)
            values = health.form_values(permit, kind, form, kept=True)
            found[_at("health.add", permit, kind=kind)] = _parts("health/form.html", permit, **values)
    return found


def _today(
    permit: Permit,
    tracked: Sequence[diary.Tracked],
    open_goals: Sequence[Goal],
    open_decisions: Sequence[Decision],
    may_ask: bool,
) -> dict[str, str]:
    """Today without what changes: what can be done with no signal, in its usual order."""
    return _parts(
        "phone/today.html",
        permit,
        tiles=diary.at_hand(tracked, diary.TILES) if permit.may(Area.DIARY, Level.ADD) else None,
        goals=open_goals,
        decisions=open_decisions,
        may_ask=may_ask,
        safety_lines=safety.short_lines(),
    )


def _diary(permit: Permit, tracked: Sequence[diary.Tracked]) -> Pages:
    found = {
        _at("diary.add", permit): _parts(
            "phone/add.html", permit, tracked=tracked, safety_lines=safety.short_lines()
        )
    }
    trackers = [one.tracker for one in tracked]
    # The same for every form, and asked for once.
    states = seeing.switch(permit, Area.DIARY) if permit.is_self else None
    for tracker in (*trackers, None):
        form = diary_forms.entry_form(permit, tracker, formdata=None)
        if "only_me" in form:
            form.only_me.states = states
        there = _at("diary.log", permit, tracker_id=tracker.id) if tracker else _at("diary.note", permit)
        found[there] = _parts("diary/log.html", permit, **diary_views.log_values(permit, tracker, form))
    at_once = [replace(one, last_wall=None) for one in diary.all_at_once(tracked)]
    if len(at_once) >= together_views.LEAST:
        all_of_them = TogetherForm(permit, at_once, formdata=None)
        if "only_me" in all_of_them:
            all_of_them.only_me.states = states
        values = together_views.page_values(permit, all_of_them)
        found[_at("diary.together_now", permit)] = _parts("diary/together.html", permit, **values)
    return found


def _one_by_one(permit: Permit, tracked: Sequence[diary.Tracked]) -> Pages:
    """One question a screen: without a signal what is logged, from the first. The way on is theirs, under each save."""
    asked = diary.at_hand(tracked, one_by_one.MOST)
    steps = [
        one_by_one.Step(one_by_one.Key(one_by_one.LOG, one.tracker.id), one.name, None, False)
        for one in asked
    ]
    run = one_by_one.Run(steps, None)
    found = {}
    for one in asked:
        form = diary_forms.entry_form(permit, one.tracker, formdata=None)
        values = one_by_one_views.log_page(permit, run, one.tracker, form)
        there = _at("preparation.one_by_one_log", permit, tracker_id=one.tracker.id)
        found[there] = _parts("preparation/one_by_one.html", permit, **values)
    if found:
        found[_at("preparation.one_by_one_start", permit)] = next(iter(found.values()))
    return found


def _spend(permit: Permit) -> Pages:
    """A spend of the budget that is there now: its form, and nothing of what is left. One statement."""
    found = budget.budgets(permit)
    one = budget.now_of(found, permit.today())
    if one is None:
        return {}
    values = spend_views.form_values(spend_views.new_form(permit, one, found), one)
    there = _at("budget.spend_add", permit, budget_id=one.row.id)
    return {there: _parts("budget/spend_form.html", permit, **values)}


def _ask(permit: Permit) -> dict[str, str]:
    form = QuestionForm(formdata=None)
    # Without the visits to choose from: their days are of the record. It goes on the list for the next one.
    form.visit.choices = [("", "")]
    form.visit.data = ""
    offer_for_later(permit, form)
    return _parts("appointments/question_form.html", permit, **questions.ask_values(permit, form))


def _asking(permit: Permit) -> Pages:
    """An ask in words, of the key contact's team. Without a day, as `_get_in_touch`; and not what was asked before."""
    contact = lead(permit) if permit.may(Area.COMMUNITY, Level.ADD) else None
    if contact is None or not asks_read.may_ask(permit):
        return {}
    form = AskForm(formdata=None)
    form.fit(permit, [asks_read.Place(contact.team_id, contact.team, contact.phone, contact.hours)], None)
    values = asks.new_values(permit, form, kept=True)
    return {_at("asks.new", permit): _parts("asks/new.html", permit, **values)}


def _get_in_touch(permit: Permit) -> dict[str, str]:
    """Without a day: the promise counts from when it arrives."""
    form = requests.ask_form(permit, formdata=None, data={"how": "phone"})
    values = requests.ask_values(permit, form) | {"promise": None, "before": (), "more": None}
    return _parts("requests/ask.html", permit, **values)


def _about_me(permit: Permit) -> Pages:
    """The questions, all empty, each leading to the next: what was answered is of the record, and stays there."""
    found = {}
    for question in (*about_words.QUESTIONS, *about_words.WAYS):
        values = about_me.write_values(permit, AboutForm(formdata=None), question, None)
        found[values["send"]] = _parts("about_me/answer.html", permit, **values)
    return found


def _check_in(permit: Permit, goal: Goal) -> dict[str, str]:
    form = CheckInForm(formdata=None, data={"only_me": goal.only_me})
    values = goal_views.check_in_values(permit, form, goal)
    # The next step is of the record, and a form that came without it would take it out.
    return _parts("goals/check_in.html", permit, **values | {"may_plan": False})


def _parts(template: str, permit: Permit, **values: object) -> dict[str, str]:
    return pages.parts(template, permit=permit, **_layouts(), **values)


def _layouts() -> dict[str, str]:
    return {"layout": "layouts/phone.html", "steps_layout": "layouts/steps.html"}


def _at(endpoint: str, permit: Permit, **values: object) -> str:
    return url_for(endpoint, person_id=permit.person_id, **values)  # type: ignore[arg-type]
