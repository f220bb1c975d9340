"""The whole model, on a phone and on a desk: from a goal to all that came of it, in everything the nurse can read."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.appointments import actions as appointments
from selfcare.database import command
from selfcare.decisions import actions as decisions
from selfcare.goals import actions as goals
from selfcare.web.access import Area
from tests import factories
from tests.community import lists
from tests.conftest import Browse
from tests.factories import budgets, plans
from tests.factories.asks import link_worker
from tests.factories.record import ahead
from tests.harness.client import Client
from tests.pages.people import Amina, Rosa, Someone
from tests.sharing.pdf_reader import Pdf
from tests.sharing.test_ips import texts

pytestmark = pytest.mark.parametrize(
    ("locale", "javascript"),
    [
        pytest.param("en", False, id="no javascript"),
        pytest.param("ur", True, id="urdu", marks=pytest.mark.proof),
        pytest.param("en", True, id="english", marks=pytest.mark.proof),
    ],
)
SERVICE = "Allotment mornings"
GOAL, ASKED, PLACE = "Grow something of my own", "Somebody to go with the first time", "Canal Lane plots"
NO, AGAIN, YES = "Could it be second-hand?", "A second-hand kneeler", "It fits what the money is for."
AGREED, WHICH, WAY = "Rings the allotment on Monday", "How do I get there?", "By the early bus"
PLANNED, WAS, MATTERS = (
    "Digging on Thursdays, not too long",
    "Mud up to my knees, and I slept.",
    "That I keep going",
)
PURPOSE, LEFT = "For getting out, and for moving more", "£1,185.50"
# What she and they wrote, as it must stand wherever the summary is read.
ALL = (GOAL, ASKED, AGREED, WHICH, WAY, PLANNED, WAS, MATTERS, PURPOSE, LEFT)
ONLY_ME = "canary-3Wm"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Cast:
    rosa: Rosa
    amina: Amina
    priya: Amina
    ids: dict[str, UUID]
    record: str


@pytest.fixture
def cast(app: Flask, browse: Browse, tmp_path: Path, locale: str, javascript: bool) -> Cast:
    """Everybody, a list of services as the command reads it, a visit, a budget, and a secret in several rooms."""
    path = lists.write(
        tmp_path / "list.json", lists.page([lists.service(SERVICE), lists.service("Chess club")])
    )
    done = app.test_cli_runner().invoke(
        args=["community", "import", str(path), "--name", "Riverside council"]
    )
    assert done.exit_code == 0, done.output
    with app.test_request_context(), command():
        house = factories.household()
        plans.let_team(house)
        plans.let_team(house, area=Area.BUDGET)
        rosa = factories.permit(house.rosa, house.person)
        budgets.begin(rosa)
        goals.add(rosa, text=f"{ONLY_ME} goal", only_me=True)
        appointments.ask(rosa, text=f"{ONLY_ME} question", only_me=True)
        decisions.add(rosa, question=f"{ONLY_ME} decision", options={"a": "Yes"}, only_me=True)
        plans.hidden(house, ONLY_ME)
        visit = appointments.add_visit(rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina").id
        priya = link_worker(house.team).id
        ids = {"person": house.person.id, "rosa": house.rosa.id, "amina": house.amina.id, "visit": visit}
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    return Cast(
        Rosa(browse("phone", account=ids["rosa"], locale=spoken, javascript=javascript), locale),
        Amina(browse("desk", account=ids["amina"], javascript=javascript)),
        Amina(browse("desk", account=priya, javascript=javascript)),
        ids,
        f"/people/{ids['person']}/",
    )


def fits(who: Someone) -> None:
    assert who.page.evaluate(WIDE) <= 0, f"wider than the screen: {who.page.url}"


def finds_a_service_for_her_goal(rosa: Rosa, record: str) -> None:
    rosa.opens(f"{record}goals/add")
    rosa.page.locator("[name=text]").fill(GOAL)
    rosa.presses("Save")
    rosa.opens(f"{record}mine/")
    rosa.follows("Help near you")
    rosa.page.locator("#q").fill("ALLOTMENT")
    rosa.presses("Search")
    rosa.does_not_see_words("Chess club")
    rosa.taps_on(rosa.page.get_by_role("link", name=SERVICE))
    rosa.presses("Save it for later")
    fits(rosa)


def asks_and_gets_a_place(rosa: Rosa, priya: Amina, record: str) -> None:
    rosa.follows("Ask my link worker about this")
    rosa.sees_words(SERVICE)
    rosa.page.locator("[name=words]").fill(ASKED)
    fits(rosa)
    rosa.presses("Ask", "button")
    rosa.sees("You asked. You can close this.")
    priya.opens("/asks/")
    priya.taps_on(priya.page.get_by_role("link", name=SERVICE))
    priya.sees_words(ASKED)
    priya.presses("I take this")
    priya.follows("Say what you found")
    priya.taps_on(priya.page.locator("label", has_text="There is a place"))
    priya.page.locator("[name=place]").fill(PLACE)
    priya.presses("Save")
    fits(priya)
    rosa.opens(f"{record}asks/")
    rosa.sees_words(PLACE)
    rosa.taps_on(rosa.page.get_by_role("button", name=rosa.says("I will go")))
    rosa.sees("You go. Whoever found it knows.")


def writes_down_what_is_agreed(rosa: Rosa) -> None:
    rosa.follows("Write down what we agreed about it")
    rosa.sees_words(SERVICE)
    rosa.page.locator("[name=what]").fill(AGREED)
    rosa.ticks(rosa.page.locator("[name=who]").first)
    rosa.presses("Add this line")
    rosa.sees_words(AGREED)
    fits(rosa)


def asks_before_spending(rosa: Rosa, amina: Amina, record: str) -> None:
    rosa.opens(f"{record}budget/")
    rosa.follows("Ask about something")
    for what, pounds, answer, words in (("A new kneeler", "60", "no", NO), (AGAIN, "15", "yes", YES)):
        rosa.types("What would you like to spend it on?", what)
        rosa.types("How much is it?", pounds)
        rosa.presses("Ask %(name)s", name="Amina")
        amina.opens(record)
        amina.taps_on(amina.page.get_by_role("link", name=what))
        amina.ticks(amina.page.locator(f"[name=answer][value={answer}]"))
        amina.page.locator("[name=words]").fill(words)
        amina.presses("Send the answer")
        fits(amina)
        rosa.page.reload()
        rosa.sees_words(words)
        rosa.follows("Ask again, in other words" if answer == "no" else "Write it down as spent")
    rosa.types("How much?", "14.50")
    rosa.presses("Add it")
    expect(rosa.page.locator(".amount b")).to_contain_text(LEFT)
    fits(rosa)


def decides(rosa: Rosa, record: str) -> None:
    rosa.opens(f"{record}decisions/add")
    rosa.page.locator("[name=question]").fill(WHICH)
    rosa.page.locator("[name=option_a]").fill(WAY)
    rosa.presses("Save")
    rosa.follows("Say what was decided")
    rosa.ticks(rosa.page.locator("[name=chosen][value=a]"))
    rosa.presses("Save")
    expect(rosa.page.locator("#decided + .card")).to_contain_text(WAY)


def agree_on_a_line_of_the_plan(rosa: Rosa, amina: Amina, record: str) -> None:
    """From the service that she saved, to a line that both said yes to."""
    rosa.opens(f"{record}community/")
    rosa.taps_on(rosa.page.get_by_role("link", name=SERVICE).first)
    rosa.follows("Put it in my plan")
    if rosa.page.locator("[name=part]").count():
        rosa.page.locator("[name=part]").select_option("good")
    rosa.page.locator("[name=text]").fill(PLANNED)
    rosa.presses("Ask %(name)s to agree", name="Amina")
    amina.opens("/inbox/")
    amina.follows("A change to the plan of %(name)s waits for your yes or no", name="Rosa")
    amina.taps_on(amina.page.locator("#waiting a").first)
    amina.sees_words(PLANNED)
    amina.presses("I agree")
    rosa.opens(f"{record}plan/")
    rosa.sees_words(PLANNED)
    fits(rosa)


def went(rosa: Rosa, record: str) -> None:
    rosa.opens(f"{record}asks/")
    rosa.follows("I went")
    rosa.page.locator("[name=how_it_was]").fill(WAS)
    rosa.ticks(rosa.page.locator("[name=tells]"))
    rosa.presses("Save")
    rosa.sees("Thank you. It is over.")
    rosa.opens(f"{record}community/saved/")
    rosa.taps_on(rosa.page.get_by_role("link", name=SERVICE).first)
    rosa.follows("Say how it is")
    rosa.ticks(rosa.page.locator("[name=state][value=going]"))
    rosa.presses("Save")


def is_ready_with_everything_ticked(rosa: Rosa, record: str, visit: UUID) -> None:
    rosa.opens(f"{record}appointments/{visit}/prepare/")
    rosa.writes_what_matters(MATTERS)
    rosa.presses("I’m ready: share with %(name)s", name="Amina")
    rosa.sees_words(MATTERS)
    rosa.follows("Choose what to share")
    for tick in rosa.page.locator("[name=sections]").all():
        if not tick.is_checked():
            rosa.ticks(tick)
    if rosa.page.get_by_role("button", name=rosa.says("Show it with these choices")).count():
        rosa.presses("Show it with these choices")
    for each in ALL:  # what she is shown before it goes has it
        expect(rosa.page.locator("#preview, .sheet").first).to_contain_text(each)
    rosa.does_not_see_words(ONLY_ME)
    rosa.presses("Share with %(name)s", name="Amina")
    rosa.sees("This is the newest one.")
    fits(rosa)


def amiss(text: str) -> dict[str, int]:
    """What does not stand there exactly once."""
    flat = " ".join(text.split())
    found = {each: flat.count(each) for each in ALL}
    often = {WAY: 2}  # what could be done, and what was decided
    return {each: number for each, number in found.items() if number != often.get(each, 1)} | (
        {ONLY_ME: flat.count(ONLY_ME)} if ONLY_ME in flat else {}
    )


def test_from_a_goal_to_all_that_the_nurse_reads_of_it(cast: Cast, new_client: Callable[..., Client]) -> None:
    """Alone catches: two rooms of which each does what it should, and one does not lead to the other; words that a
    summary has on its page and not in its text, its PDF or its FHIR document, or twice; a budget that is said as it was
    before; what is *only me* among all that was ticked."""
    rosa, amina, record = cast.rosa, cast.amina, cast.record
    finds_a_service_for_her_goal(rosa, record)
    asks_and_gets_a_place(rosa, cast.priya, record)
    writes_down_what_is_agreed(rosa)
    asks_before_spending(rosa, amina, record)
    decides(rosa, record)
    if rosa.locale == "en":
        agree_on_a_line_of_the_plan(rosa, amina, record)
    went(rosa, record)
    if rosa.locale != "en":  # the other way round: first she went
        agree_on_a_line_of_the_plan(rosa, amina, record)
    is_ready_with_everything_ticked(rosa, record, cast.ids["visit"])

    amina.opens_the_summary_of("Rosa")
    fits(amina)
    assert amiss(amina.page.locator("main").inner_text()) == {}
    amina.page.emulate_media(media="print")
    assert amiss(amina.page.locator("main").inner_text()) == {}
    amina.page.emulate_media(media="screen")
    pdf = amina.page.get_by_role("link", name=amina.says("Save as PDF")).get_attribute("href")
    assert amiss(amina.copies_it_as_text()) == {}
    nurse, own = new_client(), new_client()
    nurse.sign_in(cast.ids["amina"])
    assert amiss(Pdf(nurse.get(str(pdf)).response.data).text) == {}
    own.sign_in(cast.ids["rosa"])
    told = own.get(f"/fhir/Patient/{cast.ids['person']}/$summary").response.data
    assert amiss(texts(json.loads(told))) == {}
    assert ONLY_ME not in told.decode()
