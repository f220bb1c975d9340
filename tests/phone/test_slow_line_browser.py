"""A slow line delivers: once, with time that grows, and it is said to be slow. No second is waited for.

The worker's timers are the test's: each answer of the line is held until the worker's clock has gone on by so much.
"""

import queue
import threading
from collections import Counter
from time import monotonic

import pytest
from playwright.sync_api import expect

from tests.harness.places import only_proof
from tests.phone.scene import Scene
from tests.proof_offline import wire as bad
from tests.proof_offline.device import ROWS

# What waits on a phone does not hang on the database behind it; what is sent twice is in test_outbox_browser.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# Timers that go off when they are told to, in their order, and the hour with them.
TIMERS = """
() => {
  const [Right, timers, { abort }] = [Date.now(), new Set(), AbortController.prototype]
  let gone = 0
  self.given_up = 0
  AbortController.prototype.abort = function () {
    self.given_up++
    return abort.call(this)
  }
  Date.now = () => Right + gone
  self.setTimeout = (work, after = 0) => {
    const timer = { at: gone + after, work }
    timers.add(timer)
    return timer
  }
  self.clearTimeout = (timer) => timers.delete(timer)
  self.go = async (span) => {
    const end = gone + span
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)
      if (!next) break
      timers.delete(next)
      gone = next.at
      next.work()
    }
    gone = end
    return self.given_up
  }
}
"""
# Whether something is being sent.
BUSY = "async () => (await navigator.locks.query()).held.some(({ name }) => name === 'outbox')"
MOST = 12  # questions and forms, until it must have arrived


def deliver(scene: Scene, seconds: int) -> Counter[str]:
    """Lets every answer take so long, until it has arrived. :returns: how often each thing was asked."""
    asked: Counter[str] = Counter()
    latest = monotonic() + 30
    while [row["state"] for row in scene.phone.worker.evaluate(ROWS)] != ["sent"]:
        assert monotonic() < latest, f"it is not tried any more: {asked}"
        try:
            held = scene.line.held.get(timeout=0.1)
        except queue.Empty:
            continue
        name = "form" if held.method == "POST" else held.path.split("/")[2]
        asked[name] += 1
        assert asked.total() <= MOST, f"it is asked again and again: {asked}"
        scene.phone.worker.evaluate("(span) => self.go(span)", seconds * 1000)
        held.go.set()
    return asked


@pytest.mark.parametrize(("seconds", "all_of_it"), [(10, True), *only_proof((30, False), (30, True))])
def test_what_is_sent_on_a_slow_line_arrives_once(scene: Scene, seconds: int, all_of_it: bool) -> None:
    """Every try gave up after 8 s and began anew: it waited for ever, or was posted again and again."""
    phone = scene.phone
    phone.visit()
    phone.worker.evaluate(TIMERS)
    begun = all_of_it

    def fate(method: str, path: str) -> str:
        nonlocal begun
        is_form = method == "POST" and "/diary/log/" in path
        begun = begun or is_form
        return bad.HOLD if begun and (is_form or path.startswith("/phone/")) else bad.PASS

    scene.line.fate = fate
    phone.press("canary one", phone.page)
    phone.context.new_page()
    phone.page.close()  # which would try again by being opened
    asked = deliver(scene, seconds)
    assert scene.notes() == ["canary one"]
    assert asked["form"] == 1, "what it may have is asked for before it is sent again"
    assert all_of_it or asked["had"] > 0


def test_slow_is_said_as_slow(scene: Scene) -> None:
    """It said that it could not be sent, or that there was no signal."""
    phone = scene.phone
    phone.visit()
    phone.worker.evaluate(TIMERS)
    scene.line.fate = lambda _method, path: bad.HOLD if path.startswith("/phone/session") else bad.PASS
    phone.press("canary one", phone.page)
    first = scene.line.held.get(timeout=10)
    phone.worker.evaluate("() => self.go(8000)")
    expect(phone.page.locator("main")).to_contain_text("The line is slow. It is still being sent")
    second = scene.line.held.get(timeout=10)
    scene.mend()
    for held in (first, second):
        held.go.set()
    expect(phone.page.locator("h1")).to_have_text("Sent")
    assert scene.notes() == ["canary one"]


@pytest.mark.parametrize(("seconds", "arrives"), [(20, True), *only_proof((1000, False))])
def test_a_slow_form_beside_quick_questions_is_not_sent_for_ever(
    scene: Scene, seconds: int, arrives: bool
) -> None:
    """Alone catches: the quick question before each try took the line for quick again. A long note on a poor uplink was
    given up after 8 s each time, without end, and what waited behind it with it."""
    phone, line = scene.phone, scene.line
    phone.visit()
    phone.worker.evaluate(TIMERS)
    lost: set[threading.Event] = set()  # each by its own: the next may come before this one has gone its way

    def fate(method: str, path: str) -> str:
        if method != "POST" or "/diary/log/" not in path:
            return bad.PASS
        held = bad.Held(method, path, threading.Event())
        line.held.put(held)
        held.go.wait(15)
        return bad.CUT_BEFORE if held.go in lost else bad.PASS  # what was given up has not gone up the line

    line.fate = fate
    entry = phone.press("canary one", phone.page)
    phone.context.new_page()
    phone.page.close()  # which would try again by being opened
    tries = given_up = 0
    latest = monotonic() + 30
    while not tries or phone.worker.evaluate(BUSY):
        assert monotonic() < latest, f"it is under way for ever after {tries} tries"
        try:
            held = line.held.get(timeout=0.1)
        except queue.Empty:
            continue
        tries += 1
        assert tries < MOST, "it is sent again and again"
        before, given_up = given_up, phone.worker.evaluate("(span) => self.go(span)", seconds * 1000)
        if given_up > before:
            lost.add(held.go)
        held.go.set()
    assert scene.notes() == ["canary one"] * arrives
    if arrives:
        assert tries == 3, "8 and 16 s are too short, and 32 are not"
    else:  # and then it is not said to be still under way
        scene.cut()
        phone.page = phone.context.new_page()
        phone.page.goto(f"{phone.origin}/waiting/saved/{entry.form_id}")
        expect(phone.page.locator("main")).to_contain_text("Saved on this phone")
        expect(phone.page.locator("main")).not_to_contain_text("still being sent")
