"""The part of the settings that tells this phone or computer: adding it, removing it, and what it says otherwise."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from selfcare.database import command
from selfcare.notifications.models import Subscription
from tests.harness.axe import axe
from tests.harness.places import only_proof
from tests.notifications.phones import GIVEN, SETTINGS, OpenPhone
from tests.notifications.world import Browser
from tests.phone.profiles import own_profile

# What a browser does does not hang on the database below the app.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_removed_from_the_list(open_phone: OpenPhone) -> None:
    phone = open_phone()
    phone.give()
    phone.start()
    phone.page.get_by_role("button", name="Remove").click()
    expect(phone.page.get_by_role("button", name="Tell me on this phone")).to_be_visible()
    assert phone.rows() == []
    assert phone.page.evaluate("localStorage.given") is None


def test_signing_out_takes_this_browser_away(open_phone: OpenPhone) -> None:
    phone = open_phone()
    phone.give()
    phone.start()
    phone.page.goto("/account/")
    phone.page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(phone.page).to_have_url(f"{phone.server.url}/sign-in")
    assert phone.rows() == []
    assert phone.page.evaluate("localStorage.given") is None


def test_what_another_account_has_here_is_left_alone(open_phone: OpenPhone) -> None:
    phone = open_phone()
    phone.give()
    phone.start()
    with phone.app.app_context(), command() as work:
        work.query(Subscription).update({"account_id": phone.house.leon.id})
    phone.page.goto(SETTINGS)
    expect(phone.page.get_by_role("button", name="Tell me on this phone")).to_be_visible()
    phone.page.goto("/account/")
    phone.page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(phone.page).to_have_url(f"{phone.server.url}/sign-in")
    assert phone.rows() == [(phone.house.leon.id, phone.service.endpoint())]
    assert phone.page.evaluate("localStorage.given")


# ---------------------------------------------------------------------------------------------------- keys that change


@pytest.mark.parametrize("address", ["/?from=home-screen", *only_proof(SETTINGS)])
def test_a_subscription_made_with_another_key_is_renewed(open_phone: OpenPhone, address: str) -> None:
    phone = open_phone()
    page = phone.page
    phone.give()
    phone.start()
    key = page.evaluate("localStorage.given")
    page.evaluate("other => { localStorage.given = other }", Browser().p256dh)
    with page.expect_response(lambda answer: answer.url.endswith("/account/push/") and answer.status == 201):
        page.goto(address)
    if address == SETTINGS:
        expect(page.get_by_text("You are told here.")).to_be_visible()
    assert page.evaluate("localStorage.given") == key
    assert phone.rows() == [(phone.house.rosa.id, phone.service.endpoint())]


@pytest.mark.parametrize("whose", ["leon", *only_proof("rosa")])
def test_a_browser_that_changes_its_address_says_so_for_its_own_account(
    open_phone: OpenPhone, whose: str
) -> None:
    phone = open_phone()
    phone.give()
    phone.start()
    phone.is_ready()
    with phone.app.app_context(), command() as work:
        work.query(Subscription).update({"account_id": getattr(phone.house, whose).id})
    (worker,) = phone.page.context.service_workers
    browser = Browser()
    new = {
        "endpoint": phone.service.endpoint("new"),
        "keys": {"p256dh": browser.p256dh, "auth": browser.auth},
    }
    worker.evaluate(
        """async ([old, fresh]) => {
          const done = []
          const event = new ExtendableEvent("pushsubscriptionchange")
          Object.assign(event, {
            oldSubscription: { endpoint: old }, newSubscription: fresh, waitUntil: (promise) => done.push(promise),
          })
          self.dispatchEvent(event)
          await Promise.all(done)
        }""",
        [phone.service.endpoint(), new],
    )
    left = "new" if whose == "rosa" else "rosa"
    assert phone.rows() == [(getattr(phone.house, whose).id, phone.service.endpoint(left))]


# --------------------------------------------------------------------------------------------- what the page says else


def test_nothing_is_asked_before_the_button(open_phone: OpenPhone) -> None:
    phone = open_phone(allowed=False)
    page = phone.page
    page.add_init_script(
        """const ask = Notification.requestPermission
        Notification.requestPermission = () => { window.asked = true; return ask.call(Notification) }"""
    )
    page.goto(SETTINGS)
    button = page.get_by_role("button", name="Tell me on this phone")
    expect(button).to_be_visible()
    assert page.evaluate("window.asked") is None
    button.click()  # Chromium without a window says no to every question
    expect(
        page.get_by_role("heading", name="This browser was told not to let Selfcare tell you")
    ).to_be_visible()
    assert page.evaluate("window.asked") is True
    assert phone.rows() == []
    axe(page)


def test_a_browser_without_push_says_so(open_phone: OpenPhone) -> None:
    phone = open_phone()
    phone.page.add_init_script("delete window.PushManager")
    phone.page.goto(SETTINGS)
    expect(phone.page.get_by_text("This browser cannot show messages.")).to_be_visible()
    expect(phone.page.get_by_role("button", name="Tell me on this phone")).to_be_hidden()


def test_an_iphone_is_sent_to_its_home_screen_first(open_phone: OpenPhone) -> None:
    phone = open_phone()
    page = phone.page
    page.add_init_script(
        "delete window.PushManager; Object.defineProperty(Navigator.prototype, 'standalone', {get: () => false})"
    )
    page.goto(SETTINGS)
    expect(
        page.get_by_role("heading", name="On an iPhone or iPad this works from the home screen")
    ).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Step by step").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Selfcare on the home screen")


def test_a_browser_that_finds_no_push_service_says_so(
    open_phone: OpenPhone, chromium: Chromium, tmp_path: Path
) -> None:
    phone = open_phone()
    # A profile of its own, in which Chromium does look for one: it can reach nothing but this machine.
    with own_profile(
        chromium, phone.server.url, tmp_path / "profile", app=phone.app, account=phone.house.rosa.id
    ) as context:
        context.grant_permissions(["notifications"])
        page = context.pages[0]
        page.clock.install()
        page.goto(SETTINGS)
        page.get_by_role("button", name="Tell me on this phone").click()
        expect(page.locator("#announce")).to_have_text("One moment, please.")
        page.clock.fast_forward(20_000)
        expect(page.get_by_role("heading", name="This did not work")).to_be_visible()
    assert phone.rows() == []


def test_an_endpoint_that_is_not_allowed_is_refused_with_a_sentence(open_phone: OpenPhone) -> None:
    phone = open_phone()
    what = {"endpoint": "https://10.0.0.1/push", "p256dh": phone.browser.p256dh, "auth": phone.browser.auth}
    phone.page.add_init_script(GIVEN % json.dumps(what))
    phone.page.goto(SETTINGS)
    phone.page.get_by_role("button", name="Tell me on this phone").click()
    expect(phone.page.locator("#announce")).to_contain_text("a place we do not send to")
    assert phone.rows() == []


@pytest.mark.proof
def test_without_javascript_it_can_be_removed(open_phone: OpenPhone) -> None:
    phone = open_phone()
    phone.give()
    phone.start()
    plain = open_phone(javascript=False)
    plain.page.goto(SETTINGS)
    expect(plain.page.get_by_text("This browser cannot show messages.")).to_be_visible()
    plain.page.get_by_role("button", name="Remove").click()
    expect(plain.page.get_by_role("button", name="Remove")).to_have_count(0)
    assert phone.rows() == []


@pytest.mark.proof
@pytest.mark.parametrize(
    "locale",
    ["ur", "en-GB", "cy"],
)
def test_the_list_can_be_read_by_everyone(open_phone: OpenPhone, locale: str) -> None:
    phone = open_phone(locale=locale)
    page = phone.page
    phone.give()
    page.goto(SETTINGS)
    page.locator("[data-push-start]").click()
    expect(page.locator("[data-push-device]")).to_be_visible()
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 2600})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            axe(page)
