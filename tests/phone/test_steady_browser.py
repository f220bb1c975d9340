"""What a phone says of what it sent, and what it takes for ours: in a real browser with the real service worker."""

from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.appointments.models import Question
from selfcare.database import session
from tests.harness.places import only_proof
from tests.phone.scene import Scene
from tests.proof_offline import wire as bad

# What waits on a phone does not hang on the database behind it; what is sent twice is in test_outbox_browser.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_what_was_only_me_is_still_so_when_it_was_sent_before_it_is_changed(scene: Scene) -> None:
    """The form to change it opened without the words and with the switch off: saved, others saw it."""
    phone = scene.phone
    phone.visit(phone.log)
    first = phone.page.locator("#log [name=form_id]").input_value()
    phone.page.locator("#severity-7").check()
    phone.page.get_by_role("switch").check()
    phone.page.get_by_label("Note").fill("canary one")
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("heading", name="Saved.")).to_be_visible()
    assert [(one.only_me, one.severity) for one in scene.kept()] == [(True, 7)]
    wall = scene.kept()[0].wall
    phone.page.goto(f"{phone.log}?waiting={UUID(first)}")
    expect(phone.page).to_have_url(f"{scene.line.url}{scene.base}/diary/entries/{scene.kept()[0].id}/change")
    expect(phone.page.get_by_role("switch")).to_be_checked()
    phone.page.get_by_label("Note").fill("canary two")
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.locator(".words", has_text="canary two")).to_be_visible()
    assert [(one.note, one.only_me, one.severity, one.wall) for one in scene.kept()] == [
        ("canary two", True, 7, wall)
    ]


def test_it_is_said_to_have_arrived_only_when_it_has(scene: Scene) -> None:
    """Whatever was not on the phone any more was called sent."""
    phone = scene.phone
    phone.context.set_offline(True)
    gone = phone.log_one("canary one")
    phone.ask("drop", id=str(gone.form_id))
    phone.page.goto(f"/waiting/saved/{gone.form_id}")
    expect(phone.page.locator("h1")).to_have_text("We do not know if this has arrived")
    phone.context.set_offline(False)
    phone.page.goto(f"/waiting/saved/{gone.form_id}")
    expect(phone.page.locator("h1")).to_have_text("This is not in your record")
    phone.visit("/")
    sent = phone.log_one("canary two")
    phone.page.goto(f"/waiting/saved/{sent.form_id}")
    expect(phone.page.locator("h1")).to_have_text("Sent")


@pytest.mark.proof
def test_what_is_taken_out_here_when_it_had_been_sent_stays_in_the_record(scene: Scene) -> None:
    """The list still showed it as waiting: taking it out there took it out of the record."""
    phone = scene.phone
    sent = phone.log_one("canary one")
    phone.ask("drop", id=str(sent.form_id))
    phone.ask("send")
    assert scene.notes() == ["canary one"]


@pytest.mark.proof
def test_the_page_of_what_waits_follows_what_becomes_of_it(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    phone.log_one("canary one")
    expect(phone.page.locator("h1")).to_have_text("Saved on this phone")
    phone.context.set_offline(False)
    phone.ask("send")
    expect(phone.page.locator("h1")).to_have_text("Sent")


FORM = """
([html, address, words]) => {
  const part = new DOMParser().parseFromString(html, "text/html");
  const own = part.querySelector(`form[action$="${address}"]`) ?? part.querySelector("form#answer, main form");
  const form = document.importNode(own, true);
  form.action = address;
  const long = form.querySelector("textarea");
  if (long) long.value = words;
  form.elements.form_id.value = crypto.randomUUID();
  document.querySelector("main").append(form);
  form.requestSubmit();
}
"""


@pytest.mark.parametrize("then", ["answer", *only_proof("discussed")])
def test_steps_by_one_hand_follow_one_another(scene: Scene, then: str) -> None:
    """In the room, without a signal: an answer and then a tick, or a second answer. The later one was refused."""
    phone, page = scene.phone, scene.phone.page
    with scene.app.app_context():
        mine = Question.closed_at.is_(None), Question.removed_at.is_(None), Question.only_me.is_(False)
        question = session().scalars(select(Question).where(*mine)).first()
        assert question
    address = f"{scene.base}/questions/{question.id}"
    forms = {}
    for name, place in (("answer", f"{address}/answer"), ("discussed", f"{address}/")):
        phone.visit(place)
        forms[name] = page.content()
    phone.context.set_offline(True)
    for name, words in (("answer", "the first"), (then, "the second")):
        before = page.url
        page.evaluate(FORM, [forms[name], f"{address}/{name}", words])
        page.wait_for_url(lambda url, before=before: url != before, wait_until="commit")
    assert phone.waiting() == 2
    phone.context.set_offline(False)
    phone.ask("send")
    assert (scene.refused(), phone.waiting()) == ([], 0)
    with scene.app.app_context():
        now = session().get_one(Question, (question.person_id, question.id))
        assert now.answer == ("the first" if then == "discussed" else "the second")
        assert (now.discussed_at is not None) is (then == "discussed")


@pytest.mark.parametrize(
    ("status", "ours"), [(503, False), *only_proof((500, False), (502, False), (504, False))]
)
def test_trouble_behind_a_proxy_is_not_called_no_signal(scene: Scene, status: int, ours: bool) -> None:
    phone = scene.phone
    phone.visit("/")
    scene.line.answers["trouble"] = (status, [("Content-Type", "text/html")], b"<h1>Bad gateway</h1>")
    scene.line.fate = lambda _method, path: "trouble" if path == "/account/" else bad.PASS
    phone.page.goto("/account/")
    expect(phone.page.locator("h1")).to_have_text("Selfcare has a problem")
    expect(phone.page.locator("main")).to_contain_text("It is not your phone.")


def test_a_page_that_was_kept_says_so_when_the_server_is_in_trouble(scene: Scene) -> None:
    phone = scene.phone
    phone.visit(phone.log)
    phone.page.get_by_role("radio", name="4", exact=True).check()
    phone.page.get_by_role("button", name="Save").click()
    phone.page.get_by_role("button", name="Yes, keep the names here").click()
    expect(phone.page.locator("#announce")).to_have_text("It is kept on this phone.")
    said = phone.page.get_by_text(
        "It is not your phone. This page is as it was kept. What you log now is sent later."
    )
    phone.page.goto(phone.log)
    expect(said).to_have_count(0)
    scene.line.answers["trouble"] = (502, [("Content-Type", "text/html")], b"<h1>Bad gateway</h1>")
    scene.line.fate = lambda _method, path: "trouble" if path in phone.log else bad.PASS
    phone.page.goto(phone.log)
    expect(said).to_be_visible()


INSTALL = """
async () => {
  const registration = await navigator.serviceWorker.register("/service-worker.js");
  const worker = registration.installing || registration.waiting || registration.active;
  while (!["activated", "redundant"].includes(worker.state))
    await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
  let kept = "";
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept += await (await cache.match(request)).text();
  }
  return [worker.state, kept.includes("Free Wi-Fi")];
}
"""


@pytest.mark.parametrize(("portal", "becomes"), [(True, "redundant"), *only_proof((False, "activated"))])
def test_a_portal_does_not_become_the_shell(scene: Scene, portal: bool, becomes: str) -> None:
    """The page of a free network was kept as the app’s own, and shown at every address without a signal."""
    welcome = b"<h1>Welcome to Free Wi-Fi</h1>"
    scene.line.answers["portal"] = (200, [("Content-Type", "text/html"), ("Selfcare", "1")], welcome)
    if portal:
        scene.line.fate = lambda _method, path: "portal" if path.startswith("/offline/") else bad.PASS
    browser = scene.phone.context.browser
    assert browser
    with browser.new_context(base_url=scene.line.url) as other:
        page = other.new_page()
        page.goto("/sign-in")
        assert page.evaluate(INSTALL) == [becomes, False]
