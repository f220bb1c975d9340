"""*Next without saving* loses nothing: what was typed of a contact is offered again when its form is opened."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.database import command
from tests import factories
from tests.conftest import Browse
from tests.web.test_drafts_browser import drafts

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SAID = "She would rather talk on Friday."


def test_what_was_typed_is_offered_again_after_going_on_without_saving(app: Flask, browse: Browse) -> None:
    """Alone catches: a note that goes with the person it was about, once the next one stands in its place."""
    with app.test_request_context(), command():
        house = factories.household()
        other = factories.person(house.amina, house.team, known_as="Gwen")
        account, log = house.amina.id, f"/people/{house.person.id}/contacts/add"
        gwen = f"/people/{other.id}/contacts/add"
    page = browse("desk", account=account)
    page.goto(log)
    page.locator("[name=said]").fill(SAID)
    drafts(page, 1)
    page.get_by_role("link", name="Next without saving").click()
    expect(page.locator("h1")).to_have_text("My people")
    page.goto(gwen)
    expect(page.locator("[name=said]")).to_have_value("")
    expect(page.locator("[data-draft=back]")).to_have_count(0)
    page.goto(log)
    page.locator("[data-draft=back]").click()
    expect(page.locator("[name=said]")).to_have_value(SAID)
