"""A phone in a pocket, as its owner uses it, and a server that comes and goes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from selfcare.database import command, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from tests import factories
from tests.factories.lived import lived_in
from tests.harness import browser as browsers
from tests.harness.axe import findings
from tests.harness.client import session_cookie
from tests.harness.server import Server, free_port, serve
from tests.phone.profiles import own_profile
from tests.proof_offline.wire import wire

SECRET = "a key that only tests know, and long enough"

IN_CHARGE = "() => navigator.serviceWorker.controller"
# Everything IndexedDB holds, as far as it can be read without a key.
STORED = """
async () => {
  const { promise, resolve } = Promise.withResolvers();
  indexedDB.open("selfcare").onsuccess = ({ target }) => resolve(target.result);
  const db = await promise;
  const read = (name) => new Promise((done) => {
    const store = db.transaction(name).objectStore(name);
    const found = { keys: null, values: null };
    store.getAllKeys().onsuccess = ({ target }) => (found.keys = target.result);
    store.getAll().onsuccess = ({ target }) => done({ ...found, values: target.result });
  });
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("utf-8", { fatal: false }).decode(value)
    : value instanceof CryptoKey ? { extractable: value.extractable, algorithm: value.algorithm.name }
    : Array.isArray(value) ? value.map(text)
    : !value || typeof value !== "object" ? value
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, text(each)]));
  const all = {};
  for (const name of db.objectStoreNames) all[name] = text(await read(name));
  db.close();
  return all;
}
"""
ANOTHER = """
async (before) => {
  const latest = performance.now() + 10000;
  while (await (SEALS)() === before) {
    if (performance.now() > latest) throw new Error("it was not kept anew");
    await new Promise(requestAnimationFrame);
  }
}
"""
ASK = """
(message) => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => done(data);
  navigator.serviceWorker.controller.postMessage(message, [port2]);
})
"""
SEALS = """
() => new Promise((done) => {
  indexedDB.open("selfcare").onsuccess = ({ target: { result } }) => {
    result.transaction("kept").objectStore("kept").getAll().onsuccess = ({ target }) => {
      result.close();
      done(target.result.map(({ iv }) => String(iv)).join());
    };
  };
})
"""
PEACE = """
(span) => new Promise((done) => {
  indexedDB.open("selfcare").onsuccess = ({ target: { result } }) => {
    const change = result.transaction("meta", "readwrite");
    change.objectStore("meta").put(Date.now() + span, "not-before");
    change.oncomplete = () => (result.close(), done());
  };
})
"""
CACHED = """
async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request, { ignoreVary: true });
      found[new URL(request.url).pathname] = await answer.text();
    }
  }
  return found;
}
"""


class Town:
    """A household with a filled record, and a server for it, which can be stopped and started again.

    What comes and goes is the line to a server that others use too: a browser meets the same closed door.
    """

    def __init__(self, app: Flask, server: Server, folder: Path) -> None:
        self.app, self.server, self.folder = app, server, folder
        self.house, self.ids = lived_in(app)
        self.base = f"/people/{self.house.person.id}"
        self.log = f"{self.base}/diary/log/{self.ids['tracker_id']}"
        self.prepare = f"{self.base}/appointments/{self.ids['appointment_id']}/prepare/"
        self.question = f"{self.base}/questions/{self.ids['question_id']}"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._running = ExitStack()

    def start(self, **env: str) -> None:
        """The server answers again. With other settings (`env`) it is one of its own."""
        self.stop()
        if env:
            env |= {"SELFCARE_SECRET_KEY": SECRET}
            own = serve(self.server.database_url, self.folder, port=self.port, **env)
            self._running.enter_context(own)
        else:
            self._running.enter_context(wire(self.server.port, self.port))

    def stop(self) -> None:
        self._running.close()

    def track(self, name: str) -> str:
        """One more symptom on the own list. :returns: the address of its form."""
        with self.app.test_request_context(), command():
            rosa = factories.permit(self.house.rosa, self.house.person)
            return f"{self.base}/diary/log/{diary.add_tracker(rosa, kind='symptom', name=name).id}"

    @contextmanager
    def phone(self, chromium: Browser, account: Any, name: str = "", **options: Any) -> Iterator["Phone"]:
        """A phone. With a `name` its profile lasts: the same one is the same phone, opened again."""
        if not name:
            cookies = dict([session_cookie(self.app, account.id)])
            with browsers.opened(chromium, self.url, cookies=cookies, **options) as (page, _):
                yield Phone(page.context)
            return
        folder = self.folder / name
        known = folder.exists()
        signed_in = {} if known else {"app": self.app, "account": account.id}
        with own_profile(chromium, self.url, folder, **signed_in, **options) as context:
            yield Phone(context)


class Phone:
    """One browser, and what a person does with it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.pages[0]

    def open(self, address: str) -> Page:
        self.page.goto(address)
        return self.page

    def get_worker(self, address: str = "/") -> None:
        """Visit once, so that the worker is there and in charge."""
        self.open(address)
        self.page.wait_for_function(IN_CHARGE)

    def allow(self, log: str) -> None:
        """Log once, and say yes to keeping the names here."""
        self.get_worker()
        self.open(log)
        self.rate(4)
        expect(self.page.locator("h1")).to_have_text("Saved.")
        self.page.get_by_role("button", name="Yes, keep the names here").click()
        expect(self.page.locator("#announce")).to_have_text("It is kept on this phone.")

    def rate(self, number: int) -> None:
        self.page.get_by_role("radio", name=str(number), exact=True).check()
        self.page.get_by_role("button", name="Save").click()

    def heads(self, text: str) -> None:
        expect(self.page.locator("h1")).to_have_text(text)

    def strip_says(self, text: str) -> None:
        expect(self.page.locator("#strip")).to_contain_text(text)

    def become(self, town: Town, account: Any) -> None:
        """Somebody else signs in on this phone, past the sign-in page."""
        name, value = session_cookie(town.app, account.id)
        browsers._give(self.page, town.url, {name: value})

    def peace(self, asked: bool) -> None:
        """Whether the server asked to be left in peace for a while (Retry-After)."""
        self.page.evaluate(PEACE, 600_000 if asked else 0)

    def in_worker(self, script: str) -> None:
        """Runs a script in the worker that is in charge."""
        self.context.service_workers[0].evaluate(f"() => {{ {script} }}")

    def faults(self) -> list[Any]:
        """What axe objects to on the page, seen whole: bars that stick cover nothing."""
        before = self.page.viewport_size or {"width": 390, "height": 844}
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": before["width"], "height": height})
        found = findings(self.page)[0]
        self.page.set_viewport_size(before)
        return list(found)

    def ask(self, message: dict[str, Any]) -> Any:
        """What the worker answers a page that sends it a message."""
        return self.page.evaluate(ASK, message)

    def opens_and_keeps_anew(self, address: str) -> None:
        """Opens a page, and waits until what is kept was fetched anew: sealed once more, it reads otherwise."""
        before = self.page.evaluate(SEALS)
        self.open(address)
        until = ANOTHER.replace("SEALS", SEALS.strip())
        self.page.evaluate(until, before)

    def sent(self) -> None:
        """Everything has been sent, by itself."""
        self.page.wait_for_function("() => document.cookie.includes('waiting=0')")
        expect(self.page.locator("#strip")).to_be_empty()

    def stored(self) -> Any:
        return self.page.evaluate(STORED)

    def cached(self) -> dict[str, str]:
        found: dict[str, str] = self.page.evaluate(CACHED)
        return found


def entries(town: Town) -> list[tuple[int | None, str]]:
    with town.app.test_request_context(), command():
        rows = session().execute(
            select(Entry.severity, Entry.note).where(Entry.removed_at.is_(None)).order_by(Entry.entered_at)
        )
        return [(severity, note) for severity, note in rows]


def wait(phone: Phone, town: Town, number: int = 7) -> None:
    """One more entry that waits: logged without a server."""
    phone.open(town.log)
    phone.rate(number)
    phone.heads("Saved on this phone")
