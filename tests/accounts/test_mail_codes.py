"""Codes by e-mail: ten minutes, once, in the browser that asked; and no word of who is known here."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.accounts.models import SignIn as Row
from selfcare.database import command, now, session
from selfcare.outbox import deliver
from selfcare.outbox.models import Outbox
from selfcare.web.access import Kind
from tests.accounts.conftest import PASSWORD, Made, Make, SignIn
from tests.harness.client import Client
from tests.harness.pages import Answer, words
from tests.harness.statements import Statements
from tests.notifications.post import Post

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def rosa(app: Flask, make: Make) -> Made:
    return proved(app, make())


def proved(app: Flask, found: Made) -> Made:
    with app.app_context(), command() as work:
        work.get_one(Account, found.id).email_at = now()
    return found


def asked(browser: Client, address: str, url: str = "/sign-in?next=/account/") -> Answer:
    page = browser.get(url).form("mail").submit(code_email=address)
    assert page.h1 == "Look at your e-mail"
    return page


def code(app: Flask, post: Post, to: str) -> str:
    deliver.run(app, threading.Event(), once=True)
    about = "About how you sign in to Selfcare"  # what is told of a change has no code in it, and comes after
    found = [message for message in post.messages if message["To"] == to and message["Subject"] != about]
    text = str(found[-1].get_payload(decode=True).decode()) if found else ""  # type: ignore[union-attr]
    digits = re.search(r"\b\d{6}\b", text)
    return digits[0] if digits else ""


def other_than(right: str) -> str:
    return "000000" if right != "000000" else "111111"


def test_the_code_lets_in_once_where_it_was_asked_for(
    app: Flask, post: Post, rosa: Made, client: Client, new_client: Callable[..., Client]
) -> None:
    page = asked(client, " ROSA@example.net ")
    right = code(app, post, rosa.email)
    assert right
    elsewhere = new_client()
    told = elsewhere.get("/sign-in/e-mail/code")
    assert "No code is waited for in this browser." in told
    there = told.form("mail-code").submit(code=right)
    assert (there.status, "it was asked for in another browser" in there) == (422, True)
    own = asked(elsewhere, rosa.email).form("mail-code")
    assert own.submit(code=right).status == 422, "a code of its own is waited for there"
    assert page.form("mail-code").submit(code=other_than(right)).status == 422
    assert page.form("mail-code").submit(code=right).h1 == "Account"
    with app.app_context():
        found = session().scalars(select(Row)).one()
        assert (found.began, found.proved_at is not None) == ("email", True)
    client.get("/account/").form("/sign-out").submit()
    assert client.get("/sign-in/e-mail/code").form("mail-code").submit(code=right).status == 422


def test_the_message_has_a_code_and_no_link(app: Flask, post: Post, rosa: Made, client: Client) -> None:
    """A link would open another browser than the one that asked."""
    asked(client, rosa.email)
    assert code(app, post, rosa.email)
    [message] = post.messages
    text = str(message.get_payload(decode=True).decode())  # type: ignore[union-attr]
    assert message["Subject"] == "Your code for Selfcare"
    assert "It works once, for 10 minutes, and only there." in text
    assert not re.search(r"https?:|/sign-in", text)


NOBODY = {
    "of nobody": lambda account: None,
    "not proved": lambda account: setattr(account, "email_at", None),
    "suspended": lambda account: setattr(account, "suspended_at", now()),
    "invented": lambda account: setattr(account, "invented", True),
    "a professional's": lambda account: setattr(account, "kind", Kind.PROFESSIONAL.value),
}


@pytest.mark.parametrize("why", NOBODY)
def test_an_address_that_is_no_way_in_is_answered_alike(
    app: Flask,
    post: Post,
    rosa: Made,
    make: Make,
    new_client: Callable[..., Client],
    statements: Statements,
    why: str,
) -> None:
    """In the same words and as many statements, to write and to read, on a browser that somebody signed in on. Sent is
    what else lets them in, and only where something does.
    """
    other = "nobody@example.net" if why == "of nobody" else proved(app, make("Leon")).email
    if why != "of nobody":
        with app.app_context(), command() as work:
            NOBODY[why](work.scalars(select(Account).where(Account.email == other)).one())
    found, third = [], make("Sam").id
    for address in (rosa.email, other):
        browser = new_client()
        browser.sign_in(third)
        browser.get("/account/").form("/sign-out").submit()
        form = browser.get("/sign-in").form("mail")
        statements.clear()
        answer = form.submit(code_email=address, follow=False)
        page = answer.send("GET", answer.location)
        found.append(
            (answer.status, answer.location, len(statements), words(page.html.main).replace(address, ""))
        )
    assert found[0] == found[1]
    with app.app_context():
        sent = len(session().scalars(select(Outbox)).all())
    assert sent == 1 + (why in ("not proved", "a professional's"))


def test_ten_minutes(app: Flask, post: Post, rosa: Made, client: Client) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        page = asked(client, rosa.email)
        right = code(app, post, rosa.email)
        clock.shift(timedelta(minutes=10, seconds=1))
        assert page.form("mail-code").submit(code=right).status == 422
        asked(client, rosa.email)
        clock.shift(timedelta(minutes=11))
        assert code(app, post, rosa.email) == right, "one that came too late is not sent at all"


def test_five_tries_at_one_and_five_asked_for_in_an_hour(
    app: Flask, post: Post, rosa: Made, client: Client, new_client: Callable[..., Client]
) -> None:
    page = asked(client, rosa.email)
    right = code(app, post, rosa.email)
    tries = [page.form("mail-code").submit(code=other_than(right)).status for _ in range(5)]
    assert tries == [422] * 5
    assert page.form("mail-code").submit(code=right).status == 429
    form = client.get("/sign-in").form("mail")
    assert [form.submit(code_email=rosa.email).status for _ in range(5)] == [200] * 4 + [429]
    form = new_client().get("/sign-in").form("mail")
    assert form.submit(code_email="nobody@example.net").status == 200, "another address is counted apart"


def test_no_stranger_keeps_somebody_from_their_own_device(
    app: Flask, post: Post, rosa: Made, client: Client, new_client: Callable[..., Client], sign_in: SignIn
) -> None:
    sign_in(client, rosa.email)
    client.get("/account/").form("/sign-out").submit()
    stranger = new_client().get("/sign-in").form("mail")
    assert [stranger.submit(code_email=rosa.email).status for _ in range(6)][-1] == 429
    page = asked(client, rosa.email)
    assert page.form("mail-code").submit(code=code(app, post, rosa.email)).h1 == "Account"


def test_it_is_a_proof_in_place_and_what_was_typed_goes_along(
    app: Flask, post: Post, rosa: Made, client: Client, sign_in: SignIn
) -> None:
    sign_in(client, rosa.email)
    form = client.get("/account/language").form("/account/language")
    token = form.value("csrf_token")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        sent = {
            "csrf_token": token,
            "email": "new@example.net",
            "password": "winter ladder teapot",
            "next": "/",
        }
        page = client.post("/account/sign-in", sent)
        assert (page.status, page.h1) == (401, "Is it still you?")
        page = page.form("mail").submit()
        assert (page.h1, "kept in this page" in page) == ("Look at your e-mail", True)
        page = page.form("mail-code").submit(code=code(app, post, rosa.email))
        assert page.form("/account/sign-in").value("email") == "new@example.net"
        assert client.get("/account/sign-in").h1 == "How you sign in"


def test_an_address_alone_is_a_way_in_once_it_is_proved(
    app: Flask, post: Post, client: Client, new_client: Callable[..., Client], make: Make
) -> None:
    """By letter, and no password wanted: the code that proves the address is the last thing typed."""
    sam = make("Sam").id
    with app.app_context(), command() as work:
        account = work.get_one(Account, sam)
        account.email = account.password_hash = account.way_at = None
    client.sign_in(sam)
    page = client.get("/account/sign-in").form("way-in").submit(email="sam@example.net", password="")
    assert page.h1 == "Look at your e-mail"
    page = page.form("address-code").submit(code=code(app, post, "sam@example.net"))
    assert page.h1 == "Account"
    browser = new_client()
    page = asked(browser, "sam@example.net")
    assert page.form("mail-code").submit(code=code(app, post, "sam@example.net")).h1 == "Account"
    assert "You have no way to sign in yet." not in browser.get("/account/")


def test_an_address_kept_before_it_could_be_proved_is_proved_first(
    app: Flask, post: Post, make: Make, client: Client, sign_in: SignIn, new_client: Callable[..., Client]
) -> None:
    """Alone catches: codes sent to whatever address was typed while the app could send no e-mail."""
    leon = make("Leon")
    sign_in(client, leon.email)
    asked(new_client(), leon.email)
    assert code(app, post, leon.email) == ""
    page = client.get("/account/sign-in").form("way-in").submit(email=leon.email, password="")
    page.form("address-code").submit(code=code(app, post, leon.email))
    browser = new_client()
    asked(browser, leon.email)
    assert code(app, post, leon.email)
    assert sign_in(new_client(), leon.email, PASSWORD).h1 == "Account", "the password stays as it was"


def test_without_e_mail_none_is_offered(client: Client) -> None:
    page = client.get("/sign-in")
    assert not page.html.find(id="mail")
    token = page.form("sign-in").value("csrf_token")
    assert client.post("/sign-in/e-mail", {"csrf_token": token, "code_email": "a@b.org"}).status == 404
    assert not client.get("/sign-in/new-phone").html.find(id="mail")


def test_what_happens_with_a_new_phone_is_said_first(
    app: Flask, post: Post, rosa: Made, client: Client, sign_in: SignIn
) -> None:
    page = client.get("/sign-in").click("New phone, or cannot get in")
    assert "Your record is safe." in page
    page = page.form("mail").submit(code_email=rosa.email)
    page = page.form("mail-code").submit(code=code(app, post, rosa.email))
    assert page.h1 == "Next time, come in quickly"
