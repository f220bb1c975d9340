"""What is said of people is so: who can see, has looked, was told, is sent, replies by when.

`sentences.txt` names each such sentence of the catalogue, the state that makes it true, and the test that sets that
state and its opposite. Here are those of the switch *Only me*, of questions, and of what a helper may do.
"""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from flask import Flask, url_for

from selfcare.appointments import actions as appointments
from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.goals import actions as goals
from selfcare.notifications.models import Notice
from selfcare.people.forms import AREAS
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests import factories
from tests.factories import Household
from tests.factories.record import fill
from tests.harness.client import Answer, Client
from tests.harness.places import ROOT
from tests.house.access_table import address, routes

LIST = ROOT / "tests" / "house" / "sentences.txt"
CATALOGUE = ROOT / "translations" / "messages.pot"
ABOUT_PEOPLE = re.compile(
    r"\b(can (all )?(see|read)|see(s)? (this|it|nothing|none|your)|will see|they (see|read)|reads this"
    r"|^sees|nobody (else|but|can|sees|has seen)|only you|looked|^told|been told|was told|is told|are told"
    r"|tells nobody|told of|(not|be) told|can be seen|has (not )?(read|opened)|was sent|is sent|not sent|sent to"
    r"|no message|read it on|replies|replied|reply (was|of)|look for is not kept|say(s)? who (you|they) are"
    r"|we send it to(?= %\(name\)))\b",
    re.IGNORECASE,
)


class Row(NamedTuple):
    sentence: str
    state: str
    proof: str


def rows() -> list[Row]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split(" | ")) for line in lines if not line.startswith("#")]


def said() -> set[str]:
    """The sentences of the kind in the catalogue, and all of the privacy notice; not what only machines read."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    found = set()
    for message in catalogue:
        text = message.id if isinstance(message.id, str) else message.id[0]
        read = any(
            not where.startswith(("selfcare/fhir", "templates/fhir")) for where, _ in message.locations
        )
        given = any(where.startswith("templates/about/privacy") for where, _ in message.locations)
        if text.rstrip().endswith(".") and read and (given or ABOUT_PEOPLE.search(text)):
            found.add(text)
    return found


@cache
def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_sentence_about_people_is_on_the_list_with_its_proof() -> None:
    """A new promise of who can see something that nobody has held against its state."""
    listed = rows()
    known = {row.sentence for row in listed}
    assert said() - known == set(), "name it in sentences.txt, with its state and its proof"
    assert known - said() == set(), "no longer said"
    assert [row.sentence for row in listed if row.proof != "-" and "::" not in row.proof] == [], "not proved"
    gone = []
    for row in listed:
        if row.proof == "-":
            continue
        path, _, name = row.proof.partition("::")
        if name not in functions_of(ROOT / "tests" / path):
            gone.append(row.proof)
    assert gone == []


# ---------------------------------------------------------------------------------------------------- set and asserted


@pytest.fixture
def house(app: Flask) -> Household:
    with app.app_context(), command():
        return factories.household({})


@pytest.fixture
def rosa(house: Household, client: Client) -> Client:
    client.sign_in(house.rosa.id)
    return client


def give(app: Flask, house: Household, **levels: Level) -> None:
    """Leon's rights from now on: these and no others."""
    with app.app_context(), command():
        theirs = session().query(Relationship).filter_by(account_id=house.leon.id).one()
        session().query(Right).filter_by(relationship_id=theirs.id).delete()
        for area, level in levels.items():
            session().add(Right(relationship_id=theirs.id, area=Area(area).value, level=level))


def no_key_contact(app: Flask, house: Household) -> None:
    with app.app_context(), command():
        for row in session().query(Relationship).filter_by(person_id=house.person.id, kind="professional"):
            row.lead = False
            row.state = "ended"


def shown(part: BeautifulSoup) -> str:
    """What is to be seen of a part: without what is hidden."""
    for hidden in part.select("[hidden]"):
        hidden.decompose()
    return " ".join(part.get_text(" ").split())


def switch(page: Answer) -> str:
    return shown(
        page.html.select_one("input[name=only_me]").find_parent(class_="switch").select_one(".switch__hint")
    )


class Places(NamedTuple):
    """Where the switch stands: the area, the page for something new, and for something others could see."""

    area: str
    new: str
    known: str


@pytest.fixture
def places(app: Flask, house: Household) -> list[Places]:
    with app.test_request_context(), command():
        rosa = factories.permit(house.rosa, house.person)
        tracker = diary.add_tracker(rosa, kind="symptom", name="Tiredness")
        entry = diary.log(rosa, tracker.id, at_instant(now(), rosa.zone), severity=4)
        goal = goals.add(rosa, text="Walk")
        check = goals.check_in(rosa, goal.id, when=at_instant(now(), rosa.zone), how="as_hoped")
        visit = appointments.add_visit(
            rosa, when=at_instant(now(), rosa.zone), how="phone", with_whom="Amina"
        )
        one = {"person_id": house.person.id}
        return [
            Places(
                "diary",
                url_for("diary.log", tracker_id=tracker.id, **one),
                url_for("diary.change", entry_id=entry.id, **one),
            ),
            Places(
                "diary",
                url_for("diary.tracker_new", **one),
                url_for("diary.tracker_change", tracker_id=tracker.id, **one),
            ),
            Places(
                "goals",
                url_for("goals.check_in", goal_id=goal.id, **one),
                url_for("goals.check_in_change", goal_id=goal.id, check_in_id=check.id, **one),
            ),
            Places("goals", url_for("goals.add", **one), url_for("goals.change", goal_id=goal.id, **one)),
            Places(
                "appointments",
                url_for("appointments.add", **one),
                url_for("appointments.change", appointment_id=visit.id, **one),
            ),
        ]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_switch_says_what_is_so_in_both_its_states(
    app: Flask, house: Household, rosa: Client, places: list[Places]
) -> None:
    """With *Only me* on it still said "Leon can see this"; a tracker's said "nobody else" while it was off."""
    team = "Amina’s team can see this."
    for place in places:
        lead = team if place.area == "appointments" else "Amina can see this, if you share it."
        give(app, house)
        assert switch(rosa.get(place.new)) == lead, place
        give(app, house, **{place.area: Level.SEE})
        with_leon = switch(rosa.get(place.new))
        assert "Leon" in with_leon, place
        assert "can see this." in with_leon, place
        page = rosa.get(place.known)
        assert "Leon" in switch(page), place
        page = rosa.get(place.known)
        other = page.html.select_one(".switch__if-on[hidden]").text
        assert other == "From now on only you can see this. It leaves what you shared before, too.", place
        form = page.html.select_one("main form[method=post]:has([name=only_me])")["id"]
        page.form(form).submit(only_me=True)
        alone = "Nobody else sees this, or anything you log under it."
        on = switch(rosa.get(place.known))
        assert on == (alone if "trackers" in place.known else "Only you can see this."), place
    no_key_contact(app, house)
    give(app, house)
    assert switch(rosa.get(places[3].new)) == "Nobody else can see this now."
    prepare = rosa.get(places[-1].known.replace("/change", "/prepare/"))
    assert "Only you can see this visit, so nothing of it is shared." in prepare


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_who_a_question_is_for_is_one_choice_and_each_says_what_is_so(
    app: Flask, house: Household, rosa: Client
) -> None:
    """*Only me* and *Ask now* could both be on."""
    there = f"/people/{house.person.id}/questions/"

    def hints(path: str = there + "add") -> dict[str, str]:
        page = rosa.get(path)
        return {
            tag["value"]: tag.find_parent(class_="option").select_one(".option__hint").get_text()
            for tag in page.html.select("[name=readers]")
        }

    found = hints()
    assert found["me"] == "Only you can see this."
    assert found["helpers"] == "Amina sees it when you share for the visit."
    assert "Amina is told, and replies by" in found["now"]
    give(app, house, questions=Level.SEE)
    assert hints()["helpers"] == "Leon can see this. Amina sees it when you share for the visit."
    page = rosa.get(there + "add").form("question").submit(text="Can I drive?", readers="now")
    asked = page.url.split("?")[0].split("#")[0]
    found = hints(asked[asked.index("/people/") :] + "change")
    taken_back = "It is taken back from Amina. From then on only you can see it."
    assert found["me"] == f"{taken_back} Who has read it already knows it."
    assert found["now"].startswith("Sent to Amina.")
    assert found["helpers"].startswith("No reply comes any more. Leon can see this.")
    no_key_contact(app, house)
    give(app, house)
    assert hints() == {"me": "Only you can see this.", "helpers": "Nobody else can see this now."}
    with app.test_request_context(), command():
        rosas = factories.permit(house.rosa, house.person)
        when = at_instant(now(), rosas.zone)
        hidden = appointments.add_visit(rosas, when=when, how="phone", with_whom="A", only_me=True)
        session().query(Relationship).filter_by(kind="professional").one().lead = True
        session().query(Relationship).filter_by(kind="professional").one().state = "active"
    page = rosa.get(there + "add").form("question").submit(text="Kept", readers="now", visit=str(hidden.id))
    assert page.status == 422
    assert "Only you can see that visit, so nobody can be asked about it now." in page


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_where_a_question_stands_is_said_as_it_is(app: Flask, house: Household, rosa: Client) -> None:
    give(app, house, questions=Level.ADD)
    with app.test_request_context(), command():
        rosas = factories.permit(house.rosa, house.person)
        kept = appointments.ask(rosas, text="Kept").id
        sent = appointments.ask(rosas, text="Sent", send_now=True).id
    base = f"/people/{house.person.id}/questions/"
    assert "Not sent yet. It goes along when you share for the visit." in rosa.get(f"{base}{kept}/")
    assert "Not sent yet" not in rosa.get(f"{base}{sent}/").text
    assert "It was sent." in rosa.get(f"{base}{sent}/remove")
    assert "It was sent." not in rosa.get(f"{base}{kept}/remove").text
    rosa.sign_in(house.leon.id)
    assert "Not sent yet. It goes along when Rosa shares for the visit." in rosa.get(f"{base}{kept}/")
    rosa.sign_in(house.amina.id)
    page = rosa.get(f"{base}{sent}/reply")
    assert "Rosa is told, and sees your name, your title and the time with it." in page
    page.form("reply-form").submit(reply="Yes.")
    with app.app_context():
        assert session().query(Notice).filter_by(account_id=house.rosa.id, kind="reply").count() == 1
    rosa.sign_in(house.rosa.id)
    page = rosa.get(f"{base}{sent}/")
    assert "Amina" in page
    assert "specialist nurse" in page


# What is said of each level of each right, and a page that it opens and the levels below do not.
LEVELS: dict[str, list[tuple[str, str]]] = {
    "diary": [
        ("Sees your diary.", "diary.index"),
        ("Sees and adds to your diary.", "diary.add"),
        ("Sees, adds to and changes your diary.", "diary.change"),
    ],
    "questions": [
        ("Sees your questions.", "appointments.questions"),
        ("Sees and adds questions.", "appointments.ask"),
        ("Sees, adds and changes questions.", "appointments.question_change"),
    ],
    "appointments": [
        ("Sees your visits, and what you agreed.", "appointments.index"),
        ("Sees and adds visits, and what you agreed.", "appointments.add"),
        ("Sees, adds and changes visits, and what you agreed.", "appointments.change"),
    ],
    "results": [("Sees your results.", "results.index")],
    "goals": [
        ("Sees your goals.", "goals.index"),
        ("Sees and adds goals, and checks in on them.", "goals.add"),
        ("Sees, adds and changes goals.", "goals.change"),
    ],
    "plan": [
        ("Sees your plan.", "care_plan.index"),
        ("Sees your plan, and suggests changes.", "care_plan.suggest"),
    ],
    "about": [
        ("Sees what you wrote about you, and how you want care.", "about_me.index"),
        ("Sees what you wrote about you and how you want care, and helps you write it.", "about_me.write"),
    ],
    "decisions": [
        ("Sees your decisions.", "decisions.index"),
        ("Sees your decisions, and adds to them.", "decisions.add"),
    ],
    "health": [
        ("Sees your health as you keep it, and your letters.", "letters.index"),
        ("Sees and adds to your health as you keep it, and your letters.", "health.add"),
        ("Sees, adds to and changes your health as you keep it, and your letters.", "letters.change"),
    ],
    "community": [
        ("Sees the help near by that you saved or asked for.", "community.saved"),
        ("Sees the help near by that you saved or asked for, and adds to it.", "community.save"),
    ],
    "budget": [
        ("Sees your budget.", "budget.index"),
        ("Sees your budget, and helps you keep it.", "budget.spend_add"),
        ("Sees your budget, helps you keep it, and changes what is spent.", "budget.spend_change"),
    ],
    "sharing": [
        ("Sees the summaries you shared.", "sharing.summary"),
        ("Sees your summaries and can share one for you.", "sharing.preview"),
        ("Sees, shares and withdraws your summaries.", "sharing.withdraw"),
    ],
    "contacts": [
        ("Sees your contacts with the team, and hospital stays.", "contacts.index"),
        (
            "Sees your contacts with the team, adds hospital stays, and can ask the team to get in touch.",
            "admissions.add",
        ),
    ],
}


def of_leon(page: Answer) -> str:
    """What the page of who may see says of Leon."""
    (row,) = [text for text in page.all("main .row") if "Leon" in text]
    return row


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_a_helper_may_do_is_said_by_the_rights_that_count(
    app: Flask, house: Household, rosa: Client
) -> None:
    """A right that is said and does not count, or counts and is not said."""
    assert set(LEVELS) == {area.value for area in AREAS}
    base = f"/people/{house.person.id}/"
    with app.test_request_context(), command():
        ids = fill(house)
    rules = {rule.endpoint: rule for _, rule, method in routes(app) if method == "GET"}
    words = {text for levels in LEVELS.values() for text, _ in levels}
    leon = Client(app, rosa.validator, strict=False)
    leon.sign_in(house.leon.id)
    rosa.strict = False
    for area, levels in LEVELS.items():
        paths = [address(app, rules[endpoint], ids) for _, endpoint in levels]
        for number, (text, _) in enumerate(levels, 1):
            give(app, house, **{area: Level(number)})
            row = of_leon(rosa.get(base + "sharing/"))
            assert {known for known in words if known in row} == {text}
            opens = [leon.get(path).status != 404 for path in paths]
            assert opens == [True] * number + [False] * (len(paths) - number), (area, number)
        other = "goals/" if area != "goals" else "diary/"
        assert leon.get(base + other).status == 404
    choosing = leon.get("/")
    assert "Rosa chooses what you can see and do." in choosing.html.main.get_text().replace("\u2068", "")
    give(app, house)
    assert "Sees nothing at the moment." in of_leon(rosa.get(base + "sharing/"))
