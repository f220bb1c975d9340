"""Ways back in, in browsers: a phone that is lost, by a code and by the team; the next phone; and who it is, once more.

The phones hold passkeys, in an authenticator that the browser believes in.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.people.models import Invitation
from tests import factories
from tests.accounts.conftest import post as post
from tests.accounts.test_mail_codes import code
from tests.accounts.test_passkeys_browser import FACE, OLDER, finger_on_it, signed_out
from tests.conftest import Browse
from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.harness.server import Server, free_port, serve
from tests.notifications.post import Post
from tests.people.scenes import colleague, home_with_way
from tests.people.test_recovery_browser import a_day_later, ask, come_back, confirm

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
PASSWORD = "three words together"


def holds_passkeys(page: Page) -> None:
    """A phone with a finger on it, which offers nothing by itself: each way in is a press of somebody's."""
    page.add_init_script(OLDER)
    finger_on_it(page)


def sets_up(page: Page, url: str, name: str) -> None:
    """A passkey on this phone; and from now on it is what they came in by."""
    holds_passkeys(page)
    page.goto(url + "/account/passkeys/add")
    page.get_by_label("What you call it").fill(name)
    page.get_by_role("button", name=FACE).click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    signed_out(page, url)
    page.get_by_role("button", name=FACE).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello, Rosa")


def lets_nobody_in(page: Page, url: str) -> None:
    """Whoever has the lost phone is out, and what was set up on it opens nothing."""
    page.goto(url + "/")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_role("button", name=FACE).click()
    expect(page.get_by_text("That did not let you in.")).to_be_visible()


def test_a_lost_phone_by_a_code_and_the_second_phone_takes_its_place(
    app: Flask, database_url: str, chromium: Browser, post: Post, tmp_path: Path
) -> None:
    """Alone catches: a code whose page a phone cannot send, one that leads past *come in quickly*; a second phone that
    cannot be set up beside the first; a lost phone that stays in when it is taken off the list on the new one.
    """
    with app.test_request_context(), command() as work:
        house = factories.household()
        rosa = work.get_one(Account, house.rosa.id)
        accounts.change_way(rosa, "rosa@example.net", accounts.passwords.hashed(PASSWORD))
        rosa.email_at, rosa_id = now(), rosa.id
    port = free_port()
    url = f"http://localhost:{port}"
    mail = {
        "SELFCARE_SMTP": f"smtp://127.0.0.1:{post.port}", "SELFCARE_MAIL_FROM": "no-reply@selfcare.example",
    }  # fmt: skip
    cookies = dict([session_cookie(app, rosa_id)])
    with (
        serve(database_url, tmp_path, port=port, **mail),
        browsers.opened(chromium, url, cookies=cookies) as (lost, _),
        browsers.opened(chromium, url) as (new, _),
    ):
        sets_up(lost, url, "My old phone")
        holds_passkeys(new)
        new.goto(url + "/sign-in")
        new.get_by_role("link", name="New phone, or cannot get in").click()
        new.locator("#mail [name=code_email]").fill("rosa@example.net")
        new.get_by_role("button", name="Send me a code").click()
        expect(new.get_by_role("heading", level=1)).to_have_text("Look at your e-mail")
        new.locator("#mail-code [name=code]").fill(code(app, post, "rosa@example.net"))
        new.get_by_role("button", name="Go on").click()
        expect(new.get_by_role("heading", level=1)).to_have_text("Next time, come in quickly")
        new.get_by_role("button", name=FACE).click()
        expect(new.get_by_role("heading", level=1)).to_contain_text("Hello, Rosa")
        lost.goto(url + "/")
        expect(lost.get_by_role("heading", level=1)).to_contain_text("Hello, Rosa")
        new.goto(url + "/account/passkeys/")
        new.get_by_role("link", name="Remove My old phone").click()
        new.locator("#main").get_by_role("button", name="Remove").click()
        expect(new.get_by_role("link", name=re.compile("^Remove "))).to_have_count(1)
        lets_nobody_in(lost, url)
        signed_out(new, url)
        new.get_by_role("button", name=FACE).click()
        expect(new.get_by_role("heading", level=1)).to_contain_text("Hello, Rosa")


@pytest.mark.proof
def test_a_lost_phone_without_a_mailbox_by_two_of_the_team(
    app: Flask, live_server: Server, browse: Browse, chromium: Browser
) -> None:
    """Alone catches: a form of the recovery that no phone can send, and a passkey or a session on the lost phone that
    outlives it.
    """
    house = home_with_way(app)
    priya, url = colleague(app, house), live_server.url.replace("127.0.0.1", "localhost")
    cookies = dict([session_cookie(app, house.rosa)])
    with browsers.opened(chromium, url, cookies=cookies) as (lost, _):
        sets_up(lost, url, "My old phone")
        ask(browse("desk", account=house.amina), house)
        code = confirm(browse("desk", account=priya))
        back = browse("phone")
        come_back(back, code)
        expect(back.get_by_role("alert")).to_contain_text("does not work now")
        a_day_later(app)
        back.get_by_label("Password").fill("winter ladder teapot")
        back.get_by_role("button", name="Save and come in").click()
        expect(back.get_by_role("heading", level=1)).to_have_text("Hello, Rosa")
        lets_nobody_in(lost, url)


def test_who_it_is_is_asked_in_place_and_the_words_are_kept(app: Flask, browse: Browse) -> None:
    """Alone catches: words that a browser does not carry through the page that asks once more who somebody is, also
    after a wrong password; or a code for a carer that was made without it.
    """
    house = home_with_way(app)
    page = browse("phone", account=house.rosa)
    page.goto(f"/people/{house.person}/carers/add")
    page.locator("[name=name]").fill("Samira from next door")
    page.locator("[name=preset][value=log]").click(force=True)
    with app.app_context(), command() as work:
        work.execute(update(SignIn).values(proved_at=now() - timedelta(minutes=11)))
    page.get_by_role("button", name="Make a code for them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    with app.app_context():
        assert not session().scalars(select(Invitation.name)).all()
    for password in ("not this one at all", PASSWORD):
        page.locator("#again [name=password]").fill(password)
        page.locator("#again button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Samira from next door")
    page.locator("#kept button[type=submit]").click()
    expect(page.locator(".qr__code")).to_be_visible()
    with app.app_context():
        assert session().scalars(select(Invitation.name)).all() == ["Samira from next door"]
