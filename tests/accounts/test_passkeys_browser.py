"""Passkeys in a real browser, with an authenticator that the browser believes in: made, used, taken away."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from selfcare.accounts import actions
from selfcare.database import command
from selfcare.web.access import Kind
from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.harness.server import Server

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

FACE = "Use my face, finger or PIN"


# A browser that knows passkeys, and offers none in an address field: older phones.
OLDER = "delete PublicKeyCredential.isConditionalMediationAvailable"


def finger_on_it(page: Page) -> None:
    """What unlocks this device: it holds passkeys, and says yes at once, also where a browser offers one by itself."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def signed_out(page: Page, url: str) -> None:
    page.goto(url + "/sign-out")
    page.locator("#main").get_by_role("button", name="Sign out").click()


def journey(
    app: Flask, server: Server, chromium: Browser, kind: Kind, script: str
) -> Iterator[tuple[Page, str]]:
    """A page of somebody who has just made a passkey and signed out."""
    url = server.url.replace("127.0.0.1", "localhost")
    with app.app_context(), command():
        account = actions.make(kind, "Rosa", email="rosa@example.net", password="three words together")
        account_id = account.id
    cookies = dict([session_cookie(app, account_id)])
    with browsers.opened(chromium, url, "phone", cookies=cookies) as (page, _):
        page.add_init_script(script)
        finger_on_it(page)
        page.goto(url + "/account/passkeys/")
        page.get_by_role("link", name="Set up this device").click()
        page.get_by_label("What you call it").fill("My phone")
        page.get_by_role("button", name=FACE).click()
        expect(page.get_by_role("link", name="My phone", exact=True)).to_be_visible()
        yield page, url


def test_made_used_and_taken_away(app: Flask, live_server: Server, chromium: Browser) -> None:
    """Alone catches: a script that no browser understands, and options that none accepts."""
    for page, url in journey(app, live_server, chromium, Kind.PERSON, OLDER):
        page.goto(url + "/account/passkeys/add")
        page.get_by_role("button", name=FACE).click()
        expect(page.get_by_text("This device is set up already.")).to_be_visible()
        signed_out(page, url)
        page.get_by_role("button", name=FACE).click()
        page.wait_for_url(url + "/")
        page.goto(url + "/account/passkeys/")
        expect(page.get_by_text("Last used today")).to_be_visible()
        page.get_by_role("link", name="Remove My phone").click()
        page.locator("#main").get_by_role("button", name="Remove").click()
        expect(page.get_by_text("You have set up none yet.")).to_be_visible()
        signed_out(page, url)
        page.get_by_role("button", name=FACE).click()
        expect(page.get_by_text("That did not let you in.")).to_be_visible()


def test_a_professional_comes_in_by_what_the_browser_offers(
    app: Flask, live_server: Server, chromium: Browser
) -> None:
    """Nothing is pressed on the page, and no second factor is asked for."""
    for page, url in journey(app, live_server, chromium, Kind.PROFESSIONAL, ""):
        signed_out(page, url)
        page.wait_for_url(url + "/caseload/")
