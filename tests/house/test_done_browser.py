"""What a press did stands in view after it, and has the focus: on a small phone and at a desk."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from selfcare.database import command, now
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedHold, TypedResult
from tests import factories
from tests.conftest import Browse

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def done(page: Page, said: str) -> None:
    box = page.locator("#done")
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()
    expect(box).to_contain_text(said)


def test_what_was_done_is_in_view_and_has_the_focus(app: Flask, browse: Browse) -> None:
    """Alone catches: a sentence off the screen, or one there from the start, which no screen reader says."""
    with app.test_request_context(), command():
        house = factories.household()
        report = filing.file_typed(
            factories.permit(house.amina, house.person),
            asked_for="Full blood count",
            laboratory="Riverside Pathology",
            results=[TypedResult("Haemoglobin", "118")],
            hold=TypedHold("To talk.", now() + timedelta(days=2)),
        )
    base = f"/people/{house.person.id}"
    page = browse("phone", account=house.rosa.id)
    page.set_viewport_size({"width": 360, "height": 572})
    page.goto(f"{base}/results/{report}/")
    page.get_by_role("button", name="Ask to see it sooner").click()
    done(page, "Amina has been told.")
    page.goto(f"{base}/questions/add")
    page.locator("#question textarea").first.fill("Can I drive?")
    page.get_by_role("button", name="Save").click()
    done(page, "Saved.")
    desk = browse("desk", account=house.amina.id)
    desk.goto(f"{base}/details/change")
    desk.get_by_role("button", name="Save").click()
    done(desk, "Saved.")
    desk.goto(f"{base}/contacts/add?undone=1")
    done(desk, "Undone.")
    desk.reload()
    expect(desk.locator("#done"), "it is said once, not again when the page is loaded anew").to_have_count(0)
