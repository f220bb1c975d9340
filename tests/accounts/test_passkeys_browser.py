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


def test_after_a_password_the_browser_may_make_one_by_itself(
    app: Flask, live_server: Server, chromium: Browser
) -> None:
    """Alone catches: a page after a password that does not ask the browser, asks it as for a press, or asks twice.

    Chromium says that it can, and with an authenticator of a test it never comes to an answer: what is answered then is
    in test_passkeys_quietly.
    """
    url = live_server.url.replace("127.0.0.1", "localhost")
    with app.app_context(), command():
        actions.make(Kind.PERSON, "Rosa", email="rosa@example.net", password="three words together")
    with browsers.opened(chromium, url, "phone") as (page, _):
        finger_on_it(page)
        page.goto(url + "/sign-in?next=/account/")
        page.locator("#sign-in [name=email]").fill("rosa@example.net")
        page.locator("#sign-in [name=password]").fill("three words together")
        with page.expect_response("**/account/passkeys/options") as asked:
            page.locator("#sign-in button[type=submit]").click()
        assert (asked.value.request.post_data or "").endswith("offered=1")
        assert asked.value.json()["authenticatorSelection"]["userVerification"] == "preferred"
        expect(page.get_by_role("heading", level=1)).to_have_text("Account")
        page.get_by_role("link", name="Face, finger or PIN").click()
        expect(page.get_by_text("You have set up none yet.")).to_be_visible()
        expect(page.locator("[data-quietly]")).to_have_count(0)


def test_a_page_that_stays_open_offers_one_that_is_still_good(live_server: Server, chromium: Browser) -> None:
    """Alone catches: a sign-in page left open for longer than a challenge lasts, whose offer then lets nobody in."""
    url = live_server.url.replace("127.0.0.1", "localhost")
    with browsers.opened(chromium, url, "phone") as (page, _):
        page.clock.install()
        offers: list[str] = []
        page.on(
            "request", lambda sent: offers.append(sent.post_data or "") if "/options" in sent.url else None
        )
        with page.expect_response("**/sign-in/passkey/options"):
            page.goto(url + "/sign-in")
        page.clock.run_for(7 * 60_000)
        assert len(offers) == 1
        with page.expect_response("**/sign-in/passkey/options"):
            page.clock.run_for(2 * 60_000)
        assert [each.endswith("offered=1") for each in offers] == [True, True]
        finger_on_it(page)  # with nothing on it: a press fails, and then one is offered anew
        with page.expect_request(lambda sent: (sent.post_data or "").endswith("offered=1")):
            page.get_by_role("button", name=FACE).click()
        expect(page.get_by_text("That did not work here.")).to_be_visible()
