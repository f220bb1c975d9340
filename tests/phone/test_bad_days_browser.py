"""What goes wrong on phones: each has a sentence for the person, and no word is lost."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness.places import only_proof
from tests.phone.pocket import Town, entries, wait

# What is proven here happens in the browser; what the server answers is asked on both engines in test_kept.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

NO_STORE = "IDBDatabase.prototype.transaction = () => { throw new DOMException('', 'InvalidStateError'); }"


def row(page: Page) -> Any:
    return page.locator(".entry")


def test_a_shared_phone_counts_what_is_of_someone_else_and_shows_none_of_it(
    town: Town, chromium: Browser
) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        wait(phone, town)
        phone.peace(True)
        phone.context.set_offline(False)
        phone.become(town, town.house.leon)
        phone.peace(False)
        page = phone.open("/")
        phone.strip_says("1 entry of someone else waits on this phone too.")
        expect(page.get_by_text("7 of 10")).to_have_count(0)
        page = phone.open("/waiting/")
        expect(page.get_by_text("1 entry of someone else waits on this phone too.")).to_be_visible()
        expect(row(page)).to_have_count(0)
        phone.context.set_offline(True)
        page = phone.open(town.log)  # what Rosa kept is not there for Leon
        phone.heads("This page needs a signal")
        phone.context.set_offline(False)
        phone.become(town, town.house.rosa)
        page = phone.open("/")
        phone.sent()
    assert entries(town)[-1][0] == 7


def test_signing_out_without_a_signal_says_that_it_needs_one(town: Town, chromium: Browser) -> None:
    """With entries that wait: the page that asks about them is not there, and nothing throws."""
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        wait(phone, town)
        phone.open("/sign-out")
        phone.heads("This page needs a signal")
        phone.strip_says("1 entry waiting to send")


@pytest.mark.parametrize("choice", ["keep", "drop", *only_proof("send")])
def test_signing_out_with_entries_that_wait_asks_first(town: Town, chromium: Browser, choice: str) -> None:
    before = len(entries(town))
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        wait(phone, town)
        # The pages come again, but nothing is sent yet: the server asked for peace.
        phone.peace(True)
        phone.context.set_offline(False)
        page = phone.open(f"{town.base}/more/")
        phone.strip_says("1 entry waiting to send")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="1 entry is not sent yet")).to_be_visible()
        expect(page.get_by_role("button", name="Sign out", exact=True)).to_have_count(0)
        stays = "What stays is sent when you sign in here again. Nobody else who signs in can read it."
        expect(page.get_by_text(stays)).to_be_visible()
        assert phone.faults() == []
        phone.peace(False)
        buttons = {
            "send": "Send now",
            "keep": "Sign out, and leave it safe on this phone",
            "drop": "Delete it, and sign out",
        }
        page.get_by_role("button", name=buttons[choice]).click()
        phone.heads("Sign in")
        if choice == "keep":
            phone.strip_says("1 entry is waiting.")
            phone.strip_says("Sign in and it will send.")
        else:
            expect(page.locator("#strip")).to_be_empty()
        stored = phone.stored()
        assert stored["kept"]["keys"] == []
        assert len(stored["keys"]["keys"]) == (1 if choice == "keep" else 0)
        phone.context.set_offline(True)
        phone.open("/")  # signed out, this phone opens nothing of hers
        phone.heads("This page needs a signal")
        phone.context.set_offline(False)
        phone.become(town, town.house.rosa)
        page = phone.open("/")
        phone.sent()
    assert len(entries(town)) == before + (1 if choice == "drop" else 2)


def test_signing_out_takes_all_that_was_kept_with_it(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        page = phone.open(town.prepare)
        page.get_by_role("switch", name="Keep on this phone").check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        page = phone.open("/phone/")
        goes = "What waits to be sent stays until it is sent. Signing out takes everything else off too."
        expect(page.get_by_text(goes)).to_be_visible()
        page = phone.open(f"{town.base}/more/")
        page.get_by_role("button", name="Sign out").click()
        phone.heads("Sign in")
        stored = phone.stored()
        assert stored["kept"]["keys"] == stored["keys"]["keys"] == stored["outbox"]["keys"] == []
        town.stop()
        phone.open("/")
        phone.heads("This page needs a signal")


def test_a_store_that_was_thrown_away_is_noticed_and_said(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa, "phone") as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        wait(phone, town)
        wait(phone, town)
        phone.open("/")
        phone.strip_says("2 entries waiting to send")
    town.stop()  # or they would be sent
    with town.phone(chromium, town.house.rosa, "phone") as phone:
        page = phone.open("/sign-in")
        session_ = phone.context.new_cdp_session(page)
        session_.send("Storage.clearDataForOrigin", {"origin": town.url, "storageTypes": "indexeddb"})
        town.start()
        page = phone.open("/")
        phone.strip_says("This phone has thrown 2 entries away")
        assert phone.faults() == []
        page.get_by_role("button", name="I have read this").click()
        expect(page.locator("#strip")).to_be_empty()
        phone.open(f"{town.base}/diary/")
        expect(page.locator("#strip")).to_be_empty()


def test_without_room_the_words_stay_on_the_page_and_it_says_so(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        page = phone.open(town.log)
        page.get_by_label("Note").fill("Slept all morning. " * 400)
        phone.in_worker(
            "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }"
        )
        town.stop()
        phone.rate(7)
        expect(page.locator("#announce")).to_contain_text("This phone has no room to keep this.")
        expect(page.get_by_label("Note")).to_have_value("Slept all morning. " * 400)


def test_a_private_window_without_a_store_sends_at_once_and_never_loses_words(
    town: Town, chromium: Browser
) -> None:
    """As Firefox did in private windows: the store refuses to open."""
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        phone.in_worker(NO_STORE)
        page = phone.open("/phone/")
        expect(page.get_by_text("This browser keeps nothing on this device.")).to_be_visible()
        page = phone.open(town.log)
        page.get_by_label("Note").fill("Sent at once.")
        phone.rate(3)
        phone.heads("Saved.")
        page = phone.open(town.log)
        page.get_by_label("Note").fill("No signal, no store.")
        phone.in_worker(NO_STORE)
        town.stop()
        phone.rate(4)
        expect(page.locator("#announce")).to_contain_text("This phone has no room to keep this.")
        expect(page.get_by_label("Note")).to_have_value("No signal, no store.")
    assert entries(town)[-1] == (3, "Sent at once.")


def test_without_a_worker_a_form_is_not_sent_into_nowhere(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa, service_workers="block") as phone:
        page = phone.open("/waiting/")
        expect(page.locator("main")).to_contain_text(
            "This browser keeps nothing on this device: what you save is sent"
        )
        page = phone.open(town.log)
        page.get_by_label("Note").fill("Still here.")
        phone.context.set_offline(True)
        phone.rate(4)
        expect(page.locator("#announce")).to_contain_text(
            "This could not be sent. Your words are still here."
        )
        expect(page.get_by_label("Note")).to_have_value("Still here.")
        phone.context.set_offline(False)
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved.")
    assert entries(town)[-1] == (4, "Still here.")


@pytest.mark.proof
def test_a_clock_that_is_days_wrong_is_said(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open("/")
        expect(page.locator("#strip")).to_be_empty()
        phone.in_worker("const real = Date.now; Date.now = () => real() - 3 * 86400000")
        page.reload()
        phone.strip_says("The clock of this phone is wrong. We use the right time for what you log.")
        assert phone.faults() == []
