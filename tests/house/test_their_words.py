"""Who may only add changes what is in their own words, and nothing that somebody else has put words into since."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.about_me import actions as about_me
from selfcare.admissions import actions as admissions
from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import Owner
from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Appointment, Question
from selfcare.budget import actions as budget
from selfcare.budget.models import Budget
from selfcare.community import actions as community
from selfcare.database import Base, command, session
from selfcare.decisions import actions as decisions
from selfcare.diary import actions as diary
from selfcare.goals import actions as goals
from selfcare.health import actions as health
from selfcare.letters import actions as letters
from selfcare.people import actions as people
from selfcare.people.presets import PRESETS
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.versions import Versioned
from tests import factories
from tests.factories import near_by
from tests.factories.record import ago, ahead
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

# Who may write does not hang on the database below it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
HERS, HIS = "I lay awake and was afraid", "Slept well"


class Thing(NamedTuple):
    """What a helper enters: how (its ids, its own last), where it is changed and taken out, the field of its words."""

    made: Callable[[Permit], tuple[UUID, ...]]
    change: str
    remove: str
    words: str


def _spend(leon: Permit) -> tuple[UUID, ...]:
    """Of a budget that is not his to write down."""
    day = leon.today()
    row = Budget(
        **leon.stamp(), kind="health", pence=9_000, from_on=day, until_on=day, purpose="Walks", agreed_with=""
    )
    session().add(row)
    session().flush()
    return row.id, budget.spend(leon, row.id, what="Bus", pence=740, day=day).id


def _check_in(leon: Permit) -> tuple[UUID, ...]:
    goal = goals.add(leon, text="To walk").id
    return goal, goals.check_in(leon, goal, when=ago(leon, minutes=10), how="less", note="Tired").id


THINGS = {
    "entry": Thing(
        lambda leon: (diary.log(leon, None, ago(leon, hours=1), note="A note").id,),
        "diary/entries/{}/change", "diary/entries/{}/remove", "note",
    ),
    "tracker": Thing(
        lambda leon: (diary.add_tracker(leon, kind="symptom", name="Cramp").id,),
        "diary/trackers/{}/", "diary/trackers/{}/remove", "name",
    ),
    "goal": Thing(
        lambda leon: (goals.add(leon, text="To walk").id,), "goals/{}/change", "goals/{}/remove", "text"
    ),
    "check_in": Thing(
        _check_in, "goals/{}/check-ins/{}/change", "goals/{}/check-ins/{}/remove", "note"
    ),
    "question": Thing(
        lambda leon: (appointments.ask(leon, text="Is she eating?").id,),
        "questions/{}/change", "questions/{}/remove", "text",
    ),
    "appointment": Thing(
        lambda leon: (appointments.add_visit(leon, when=ahead(leon, days=4), how="phone", with_whom="Eyes").id,),
        "appointments/{}/change", "appointments/{}/remove", "purpose",
    ),
    "agreed_line": Thing(
        lambda leon: (agreed.add(leon, what="To ring them", owner=Owner("me")).id,),
        "agreed/{}/change", "agreed/{}/remove", "what",
    ),
    "about_answer": Thing(
        lambda leon: (about_me.add(leon, "talk", text="Slowly").id,),
        "about-me/answers/{}/change", "about-me/answers/{}/remove", "text",
    ),
    "letter": Thing(
        lambda leon: (letters.keep(leon, (), line="Potassium", told="4", sender="Lab", day=leon.today()).id,),
        "letters/{}/change", "letters/{}/remove", "line",
    ),
    "decision": Thing(
        lambda leon: (decisions.add(leon, question="How?", options={"a": "A class"}).id,),
        "decisions/{}/change", "decisions/{}/remove", "question",
    ),
    "spend": Thing(_spend, "budget/{}/spends/{}/change", "budget/{}/spends/{}/remove", "what"),
    "health_item": Thing(
        lambda leon: (health.add(leon, kind="medicine", name="Folic acid").id,),
        "health/{}/change", "health/{}/remove", "name",
    ),
    "saved_service": Thing(
        lambda leon: (community.save(leon, near_by.movement_class(near_by.a_list()).id).id,),
        "community/saved/{}/change", "community/saved/{}/remove", "words",
    ),
    "admission": Thing(
        lambda leon: (admissions.add(leon, place="The Royal", came_on=leon.today() - timedelta(days=3)).id,),
        "hospital-stays/{}/change", "hospital-stays/{}/remove", "note",
    ),
}  # fmt: skip
# What no helper enters, or nobody words anew.
ELSEWHERE = {
    *("contact", "rhythm", "report_note", "result_choice", "own_view", "contact_request", "watch"),
    "budget",  # no helper writes one down, but who acts for the person by law
    "spend_ask",  # nobody words anew what was asked: it is asked again
    "ask",  # nobody words anew what was asked: tests/asks/test_table.py
    "plan_change",  # nobody words anew what was suggested: tests/care_plan/test_states.py
    "telling",  # tests/appointments/test_tellings.py: the person words it anew, and nobody else
}


def test_all_that_a_helper_enters_is_asked(engine_kind: str) -> None:
    """Alone catches: a new thing that helpers enter, and nobody asks here whose words are in it."""
    tables = {str(each.__tablename__) for each in _all_of(Versioned) if hasattr(each, "__tablename__")}
    assert set(THINGS) | ELSEWHERE == tables


@pytest.mark.parametrize("kind", THINGS)
def test_what_somebody_else_has_worded_is_theirs(
    app: Flask, new_client: Callable[..., Client], kind: str
) -> None:
    """Catches *cannot change what I wrote* said of a helper who writes over it, because the thing was once theirs."""
    thing = THINGS[kind]
    with app.test_request_context(), command():
        house = factories.household(dict.fromkeys(Area, Level.ADD))
        ids = thing.made(factories.permit(house.leon, house.person))
    base = f"/people/{house.person.id}/"
    rosa, leon = new_client(), new_client()
    rosa.sign_in(house.rosa.id)
    leon.sign_in(house.leon.id)
    leon.strict = False
    at = base + thing.change.format(*ids)
    before = form_of(leon.get(at))
    assert form_of(rosa.get(at)).submit(**{thing.words: HERS}).status == 200
    for answer in (leon.get(at), before.submit(**{thing.words: HIS})):
        assert answer.status == 409, answer.text[:500]
        assert "Rosa has changed this" in answer
    assert HIS in answer, "what was typed is gone"
    late = leon.send("POST", at, data=before.sent(), headers={"Accept": "application/json"})
    assert (late.status, late.json["error"]) == (409, "reworded")
    assert "since then Rosa has changed it" in late.json["messages"][0], "a phone says why it was not kept"
    assert leon.get(base + thing.remove.format(*ids)).status == 409
    with app.app_context():
        table = Base.metadata.tables[kind]
        row = session().execute(table.select().where(table.c.id == ids[-1])).mappings().one()
    assert row[thing.words] == HERS
    assert row["removed_at"] is None


def form_of(page: Answer) -> Form:
    return next(each for each in page.forms() if each.value("version") is not None)


def _all_of(kind: type) -> set[Any]:
    return {each for below in kind.__subclasses__() for each in (below, *_all_of(below))}


def test_a_helper_writes_over_no_answer_and_takes_none_away(
    app: Flask, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: the person's answer replaced, emptied or put away by who once wrote the question down for them;
    and two helpers of one name, of whom each is taken for the other."""
    with app.test_request_context(), command():
        house = factories.household(PRESETS["ready"])
        other = factories.account(name=house.leon.name)
        people.relate(house.person.id, kind=Role.CARER, account_id=other.id, rights=PRESETS["ready"])
        leon, rosa = (factories.permit(each, house.person) for each in (house.leon, house.rosa))
        visit = appointments.add_visit(rosa, when=ahead(rosa, days=4), how="phone", with_whom="Amina").id
        asked = appointments.ask(leon, text="Is she eating?").id
        appointments.set_matters(leon, visit, None, "That she eats")
    base = f"/people/{house.person.id}/"
    client.sign_in(house.leon.id)
    before = client.get(f"{base}questions/{asked}/answer").form("answer-form")
    with app.test_request_context(), command():
        appointments.answer(
            factories.permit(house.rosa, house.person), asked, 1, "Do not weigh me every day."
        )
    refused = before.submit(answer="Weigh her daily")
    assert refused.status == 409
    assert "Rosa wrote this. You can read it, and not change it." in refused
    assert "Weigh her daily" in refused
    page = client.get(f"{base}questions/{asked}")
    assert "Change the answer" not in page
    assert "Put it back on the list" not in page
    back = client.get(f"{base}questions/{asked}/reopen").form("Put it back on the list").submit()
    assert back.status == 409
    assert "Rosa wrote down the answer." in back
    namesake = new_client()
    namesake.sign_in(other.id)
    assert namesake.get(f"{base}appointments/{visit}/prepare/matters").all("textarea") == []
    with app.app_context():
        assert session().scalars(select(Question.answer)).all() == ["Do not weigh me every day."]
        assert session().scalars(select(Appointment.matters)).all() == ["That she eats"]
