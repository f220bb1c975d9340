"""What the storm sends: each form that can wait on a phone, what is filled in, and what the record must hold of it.

The table is held against the app's own pages: a form that can wait and is not here is red, by name (`not_sent`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from selfcare.about_me.models import AboutAnswer
from selfcare.admissions.models import Admission
from selfcare.agreed import actions as agreed
from selfcare.agreed.models import Line
from selfcare.appointments import actions as appointments
from selfcare.appointments import question_actions
from selfcare.appointments.models import Appointment, Question, Telling
from selfcare.asks.models import Ask, AskLine
from selfcare.budget.models import Spend
from selfcare.care_plan.models import PlanChange
from selfcare.contacts import actions as contacts
from selfcare.database import session
from selfcare.decisions import actions as decisions
from selfcare.decisions.models import Decision
from selfcare.diary import actions as diary
from selfcare.diary import together
from selfcare.diary.models import Entry, Tracker
from selfcare.filing import actions as filing
from selfcare.goals.models import CheckIn
from selfcare.health.models import HealthItem
from selfcare.letters.models import Letter
from selfcare.own_view.models import OwnView
from selfcare.people import actions as people
from selfcare.requests.models import ContactRequest, RequestLine
from selfcare.results.models import ReportNote
from selfcare.watches import actions as watches
from selfcare.watches.models import Watch
from selfcare.web.access import Area, Level, Permit, Role
from tests import factories
from tests.factories.record import ago, ahead, fill
from tests.harness.pages import attribute

NOW = {"when": "now"}
WORDS, NUMBER = "seed", "90"  # how what the storm writes begins
# A row that a form is about, by the names that stand in addresses; `row` is what it changes.
Ids = dict[str, Any]


@dataclass
class Home:
    """Rosa's record, what is in it, and who writes there."""

    house: factories.Household
    rosa: Permit
    amina: Permit
    ids: Ids


@dataclass(frozen=True, eq=False)
class Kind:
    """One form. `page`: where it stands, below the record. `fields`: what is filled in, by its words."""

    endpoint: str
    page: str
    table: Any
    words: str = ""  # the column in which its words are kept; empty for a press of one button
    fields: Callable[[str, Ids], dict[str, str]] = lambda _words, _ids: {}
    fresh: Callable[[Home], Ids] | None = (
        None  # makes what it is about, which it changes once; None: sent at any time
    )
    makes: bool = True  # a row; else it changes the one it is about
    timed: bool = False  # the row has the moment of the phone
    versions: int = 1  # so many further does one sending take the row
    stands: Callable[[Any], bool] = lambda _row: True
    under: Callable[[Any], Callable[[UUID], bool]] = lambda row: (
        row.id.__eq__
    )  # the id it is known by afterwards

    def text(self, seed: int, number: int) -> str:
        """Words that no other form has; a number where that is all there is to fill in."""
        return f"{NUMBER}{seed:03}{number:04}" if self.words == "first" else f"{WORDS} {seed} form {number}"


def _named(name: str) -> str:
    """One of the same name on the list would be the same thing."""
    return f"{name} {uuid4().hex[:6]}"


def _question(home: Home) -> Ids:
    made = question_actions.ask(home.rosa, text="What then?", appointment_id=home.ids["appointment_id"])
    return {"id": made.id, "row": made.id}


def _decision(home: Home) -> Ids:
    made = decisions.add(home.rosa, question="Which way?", options={"a": "A class"})
    return {"id": made.id, "row": made.id}


def _line(home: Home) -> Ids:
    made = agreed.add(home.rosa, what="Ring the chemist", owner=agreed.Owner("me"))
    return {"id": made.id, "row": made.id}


def _contact(home: Home) -> Ids:
    made = contacts.log(home.amina, when=ago(home.amina, days=3), how="phone", said="Well.", next_step="")
    return {"id": made.id}


def _note(home: Home) -> Ids:
    report = filing.file_typed(
        home.amina, asked_for="Iron", laboratory="Riverside Pathology", taken=ago(home.amina, days=3),
        results=[filing.TypedResult("Ferritin", "40", "ug/L")], note="As last time.",
    )  # fmt: skip
    note = session().scalars(select(ReportNote.id).where(ReportNote.report_id == report)).one()
    return {"id": report, "note": note}


def _visit(home: Home) -> Ids:
    made = appointments.add_visit(
        home.rosa, when=ahead(home.rosa, days=9), how="phone", with_whom="Amina", purpose="Review"
    )
    return {"id": made.id, "row": made.id}


def _entry(home: Home) -> Ids:
    made = diary.log(home.rosa, home.ids["tracker_id"], ago(home.rosa, days=1), severity=3, note="Before.")
    return {"id": made.id, "row": made.id}


def _together(home: Home) -> Ids:
    when, key = ago(home.rosa, days=1), uuid4()
    for tracker, numbers in (
        (home.ids["tracker_id"], {"severity": 5}),
        (home.ids["pair"], {"first": "130", "second": "84"}),
    ):
        together.keep(home.rosa, key, tracker, when=when, moved=None, only_me=False, **numbers)
    return {"id": key, "row": uuid5(key, str(home.ids["pair"]))}


def _proposal(home: Home) -> Ids:
    made = watches.propose(
        home.amina, kind="symptom", preset=None, name=_named("Stiff hands"), why="",
        last=home.rosa.today() + timedelta(days=14), for_visit=False,
    )  # fmt: skip
    return {"id": made.id, "row": made.id}


def _tracker(home: Home) -> Ids:
    made = diary.add_tracker(home.rosa, kind="symptom", name=_named("Pain"))
    return {"id": made.id, "row": made.id}


def _other_record(home: Home) -> Ids:
    """Somebody else whom Leon helps, and who has asked for nothing yet: one request is open at a time."""
    house = home.house
    other = factories.person(house.amina, house.team, known_as="Sam")
    people.relate(other.id, kind=Role.CARER, account_id=house.leon.id, rights={Area.CONTACTS: Level.ADD})
    return {"base": f"/people/{other.id}"}


def _asks_nothing(home: Home) -> Ids:
    """Somebody else for whom Leon may ask, and who has asked for nothing yet: there is an end to what is open."""
    house = home.house
    other = factories.person(house.amina, house.team, known_as="Sam")
    people.relate(other.id, kind=Role.CARER, account_id=house.leon.id, rights={Area.COMMUNITY: Level.ADD})
    return {"base": f"/people/{other.id}"}


def _not_asked(home: Home) -> Ids:
    """Somebody else whom Leon helps, and who has answered nothing yet."""
    house = home.house
    other = factories.person(house.amina, house.team, known_as="Sam")
    people.relate(other.id, kind=Role.CARER, account_id=house.leon.id, rights={Area.ABOUT: Level.ADD})
    return {"base": f"/people/{other.id}"}


def _fills(name: str, **more: str) -> Callable[[str, Ids], dict[str, str]]:
    return lambda words, _ids: {name: words, **more}


def _numbers(words: str, ids: Ids) -> dict[str, str]:
    return {f"t-{ids['pair']}-first": words, f"t-{ids['pair']}-second": "80", "when": "now"}


def _changed_numbers(words: str, ids: Ids) -> dict[str, str]:
    return {f"t-{ids['pair']}-first": words}


def _a_stay(words: str, ids: Ids) -> dict[str, str]:
    return {"place": "Riverside", "came_on": ids["today"], "note": words}


def _a_day(_words: str, ids: Ids) -> dict[str, str]:
    return {"until": "day", "day": ids["soon"]}


def _entered_with(row: Entry) -> Callable[[UUID], bool]:
    return lambda key: uuid5(key, str(row.tracker_id)) == row.id


def _is(state: str) -> Callable[[Any], bool]:
    return lambda row: row.state == state


LOG, LOG_AT = "diary.log_send", "{base}/diary/log/{tracker_id}"
TOGETHER, TOGETHER_AT = "diary.together_change_send", "{base}/diary/now/{id}/change"
CHANGE_AT, ONE_AT = "{base}/diary/entries/{id}/change", "{base}/one-by-one/{tracker_id}"
WORDS_AT, AFTER_AT = "{base}/appointments/{id}/prepare/words", "{base}/appointments/{past}/after/"
QUESTION_AT, CHECK_AT = "{base}/questions/{id}", "{base}/goals/{goal_id}/check-in"
ADD_AT, NOTE_AT = "{base}/get-in-touch/{request_id}/add", "{base}/results/{id}/notes/{note}/my-view"
PROPOSAL_AT, WATCH_AT = "{base}/watches/{id}/", "{base}/diary/trackers/{id}/watch/"
CALL = _fills("about", how="phone", number="01632 960118")
ONE, CHECK = (
    _fills("note", when="now", severity="4", then="next"),
    _fills("note", when="now", how="as_hoped"),
)
TOLD = _fills("words", identity="y", consent="y", how="paper", share="look")
KINDS = (
    Kind(LOG, LOG_AT, Entry, "note", _fills("note", when="now", severity="6"), timed=True),
    # The tile of Today for what is done or not.
    Kind(LOG, "{base}/", Entry, "note", _fills("note"), timed=True, stands=lambda row: row.severity == 1),
    Kind("diary.note_send", "{base}/diary/note", Entry, "note", _fills("note", when="now"), timed=True),
    Kind("diary.together_send", "{base}/diary/now/", Entry, "first", _numbers, timed=True, under=_entered_with),
    Kind("diary.change_send", CHANGE_AT, Entry, "note", _fills("note"), _entry, makes=False),
    Kind(TOGETHER, TOGETHER_AT, Entry, "first", _changed_numbers, _together, makes=False, under=_entered_with),
    Kind("preparation.one_by_one_log_send", ONE_AT, Entry, "note", ONE, timed=True),
    Kind("preparation.words_send", WORDS_AT, Appointment, "words", _fills("words"), _visit, makes=False),
    Kind("preparation.after_send", AFTER_AT, Line, "what", _fills("line1-what", **{"line1-who": "me"}),
         under=lambda row: row.from_id.__eq__),
    Kind("preparation.behalf_send", "{base}/appointments/{id}/on-behalf/", Telling, "words", TOLD, _visit,
         under=lambda row: row.appointment_id.__eq__),
    Kind("appointments.ask_send", "{base}/questions/add", Question, "text", _fills("text")),
    Kind("appointments.answer_send", QUESTION_AT + "/answer", Question, "answer", _fills("answer"), _question,
         makes=False),
    Kind("appointments.question_discussed", QUESTION_AT, Question, fresh=_question, makes=False,
         stands=lambda row: row.discussed_at is not None),
    Kind("agreed.add_send", "{base}/agreed/add", Line, "what", _fills("what", who="me", by="none")),
    Kind("letters.told_send", "{base}/letters/told", Letter, "told",
         _fills("told", line="Potassium", sender="Eye clinic", day="today")),
    Kind("agreed.moved", "{base}/agreed/{id}", Line, fresh=_line, makes=False, stands=_is("done")),
    Kind("care_plan.suggest_send", "{base}/plan/suggest", PlanChange, "text", _fills("text", part="home")),
    Kind("goals.check_in_send", CHECK_AT, CheckIn, "note", CHECK, timed=True),
    Kind("decisions.add_send", "{base}/decisions/add", Decision, "question", _fills("question", option_a="A class")),
    Kind("decisions.tell_send", "{base}/decisions/{id}/told/add", Decision, "",
         lambda words, _ids: {"kind": "good", "what": words, "cell_a": "In words"}, _decision, makes=False,
         stands=lambda row: len(row.facts) == 1),
    Kind("health.add_send", "{base}/health/medicine/add", HealthItem, "name", _fills("name")),
    Kind("budget.spend_add_send", "{base}/budget/{budget_id}/spends/add", Spend, "what", _fills("what", pounds="7.40")),
    Kind("asks.new_send", "{base}/asks/new", Ask, "words", _fills("words"), _asks_nothing),
    Kind("asks.add_send", "{base}/asks/{ask_id}/add", AskLine, "text", _fills("text")),
    Kind("admissions.add_send", "{base}/hospital-stays/add", Admission, "note", _a_stay),
    Kind("requests.ask_send", "{base}/get-in-touch/", ContactRequest, "about", CALL, _other_record),
    Kind("about_me.write_send", "{base}/about-me/talk/", AboutAnswer, "text", _fills("text"), _not_asked),
    Kind("about_me.way_send", "{base}/ways/where/", AboutAnswer, "text", _fills("text"), _not_asked),
    Kind("requests.add_send", ADD_AT, RequestLine, "text", _fills("text")),
    Kind("contacts.view_send", "{base}/contacts/{id}/my-view", OwnView, "text", _fills("text"), _contact, versions=2),
    Kind("results.view_send", NOTE_AT, OwnView, "text", _fills("text"), _note, versions=2),
    Kind("watches.accept", PROPOSAL_AT, Watch, fresh=_proposal, makes=False, stands=_is("on")),
    Kind("watches.decline", PROPOSAL_AT, Watch, fresh=_proposal, makes=False, stands=_is("declined")),
    Kind("watches.moved", WATCH_AT, Tracker, fresh=_tracker, makes=False, versions=2,
         stands=lambda row: row.paused_at is not None),
    Kind("watches.tracker_send", WATCH_AT, Tracker, "", _a_day, _tracker, makes=False,
         stands=lambda row: row.watch_until is not None),
    Kind("watches.remind_send", WATCH_AT + "reminders", Tracker, "", lambda *_: {"first": "08:00"}, _tracker,
         makes=False, stands=lambda row: row.remind_at == ["08:00"]),
)  # fmt: skip


# What waits with a file, which no script may choose: tests/letters/test_lines_browser.py.
WITH_FILES = {"letters.add_send", "letters.pages_add_send"}


def not_sent(app: Flask, html: BeautifulSoup, where: str = "/") -> set[str]:
    """The forms of a page that can wait on a phone and that the storm does not send.

    :param where: the page's own address, to which a form goes that names none.
    """
    known = {kind.endpoint for kind in KINDS} | WITH_FILES
    routes = app.url_map.bind("localhost")
    forms = [form for form in html("form") if form.find("input", {"name": "outbox"})]
    there = {routes.match(attribute(form, "action") or where, method="POST")[0] for form in forms}
    return {
        f"{each} can wait on a phone: tests/proof_offline/kinds.py does not send it" for each in there - known
    }


def record(copies: int) -> tuple[Home, dict[Kind, list[Ids]]]:
    """A lived-in record, and of each kind that changes something once, so many to change.

    Call inside `database.command()`.
    """
    house = factories.household(dict.fromkeys(Area, Level.MANAGE))
    found = fill(house)
    rosa, amina = (factories.permit(each, house.person) for each in (house.rosa, house.amina))
    pair = (
        session().scalars(select(Tracker.id).where(Tracker.person_id == house.person.id, Tracker.pair)).one()
    )
    today = rosa.today()
    ids = {name: each for name, each in found.items() if isinstance(name, str)} | {
        "base": f"/people/{house.person.id}", "past": found["preparation.after", "appointment_id"], "pair": pair,
        "today": today.isoformat(), "soon": (today + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    home = Home(house, rosa, amina, ids)
    fresh = {kind: [ids | kind.fresh(home) for _ in range(copies)] for kind in KINDS if kind.fresh}
    return home, fresh
