"""One whole circle over two visits: getting ready, talking, what was agreed, and looking at it again."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Appointment
from selfcare.database import command, now, session
from selfcare.web.when import at_instant
from tests import factories
from tests.conftest import Browse
from tests.harness.places import only_proof
from tests.journeys.conftest import Counted
from tests.pages.people import Amina, Rosa

TABLETS, HOME = "Is the tiredness from the new tablets?", "Could my next visit be at home?"
STAIRS = "How the stairs are going"
DOCTOR, SHOP = "Ask the doctor about the tablets", "Walk to the shop with Leon"


def two_visits(app: Flask) -> tuple[factories.Household, UUID, UUID]:
    with app.test_request_context(), command():
        house = factories.household()
        rosa = factories.permit(house.rosa, house.person)
        first, second = (
            appointments.add_visit(
                rosa,
                when=at_instant((now() + span).replace(second=0, microsecond=0), rosa.zone),
                how="phone",
                with_whom="Amina",
            ).id
            for span in (timedelta(days=1), timedelta(days=6))
        )
        return house, first, second


def is_over(app: Flask, house: factories.Household, visit: UUID) -> None:
    """A visit that was to come has been, five hours ago."""
    with app.test_request_context(), command():
        row = session().get_one(Appointment, (house.person.id, visit))
        moment = at_instant(now() - timedelta(hours=5), factories.permit(house.rosa, house.person).zone)
        row.utc, row.wall = moment.utc, moment.wall


@pytest.mark.parametrize(
    ("locale", "javascript"),
    [*only_proof(("en", True)), ("en", False), ("ur", True)],
    ids=["english", "no javascript", "urdu"],
)
def test_the_second_preparation_shows_what_was_agreed_at_the_first(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    house, first, second = two_visits(app)
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    rosa = Rosa(browse("phone", account=house.rosa.id, locale=spoken, javascript=javascript), locale)
    amina = Amina(browse("desk", account=house.amina.id, javascript=javascript))
    record = f"/people/{house.person.id}/"

    # Rosa gets ready for the first visit: what matters to her, and two questions.
    rosa.opens(f"{record}appointments/{first}/prepare/")
    for question in (TABLETS, HOME):
        rosa.follows("Add a question")
        rosa.asks(question)
    rosa.does_not_see_words(DOCTOR)

    # They talk. In the evening she says what came of it: six taps, and all of it on one page.
    is_over(app, house, first)
    rosa.opens("/")
    with counted("after the visit", rosa, taps=6, loads=2):
        rosa.follows("How was your visit?")
        rosa.ticks(rosa.page.get_by_label(TABLETS))
        rosa.page.locator("[name$=-answer]").first.fill("She asks the doctor.")
        rosa.taps_on(rosa.page.locator("summary", has_text=rosa.says("Add a line")))
        rosa.page.locator("[name=line1-what]").fill(DOCTOR)
        rosa.ticks(rosa.page.locator(f"[name=line1-who][value='{house.amina.id}']"))
        rosa.ticks(rosa.page.locator("[name=how][value=good]"))
        rosa.presses("Save")
        rosa.sees_words("She asks the doctor.")

    # On the list she adds what she does herself; Amina finds her own promise on her list and ticks it.
    rosa.opens(f"{record}agreed/")
    rosa.sees("%(name)s does", name="Amina")
    rosa.follows("Add something we agreed")
    rosa.page.locator("[name=what]").fill(SHOP)
    rosa.ticks(rosa.page.locator("[name=who][value=me]"))
    rosa.presses("Add this line")
    amina.opens("/caseload/")
    amina.follows("What I agreed to do")
    amina.sees_words(DOCTOR)
    amina.does_not_see_words(SHOP)
    amina.presses("Done: %(what)s", what=DOCTOR)
    amina.sees("Done.")

    # Rosa ticks hers on Today.
    rosa.opens("/")
    rosa.sees_words(SHOP)
    rosa.taps_on(rosa.page.locator("main form[action$='/done'] button"))
    rosa.sees("Done.")

    # Amina says what she would like to talk about the next time, from the visit.
    amina.opens(f"{record}appointments/{second}/")
    amina.follows("Say what I would like to talk about")
    amina.page.locator("[name=agenda]").fill(STAIRS)
    amina.presses("Save")
    amina.sees("Not read yet.")

    # The second preparation shows both agendas, what was agreed at the first, and the question that was kept; what she
    # shares, too. Amina sees that she has read it.
    rosa.opens(f"{record}appointments/{second}/prepare/")
    rosa.sees("What %(name)s would like to talk about", name="Amina")
    rosa.sees_words(STAIRS)
    if javascript:  # what comes into view is read
        rosa.page.get_by_text(STAIRS).first.scroll_into_view_if_needed()
        expect(rosa.button("I have read it")).to_have_count(0)
    else:
        rosa.presses("I have read it")
    amina.opens(f"{record}appointments/{second}/")
    expect(amina.page.locator("main")).to_contain_text("Read by Rosa")
    rosa.sees("What we agreed last time")
    rosa.sees_words(DOCTOR)
    rosa.sees_words(SHOP)
    rosa.sees_words(HOME)
    rosa.does_not_see_words(TABLETS)
    rosa.shares_her_summary(record, "Amina")
    amina.opens_the_summary_of("Rosa")
    amina.sees_words(STAIRS)
    amina.sees("What was agreed before")
    amina.sees_words(DOCTOR)
    assert DOCTOR in amina.copies_it_as_text()
