"""The plan on a phone, without a signal."""

import pytest
from playwright.sync_api import Browser, expect

from selfcare.database import command
from tests.factories import plans
from tests.phone.pocket import Town

# What is proven here happens in the browser; what the server answers is asked on both engines in care_plan.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_the_plan_is_kept_by_itself(town: Town, chromium: Browser) -> None:
    """Alone catches: what to do if things change, which opens without a signal only while a visit is to come."""
    with town.app.test_request_context(), command():
        plans.a_plan(town.house)
    there = f"/people/{town.house.person.id}/plan/"
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open(there)
        page.get_by_role("switch", name="Keep on this phone").check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        town.stop()
        phone.open(there)
        expect(page.get_by_text("I cannot do the stairs two days running.")).to_be_visible()
        expect(page.get_by_text("Kept on this phone, as it was then.")).to_be_visible()
