"""Two change one thing: all in which they differ is said, whatever kind of field it is in, and nothing else is kept."""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

import selfcare
from selfcare.about_me.models import AboutAnswer
from selfcare.care_plan import actions as plan
from selfcare.database import command, session
from selfcare.diary.models import Entry
from selfcare.people.models import Relationship
from selfcare.people.working_days import next_working_day
from selfcare.web.access import Area
from selfcare.web.conflict import NEVER_CHOSEN
from selfcare.web.forms import Form
from selfcare.web.text_fields import Email, Long, Text
from tests import factories
from tests.factories import Household, plans
from tests.factories.lived import lived_in
from tests.harness.client import Client

# What is shown of two versions does not hang on the database below it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
WORDS = (Text, Long, Email)
Sent = dict[str, Any]


@dataclass
class Case:
    """A form that changes something: who fills it in, where it is, and what can be changed: fields → how it reads.

    :param with_: what is sent each time, by both. `apart`: fields that are no part of what is changed, and why.
    """

    who: str
    place: str
    changes: list[tuple[Sent, str]]
    with_: Sent = field(default_factory=dict)
    apart: dict[str, str] = field(default_factory=dict)


def _day(ahead: int) -> date:
    return datetime.now(ZoneInfo("Europe/London")).date() + timedelta(days=ahead)


def _workday(ahead: int) -> date:
    return next_working_day(_day(ahead), ())


def _said(day: date) -> str:
    return f"{day.day} {day:%B}"


def _moved(name: str = "when") -> tuple[Sent, str]:
    return {
        name: "day",
        f"{name}-date": str(_day(-6)),
        f"{name}-time": "",
        f"{name}-part": "evening",
    }, "evening"


def _on(name: str, day: date, **more: str) -> tuple[Sent, str]:
    return {name: str(day), **more}, _said(day)


def _typed(*names: str) -> list[tuple[Sent, str]]:
    return [({name: f"Other {name}"}, f"Other {name}") for name in names]


def cases() -> dict[str, Case]:
    entry = "people/{person_id}/diary/entries/{%s}/change"
    # For one who may add to the diary, questions and goals, see visits, and nothing else.
    held = ("diary", "questions", "appointments", "goals")
    rights: list[tuple[Sent, str]] = [({name: "0"}, "") for name in held]
    rights += [
        ({name: "1"}, "")
        for name in (
            "results",
            "sharing",
            "contacts",
            "plan",
            "about",
            "decisions",
            "health",
            "community",
            "budget",
        )
    ]
    return {
        "ChangeGoalForm": Case("rosa", "people/{person_id}/goals/{goal_id}/change", [
            *_typed("text", "why", "matters", "next_step"), ({"sure": "3"}, "3"),
            _on("look_on", _day(10), look="day"), ({"look": "none", "look_on": ""}, "No day for now"),
        ]),
        "ChangeCheckInForm": Case("rosa", "people/{person_id}/goals/{goal_id}/check-ins/{check_in_id}/change", [
            ({"how": "less"}, "Less than hoped"), *_typed("note"), _moved(),
        ]),
        "ChangeDecisionForm": Case("rosa", "people/{person_id}/decisions/{decision_id}/change", [
            *_typed("question", "option_c"),
        ], apart=dict.fromkeys(
            ("option_a", "option_b", "same_a", "same_b", "same_c"),
            "asks first if it is the same thing: tests/decisions/test_views.py",
        )),
        "ChangeFactForm": Case("rosa", "people/{person_id}/decisions/{decision_id}/told/{fact_id}/change", [
            ({"kind": "hard"}, "What is hard"), *_typed("what", "cell_a", "cell_leave", "told_by"),
            _on("told_on", _day(-3)), ({"of": "200", "cell_a": "4", "cell_b": "3", "cell_leave": "2"}, "200"),
        ], apart={"cell_c": "of an option that this decision has not"}),
        "SayForm": Case("rosa", "people/{person_id}/decisions/{decision_id}/", [
            *_typed("matters"), ({"lean": "not_yet"}, "Not yet. I need more time"),
        ]),
        "DecideForm": Case("rosa", "people/{person_id}/decisions/{decision_id}/decide", [
            *_typed("words", "with_whom"), ({"chosen": "leave"}, "Leave it as it is"),
            ({"chosen": "not_now"}, "Not now"), _on("decided_on", _day(-3)), _on("look_on", _day(30)),
        ], with_={"chosen": "b"}),
        "ChangeHealthForm": Case("rosa", "people/{person_id}/health/{health_id}/change", [
            *_typed("name", "about", "how"), _on("since_on", _day(-30), since="day"),
            ({"stopped": "unknown"}, "Yes, I do not know when"), _on("stopped_on", _day(-3), stopped="day"),
            ({"since": "unknown", "since_on": ""}, "I do not know"),
        ]),
        "ChangeBudgetForm": Case("rosa", "people/{person_id}/budget/{budget_id}/change", [
            ({"kind": "direct"}, "Direct payment"), ({"pounds": "1,300"}, "1300"), *_typed("purpose", "agreed_with"),
            _on("from_on", _day(-100)), _on("until_on", _day(200)), _on("agreed_on", _day(-3)),
            _on("look_on", _day(30)),
        ]),
        "ChangeSpendForm": Case("rosa", "people/{person_id}/budget/{budget_id}/spends/{spend_id}/change", [
            ({"pounds": "41"}, "41"), *_typed("what"), _on("day_on", _day(-3)),
        ], apart={"counts": "is asked where the day is outside of the budget: tests/budget/test_views.py"}),
        "AskAnswerForm": Case("amina", "people/{person_id}/budget/asks/{spend_ask_id}/", [
            ({"answer": "no", "words": "Not this one"}, "Not this one"), *_typed("words"),
        ], with_={"answer": "yes"}),
        "ChangeLetterForm": Case("rosa", "people/{person_id}/letters/{letter_id}/change", [
            *_typed("line"), ({"sender": " other", "other": "Canary council"}, "Canary council"),
            ({"day_on": str(_day(-10)), "day": "day"}, _said(_day(-10))),
        ]),
        "ChangeToldForm": Case("rosa", "people/{person_id}/letters/{told_id}/change", [
            *_typed("line", "told"), ({"sender": " other", "other": "Canary chemist"}, "Canary chemist"),
            ({"day_on": str(_day(-10)), "day": "day"}, _said(_day(-10))),
        ]),
        "SavedForm": Case("rosa", "people/{person_id}/community/saved/{saved_id}/change", [
            *_typed("words"), ({"state": "not_for_me"}, "Not for me"),
        ]),
        "ClosureForm": Case("rosa", "people/{person_id}/goals/{goal_id}/closure", [
            ({"how": "let_go", "words": "Enough for now"}, "Let go Enough for now"),
        ], with_={"how": "achieved"}),
        "ChangeAboutForm": Case("rosa", "people/{person_id}/about-me/answers/{of_a_way}/change", [
            *_typed("text"), ({"choice": "visit"}, "In person"),
        ], apart={"taps": "puts words into the text"}),
        "ChangeContactForm": Case("amina", "people/{person_id}/contacts/{contact_id}/change", [
            ({"how": "visit"}, "Visit"), *_typed("said", "next_step"), _moved(),
        ]),
        "RhythmForm": Case("amina", "people/{person_id}/contacts/rhythm", [
            ({"kind": "lighter"}, "Lighter"), ({"kind": "own", "every_days": "10"}, "10"),
            _on("due_on", _workday(9)),
        ]),
        "ChangeLineForm": Case("rosa", "people/{person_id}/agreed/{line_id}/change", [
            *_typed("what"), ({"by": "visit"}, "by the next visit"), _on("by_on", _day(9), by="day"),
            ({"who": "other", "other": "The eye clinic"}, "The eye clinic"),
        ]),
        "DraftForm": Case("rosa", "people/{person_id}/plan/changes/{of_who_does}/change", [
            *_typed("text", "who"), _on("until", _day(40)),
        ]),
        "ChangeQuestionForm": Case("rosa", "people/{person_id}/questions/{question_id}/change", [
            *_typed("text", "why"), ({"visit": ""}, "The next visit"),
        ]),
        "ChangeVisitForm": Case("rosa", "people/{person_id}/appointments/{appointment_id}/change", [
            *_typed("with_whom", "purpose", "wanted"), _on("day", _day(12)), ({"time": "09:25"}, "09:25"),
            ({"phone": "01632 960118"}, "01632 960118"), ({"how": "place", "place": "The Mill"}, "The Mill"),
            ({"how": "video", "link": "https://example.org/call"}, "https://example.org/call"),
        ]),
        "ChangeStayForm": Case("amina", "people/{person_id}/hospital-stays/{admission_id}/change", [
            *_typed("place", "note"), _on("came_on", _day(-40)), _on("left_on", _day(-1)),
            ({"planned": "yes"}, "Planned"), ({"planned": "no"}, "Not planned"),
            ({"told_by": "letter"}, "A letter"), ({"told_by": "other", "told_name": "Her sister"}, "Her sister"),
        ]),
        "ChangeRightsForm": Case(
            "rosa", "people/{person_id}/access/{relationship_id}/", rights,
            with_={"preset": "own"}, apart={"preset": "stands for the others"},
        ),
        "TeamRightsForm": Case("rosa", "people/{person_id}/access/{team_relationship}/", [
            *(
                ({name: "1"}, "")
                for name in ("diary", "goals", "plan", "about", "decisions", "health", "community", "budget")
            ),
        ]),
        "ChoiceForm": Case("rosa", "people/{person_id}/results/choice", [
            ({"how": "not_on_days", "days": ["4"]}, "Friday"), ({"days": ["2"]}, "Wednesday"),
        ], with_={"how": "not_on_days", "days": ["5"]}),
        "CorrectForm": Case("amina", "people/{person_id}/details/correct", [
            *_typed("given_name", "family_name"), ({"nhs_number": "943 476 5919"}, "943 476 5919"),
            ({"born-day": "4", "born-month": "5", "born-year": "1961"}, "4 May 1961"),
        ], with_={"reason": "Misheard."}, apart={"reason": "is said of the change, and kept with each"}),
        "OwnDetailsForm": Case("rosa", "people/{person_id}/details/change", [
            *_typed("known_as", "best_time", "address", "interpreter", "other_needs"),
            ({"phone": "01632 960118"}, "01632 960118"), ({"email": "other@example.org"}, "other@example.org"),
            ({"needs": ["large-print"]}, "Large print"), _on("needs_review_on", _day(90)),
            ({"language": "ur"}, "اردو"),  # last: the pages are in it from then on
        ]),
        "PhraseForm": Case("amina", "team/phrases/{phrase_id}/", [
            *_typed("test", "text_en", "text_cy", "text_ur"),
        ], apart={"team": "is chosen once, when it is new"}),
        "OwnWordsForm": Case("rosa", "people/{person_id}/as-told/{telling_id}/change", [
            *_typed("matters", "words", "life_words"), ({"life": ["money"]}, "Money"),
        ]),
        "PlanForm": Case("amina", "people/{person_id}/get-in-touch/{request_id}/plan", [
            _on("on", _workday(21)), ({"from_": "09:10"}, "09:10"), ({"until": "17:40"}, "17:40"),
            ({"how": "visit"}, "A visit"),
        ], with_={"on": str(_workday(14))}),
        "RemindForm": Case("rosa", "people/{person_id}/diary/trackers/{tracker_id}/watch/reminders", [
            ({"first": "06:10"}, "06:10"), ({"second": "13:10"}, "13:10"), ({"third": "21:10"}, "21:10"),
        ]),
        "WatchForm": Case("rosa", "people/{person_id}/diary/trackers/{tracker_id}/watch/", [
            _on("day", _day(20), until="day"),
        ], with_={"until": "day", "day": str(_day(3))}),
        "SymptomForm": Case("rosa", entry % "entry_id", [
            ({"severity": "2"}, "2"), *_typed("note", "tried", "lasted"), _moved(),
        ]),
        "MeasureForm": Case("rosa", entry % "measure", [
            ({"first": "141"}, "141"), ({"second": "91"}, "91"), *_typed("note"), _moved(),
        ]),
        "DoneForm": Case("rosa", entry % "done", [({"severity": "not"}, "Not done"), *_typed("note"), _moved()]),
        "NoteForm": Case("rosa", entry % "note", [*_typed("note"), _moved()]),
    }  # fmt: skip


# Forms with a version that never come to a page of two versions.
OTHERWISE = {
    "AboutForm": "as ChangeAboutForm, where somebody has answered meanwhile (about_me/test_views.py)",
    "FactForm": "makes a new row; where the options are called otherwise by now it says so (decisions/test_views.py)",
    "QuestionPart": "asks again on its own page, with both answers (preparation.after_views)",
    "ThemeForm": "a team's own: all of what stands is said beside what was typed (feedback/test_heard.py)",
    "IdeaForm": "as ThemeForm (feedback/test_app_log.py)",
    "FoundForm": "asks again on its own page, with what stands now (asks/test_life.py)",
    "LifeForm": "one person's own, on two devices (preparation.agenda_views)",
}


def forms() -> Iterator[type[Form]]:
    """Every form with a `version` that is filled in, rather than one that others are made from."""
    for module in pkgutil.walk_packages(selfcare.__path__, "selfcare."):
        if module.name.endswith("forms"):
            import_module(module.name)
    waiting: list[type[Form]] = [Form]
    while waiting:
        more = waiting.pop().__subclasses__()
        waiting += more
        yield from (each for each in more if not each.__subclasses__() and hasattr(each, "version"))


def drawn(form: type[Form]) -> dict[str, type]:
    """The fields that somebody fills in and that are no choice of who reads it: name → class."""
    every = ((name, getattr(form, name)) for name in dir(form))
    found = {name: each.field_class for name, each in every if hasattr(each, "field_class")}
    hidden = [name for name, kind in found.items() if getattr(kind, "kind", "") == "hidden"]
    return {name: kind for name, kind in found.items() if name not in (*hidden, *NEVER_CHOSEN)}


def test_every_field_of_every_form_is_asked(engine_kind: str) -> None:
    """Alone catches: a new form, or a new field, of which one version could be written over unseen."""
    known, found = cases(), [(form.__name__, drawn(form)) for form in forms()]
    for name, fields in found:
        if name in OTHERWISE or (
            len(fields) < 2 and all(issubclass(kind, WORDS) for kind in fields.values())
        ):
            continue  # one field of words is the whole of a version
        assert name in known, (
            f"{name} changes something, and nobody asks here what two versions of it look like"
        )
        asked = {each.partition("-")[0] for sent, _ in known[name].changes for each in sent}
        assert set(fields) - asked == set(known[name].apart), name
    assert set(known) | set(OTHERWISE) <= {name for name, _ in found}


@pytest.mark.parametrize("name", cases())
def test_both_versions_are_said_in_full(app: Flask, client: Client, name: str) -> None:
    """Alone catches: *Mine: Royal Infirmary* or *Amina’s: Royal Infirmary*, and her last day gone with the first."""
    case = cases()[name]
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        ids |= _more(house)
    client.sign_in(getattr(house, case.who).id)
    url = "/" + case.place.format(**ids)
    for sent, words in case.changes:
        here, there = (_form(client, url) for _ in range(2))
        kept = there.submit(**(case.with_ | sent))
        assert kept.status == 200, (sent, kept.errors, kept.text)
        answer = here.submit(**case.with_)
        assert answer.status == 409, sent
        mine, theirs = answer.all(".option--box .option__words")[:2]
        assert words in theirs, sent
        assert mine.partition(" ")[2] != theirs.partition(" ")[2], sent
        assert not words or words not in mine, sent


def _form(client: Client, url: str) -> Any:
    page = client.get(url)
    assert page.status == 200, url
    found = [each for each in page.forms() if each.value("version") is not None]
    return max(found, key=lambda each: len(each.controls))


def _more(house: Household) -> dict[str, Any]:
    """The ids of what there are several of."""
    work = session()
    team = work.scalars(select(Relationship.id).where(Relationship.account_id == house.amina.id)).first()
    note = work.scalars(select(Entry.id).where(Entry.kind == "note")).one()
    done = work.scalars(select(Entry.id).where(Entry.kind == "done", Entry.severity == 1)).one()
    measured = work.scalars(select(Entry.id).where(Entry.kind == "measure", Entry.first == "128")).one()
    way = work.scalars(select(AboutAnswer.id).where(AboutAnswer.question == "how")).one()
    rosa = factories.permit(house.rosa, house.person)
    plans.let_team(house, area=Area.BUDGET)
    draft = plan.suggest(rosa, part="does", who="The surgery", text="Calls me back", send=False).id
    return {
        "of_who_does": draft,
        "of_a_way": way,
        "team_relationship": team,
        "measure": measured,
        "done": done,
        "note": note,
    }
