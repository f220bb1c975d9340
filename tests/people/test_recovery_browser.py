"""A new way in, in real browsers: asked, confirmed by a second, told, stopped by the owner in one tap; or not."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from selfcare.database import command
from selfcare.people import recovery
from selfcare.people.models import Recovery
from tests.conftest import Browse
from tests.people.scenes import Home, colleague, home_with_way

# What is proven here happens in the browser; what the database holds is asked on both engines in test_recovery.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def house(app: Flask) -> Home:
    return home_with_way(app)


@pytest.fixture
def priya(app: Flask, house: Home) -> UUID:
    return colleague(app, house)


def ask(page: Page, house: Home) -> None:
    page.goto(f"/people/{house.person}/recovery")
    page.get_by_role("link", name="Go on").click()
    page.get_by_text("Face to face", exact=True).click()
    page.get_by_label("What did you see").fill("Her passport, at our desk")
    page.get_by_role("button", name="Ask a colleague to confirm").click()
    expect(page.locator("main")).to_contain_text("A second member of your team has to confirm it.")
    expect(page.get_by_role("button", name="I confirm it")).to_have_count(0)


def confirm(page: Page) -> str:
    """:returns: the code on the letter."""
    page.goto("/inbox/")
    page.get_by_role("link", name="A colleague asks for a new way in for").click()
    expect(page.locator("main")).to_contain_text("Her passport, at our desk")
    page.get_by_role("button", name="I confirm it").click()
    page.get_by_role("button", name="Make the letter").click()
    return page.locator(".qr__code").inner_text()


def a_day_later(app: Flask) -> None:
    """The server's clock is nobody's to turn: what was confirmed was confirmed a day earlier."""
    with app.app_context(), command() as work:
        row = work.query(Recovery).one()
        for name in ("asked_at", "confirmed_at", "opens_at", "expires_at"):
            setattr(row, name, getattr(row, name) - recovery.WAIT - timedelta(seconds=1))


def come_back(page: Page, code: str) -> None:
    page.goto("/come-back")
    page.get_by_label("Code").fill(code)
    for part, value in (("Day", "27"), ("Month", "3"), ("Year", "1962")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("E-mail").fill("new@example.net")
    page.get_by_label("Password").fill("winter ladder teapot")
    page.get_by_role("button", name="Save and come in").click()


def test_the_owner_stops_it_in_one_tap(app: Flask, house: Home, priya: UUID, browse: Browse) -> None:
    """It would catch a button that the page of a phone shows only further down, or that needs a second page."""
    rosa = browse("phone", account=house.rosa)
    ask(browse("desk", account=house.amina), house)
    code = confirm(browse("desk", account=priya))
    rosa.goto("/")
    expect(rosa.locator("main")).to_contain_text("Your team has confirmed a new way in to your account.")
    expect(rosa.get_by_role("button", name="Stop it")).to_be_in_viewport()
    rosa.get_by_role("button", name="Stop it").click()
    expect(rosa.locator("main")).to_contain_text("Nobody asks for a new way in to your account.")
    a_day_later(app)
    other = browse("phone")
    come_back(other, code)
    expect(other.get_by_role("alert")).to_contain_text("do not fit together")
    expect(other.get_by_label("E-mail")).to_have_value("new@example.net")
    rosa.goto("/account/")
    expect(rosa.locator("h1")).to_have_text("Account")
