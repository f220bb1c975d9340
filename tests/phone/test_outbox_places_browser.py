"""What waits on a phone that is odd itself: full, without a store, shared, with a wrong clock, or looked into."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.factories.record import CANARY
from tests.harness.client import session_cookie
from tests.harness.places import only_proof
from tests.phone.scene import WRONG_CLOCK, Scene
from tests.proof_offline.device import device

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


@pytest.mark.proof
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
    expect(phone.page.locator("html")).to_have_attribute("lang", "cy")


# -------------------------------------------------------------------------------------------------- a shared phone


def test_what_one_wrote_is_never_sent_under_anothers_account(scene: Scene) -> None:
    phone, (rosa, leon) = scene.phone, (scene.house.rosa.id, scene.house.leon.id)
    phone.context.set_offline(True)
    phone.log_one("canary of Rosa")
    phone.sign_in(leon)
    phone.context.set_offline(False)
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


@pytest.mark.parametrize(("days", "mended"), [(3, True), *only_proof((-3, False), (3, False), (-3, True))])
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


@pytest.mark.proof
def test_a_time_nobody_knows_is_drawn_and_sent_as_it_was_said(scene: Scene) -> None:
    """The worker drew every moment with a clock time of its own: the one of writing."""
    phone = scene.phone
    phone.context.set_offline(True)
    phone.log_one("canary evening", when="yesterday", **{"when-part": "evening"})
    saved = phone.page.locator(".entry")
    assert saved.locator("time").inner_text() == "Evening"
    yesterday = datetime.now(ZoneInfo("Europe/London")).date() - timedelta(days=1)
    assert saved.locator("time").get_attribute("datetime") == yesterday.isoformat()
    assert f"{yesterday.day} " in saved.inner_text()
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    (made,) = scene.kept()
    assert (made.part, made.wall.date()) == ("evening", yesterday)


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
