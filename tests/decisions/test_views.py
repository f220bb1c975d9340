"""A decision, as the person, a carer and the nurse meet it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.agreed.models import Line
from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Question
from selfcare.database import session
from selfcare.decisions import actions, queries, words
from selfcare.decisions.models import Decision
from selfcare.people import actions as people
from selfcare.people import queries as people_read
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.factories.choices import told
from tests.factories.record import ahead
from tests.harness.client import Client
from tests.harness.pages import Answer

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SECRET = "Canary: whether I leave him"


class World:
    """A household of which the carer and the team may add to decisions, and a browser for each."""

    def __init__(self, app: Flask, new_client: Callable[..., Client]) -> None:
        self.app = app
        with app.test_request_context(), database.command():
            rights = dict.fromkeys((Area.DECISIONS, Area.QUESTIONS, Area.APPOINTMENTS), Level.ADD)
            self.house = factories.household(carer_rights=rights)
            rosa = self.permit()
            team = next(one for one in people_read.grants(rosa) if one.team)
            people.set_rights(rosa, team.id, {Area.DECISIONS: Level.ADD})
        self.record = f"/people/{self.house.person.id}/"
        self.rosa, self.leon, self.amina = new_client(), new_client(), new_client()
        for client, account in (
            (self.rosa, self.house.rosa),
            (self.leon, self.house.leon),
            (self.amina, self.house.amina),
        ):
            client.sign_in(account.id)

    def permit(self) -> Permit:
        return factories.permit(self.house.rosa, self.house.person)

    def add(self, who: Client | None = None, **fields: str) -> str:
        """One through its form. :returns: its address."""
        asked = {"question": "How do I get moving?", "option_a": "A class", "option_b": "At home"} | fields
        page = (
            (who or self.rosa)
            .get(f"{self.record}decisions/add")
            .form("decision")
            .submit(follow=False, **asked)
        )
        assert page.status == 303, page.errors
        return page.location.split("?")[0]

    def tell(self, there: str, who: Client | None = None, **fields: str) -> Answer:
        asked = {"kind": "good", "what": "Walk further"} | fields
        return (who or self.rosa).get(f"{there}told/add").form("fact").submit(**asked)

    def row(self, there: str) -> Decision:
        with self.app.app_context():
            return session().get_one(Decision, (self.house.person.id, UUID(there.strip("/").split("/")[-1])))


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return World(app, new_client)


def test_a_decision_from_asking_to_having_decided_and_open_again(world: World) -> None:
    """Alone catches: a step of it that leads nowhere, *not told* that reads 0, a best option, an end that is lost."""
    page = world.rosa.get(f"{world.record}mine/").click("Decisions").click("Add a decision")
    assert "“Leave it as it is” is always one of them." in page
    there = world.add()
    page = world.tell(
        there,
        cell_a="45 of 100",
        cell_b="30",
        of="100",
        told_by="Amina",
        told_on=str(world.house.person.born),
    )
    table = page.html.select_one("table.choices")
    heads = [one.get_text(strip=True) for one in table.select("thead th")]
    assert heads == ["A class", "At home", "Leave it as it is"]
    said = table.select("tbody")[1].select("td")
    assert [" ".join(one.text.split()) for one in said] == ["45 of 100", "30 of 100", "Not told"]
    for cell, head in zip(
        said, heads, strict=True
    ):  # what a screen reader says before it: the option, and of what
        known = [
            table.select_one(f"[id='{one}']").get_text(" ", strip=True)
            for one in cell.get_attribute_list("headers")
        ]
        assert known[0] == head
        assert known[1].startswith("Walk further")
    assert "As Amina told it on" in page
    assert "Numbers are out of 100 people." in page
    assert not page.html.select("table.choices [style], table.choices [class*=best], meter, progress")

    page = page.form("say").submit(matters="My sister", lean="not_yet")
    assert page.html.select_one("[name=lean][value=not_yet]").has_attr("checked")
    assert "Not decided yet" in world.rosa.get(f"{world.record}decisions/")
    page = page.form("say").submit(lean="b")
    assert "Leans to: At home" in world.rosa.get(f"{world.record}decisions/")

    decide = page.click("Say what was decided")
    assert not decide.html.select("[name=chosen][checked]"), "what they lean to is chosen for nobody"
    assert "Choose one." in decide.form("decide").submit(words="For the winter").errors[0]
    look = world.house.person.born.replace(year=2090)
    page = decide.form("decide").submit(
        chosen="leave", words="For the winter", with_whom="Amina", look_on=str(look)
    )
    assert [one.get_text(" ", strip=True) for one in page.html.select("h2")][-2:] == [
        "What was decided", "Leave it as it is"
    ]  # fmt: skip
    for text in ("Leave it as it is", "For the winter", "Amina", "2090"):
        assert text in page
    assert not page.html.select("#say"), "what was decided is not leaned to"
    assert "Decided: Leave it as it is" in world.rosa.get(f"{world.record}decisions/")
    page = page.click("Open it again").form("Open it again").submit()
    assert page.html.select_one("[name=lean][value=b]").has_attr("checked"), "what they leaned to stands"
    assert "For the winter" in page  # among what it was before


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"cell_a": "45 of 100", "cell_b": "300 of 1,000"}, "Use the same “out of” for all, or write words."),
        ({"cell_a": "101", "of": "100"}, "This is more than the 100 it is out of."),
        ({"cell_a": "0 of 0", "cell_b": "0 of 0"}, "Nothing can be out of 0."),
        ({"cell_a": "4.5 of 100", "cell_b": "3 of 100"}, "Use whole numbers"),
        ({"of": "100", "cell_a": "many"}, "There is no number to go with this."),
        ({"told_by": "Amina"}, "Write down what you were told of one of them at least."),
        ({"cell_a": "x" * 100_000}, "This is too long."),
        ({"kind": False, "cell_a": "People"}, "Choose one of the two."),
    ],
)
def test_what_cannot_be_held_against_each_other_is_asked_about(
    world: World, fields: dict[str, Any], error: str
) -> None:
    """Alone catches: numbers that look alike and are not; what was typed that is gone when it is refused."""
    there = world.add()
    page = world.tell(there, **fields)
    assert page.status == 422
    assert any(error in one for one in page.errors), page.errors
    for name, typed in fields.items():
        if name.startswith("cell_"):
            assert page.form("fact").value(name) == typed
    assert world.row(there).facts == []


def test_one_way_alone_is_nothing_to_choose_and_leaving_it_cannot_be_taken_out(world: World) -> None:
    """Alone catches: a decision with one option; *leave it as it is* that is typed again, or can go."""
    form = world.rosa.get(f"{world.record}decisions/add").form("decision")
    page = form.submit(question="How?")
    assert page.status == 422
    assert "Say one thing you could do." in page.errors[0]
    page = page.form("decision").submit(option_a="leave it AS it is")
    assert "This is there already." in page.errors[0]
    page = page.form("decision").submit(option_a="A class", option_b="a class")
    assert "This is there already." in page.errors[0]
    there = world.add(option_c="Swimming")
    world.tell(there, cell_a="45 of 100", cell_c="20 of 100")
    world.rosa.get(there).form("say").submit(lean="c")
    page = world.rosa.get(f"{there}change").form("decision").submit(option_c="")
    assert "Swimming" not in page.html.select_one("table.choices").text
    assert "Leave it as it is" in page.html.select_one("table.choices thead").text
    row = world.row(there)
    assert (row.state, row.lean, set(row.facts[0]["cells"])) == ("open", "", {"a"})
    bare = (
        world.rosa.get(f"{there}told/add").form("fact").submit(kind="good", what="x", cell_leave="20 of 100")
    )
    assert "20 of 100" in bare


def test_two_change_one_row_and_two_change_another(world: World) -> None:
    """Alone catches: words of somebody lost under another's, and a quarrel over rows that have nothing to do with each
    other."""
    there = world.add()
    world.tell(there, cell_a="45 of 100")
    world.tell(there, what="Also", cell_a="People")
    first, second = (world.row(there).facts[n]["id"] for n in (0, 1))
    mine, other = (world.rosa.get(f"{there}told/{fact}/change") for fact in (first, second))
    world.rosa.get(f"{there}told/{first}/change").form("fact").submit(cell_a="46 of 100", follow=False)
    page = mine.form("fact").submit(cell_a="47 of 100")
    assert page.status == 409
    assert "46 of 100" in page
    assert "47 of 100" in page
    kept = page.form("Keep what I chose").submit(keep="mine")
    assert "47 of 100" in kept
    assert other.form("fact").submit(cell_a="Friends").status == 200, "another row is nobody's quarrel"
    say = world.rosa.get(there)
    world.rosa.get(there).form("say").submit(lean="a")
    assert say.form("say").submit(lean="b").status == 409


def test_other_words_for_what_could_be_done_take_nothing_along_that_was_told_of_another_thing(
    world: World,
) -> None:
    """Alone catches: what was told of one thing, or a lean to it, that stands under another, or goes unasked."""
    there = world.add()
    world.tell(there, cell_a="45 of 100", cell_b="30 of 100")
    world.rosa.get(there).form("say").submit(lean="a")
    known = world.row(there).facts[0]
    stale = world.rosa.get(f"{there}told/{known['id']}/change"), world.rosa.get(f"{there}told/add")
    form = world.rosa.get(f"{there}change").form("decision")
    form.submit(option_a="At home", option_b="A class", follow=False)  # they change places
    row = world.row(there)
    assert (row.lean, {code: cell["n"] for code, cell in row.facts[0]["cells"].items()}) == (
        "b",
        {"a": 30, "b": 45},
    )
    assert stale[0].form("fact").submit(cell_a="46 of 100").status == 409, (
        "told of another than its page said"
    )
    late = stale[1].form("fact").submit(kind="good", what="Also", cell_a="Friends")
    assert late.status == 409
    assert "Friends" in late
    page = world.rosa.get(f"{there}change")
    assert "same thing" not in page
    page = page.form("decision").submit(option_a="Swimming", option_b="A class on Tuesdays")
    assert page.status == 422
    for text in (
        "Is “Swimming” the same thing as “At home”?",
        "Is “A class on Tuesdays” the same thing as “A class”?",
    ):
        assert text in page
    assert world.row(there).option_a == "At home"
    page.form("decision").submit(same_a="no", same_b="yes", follow=False)
    row = world.row(there)
    assert (row.option_a, row.lean, set(row.facts[0]["cells"])) == ("Swimming", "b", {"b"})
    assert "30 of 100" in world.rosa.get(there), "how it stood is kept"


def test_a_press_is_for_the_words_that_were_read(world: World) -> None:
    """Alone catches: somebody who leans to, or decides, what came to stand where they pressed after they read it."""
    there = world.add()
    say, decide = world.rosa.get(there), world.rosa.get(f"{there}decide")
    world.rosa.get(f"{there}change").form("decision").submit(
        option_a="At home", option_b="A class", follow=False
    )
    page = say.form("say").submit(lean="a")
    assert page.status == 409
    assert "have changed meanwhile" in page
    assert decide.form("decide").submit(chosen="a").status == 409
    assert (world.row(there).lean, world.row(there).chosen) == ("", "")
    page.form("Keep what I chose").submit(keep="mine", follow=False)
    assert world.row(there).lean == "a"


def test_what_others_told_is_not_for_whoever_began_it_to_change_or_lose(world: World) -> None:
    """Alone catches: a nurse or a helper who rewrites, or removes with the decision, what others wrote down in it; and
    what matters, or a lean, that a helper wrote and stands there as the person's."""
    for who, name in ((world.leon, "Leon"), (world.amina, "Amina")):
        who.strict = False
        there = world.add(who, question=f"What of {name}?")
        assert who.get(f"{there}remove").status == 200
        world.tell(there, cell_b="30 of 100")
        fact = world.row(there).facts[0]["id"]
        assert who.get(f"{there}told/{fact}/change").status == 404
        assert "told/" + fact not in who.get(there).text
        assert who.get(f"{there}remove").status in (404, 409)
        page = who.get(f"{there}change").form("decision").submit(option_b="")
        assert page.status == 422
        assert "Somebody else wrote down" in page
        assert world.row(there).option_b == "At home"
    there = world.add(world.leon)
    assert "Not yet. More time is needed" in world.leon.get(there)
    world.leon.get(there).form("say").submit(matters="Her knee", lean="b")
    page = world.rosa.get(there)
    assert [one.text.strip() for one in page.html.select("#say .tag")] == ["Entered by Leon for you"] * 2
    page = page.form("say").submit(lean="a")
    assert len(page.html.select("#say .tag")) == 1, "the lean is hers"
    with world.app.test_request_context():
        facts = {name: getattr(world.row(there), name) for name in queries.SHARED}
        lines = dict(words.summary_lines(facts))
    assert lines["What matters here:"] == "Her knee (entered by Leon)"
    assert lines["Leans to:"] == "A class"


def test_what_waits_on_a_page_that_is_too_late_is_not_lost(world: World) -> None:
    """Alone catches: words that were typed while somebody else decided, and are nowhere."""
    there = world.add()
    tell, say = world.amina.get(f"{there}told/add"), world.rosa.get(there)
    world.rosa.get(f"{there}decide").form("decide").submit(chosen="not_now")
    page = tell.form("fact").submit(kind="hard", what="Sore for days", cell_a="20 of 100")
    assert page.status == 409
    assert "Sore for days" in page
    assert "put off" in page
    assert "To see people" in say.form("say").submit(matters="To see people")


def test_what_the_team_and_a_carer_can_do(world: World) -> None:
    """Alone catches: a nurse who says where somebody leans; rows that are not their own; a nurse's row unmarked."""
    there = world.add()
    page = world.amina.get(there).click("Add what I told Rosa")
    assert page.form("fact").value("told_by") == "Amina"
    page = page.form("fact").submit(kind="hard", what="Sore for days", cell_a="20 of 100")
    assert not page.html.select("#say, [name=lean]")
    mine = world.row(there).facts[0]["id"]
    assert world.amina.get(f"{there}told/{mine}/change").status == 200
    world.leon.strict = world.amina.strict = False
    assert world.leon.get(f"{there}told/{mine}/change").status == 404
    for path in ("change", "decide", "remove", "reopen"):
        assert world.amina.get(there + path).status == 404
        assert world.leon.get(there + path).status == 404
    assert world.leon.send("POST", there, data=world.rosa.get(there).form("say").sent()).status in (
        400,
        403,
        404,
    )
    begun = world.add(world.leon, question="Whom do we ask?")
    page = world.rosa.get(begun)
    assert "Entered by Leon for you" in page
    world.leon.get(begun).form("say").submit(lean="a", matters="Her knee")
    page = world.rosa.get(begun).form("say").submit(lean="b")
    assert world.leon.get(f"{begun}decide").status in (404, 409), "since Rosa wrote in it, it is hers"


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
