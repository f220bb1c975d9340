"""One summary goes to a professional from outside: chosen, given by a code, read with a second step, seen, ended."""

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.conftest import Browse
from tests.harness.axe import axe
from tests.sharing.scenes import scene

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_summary_is_given_to_a_physiotherapist_read_seen_and_ended(app: Flask, browse: Browse) -> None:
    """Alone catches: a way from choosing to reading that asks the person for JavaScript, or anybody for help; and an
    end that the reader's open page does not feel.
    """
    rosa = scene(app)
    page = browse("phone", account=rosa.rosa, javascript=False)
    page.goto(f"{rosa.base}/summary/")
    page.get_by_text("My goals", exact=True).click()
    page.get_by_role("button", name="Another professional, by name").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Share with another professional")
    page.get_by_label("What is their name?").fill("Sam Lee")
    page.get_by_label("What do they do?").fill("physiotherapist")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Make a code for them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Give this to Sam Lee")
    code = page.locator(".qr__code").inner_text()

    sam = browse("desk")
    sam.goto("/shared-with-me/code")
    sam.get_by_label("The code you were given").fill(code)
    for label, part in (("Day", "27"), ("Month", "3"), ("Year", "1962")):
        sam.get_by_label(label, exact=True).fill(part)
    sam.get_by_label("Your e-mail address at work").fill("sam@clinic.example")
    sam.get_by_role("button", name="Go on").click()
    sam.get_by_label("Password").fill("long grey walrus on a sofa")
    sam.get_by_role("button", name="Go on").click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    secret = "".join(sam.locator("p.code").inner_text().split())
    sam.get_by_label("Code from your authenticator app").fill(pyotp.TOTP(secret).now())
    sam.get_by_role("button", name="Go on").click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    sam.get_by_role("link", name="Shared with me").click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("Shared with me")
    axe(sam)
    sam.get_by_role("link", name="Rosa Hill").click()
    expect(sam.get_by_role("heading", level=1)).to_contain_text("Summary of")
    expect(sam.locator("main")).to_contain_text("I want to be well enough for my sister’s visit in April.")
    expect(sam.locator("main")).not_to_contain_text("Walk to the shop")
    axe(sam)

    page.get_by_role("link", name="Done").click()
    row = page.locator(".row", has_text="Sam Lee")
    expect(row).to_contain_text("Read first on")
    row.get_by_role("link", name="End for Sam Lee").click()
    page.get_by_role("button", name="End it now").click()
    expect(page.locator("main")).not_to_contain_text("Sam Lee")
    sam.reload()
    expect(sam.locator("main")).not_to_contain_text("sister")
