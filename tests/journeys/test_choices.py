"""A decision from its first word to the visit, and a medicine that stops: on a phone, with and without JavaScript."""

from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.appointments import actions as appointments
from selfcare.database import command
from tests import factories
from tests.conftest import Browse
from tests.factories.record import ahead
from tests.harness.axe import findings
from tests.journeys.conftest import Counted
from tests.pages.people import Rosa

pytestmark = pytest.mark.parametrize(
    ("locale", "javascript"),
    [
        pytest.param("en", True, id="english"),
        pytest.param("en", False, id="no javascript", marks=pytest.mark.proof),
        pytest.param("ur", True, id="urdu", marks=pytest.mark.proof),
    ],
)
PHONE, WHOLE = {"width": 390, "height": 844}, {"width": 390, "height": 2400}
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def accessible(rosa: Rosa) -> bool:
    """All of the page at once, so that the bar below lies over none of it."""
    rosa.page.set_viewport_size(WHOLE)  # type: ignore[arg-type]
    found = findings(rosa.page)
    rosa.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert found == ([], [])
    return True


def comes(app: Flask, browse: Browse, locale: str, javascript: bool) -> tuple[Rosa, str, UUID]:
    with app.test_request_context(), command():
        house = factories.household()
        rosa = factories.permit(house.rosa, house.person)
        visit = appointments.add_visit(
            rosa, when=ahead(rosa, days=4), how="phone", with_whom="Amina", purpose=""
        ).id
        account, record = house.rosa.id, f"/people/{house.person.id}/"
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    return Rosa(browse("phone", account=account, locale=spoken, javascript=javascript), locale), record, visit


def test_a_decision_from_its_first_word_to_the_visit(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    """Alone catches: a table that does not scroll or makes the page wider than the phone, and a way in too long."""
    rosa, record, visit = comes(app, browse, locale, javascript)
    rosa.opens(f"{record}mine/")
    with counted("add a decision", rosa, taps=3):
        rosa.follows("Decisions")
        rosa.follows("Add a decision")
        for name, text in (
            ("question", "Which way?"),
            ("option_a", "A class"),
            ("option_b", "Home"),
            ("option_c", "Pool"),
        ):
            rosa.page.locator(f"[name={name}]").fill(text)
        rosa.presses("Save")
    expect(rosa.page.locator("h1")).to_have_text("Which way?")
    rosa.follows("Add what you were told")
    rosa.ticks(rosa.page.locator("[name=kind][value=hard]"))
    for name, text in (
        ("what", "Sore"),
        ("cell_a", "20 / 100"),
        ("cell_b", "200 / 1,000"),
        ("told_by", "Amina"),
    ):
        rosa.page.locator(f"[name={name}]").fill(text)
    rosa.presses("Save")
    rosa.sees("Use the same “out of” for all, or write words.")
    rosa.page.locator("[name=cell_b]").fill("10 / 100")
    rosa.presses("Save")
    rosa.sees("Not told")
    scroll = rosa.page.locator(".choices-scroll")
    assert scroll.evaluate("box => box.scrollWidth > box.clientWidth"), "the fourth stands beside three"
    assert rosa.page.evaluate(WIDE) <= 0, "the page is wider than the phone"
    scroll.focus()
    expect(scroll).to_be_focused()  # from the keyboard it is scrolled as from the finger
    if javascript:
        assert accessible(rosa)
    rosa.ticks(rosa.page.locator("[name=lean][value=not_yet]"))
    rosa.presses("Save")
    expect(rosa.page.locator("[name=lean][value=not_yet]")).to_be_checked()
    with counted("a prompt becomes a question", rosa, taps=2):
        rosa.taps_on(rosa.page.locator("#ask > summary"))
        rosa.presses("What else could we try?")
    rosa.opens(f"{record}appointments/{visit}/prepare/")
    expect(rosa.page.locator("#decisions")).to_contain_text("Which way?")
    rosa.sees("What else could we try?")


def test_a_medicine_is_kept_and_stops(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    """Alone catches: a day that is asked for though nobody knows it, and what stopped that is not folded away."""
    rosa, record, _ = comes(app, browse, locale, javascript)
    rosa.opens(f"{record}mine/")
    with counted("add a medicine", rosa, taps=4):
        rosa.follows("Health as I keep it")
        rosa.follows("Add a medicine")
        rosa.page.locator("[name=name]").fill("Folic acid 5 mg")
        rosa.ticks(rosa.page.locator("[name=since][value=unknown]"))
        rosa.presses("Save")
    rosa.sees("It is not known since when")
    if javascript:
        assert accessible(rosa)
    rosa.taps_on(rosa.page.get_by_role("link", name="Folic acid 5 mg"))
    rosa.follows("Change")
    expect(rosa.page.locator("[name=stopped_on]")).to_be_visible(visible=not javascript)
    rosa.ticks(rosa.page.locator("[name=stopped][value=unknown]"))
    rosa.presses("Save")
    rosa.sees("Stopped, it is not known when")
    rosa.opens(f"{record}health/")
    expect(rosa.page.get_by_role("link", name="Folic acid 5 mg")).to_be_hidden()
    rosa.taps_on(rosa.page.locator("main details > summary"))
    expect(rosa.page.get_by_role("link", name="Folic acid 5 mg")).to_be_visible()
