"""Being told in a real Chromium: from the button on the page to the notification that its service worker shows."""

import json

import pytest
from playwright.sync_api import expect

from selfcare.notifications import vapid_key, words
from tests.notifications.phones import HELLO, SETTINGS, OpenPhone

# What a browser does does not hang on the database below the app.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_from_the_button_to_the_notification(open_phone: OpenPhone) -> None:
    """Real keys, the library, a push service that verifies and decrypts, the service worker: the words are generic."""
    phone = open_phone()
    page = phone.page
    phone.give()
    phone.start()
    expect(page.get_by_text("This one")).to_be_visible()
    assert phone.rows() == [(phone.house.rosa.id, phone.service.endpoint())]

    page.get_by_role("button", name="Send a test").click()
    said = page.locator("#announce")
    expect(said).to_have_text("It is on its way.")
    assert phone.deliver() == {"sent": 1}
    (message,) = phone.service.received
    with phone.app.app_context():
        message.claims(vapid_key.public())
    assert page.evaluate("localStorage.given") in message.headers["authorization"]
    payload = phone.browser.read(message.body)

    phone.push(json.dumps(payload))
    expect(said).to_have_text("It arrived.")
    assert phone.shown() == [
        {"title": "Selfcare", "body": "There is something new for you.", "tag": "selfcare", "lang": "en", "data": None}
    ]  # fmt: skip
    assert (payload["title"], payload["body"]) == ("Selfcare", "There is something new for you.")


NOT_OURS = (
    "",
    "not what we send",
    "null",
    json.dumps({"title": "Haemoglobin 118", "body": "Low"}),
    json.dumps({"title": "Selfcare", "body": "Your test for HIV is back"}),
)
# Each in one of the languages, by turns; in the other, `make proof`.
TURNS = [
    pytest.param(language, data, marks=[] if (n + turn) % 2 else [pytest.mark.proof])
    for turn, language in enumerate(("en", "ur"))
    for n, data in enumerate(NOT_OURS)
]


@pytest.mark.parametrize(("language", "data"), TURNS)
def test_whatever_comes_the_words_are_ours(open_phone: OpenPhone, data: str, language: str) -> None:
    phone = open_phone(locale={"en": "en-GB"}.get(language, language))
    phone.page.goto("/")
    phone.is_ready()
    phone.page.evaluate(HELLO)
    phone.push(data)
    with phone.app.app_context():
        ours = json.loads(words.payload(language))
    (shown,) = phone.shown()
    assert (shown["title"], shown["body"]) == (ours["title"], ours["body"])
    assert (shown["tag"], shown["lang"], shown["data"]) == ("selfcare", language, None)


def test_a_press_on_it_comes_back_to_the_open_page_or_opens_the_inbox(open_phone: OpenPhone) -> None:
    phone = open_phone()
    page = phone.page
    page.goto(SETTINGS)
    phone.is_ready()
    phone.push("")
    (worker,) = page.context.service_workers
    # A browser lets a worker come forward only after a real press, which cannot be made here. What it asks is noted.
    pressed = """async (open) => {
      const did = []
      WindowClient.prototype.focus = async function () { did.push("focus " + new URL(this.url).pathname) }
      clients.openWindow = async (url) => { did.push("open " + url) }
      if (!open) clients.matchAll = async () => []
      const [notification] = await registration.getNotifications()
      const done = []
      const event = new NotificationEvent("notificationclick", { notification })
      event.waitUntil = (promise) => done.push(promise)
      self.dispatchEvent(event)
      await Promise.all(done)
      return did
    }"""
    page.evaluate("window.mark = true")
    assert worker.evaluate(pressed, True) == [f"focus {SETTINGS}"]
    page.wait_for_function("() => !window.mark")  # and it shows what is new
    phone.is_ready()
    assert phone.shown() == []
    phone.push("")
    assert worker.evaluate(pressed, False) == ["open /inbox/"]
