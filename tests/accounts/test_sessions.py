"""Sessions live on the server: listed, ended from anywhere, and over when they should be."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from selfcare import database
from selfcare.accounts import sessions
from selfcare.accounts.models import Account
from selfcare.accounts.models import SignIn as Row
from selfcare.web.access import Kind
from tests.accounts.conftest import Made, Make, SignIn
from tests.harness.client import Client

NINE = "2026-03-10T09:00:00+00:00"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"}


@pytest.fixture
def amina(make: Make) -> Made:
    return make("Amina", Kind.PROFESSIONAL)


def test_devices_are_listed_and_this_one_named(
    new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    phone, desk = new_client(), new_client()
    phone.sign_in(rosa.id)
    page = sign_in(desk, rosa.email)
    assert len(page.html.select("form[action$='/end']")) == 1
    assert page.all(".tag") == ["This one"]
    assert "Last used today," in page


def test_a_device_is_known_by_what_it_says(app: Flask, make: Make) -> None:
    rosa = make()
    with app.test_request_context(base_url="http://localhost", headers=PHONE), database.command() as work:
        sessions.begin(work.get_one(Account, rosa.id), sessions.Began.PASSWORD, complete=True)
        assert work.query(Row).one().device == "iPhone"


def test_ending_another_session_signs_it_out(
    new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    lost, own = new_client(), new_client()
    lost.sign_in(rosa.id)
    assert lost.get("/account/").h1 == "Account"
    page = sign_in(own, rosa.email)
    address = page.html.select_one("form[action$='/end']")["action"]  # type: ignore[index]
    page = page.form(str(address)).submit()
    assert page.html.select("form[action$='/end']") == []
    assert lost.get("/account/").h1 == "Sign in"
    assert own.get("/account/").h1 == "Account"


def test_nobody_ends_anothers_session(
    app: Flask, new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa, leon = make("Rosa"), make("Leon")
    hers, his = new_client(), new_client()
    sign_in(hers, rosa.email)
    token = sign_in(his, leon.email).form("/sign-out").value("csrf_token")
    with app.app_context():
        row = database.session().query(Row).filter_by(account_id=rosa.id).one()
    assert his.post(f"/account/devices/{row.id}/end", {"csrf_token": token}).status == 404
    assert hers.get("/account/").h1 == "Account"


def test_a_suspended_account_is_out_at_once(app: Flask, client: Client, make: Make, sign_in: SignIn) -> None:
    rosa = make()
    sign_in(client, rosa.email)
    with app.app_context(), database.command() as work:
        work.get_one(Account, rosa.id).suspended_at = database.now()
    assert client.get("/account/").h1 == "Sign in"


def test_professionals_are_out_after_fifteen_idle_minutes(client: Client, amina: Made) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        client.sign_in(amina.id)
        for _ in range(3):
            clock.shift(timedelta(minutes=14))
            assert client.get("/account/").h1 == "Account", "each look counts"
        clock.shift(timedelta(minutes=15, seconds=1))
        assert client.get("/account/").h1 == "Sign in"


def test_professionals_are_out_after_twelve_hours(client: Client, amina: Made) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        client.sign_in(amina.id)
        for _ in range(12 * 6 - 1):
            clock.shift(timedelta(minutes=10))
            client.raw.get("/account/", base_url="http://localhost")
        assert client.get("/account/").h1 == "Account"
        clock.shift(timedelta(minutes=10))
        assert client.get("/account/").h1 == "Sign in"


def test_people_stay_signed_in_for_thirty_days_from_the_last_time(client: Client, make: Make) -> None:
    rosa = make()
    with time_machine.travel(NINE, tick=False) as clock:
        client.sign_in(rosa.id)
        for _ in range(2):
            clock.shift(timedelta(days=29))
            assert client.get("/account/").h1 == "Account", "it slides"
        clock.shift(timedelta(days=30, seconds=1))
        assert client.get("/account/").h1 == "Sign in"


def test_a_session_is_touched_at_most_every_five_minutes(app: Flask, client: Client, make: Make) -> None:
    rosa = make()

    def seen() -> datetime:
        with app.app_context():
            return database.session().query(Row).one().seen_at

    with time_machine.travel(NINE, tick=False) as clock:
        client.sign_in(rosa.id)
        first = seen()
        clock.shift(timedelta(minutes=4))
        client.get("/account/")
        assert seen() == first
        clock.shift(timedelta(minutes=2))
        client.get("/account/")
        assert seen() == first + timedelta(minutes=6)


def test_a_new_password_ends_the_other_sessions(
    new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    other, own = new_client(), new_client()
    other.sign_in(rosa.id)
    sign_in(own, rosa.email)
    page = (
        own.get("/account/sign-in").form("way-in").submit(email=rosa.email, password="four other words here")
    )
    assert page.h1 == "Account"
    assert other.get("/account/").h1 == "Sign in"
    assert sign_in(new_client(), rosa.email).status == 422
    assert sign_in(new_client(), rosa.email, "four other words here").h1 == "Account"


def test_a_professionals_cookie_ends_with_the_browser(
    new_client: Callable[..., Client], make: Make, amina: Made
) -> None:
    staff, person = new_client(), new_client()
    staff.sign_in(amina.id)
    person.sign_in(make().id)
    kept = {
        browser: browser.get("/account/language").form("language-form").submit(language="en", follow=False)
        for browser in (staff, person)
    }
    assert "Expires" not in kept[staff].headers.get("Set-Cookie", "")
