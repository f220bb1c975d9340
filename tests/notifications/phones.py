"""A phone in a real Chromium that is told: its page, the push service it was given, and the server under it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import select

from selfcare.database import command, session
from selfcare.notifications.models import Subscription
from selfcare.outbox import deliver
from tests import factories
from tests.factories import Household
from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.harness.server import Server
from tests.notifications.world import Browser, PushService

SETTINGS = "/account/reminders"
# A browser gets its endpoint from its maker's push service, which no test can reach. Only that is stood in for: the
# page is given an endpoint on this machine and keys whose private half the test holds. All else is Chromium's own.
GIVEN = """(({ endpoint, p256dh, auth }) => {
  const plain = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer
  const given = () => localStorage.given ? {
    endpoint,
    options: { applicationServerKey: plain(localStorage.given) },
    toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
    unsubscribe: async () => { delete localStorage.given; return true },
  } : null
  PushManager.prototype.getSubscription = async () => given()
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly) throw new DOMException("silent", "NotAllowedError")
    localStorage.given = applicationServerKey
    return given()
  }
})(%s)"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag, lang, data }) => ({ title, body, tag, lang, data }))"""
# Each waits for what a browser says, ten seconds at most.
WITHIN = """
  const late = new Promise((_, no) => setTimeout(no, 10000, new Error("late")))
  const within = (what) => Promise.race([what, late]);"""
CONTROLLED = f"""() => {{ {WITHIN}
  const worker = navigator.serviceWorker
  if (worker.controller) return true
  return within(new Promise((yes) => worker.addEventListener("controllerchange", () => yes(true))))
}}"""
# As every page says hello; the answer comes when the language is kept.
HELLO = f"""() => {{ {WITHIN}
  const {{ port1, port2 }} = new MessageChannel()
  const {{ account }} = document.body.dataset
  const said = new Promise((yes) => {{ port1.onmessage = () => yes(true) }})
  navigator.serviceWorker.controller.postMessage(
    {{ type: "hello", account, lang: document.documentElement.lang, path: location.pathname }}, [port2])
  return within(said)
}}"""
LISTEN = """() => { window.told = new Promise((yes) => {
  navigator.serviceWorker.addEventListener("message", ({ data }) => data?.type === "told" && yes(true))
}) }"""
HEARD = f"() => {{ {WITHIN} return within(window.told) }}"


@dataclass
class Phone:
    """A page on somebody's phone, the push service it was given, and hands for what lies between."""

    app: Flask
    server: Server
    service: PushService
    house: Household
    page: Page
    browser: Browser = field(default_factory=Browser)

    def give(self, name: str = "rosa") -> None:
        """From the next page on, the browser is given an endpoint when it subscribes."""
        what = {
            "endpoint": self.service.endpoint(name),
            "p256dh": self.browser.p256dh,
            "auth": self.browser.auth,
        }
        self.page.add_init_script(GIVEN % json.dumps(what))

    def is_ready(self) -> None:
        self.page.evaluate(CONTROLLED)

    def start(self) -> None:
        """Opens the settings and presses the button."""
        self.page.goto(SETTINGS)
        self.page.get_by_role("button", name="Tell me on this phone").click()
        expect(self.page.get_by_text("You are told here.")).to_be_visible()

    def rows(self) -> list[tuple[UUID, str]]:
        """(account, endpoint) of every subscription the server knows."""
        with self.app.app_context():
            found = session().execute(select(Subscription.account_id, Subscription.endpoint))
            return [(row.account_id, row.endpoint) for row in found]

    def deliver(self) -> dict[str, int]:
        return dict(deliver.run(self.app, threading.Event(), once=True))

    def push(self, data: str) -> None:
        """Hands a message to the service worker, as the browser does after it decrypted one, until it was shown."""
        found: list[str] = []
        debugger = self.page.context.new_cdp_session(self.page)
        debugger.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
        )
        debugger.send("ServiceWorker.enable")
        self.page.evaluate(LISTEN)
        for _ in range(600):  # frames: what is registered is told when the browser comes to it
            if found:
                break
            self.page.evaluate("new Promise(requestAnimationFrame)")
        debugger.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.server.url, "registrationId": found[0], "data": data},
        )
        self.page.evaluate(HEARD)
        debugger.detach()

    def shown(self) -> list[dict[str, Any]]:
        """The notifications on the screen."""
        found: list[dict[str, Any]] = self.page.evaluate(SHOWN)
        return found


OpenPhone = Callable[..., Phone]


@contextmanager
def phones(app: Flask, chromium: Chromium, server: Server, service: PushService) -> Iterator[OpenPhone]:
    """Opens Rosa's phone (or another's): `open_phone("leon", allowed=False, locale="ur")`."""
    with app.test_request_context(), command():
        house = factories.household()
    with ExitStack() as stack:

        def opened(
            who: str = "rosa", *, allowed: bool = True, device: str = "phone", **options: Any
        ) -> Phone:
            cookies = dict([session_cookie(app, getattr(house, who).id)])
            page, _ = stack.enter_context(
                browsers.opened(chromium, server.url, device, cookies=cookies, **options)
            )
            if allowed:
                page.context.grant_permissions(["notifications"])
            return Phone(app, server, service, house, page)

        yield opened
