"""By a real provider in a real browser: there and back without a press, and a suspended colleague stays out."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from selfcare.accounts import actions
from selfcare.accounts.models import Account
from selfcare.database import command, now
from selfcare.web.access import Kind
from tests.accounts import providers
from tests.accounts.providers import CLIENT, SECRET
from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.harness.server import free_port, serve


def answers(page: Page) -> None:
    """Says at the provider who it is."""
    page.get_by_label("Name").fill("amina-7")
    page.get_by_label("Second step").check()
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_professional_links_comes_in_and_is_suspended(
    app: Flask, database_url: str, windowless: Browser, tmp_path: Path
) -> None:
    """Alone catches: a browser that is not let out by our own policy, or comes back without its cookie."""
    port = free_port()
    url = f"http://localhost:{port}"
    with app.app_context(), command():
        account_id = actions.make(
            Kind.PROFESSIONAL, "Amina", email="amina@example.net", password="three words together"
        ).id
    with providers.real(providers.client(f"{url}/sign-in/with/staff/back")) as issuer:
        env = {
            "SELFCARE_STAFF_SIGN_IN": issuer, "SELFCARE_STAFF_SIGN_IN_NAME": "Riverside sign-in",
            "SELFCARE_STAFF_SIGN_IN_CLIENT": CLIENT, "SELFCARE_STAFF_SIGN_IN_SECRET": SECRET,
            "SELFCARE_STAFF_SIGN_IN_SECOND_STEP": "amr=mfa", "SELFCARE_SECRET_KEY": app.config["SECRET_KEY"],
        }  # fmt: skip
        cookies = dict([session_cookie(app, account_id)])
        with (
            serve(database_url, tmp_path, port=port, **env),
            browsers.opened(windowless, url, "desk", cookies=cookies) as (page, watch),
        ):
            page.goto(url + "/account/provider/")
            page.get_by_role("button", name="Set it up").click()
            answers(page)
            expect(page.get_by_text("Set up today")).to_be_visible()
            page.goto(url + "/sign-out")
            page.locator("#main").get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
            page.goto(url + "/sign-in?next=/account/")
            page.get_by_role("button", name="Use Riverside sign-in").click()
            expect(page.get_by_role("heading", name="Account", level=1)).to_be_visible()
            with app.app_context(), command() as work:
                work.get_one(Account, account_id).suspended_at = now()
            page.goto(url + "/sign-in")
            page.get_by_role("button", name="Use Riverside sign-in").click()
            expect(page.get_by_text("This account is closed for now.")).to_be_visible()
            assert watch.elsewhere
            watch.elsewhere[:] = [each for each in watch.elsewhere if not each.startswith(issuer + "/")]
            watch.errors.clear()  # the 403, as the console says it
