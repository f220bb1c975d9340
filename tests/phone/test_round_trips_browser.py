"""How often a phone goes to the server and back: on a slow line each time costs more than all that is done about it."""

import threading
from collections import Counter

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.factories.lived import lived_in
from tests.harness.server import Server
from tests.proof_offline import wire as bad
from tests.proof_offline.device import device
from tests.proof_offline.wire import wire

# What goes over the line does not hang on the database behind it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# The last form was not answered in the short time.
SLOW = """
() => new Promise((done) => {
  indexedDB.open("selfcare").onsuccess = ({ target: { result } }) => {
    const change = result.transaction("meta", "readwrite")
    change.objectStore("meta").put(1, "slow")
    change.oncomplete = () => (result.close(), done())
  }
})
"""


def test_a_save_is_one_round_trip_and_a_first_visit_fetches_nothing_twice(
    app: Flask, live_server: Server, chromium: Browser
) -> None:
    """Alone catches: a save that asks first who is here, and afterwards for the page that says *Saved*: three times
    there and back, where one is enough. And a worker that fetches once more what the page has just fetched."""
    house, ids = lived_in(app)
    asked: list[str] = []
    who = threading.Event()

    def note(method: str, path: str) -> str:
        asked.append(f"{method} {path}")
        if path == "/phone/session":
            who.set()
        return bad.PASS

    log = f"/people/{house.person.id}/diary/log/{ids['tracker_id']}"
    with wire(live_server.port) as line, device(chromium, app, line.url, log) as phone:
        line.fate = note
        phone.sign_in(house.rosa.id)
        phone.visit(log)
        fetched = Counter(one for one in asked if one.startswith("GET /static/"))
        assert fetched
        assert set(fetched.values()) == {1}, fetched
        page = phone.page
        page.get_by_role("radio", name="6", exact=True).check()
        assert who.wait(30), "who is here is not asked as a number is chosen"
        assert phone.ask("soon")["account"] == str(house.rosa.id)
        asked.clear()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("h1")).to_have_text("Saved.")
        assert [one for one in asked if "service-worker" not in one] == [f"POST {log}"]
        assert page.url.endswith("/saved")
        page.reload()  # it was shown once, and is the server's again
        expect(page.locator("h1")).to_have_text("Saved.")
        assert any(one.startswith("GET") and one.endswith("/saved") for one in asked)


def test_on_a_slow_line_the_answer_to_a_save_is_no_more_than_the_answer(
    app: Flask, live_server: Server, chromium: Browser
) -> None:
    """Alone catches: a page of 10 KB behind each save, in the time that the save has for its answer: cut off by it, the
    save waits, is asked after, and the line is taken for slower still."""
    house, ids = lived_in(app)
    asked: list[str] = []

    def note(method: str, path: str) -> str:
        asked.append(f"{method} {path.rsplit('/', 1)[-1]}")
        return bad.PASS

    log = f"/people/{house.person.id}/diary/log/{ids['tracker_id']}"
    with wire(live_server.port) as line, device(chromium, app, line.url, log) as phone:
        line.fate = note
        phone.sign_in(house.rosa.id)
        page = phone.page
        for slow in (1, 0):  # the first is answered in the short time: then the line is quick again
            phone.visit(log)
            if slow:
                phone.worker.evaluate(SLOW)
            page.get_by_role("radio", name="6", exact=True).check()
            page.get_by_role("button", name="Save").click()
            expect(page.locator("h1")).to_have_text("Saved.")
            assert ("GET saved" in asked) is bool(slow), asked
            asked.clear()
