"""What waits on a phone, in a real browser with the real service worker: each thing that can go wrong, by itself."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from selfcare.database import command, session
from selfcare.diary.models import Entry
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import Household
from tests.factories.record import CANARY, fill
from tests.harness.client import session_cookie
from tests.proof_offline import wire as bad
from tests.proof_offline.device import Device, device
from tests.proof_offline.standing import Standing, standing
from tests.proof_offline.wire import Wire, wire

# The worker's clock, and with it what it calls now, put wrong.
WRONG_CLOCK = """
(off) => {
  const Right = self.Right = self.Right || Date
  self.Date = class extends Right {
    constructor(...said) { said.length ? super(...said) : super(Right.now() + off) }
    static now() { return Right.now() + off }
  }
}
"""
# What anybody can read who opens the browser's stores.
EVERYTHING = """
async () => {
  const given = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
  const db = await given(indexedDB.open("selfcare"))
  const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie]
  const text = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value)
    if (!value || typeof value !== "object" || value instanceof CryptoKey) return String(value)
    return Object.entries(value).flat().map(text).join(" ")
  }
  for (const name of db.objectStoreNames) {
    const store = db.transaction(name).objectStore(name)
    found.push(...(await Promise.all([given(store.getAll()), given(store.getAllKeys())])).map(text))
  }
  db.close()
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys())
      found.push(request.url, await (await cache.match(request, { ignoreVary: true })).text())
  }
  return found.join("\\n")
}
"""
REASONS = """
() => {
  self.reasons = []
  navigator.serviceWorker.addEventListener("message", ({ data }) => data.why && reasons.push(data.why))
}
"""


@dataclass
class Scene:
    """Rosa's phone, the line and the server behind it."""

    app: Flask
    house: Household
    base: str
    phone: Device
    line: Wire
    server: Standing

    def cut(self, fate: str = bad.CUT_BEFORE, method: str = "POST") -> None:
        """From here on `fate` befalls all forms."""
        self.line.fate = lambda asked, path: (
            fate if asked == method and path.startswith(self.base) else bad.PASS
        )

    def mend(self) -> None:
        self.line.fate = lambda *_: bad.PASS

    def kept(self) -> list[Entry]:
        """What the server has of what these tests write, in the order it came."""
        with self.app.app_context():
            mine = Entry.note.like("%canary%"), Entry.removed_at.is_(None)
            return list(session().scalars(select(Entry).where(*mine).order_by(Entry.entered_at)))

    def notes(self) -> list[str]:
        return [entry.note for entry in self.kept()]

    def refused(self) -> list[int]:
        return [row["seq"] for row in self.phone.rows() if row["state"] == "refused"]


@pytest.fixture
def scene(app: Flask, database_url: str, chromium: Browser, tmp_path: Path) -> Iterator[Scene]:
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
    base = f"/people/{house.person.id}"
    log = f"{base}/diary/log/{ids['tracker_id']}"
    with ExitStack() as stack:
        server = stack.enter_context(standing(database_url, tmp_path))
        line = stack.enter_context(wire(server.port))
        phone = stack.enter_context(device(chromium, app, line.url, log))
        phone.sign_in(house.rosa.id)
        phone.learn()
        yield Scene(app, house, base, phone, line, server)


# ------------------------------------------------------------------------------------------------- other words


def test_words_changed_twice_before_anything_was_tried_are_one_entry(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one")
    phone.worker.evaluate(WRONG_CLOCK, -3_600_000)  # at another hour; the entry stays where it was
    for note in ("canary two", "canary three"):
        phone.page.goto("/waiting/")
        phone.log_one(note, outbox_of=str(first.form_id))
    assert len(phone.rows()) == 1
    phone.worker.evaluate(WRONG_CLOCK, 0)
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary three"]
    assert (scene.kept()[0].version, scene.kept()[0].wall.replace(microsecond=0)) == (
        1,
        datetime.fromisoformat(first.wall),
    )


def test_words_changed_after_a_lost_answer_are_one_entry_with_its_history(scene: Scene) -> None:
    phone = scene.phone
    scene.cut(bad.CUT_AFTER)
    first = phone.log_one("canary one")
    assert scene.notes() == ["canary one"]  # the server has it, and the phone does not know
    phone.worker.evaluate(WRONG_CLOCK, -3_600_000)  # at another hour; the entry stays where it was
    for note in ("canary two", "canary three"):
        phone.page.goto("/waiting/")
        phone.log_one(note, outbox_of=str(first.form_id))
    phone.worker.evaluate(WRONG_CLOCK, 0)
    scene.mend()
    assert phone.ask("send") is None
    assert scene.notes() == ["canary three"]
    (kept,) = scene.kept()
    with scene.app.app_context():
        earlier = [
            row.body["note"] for row in session().scalars(select(Entry.versions).filter_by(item_id=kept.id))
        ]
    assert earlier == ["canary one"]
    assert kept.wall.replace(microsecond=0) == datetime.fromisoformat(first.wall)


def test_words_changed_after_it_was_sent_change_what_was_sent(scene: Scene) -> None:
    """The page to change it was open while it went out."""
    phone = scene.phone
    first = phone.log_one("canary one")
    phone.log_one("canary two", outbox_of=str(first.form_id))
    assert scene.notes() == ["canary two"]


def test_taken_out_before_anything_was_tried_it_never_was(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one")
    phone.ask("drop", id=str(first.form_id))
    assert phone.rows() == []


def test_taken_out_after_a_lost_answer_it_is_taken_out_there_too(scene: Scene) -> None:
    phone = scene.phone
    scene.cut(bad.CUT_AFTER)
    first = phone.log_one("canary one")
    assert scene.notes() == ["canary one"]
    phone.ask("drop", id=str(first.form_id))
    scene.mend()
    assert phone.ask("send") is None
    assert (scene.notes(), phone.waiting()) == ([], 0)


def test_a_second_press_is_the_same_entry(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one")
    phone.page.goto("/waiting/")
    phone.log_one("canary one", form_id=str(first.form_id))
    assert len(phone.rows()) == 1
    phone.page.goto("/waiting/")
    phone.log_one("canary two", form_id=str(first.form_id))  # other words: never the same
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary one", "canary two"]


# ---------------------------------------------------------------------------------------------- what is refused


def test_what_is_not_right_comes_back_as_the_page_with_its_words(scene: Scene) -> None:
    phone = scene.phone
    phone.visit(phone.log)
    phone.page.get_by_label("Note").fill("canary one")
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("alert").or_(phone.page.locator(".nhsuk-error-summary"))).to_be_visible()
    expect(phone.page.get_by_label("Note")).to_have_value("canary one")
    assert phone.rows() == []
    phone.page.locator("#severity-6").check()
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("heading", name="Saved.")).to_be_visible()
    assert scene.notes() == ["canary one"]


def test_what_is_refused_later_is_kept_with_its_reason_and_can_be_put_right(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one", severity="11")
    phone.page.goto("/waiting/")
    phone.log_one("canary two")
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary two"]  # it holds nobody up
    assert len(scene.refused()) == 1
    phone.visit("/waiting/")
    expect(phone.page.locator("main")).to_contain_text("canary one")
    phone.log_one("canary one", severity="10", outbox_of=str(first.form_id))
    assert scene.notes() == ["canary two", "canary one"]
    assert phone.waiting() == 0


def test_a_right_withdrawn_while_it_waited_keeps_the_words_here(scene: Scene) -> None:
    phone = scene.phone
    phone.sign_in(scene.house.leon.id)
    phone.learn()
    phone.context.set_offline(True)
    first = phone.log_one("canary for Rosa")
    _level(scene, Level.SEE)
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert (scene.notes(), len(scene.refused())) == ([], 1)
    phone.visit("/waiting/")
    expect(phone.page.locator("main")).to_contain_text("canary for Rosa")
    _level(scene, Level.ADD)
    assert phone.ask("again", id=str(first.form_id)) is None
    assert scene.notes() == ["canary for Rosa"]


def _level(scene: Scene, level: Level) -> None:
    with scene.app.app_context(), command():
        his = select(Relationship.id).where(Relationship.account_id == scene.house.leon.id)
        right = update(Right).where(Right.relationship_id.in_(his), Right.area == Area.DIARY.value)
        session().execute(right.values(level=int(level)))


def test_what_is_too_long_is_kept_here_and_holds_nobody_up(scene: Scene) -> None:
    phone = scene.phone
    too_long = json.dumps({"error": "too-large", "messages": ["This is too long to keep"]}).encode()
    scene.line.answers["too long"] = (413, [("Content-Type", "application/json")], too_long)
    scene.cut("too long")
    phone.log_one("canary one")
    scene.mend()
    phone.page.goto("/waiting/")
    phone.log_one("canary two")
    assert (scene.notes(), len(scene.refused())) == (["canary two"], 1)


# ---------------------------------------------------------------------------------------------------- not now


def test_a_server_that_asks_for_peace_gets_it(scene: Scene) -> None:
    phone, line = scene.phone, scene.line
    line.answers["slow down"] = (429, [("Retry-After", "30"), ("Content-Type", "application/json")], b"{}")
    scene.cut("slow down")
    phone.log_one("canary one")
    scene.mend()
    sent = line.done[bad.PASS]
    assert phone.ask("send") == "later"
    assert line.done["slow down"] == 1
    assert line.done[bad.PASS] - sent < 5  # nothing but pages
    assert scene.notes() == []
    phone.worker.evaluate(WRONG_CLOCK, 31_000)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary one"]


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_a_server_that_cannot_now_is_asked_again_later(scene: Scene, status: int) -> None:
    scene.line.answers["no"] = (status, [("Content-Type", "text/html")], b"<h1>No</h1>")
    scene.cut("no")
    scene.phone.log_one("canary one")
    assert scene.phone.waiting() == 1
    scene.mend()
    assert scene.phone.ask("send") is None
    assert scene.notes() == ["canary one"]


@pytest.mark.parametrize("status", [200, 302, 511])
@pytest.mark.parametrize("forms_alone", [True, False])
def test_the_page_of_a_hotel_is_not_taken_for_the_server(
    scene: Scene, status: int, forms_alone: bool
) -> None:
    scene.line.answers["hotel"] = (
        status,
        [("Content-Type", "text/html"), ("Location", "/hotel")],
        b"Welcome",
    )
    scene.line.fate = lambda method, _path: "hotel" if method == "POST" or not forms_alone else bad.PASS
    scene.phone.log_one("canary one")
    scene.mend()
    assert scene.phone.waiting() == 1
    assert scene.phone.ask("send") is None
    assert scene.notes() == ["canary one"]


def test_a_server_that_never_answers_is_not_waited_for_for_ever(scene: Scene) -> None:
    scene.cut(bad.HANG_AFTER)
    scene.phone.log_one("canary one")
    assert "/waiting/saved/" in scene.phone.page.url
    assert scene.phone.waiting() == 1
    scene.mend()
    assert scene.phone.ask("send") is None
    assert (scene.notes(), scene.phone.waiting()) == (["canary one"], 0)


def test_the_browser_sends_what_waits_with_no_page_open(scene: Scene) -> None:
    phone, came = scene.phone, threading.Event()
    scene.cut()
    phone.log_one("canary one")
    phone.page.wait_for_load_state()
    assert phone.ask("send") == "later"  # and nothing more is under way
    page = phone.context.new_page()
    debugger = phone.context.new_cdp_session(page)
    known: list[dict[str, Any]] = []
    debugger.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    debugger.send("ServiceWorker.enable")
    phone.page.close()
    registration = next(each for each in known if each["scopeURL"].startswith(phone.origin))

    def fate(method: str, path: str) -> str:
        if method == "POST" and path.startswith(scene.base):
            came.set()
        return bad.PASS

    scene.line.fate = fate
    which = {"origin": phone.origin, "registrationId": registration["registrationId"], "tag": "outbox"}
    debugger.send("ServiceWorker.dispatchSyncEvent", which | {"lastChance": False})
    assert came.wait(10)
    phone.page = page
    phone.visit()
    assert phone.ask("send") is None  # waits for the run under way
    assert scene.notes() == ["canary one"]


# ------------------------------------------------------------------------------------------ where nothing can be kept


def _broken(scene: Scene, how: str) -> None:
    scene.phone.visit(scene.phone.log)
    scene.phone.page.evaluate(REASONS)
    scene.phone.worker.evaluate(how)
    scene.phone.page.locator("#severity-6").check()
    scene.phone.page.get_by_label("Note").fill("canary one")


FULL = """
() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError") } }
"""
NO_STORE = """
() => {
  IDBDatabase.prototype.transaction = indexedDB.open = () => { throw new DOMException("none", "InvalidStateError") }
}
"""


@pytest.mark.parametrize("how", [FULL, NO_STORE], ids=["full", "no store"])
def test_what_cannot_be_kept_here_goes_straight_to_the_server(scene: Scene, how: str) -> None:
    _broken(scene, how)
    scene.phone.page.get_by_role("button", name="Save").click()
    expect(scene.phone.page.get_by_role("heading", name="Saved.")).to_be_visible()
    assert scene.notes() == ["canary one"]


def test_what_can_neither_be_kept_nor_sent_stays_on_the_page(scene: Scene) -> None:
    _broken(scene, NO_STORE)
    page = scene.phone.page
    scene.phone.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    page.wait_for_function("() => self.reasons.length")
    assert page.evaluate("self.reasons") == ["no-store"]
    expect(page.get_by_label("Note")).to_have_value("canary one")
    expect(page.locator("#severity-6")).to_be_checked()
    expect(page.locator("#announce")).not_to_be_empty()


def test_a_phone_that_is_really_full_says_so(scene: Scene, chromium: Browser) -> None:
    with device(chromium, scene.app, scene.line.url, scene.phone.log) as phone:
        room = {"origin": phone.origin, "quotaSize": 700_000}
        phone.context.new_cdp_session(phone.page).send("Storage.overrideQuotaForOrigin", room)
        phone.sign_in(scene.house.rosa.id)
        phone.learn()
        phone.page.evaluate(REASONS)
        phone.context.set_offline(True)
        phone.press("canary " + "x" * 800_000, phone.page)
        phone.page.wait_for_function("() => self.reasons.length")
        assert phone.page.evaluate("self.reasons") == ["full"]
        assert phone.page.url.endswith(phone.log)


def test_a_form_that_cannot_wait_is_passed_on_as_it_is_or_stays_on_the_page(scene: Scene) -> None:
    phone = scene.phone
    phone.visit("/account/language")
    phone.page.evaluate(REASONS)
    phone.page.locator("main").get_by_text("Cymraeg", exact=True).click()
    phone.context.set_offline(True)
    phone.page.locator("main button[type=submit]").click()
    phone.page.wait_for_function("() => self.reasons.length")
    assert phone.page.evaluate("self.reasons") == ["no-signal"]
    expect(phone.page.get_by_label("Cymraeg")).to_be_checked()
    phone.context.set_offline(False)
    phone.page.locator("main form").evaluate("form => form.submit()")
    phone.page.wait_for_url("**/account/*", wait_until="commit")
    assert phone.page.locator("html").get_attribute("lang") == "cy"


# -------------------------------------------------------------------------------------------------- a shared phone


def test_what_one_wrote_is_never_sent_under_anothers_account(scene: Scene) -> None:
    phone, (rosa, leon) = scene.phone, (scene.house.rosa.id, scene.house.leon.id)
    phone.context.set_offline(True)
    phone.log_one("canary of Rosa")
    phone.context.set_offline(False)
    phone.sign_in(leon)
    phone.learn()
    phone.log_one("canary of Leon")
    assert phone.ask("send") == "signed-out"
    assert (scene.notes(), phone.waiting(rosa), phone.waiting(leon)) == (["canary of Leon"], 1, 0)
    phone.sign_in(rosa)
    phone.visit()
    assert phone.ask("send") is None
    assert {entry.note: entry.entered_by for entry in scene.kept()} == {
        "canary of Rosa": rosa,
        "canary of Leon": leon,
    }


def test_nor_when_somebody_signs_in_between_the_question_and_the_sending(scene: Scene) -> None:
    phone, line = scene.phone, scene.line
    name, value = session_cookie(scene.app, scene.house.leon.id)
    line.cookie = f"{name}={value}"
    phone.log_one("canary of Rosa")
    assert (scene.notes(), phone.waiting()) == ([], 1)
    line.cookie = None
    assert phone.ask("send") is None
    assert [entry.entered_by for entry in scene.kept()] == [scene.house.rosa.id]


def test_signed_out_it_waits_for_its_writer(scene: Scene) -> None:
    phone = scene.phone
    phone.context.clear_cookies()
    phone.log_one("canary one")
    assert "/waiting/saved/" in phone.page.url
    assert phone.ask("send") == "signed-out"
    phone.sign_in(scene.house.rosa.id)
    phone.visit()
    assert phone.ask("send") is None
    assert scene.notes() == ["canary one"]


# ---------------------------------------------------------------------------------------------------- a wrong clock


@pytest.mark.parametrize("days", [3, -3])
@pytest.mark.parametrize("mended", [False, True])
def test_a_clock_three_days_wrong_puts_nothing_on_a_wrong_day(scene: Scene, days: int, mended: bool) -> None:
    """Also one that is put right before the entry goes out: the phone had heard the time while it was wrong."""
    phone, day = scene.phone, 24 * 3_600_000
    phone.worker.evaluate(WRONG_CLOCK, days * day)
    phone.log_one("canary now")
    phone.context.set_offline(True)
    phone.log_one("canary later")
    phone.page.goto("/waiting/")
    phone.log_one("canary earlier", when="earlier", **{"when-time": "00:01"})
    if mended:
        phone.worker.evaluate(WRONG_CLOCK, 0)
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    today = datetime.now(scene.kept()[0].utc.tzinfo)
    assert scene.notes() == ["canary now", "canary later", "canary earlier"]
    for entry in scene.kept()[:2]:
        assert abs(entry.utc - today) < timedelta(minutes=2), entry.note
    assert scene.kept()[2].wall.date() == scene.kept()[1].wall.date()


# ---------------------------------------------------------------------------------------------- nothing can be read


def test_no_word_of_the_record_can_be_read_in_any_store(scene: Scene) -> None:
    phone = scene.phone
    phone.ask("consent", yes=True)
    phone.context.set_offline(True)
    phone.log_one(f"canary {CANARY}")
    phone.page.goto("/waiting/")
    phone.log_one(f"canary {CANARY} again", tried=f"{CANARY} too")
    found = phone.page.evaluate(EVERYTHING)
    assert str(scene.house.rosa.id) in found  # it did read the stores: whose it is stands in the open
    assert "/offline/en/" in found  # and the caches
    secret = (
        CANARY,
        "canary",
        "Tiredness",
        "Blood pressure",
        "severity",
        scene.house.person.family_name,
        scene.base,
    )
    assert [word for word in secret if word in found] == []
