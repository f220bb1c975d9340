"""Looking for help on a phone: the list changes where something is ticked, and the way back leads to it."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.database import command
from tests import factories
from tests.conftest import Browse
from tests.factories import near_by

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_what_is_ticked_changes_the_list_the_address_and_what_is_said_to_be_on(
    app: Flask, browse: Browse
) -> None:
    """Alone catches: a list that stays, a count that is said to nobody, a way back that forgets what was ticked, and
    words that were typed and are lost by a tick.
    """
    with app.test_request_context(), command():
        house = factories.household()
        listed = near_by.a_list()
        near_by.movement_class(listed)
        near_by.a_service(listed, "Money desk", tags={"need": ["money"]})
    page = browse("phone", account=house.rosa.id)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/people/{house.person.id}/community/")
    count, fold = page.locator("#count"), page.locator("details summary", has_text="Cost")
    expect(count).to_contain_text("2 found")
    page.get_by_label("To get moving").check()
    expect(count).to_contain_text("1 found")
    assert count.get_attribute("role") == "status"
    expect(page.locator("#found")).not_to_contain_text("Money desk")
    fold.click()
    page.locator("label[for=free]").click()
    expect(fold).to_contain_text("(1 on)")
    expect(page.locator("#found > p").first).to_have_text("Free.")
    page.get_by_role("link", name="Hill Street movement class").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hill Street movement class")
    page.go_back()
    expect(page.get_by_label("To get moving")).to_be_checked()
    expect(page.locator("#count")).to_contain_text("1 found")
    page.locator("#q").fill("money")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#count")).to_contain_text("None found")
    page.get_by_role("link", name="Without “To get moving”").or_(
        page.get_by_role("link", name="Clear")
    ).first.click()
    expect(page.locator("#count")).to_contain_text("found")
