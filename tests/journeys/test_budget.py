"""A budget on a phone without JavaScript: asked, no with a reason, asked again, yes, spent, receipt, what is left."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.budget import ask_actions, queries
from selfcare.database import command, session
from selfcare.people.models import Person
from selfcare.web.access import Area
from tests import factories
from tests.conftest import Browse
from tests.factories import budgets, plans
from tests.factories.letters import a_photo
from tests.harness.axe import findings
from tests.journeys.conftest import Counted
from tests.pages.people import Rosa

pytestmark = pytest.mark.parametrize(
    ("locale", "javascript"),
    [
        pytest.param("en", False, id="no javascript"),
        pytest.param("ur", False, id="urdu", marks=pytest.mark.proof),
        pytest.param("en", True, id="english", marks=pytest.mark.proof),
    ],
)
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def answers(app: Flask) -> Callable[..., None]:
    """What the nurse says to the ask that waits."""

    def say(house: factories.Household, answer: str, words: str) -> None:
        with app.test_request_context(), command():
            amina = factories.permit(house.amina, session().get_one(Person, house.person.id))
            waits = queries.waiting(amina)[0]
            ask_actions.answer(amina, waits.id, waits.version, answer=answer, words=words)

    return say


def test_from_asking_to_what_is_left(
    app: Flask,
    browse: Browse,
    locale: str,
    javascript: bool,
    counted: Counted,
    answers: Callable[..., None],
    tmp_path: Path,
) -> None:
    """Alone catches: a step that needs a script, a page wider than the phone, a photo that no browser sends."""
    with app.test_request_context(), command():
        house = factories.household()
        plans.let_team(house, area=Area.BUDGET)
        budgets.begin(factories.permit(house.rosa, house.person))
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    rosa = Rosa(browse("phone", account=house.rosa.id, locale=spoken, javascript=javascript), locale)
    rosa.opens(f"/people/{house.person.id}/mine/")
    with counted("ask before spending", rosa, taps=3):
        rosa.follows("My budget")
        rosa.follows("Ask about something")
        rosa.types("What would you like to spend it on?", "A garden seat")
        rosa.types("How much is it?", "60")
        rosa.presses("Ask %(name)s", name="Amina")
    rosa.heading("May I spend on this?")
    answers(house, "no", "A seat is for the house. Could it be a fold-up one?")
    rosa.page.reload()
    rosa.sees_words("Could it be a fold-up one?")
    rosa.follows("Ask again, in other words")
    rosa.types("What would you like to spend it on?", "A fold-up seat for walks")
    rosa.types("How much is it?", "35")
    rosa.presses("Ask %(name)s", name="Amina")
    answers(house, "yes", "It fits what the money is for.")
    rosa.page.reload()
    rosa.follows("Write it down as spent")
    rosa.types("How much?", "۳۴٫۵۰")
    rosa.presses("Add it")
    expect(rosa.page.locator(".amount b")).to_contain_text("£1,165.50")
    with counted("a spend in one line", rosa, taps=1):
        rosa.types("How much?", "7.40")
        rosa.types("What for?", "Taxi to the class")
        rosa.presses("Add it, and then the receipt")
    photo = tmp_path / "receipt.jpg"
    photo.write_bytes(a_photo())
    rosa.page.locator("input[type=file]").set_input_files(photo)
    rosa.presses("Keep it")
    expect(rosa.page.locator("img.sheet__photo")).to_be_visible()
    assert rosa.page.evaluate(WIDE) <= 0
    rosa.follows("My budget")
    expect(rosa.page.locator(".amount b")).to_contain_text("£1,158.10")
    rosa.sees("with a receipt")
    assert rosa.page.evaluate(WIDE) <= 0, "the page is wider than the phone"
    if javascript:
        rosa.page.set_viewport_size({"width": 390, "height": 2400})  # so that the bar lies over none of it
        assert findings(rosa.page) == ([], [])
