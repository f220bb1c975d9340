"""Keeping a way in: right after the birth date, once more a week later, and a stop at sign-out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import SignIn
from selfcare.database import now, session
from selfcare.people import invitations
from tests.accounts.test_passkeys import asked
from tests.factories.authenticator import Authenticator
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.people.scenes import Home, acting, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
BORN = {"born-day": "27", "born-month": "3", "born-year": "1962"}
CARD = "Keep your way in"


def came(app: Flask, browser: Client) -> Answer:
    house: Home = home(app, own=False)
    with acting(app, house.amina, house.person) as amina:
        code = invitations.write_letter(amina)
    return browser.get("/invitation").form("invitation").submit(code=code, **BORN)


def test_right_after_the_birth_date(app: Flask, client: Client, new_client: Callable[..., Client]) -> None:
    page = came(app, client)
    assert page.h1 == "Next time, come in quickly"
    assert "Your letter’s code still works until you have done this" in page
    phone, form = Authenticator(), page.form("passkey")
    page = form.submit(credential=phone.make(asked(client, form)))
    assert "Saved" in page
    assert client.get("/account/").form("/sign-out").submit().h1 == "Sign in"
    elsewhere = new_client()
    form = elsewhere.get("/sign-in?next=/account/").form("passkey")
    assert form.submit(credential=phone.sign(asked(elsewhere, form))).h1 == "Account"
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        assert CARD not in elsewhere.get("/")


def test_without_a_passkey_the_page_leads_on(app: Flask, client: Client) -> None:
    """As a browser without JavaScript sends it, and one that knows no passkeys."""
    page = came(app, client)
    refused = page.form("passkey").submit()
    assert (refused.status, "This browser cannot do that." in refused) == (422, True)
    assert refused.click("Another way").h1 == "How you sign in"


def test_not_now_asks_once_more_a_week_later(app: Flask, client: Client) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False) as clock:
        page = came(app, client).form("Not now").submit()
        assert page.url.endswith("/")
        assert CARD not in client.get("/")
        clock.shift(timedelta(days=6, hours=23))
        assert CARD not in client.get("/")
        clock.shift(timedelta(hours=2))
        page = client.get("/")
        assert CARD in page
        page = page.click("Set my way to sign in").form("Not now").submit()
        clock.shift(timedelta(days=20))
        assert CARD not in client.get("/"), "once more, and then no more"


def test_signing_out_stops_where_nothing_would_let_them_in(app: Flask, client: Client) -> None:
    came(app, client)
    page = client.get("/account/").click("Sign out")
    assert page.h1 == "You have no way back in yet"
    assert page.click("Set my way to sign in").h1 == "Next time, come in quickly"
    token = client.get("/account/language").form("/account/language").value("csrf_token")
    assert client.post("/sign-out", {"csrf_token": token}).h1 == "You have no way back in yet"
    with app.app_context():
        assert session().scalars(select(SignIn.ended_at)).all() == [None]
    assert page.form("Sign out all the same").submit().h1 == "Sign in"
