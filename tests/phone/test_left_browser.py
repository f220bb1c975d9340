"""Somebody who helps is done for now, or ends it: the phone keeps no page of the person any more."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from selfcare.database import command
from selfcare.people.models import Relationship
from tests.harness.places import only_proof
from tests.phone.pocket import Phone, Town, entries

# What is proven here happens in the browser.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


# The answer about a visit is on its way until it is let go; `after` is when whoever asked has gone on with it.
HOLD = """
const [asked, held, after] = [self.fetch, Promise.withResolvers(), Promise.withResolvers()];
const begun = Promise.withResolvers();
Object.assign(self, { begun: begun.promise, after: after.promise, let_go: held.resolve });
let resumed = false;
self.fetch = async (url, ...more) => {
  if (resumed) after.resolve();
  const answer = await asked(url, ...more);
  if (String(url).endsWith("/prepare/keep")) {
    begun.resolve();
    await held.promise;
    resumed = true;
  }
  return answer;
};
"""
SEND = "(message) => navigator.serviceWorker.controller.postMessage(message)"


def _opens(phone: Phone, town: Town, address: str) -> bool:
    """Whether an address opens as its own page without a server."""
    town.stop()
    page = phone.open(address)
    found = page.locator("form#log, form#one").count() > 0
    town.start()
    return found


def test_done_for_now_leaves_no_page_of_the_person_until_they_are_opened_again(
    town: Town, chromium: Browser
) -> None:
    """Alone catches: a record that stays on a shared phone after *Done for now*, or comes back with the next look."""
    with town.phone(chromium, town.house.leon) as phone:
        phone.allow(town.log)
        phone.ask({"type": "keep", "account": str(town.house.leon.id), "path": town.prepare})
        assert _opens(phone, town, town.base + "/diary/note")
        page = phone.open(town.base + "/")
        page.get_by_role("link", name="Done for now").click()
        done = "You are done with the record of Rosa for now."
        expect(page.get_by_text(f"{done} No page of it is kept on this phone.")).to_be_visible()
        # Every page that asks for what is kept asks anew: still nothing of hers.
        phone.ask({"type": "pages", "account": str(town.house.leon.id)})
        assert not _opens(phone, town, town.base + "/diary/note")
        town.stop()
        page = phone.open(town.prepare)
        expect(page.get_by_text("What matters most this time")).to_have_count(0)
        town.start()
        phone.opens_and_keeps_anew(town.base + "/diary/note")
        assert _opens(phone, town, town.base + "/diary/note")


@pytest.mark.parametrize("way", ["left", *only_proof("forgotten")])
def test_a_visit_that_is_being_kept_does_not_come_back(town: Town, chromium: Browser, way: str) -> None:
    """Alone catches: a visit asked for before *Done for now*, or before it was taken off, that is kept after it."""
    leon = {"account": str(town.house.leon.id)}
    with town.phone(chromium, town.house.leon) as phone:
        phone.allow(town.log)
        phone.ask({"type": "keep", "path": town.prepare, **leon})
        phone.in_worker(HOLD)
        worker = phone.context.service_workers[0]
        phone.page.evaluate(SEND, {"type": "pages", **leon})
        worker.evaluate("() => self.begun")
        if way == "left":
            phone.open(town.base + "/").get_by_role("link", name="Done for now").click()
            expect(phone.page.get_by_text("No page of it is kept on this phone.")).to_be_visible()
        else:
            phone.ask({"type": "forget", "path": town.prepare, **leon})
        worker.evaluate("() => self.let_go()")
        worker.evaluate("() => self.after")
        town.stop()
        page = phone.open(town.prepare)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("What matters most this time")).to_have_count(0)
        town.start()


@pytest.mark.parametrize("by", ["themself", "the person"])
def test_ending_it_takes_the_pages_off_at_once(town: Town, chromium: Browser, by: str) -> None:
    """Alone catches: the names of what somebody logs, on the phone of who may no longer know them."""
    with town.phone(chromium, town.house.leon) as phone:
        phone.allow(town.log)
        if by == "themself":
            page = phone.open(town.base + "/stop-helping")
            page.get_by_role("button", name="End my access").click()
            expect(page.get_by_text("Saved.")).to_be_visible()
        else:
            with town.app.app_context(), command() as work:
                ended = update(Relationship).where(Relationship.account_id == town.house.leon.id)
                work.execute(ended.values(state="ended"))
            phone.open(town.log)
            phone.heads("We cannot find this page")
        assert not _opens(phone, town, town.base + "/diary/note")


def test_one_question_a_screen_logs_without_a_server(town: Town, chromium: Browser) -> None:
    """Alone catches: a screen that opens only with a signal, or an answer that is lost without one."""
    before = len(entries(town))
    with town.phone(chromium, town.house.leon) as phone:
        phone.allow(town.log)
        town.stop()
        page = phone.open(town.base + "/one-by-one/")
        expect(page.get_by_text("Question 1 of")).to_be_visible()
        page.get_by_role("radio", name="6", exact=True).check()
        page.get_by_role("button", name="Save and stop here").click()
        phone.heads("Saved on this phone")
        expect(page.get_by_role("list", name="What was saved")).to_contain_text("6 of 10")
        page.get_by_role("link", name="Change it").click()
        expect(page.get_by_text("Question 1 of")).to_be_visible()
        page.get_by_role("radio", name="7", exact=True).check()
        page.get_by_role("button", name="Next").click()
        phone.heads("Saved on this phone")
        town.start()
        phone.open(town.base + "/")
        phone.sent()
    assert [severity for severity, _ in entries(town)[before:]] == [4, 7]
