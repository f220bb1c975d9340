"""Somebody asks to be called with no signal: it waits, and says that it is not sent and whom to call meanwhile."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from selfcare.database import command, session
from selfcare.requests import actions
from selfcare.requests.models import ContactRequest
from tests import factories
from tests.phone.pocket import Town

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_without_a_signal_it_waits_and_says_to_call(town: Town, chromium: Browser) -> None:
    with town.app.test_request_context(), command():
        actions.cancel(factories.permit(town.house.rosa, town.house.person), town.ids["request_id"])
        before = set(session().scalars(select(ContactRequest.id)))
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        page = phone.open(f"{town.base}/get-in-touch/")
        phone.heads("Please get in touch")
        expect(page.locator("main")).to_contain_text("It counts from when your phone could send it.")
        assert phone.faults() == []
        page.locator("[name=about]").fill("My new tablets")
        page.locator("[name=number]").fill("07700 900461")
        page.get_by_role("button", name="Ask Amina to get in touch").click()
        phone.heads("Saved on this phone")
        kept = page.locator("body")
        expect(kept).to_contain_text("Not sent yet: to reach somebody now, call.")
        expect(kept).to_contain_text("My new tablets")
        assert phone.faults() == []
        phone.context.set_offline(False)
        phone.sent()
        # A second one meets the first: it is said so, and its words are there.
        phone.context.set_offline(True)
        page = phone.open(f"{town.base}/get-in-touch/")
        page.locator("[name=about]").fill("The stair lift")
        page.locator("[name=number]").fill("07700 900999")
        page.get_by_role("button", name="Ask Amina to get in touch").click()
        phone.heads("Saved on this phone")
        phone.context.set_offline(False)
        phone.open("/")
        phone.strip_says("1 entry could not be sent")
        phone.open("/waiting/")
        expect(page.locator("main")).to_contain_text("You asked already.")
        assert page.locator(".quoted").inner_text().splitlines()[1:] == ["The stair lift", "07700 900999"]
    with town.app.test_request_context():
        made = [row for row in session().scalars(select(ContactRequest)) if row.id not in before]
    assert [row.about for row in made] == ["My new tablets"]
