"""A phone in somebody's hands: a browser profile of its own, with the real service worker in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Worker

from tests.harness import browser as browsers
from tests.harness.client import session_cookie

# Asks the service worker, as a page does, and waits for its answer.
ASK = """
([type, data]) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = (event) => resolve(event.data)
  navigator.serviceWorker.controller.postMessage({ ...data, type }, [port2])
})
"""
# Puts the real form, as the server drew it, into the page that is open, fills it in and presses its button.
SUBMIT = """
([html, action, id, values, then]) => {
  const part = document.createElement("template")
  part.innerHTML = html
  const form = part.content.querySelector("form")
  form.action = action
  document.querySelector("main").append(form)
  for (const [name, value] of Object.entries({ form_id: id, ...values })) {
    if (!form.elements[name]) form.insertAdjacentHTML("beforeend", `<input type="hidden" name="${name}">`)
    const fields = form.querySelectorAll(`[name="${name}"]`)
    for (const each of fields)
      if (["radio", "checkbox"].includes(each.type)) each.checked = each.value === value
      else each.value = value
  }
  for (const zone of form.querySelectorAll("[data-zone]")) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone
  const now = new Date()
  window.sent = id
  form.requestSubmit()
  if (then) location.assign(then)
  return now.toLocaleDateString("sv") + "T" + now.toLocaleTimeString("sv")
}
"""
# Every row of the store, as it lies there, sealed parts left out.
ROWS = """
() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("selfcare")
  opening.onerror = () => reject(opening.error)
  opening.onsuccess = () => {
    const db = opening.result
    const rows = db.transaction("outbox").objectStore("outbox").getAll()
    rows.onsuccess = () => { db.close(); resolve(rows.result.map(({ iv, data, ...row }) => row)) }
  }
})
"""


@dataclass(frozen=True)
class Filled:
    """A form as the server drew it for somebody, and what they fill in. `note`: the words it is known by."""

    html: str
    action: str
    note: str
    values: dict[str, str]


@dataclass
class Written:
    """One form as its writer filled it in."""

    note: str
    form_id: UUID
    account: UUID
    wall: str
    zone: str
    turn: int  # written at the same moment in two tabs, two have the same


@dataclass
class Device:
    """A phone. `log` is the address of the form, `form` its HTML as each account was shown it."""

    context: BrowserContext
    page: Page
    app: Flask
    origin: str
    log: str
    zone: str
    account: UUID | None = None
    forms: dict[UUID, str] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)

    def sign_in(self, account: UUID) -> None:
        """Somebody signs in here; what the worker knows of whoever was here before stays."""
        browsers._give(self.page, self.origin, dict([session_cookie(self.app, account)]))
        self.account = account

    def visit(self, path: str = "/") -> None:
        """Opens a page of the app and waits until the service worker has it in hand."""
        self.page.goto(self.origin + path)
        self.page.wait_for_function("() => navigator.serviceWorker.controller", timeout=browsers.PATIENCE)

    def learn(self) -> None:
        """Loads the log page once for the account that is signed in."""
        assert self.account
        if self.account not in self.forms:
            self.visit(self.log)
            self.forms[self.account] = self.page.locator("main form#log").evaluate("form => form.outerHTML")

    def write(self, *forms: Filled) -> list[Written]:
        """Sends a form, or several at the same moment, each in a tab of its own.

        One counts as written once the phone has answered: *saved*, or *saved on this phone*.
        """
        tabs = [self.page, *(page for page in self.context.pages if page != self.page)]
        sent = [(tab, self.send(form, tab)) for tab, form in zip(tabs, forms, strict=False)]
        for tab, entry in sent:
            # A page that takes "saved" out of its own address has not been left.
            answered = "(id) => window.sent !== id && document.querySelector('main')"
            tab.wait_for_function(answered, arg=str(entry.form_id), timeout=browsers.PATIENCE)
            assert tab.url.startswith(self.origin), tab.url
            self.written.append(entry)
        return [entry for _, entry in sent]

    def send(self, form: Filled, tab: Page, then: str | None = None) -> Written:
        """Fills a form in and presses its button.

        :param then: where to be off to in the same moment.
        """
        assert self.account
        entry, turn = uuid4(), self.written[-1].turn + 1 if self.written else 0
        wall = tab.evaluate(SUBMIT, [form.html, form.action, str(entry), form.values, then])
        return Written(form.note, entry, self.account, wall, self.zone, turn)

    def press(self, note: str, tab: Page, **more: str) -> Written:
        """Logs an entry. :param more: further fields, and other values for those there are."""
        assert self.account
        values = {"severity": str(len(self.written) % 11), "when": "now", "note": note} | more
        return self.send(Filled(self.forms[self.account], self.log, note, values), tab)

    def log_one(self, note: str, **more: str) -> Written:
        """Logs one entry and waits for the phone's answer. With `outbox_of`, other words for one that waits."""
        before = self.page.url
        entry = self.press(
            note, self.page, **{name.replace("_of", "-of"): value for name, value in more.items()}
        )
        self.page.wait_for_url(lambda url: url != before, wait_until="commit", timeout=browsers.PATIENCE)
        return entry

    def leave(self, form: Filled) -> Written:
        """Presses the button, and is elsewhere before anything could answer."""
        away = f"/waiting/?{len(self.written)}"
        entry = self.send(form, self.page, away)
        self.page.wait_for_url(f"**{away}", wait_until="commit")
        return entry

    def ask(self, type_: str, **data: Any) -> Any:
        return self.page.evaluate(ASK, [type_, {"account": str(self.account), **data}])

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(ROWS)
        return found

    @property
    def worker(self) -> Worker:
        """The service worker itself."""
        return self.context.service_workers[0]

    def waiting(self, account: UUID | None = None) -> int:
        return sum(
            row["state"] != "sent" and (account is None or row["account"] == str(account))
            for row in self.rows()
        )

    def other_tab(self) -> None:
        """Another tab comes to the front; there are two."""
        others = [page for page in self.context.pages if page != self.page]
        self.page = others[0] if others else self.context.new_page()
        if not others:
            self.visit()


@contextmanager
def device(
    browser: Browser, app: Flask, origin: str, log: str, zone: str = "Europe/London", **options: Any
) -> Iterator[Device]:
    looks = {**browsers.DEVICES["phone"], "locale": "en-GB", "reduced_motion": "reduce", **options}
    context = browser.new_context(base_url=origin, timezone_id=zone, **looks)
    context.set_default_timeout(browsers.PATIENCE)
    try:
        yield Device(context, context.new_page(), app, origin, log, zone)
    finally:
        context.close()
