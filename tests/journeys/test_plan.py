"""From a goal and a decision to a plan that both agreed to, to what is done, and to what Amina reads."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.agreed.models import Line
from selfcare.appointments import actions as appointments
from selfcare.care_plan.models import PlanChange
from selfcare.database import command, session
from selfcare.goals import actions as goals
from selfcare.web.access import Area, Level
from tests import factories
from tests.conftest import Browse
from tests.factories import plans
from tests.factories.record import ahead
from tests.harness.axe import axe
from tests.harness.places import only_proof
from tests.pages.people import Amina, Rosa, Someone

HOPE, OURS = "Walk to the shop and back", "Walk to the shop and back, with Leon, by the summer"
DOES = "Walks along on Tuesdays"
WHICH, WAY = "How do I get to the shop again?", "On foot, with Leon"


def stands(who: Someone, *words: str) -> None:
    """What somebody typed can be seen, and is not only there."""
    for each in words:
        expect(who.page.get_by_text(each).locator("visible=true").first).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "javascript"), [("en", True), *only_proof(("ur", True), ("en", False))],
    ids=["english", "urdu", "no javascript"],
)  # fmt: skip
def test_a_goal_becomes_a_plan_that_both_agreed_to(
    app: Flask, browse: Browse, locale: str, javascript: bool
) -> None:
    """Alone catches: a step of the way that leads nowhere, on a phone, between two people who take turns; words that
    are lost or change between the goal and the page that Amina reads, on screen, on paper or as text."""
    with app.test_request_context(), command():
        house = factories.household({Area.APPOINTMENTS: Level.SEE})
        plans.let_team(house)
        permit = factories.permit(house.rosa, house.person)
        goal = goals.add(permit, text=HOPE, why="To see people").id
        visit = appointments.add_visit(permit, when=ahead(permit, days=5), how="phone", with_whom="Amina").id
        plans.agreed(house, part="again", until=permit.today() + timedelta(days=30))
    record = f"/people/{house.person.id}/"
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    rosa = Rosa(browse("phone", account=house.rosa.id, locale=spoken, javascript=javascript), locale)
    amina = Amina(browse("desk", account=house.amina.id, javascript=javascript))
    looks_well = axe if javascript else lambda _page: None

    # Rosa thinks about how to get there, and decides it with Amina.
    rosa.opens(f"{record}decisions/add")
    rosa.page.locator("[name=question]").fill(WHICH)
    rosa.page.locator("[name=option_a]").fill(WAY)
    rosa.presses("Save")
    rosa.follows("Say what was decided")
    rosa.ticks(rosa.page.locator("[name=chosen][value=a]"))
    rosa.page.locator("[name=with_whom]").fill("Amina")
    rosa.presses("Save")
    expect(rosa.page.locator("#decided + .card")).to_contain_text(WAY)
    looks_well(rosa.page)

    # Rosa puts her goal into the plan, and says who does what.
    rosa.opens(f"{record}goals/{goal}/")
    rosa.follows("Put it into the plan")
    rosa.presses("Ask %(name)s to agree", name="Amina")
    rosa.sees("It waits until %(name)s says yes or no.", name="Amina")
    rosa.opens(f"{record}plan/suggest")
    rosa.page.locator("[name=part]").select_option("does")
    rosa.page.locator("[name=who]").fill("Leon")
    rosa.page.locator("[name=text]").fill(DOES)
    rosa.presses("Ask %(name)s to agree", name="Amina")

    # Amina says the hope in other words, and yes to who does what, which comes next by itself.
    amina.opens("/inbox/")
    amina.follows("A change to the plan of %(name)s waits for your yes or no", name="Rosa")
    amina.taps_on(amina.page.locator("#waiting a").first)
    amina.sees_words(HOPE)
    looks_well(amina.page)
    amina.follows("Say it in my own words")
    amina.page.locator("[name=text]").fill(OURS)
    amina.presses("Suggest it")
    amina.sees_words(DOES)
    amina.presses("I agree")
    amina.heading("The plan of %(name)s", name="Rosa")

    # Rosa finds it on Today, sees what is new, and says yes.
    rosa.opens("/")
    rosa.follows("A change to your plan waits for your yes or no")
    rosa.taps_on(rosa.page.locator("#waiting a").first)
    assert [new.inner_text().split("\n")[-1] for new in rosa.page.locator("ins").all()] != []
    looks_well(rosa.page)
    rosa.presses("I agree")
    rosa.heading("My plan")
    rosa.sees_words(OURS)
    looks_well(rosa.page)

    # What Leon does is on the list of what was agreed, in one tap.
    rosa.taps_on(rosa.page.locator("form[action$='/agreed/add'] button"))
    rosa.sees_words(DOES)

    # At the next visit nothing of the plan waits, and what was agreed stands there; plan and decision go along.
    rosa.opens(f"{record}appointments/{visit}/prepare/")
    rosa.does_not_see_words(rosa.says("Look at my plan"))
    expect(rosa.page.locator("#agreed")).to_contain_text(DOES)
    rosa.opens(f"{record}summary/")
    for section in ("plan", "decisions"):
        rosa.ticks(rosa.page.locator(f"[name=sections][value={section}]"))
    if not javascript:
        rosa.presses("Show it with these choices")
    for each in (OURS, WHICH):  # what she is shown has it
        expect(rosa.page.locator("#preview, .sheet").first).to_contain_text(each)
    rosa.presses("Share with %(name)s", name="Amina")
    rosa.sees("This is the newest one.")
    amina.opens_the_summary_of("Rosa")
    stands(amina, OURS, DOES, WHICH, WAY)
    looks_well(amina.page)
    amina.page.emulate_media(media="print")
    stands(amina, OURS, DOES, WHICH, WAY)
    amina.page.emulate_media(media="screen")
    text = amina.copies_it_as_text()
    assert [words for words in (OURS, DOES, WHICH, WAY) if words not in text] == []
    with app.app_context():
        line = session().scalars(select(Line)).one()
        assert (line.what, line.owner_id, line.from_kind) == (DOES, house.leon.id, "plan")
        states = {row.text: row.state for row in session().scalars(select(PlanChange)) if row.text}
        assert states == {HOPE: "countered", OURS: "agreed", DOES: "agreed"}
