"""A decision in questions and in getting ready for a visit."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from selfcare import database
from selfcare.agreed.models import Line
from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Question
from selfcare.database import session
from selfcare.decisions import actions
from selfcare.people import actions as people
from selfcare.people import queries as people_read
from selfcare.web.access import Area, Level
from tests.decisions.conftest import World
from tests.factories.choices import told
from tests.factories.record import ahead

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SECRET = "Canary: whether I leave him"


def test_a_prompt_is_a_question_for_the_next_visit_in_one_tap_and_the_visit_shows_it(world: World) -> None:
    """Alone catches: a prompt that needs more than its tap, a question or a line that does not know what it is about,
    a decision that is not in getting ready, and its name that stays beside a question when it is *only me* after."""
    with world.app.test_request_context(), database.command():
        rosa = world.permit()
        visit = appointments.add_visit(
            rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina", purpose=""
        ).id
    there = world.add(question=SECRET)
    prepare = f"{world.record}appointments/{visit}/prepare/"
    assert "Look at my decisions" not in world.rosa.get(prepare)
    asked = world.rosa.get(there)
    forms = [one for one in asked.html.select("#ask form") if "What may happen if we leave it" in one.text]
    fields = [(one["name"], one["value"]) for one in forms[0].select("input")]
    page = world.rosa.send("POST", forms[0]["action"], data=fields)
    assert "What may happen if we leave it as it is?" in page
    world.rosa.send("POST", forms[0]["action"], data=fields)  # a second press
    with world.app.app_context():
        row = session().scalars(select(Question)).one()
        assert (row.about_kind, row.about_label, row.appointment_id, row.only_me) == (
            "decision",
            SECRET,
            None,
            False,
        )
    card = world.rosa.get(prepare).html.select_one("#decisions")
    assert SECRET in card.text
    assert "There is a question about it" in card.text
    line = asked.click("Add what we agreed").form("line").submit(what="Ask the class", who="me")
    assert line.status == 200
    with world.app.app_context():
        assert session().scalars(select(Line.from_kind)).one() == "decision"
    questions = f"{world.record}questions/"
    assert SECRET in world.leon.get(questions)
    world.rosa.get(f"{there}change").form("decision").submit(only_me="y")
    for client in (world.leon, world.amina):
        client.strict = False
        for path in (questions, f"{world.record}agreed/", prepare, f"{world.record}decisions/", there):
            assert "Canary" not in client.get(path).text, path
    hidden = world.rosa.get(there)
    assert not hidden.html.select("#ask [name=about][value]:not([value=''])"), (
        "its name goes along with nothing"
    )


def test_what_a_question_is_about_is_named_to_nobody_who_may_not_see_that(world: World) -> None:
    """Alone catches: the name of a decision on the list of a team that sees no decisions; a page that was open since
    before it was *only me*, whose button copies its name."""
    there = world.add(question=SECRET)
    page = world.rosa.get(there)
    fields = page.form("What else could we try?").sent()
    ask = page.html.select_one("#ask form")["action"]
    own = page.click("Ask it in my own words")
    assert SECRET in own
    world.rosa.send(
        "POST", ask, data=[(name, "now" if name == "readers" else value) for name, value in fields]
    )
    assert SECRET in world.amina.get("/caseload/questions/")
    with world.app.test_request_context(), database.command():
        rosa = world.permit()
        team = next(one for one in people_read.grants(rosa) if one.team)
        people.set_rights(rosa, team.id, {Area.QUESTIONS: Level.ADD})
    page = world.amina.get("/caseload/questions/")
    assert "What else could we try?" in page
    assert "Canary" not in page.text
    world.rosa.get(f"{there}change").form("decision").submit(only_me="y")
    own.form("Save").submit(text="And then?", readers="now")
    with world.app.app_context():
        row = session().scalars(select(Question).where(Question.text == "And then?")).one()
        assert (row.about_id, row.about_label) == (None, None)


def test_a_day_to_look_again_that_has_come_stands_in_getting_ready(world: World) -> None:
    """Alone catches: a day that is kept and comes to nobody's eyes; one still to come that is shown."""
    with world.app.test_request_context(), database.command():
        rosa = world.permit()
        visit = appointments.add_visit(
            rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina", purpose=""
        ).id
        for name, days in (("The jab", 0), ("The knee", 3)):
            row = actions.add(rosa, question=name, options={"a": "Have it"})
            actions.tell(rosa, row.id, kind="good", what="x", told_by="", told_on=None, **told({"a": "y"}))
            look = rosa.today() + timedelta(days=days)
            actions.decide(rosa, row.id, None, chosen="not_now", look_on=look)
    card = world.rosa.get(f"{world.record}appointments/{visit}/prepare/").html.select_one("#decisions").text
    assert "The jab" in card
    assert "The knee" not in card
