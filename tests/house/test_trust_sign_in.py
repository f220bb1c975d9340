"""Signing in as an attacker tries it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from selfcare.accounts import actions, passwords
from selfcare.accounts.models import SignIn as Row
from selfcare.database import command, now, session
from selfcare.web import throttle
from selfcare.web.access import Kind
from tests.harness.client import Client
from tests.harness.markup import Validator
from tests.people.scenes import home

PASSWORD = "three words together"


def made(app: Flask, kind: Kind = Kind.PERSON) -> str:
    with app.app_context(), command():
        actions.make(kind, "Rosa", email="rosa@example.net", password=PASSWORD)
    return "rosa@example.net"


def tried(browser: Client, password: str = PASSWORD) -> int:
    form = browser.get("/sign-in", data={"next": "/account/"}).form("sign-in")
    return form.submit(email="rosa@example.net", password=password).status


def test_what_the_demo_lets_through_ends_with_the_demo(
    make_app: Callable[..., Flask], validator: Validator
) -> None:
    demo = make_app(demo=True)
    made(demo, Kind.PROFESSIONAL)
    browser = Client(demo, validator)
    assert tried(browser) == 200
    name = str(demo.config["SESSION_COOKIE_NAME"])
    cookie = browser.cookie(name)
    assert cookie
    real = make_app()
    after = Client(real, validator)
    after.raw.set_cookie(name, cookie, domain="localhost", path="/")
    assert after.get("/account/", follow=False).location.startswith("/sign-in")
    with real.app_context():
        assert [row.complete for row in session().query(Row)] == [False]


def test_a_known_device_cannot_guess_without_end(
    app: Flask, client: Client, new_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost, it is in somebody else's hands; and still no stranger keeps its owner out."""
    made(app)
    assert tried(client) == 200
    client.get("/account/").form("/sign-out").submit()
    stranger = new_client()
    # Quick: it is the count that counts.
    monkeypatch.setattr(passwords, "verify", lambda stored, password: False)
    assert [tried(stranger, "a wrong password") for _ in range(11)][-1] == 429
    answers = [tried(client, "a wrong password") for _ in range(31)]
    assert answers == [422] * 30 + [429]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("2001:db8::9", "2001:db8::aaaa:bbbb:1:2", True),  # the zeros between are left out when written
        ("2001:db8:0:0:1::", "2001:db8:0:0:ffff::1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_network_is_counted_as_one(app: Flask, one: str, other: str, alike: bool) -> None:
    found = []
    for address in (one, other):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            found.append(throttle.network())
    assert (found[0] == found[1]) is alike


HALF = (
    "/", "/account/", "/caseload/", "/inbox/", "/sign-in/again", "/account/sign-in", "/account/language",
    "/caseload/add", "/caseload/find/", "/people/00000000-0000-0000-0000-000000000000/",
)  # fmt: skip


def test_half_signed_in_opens_nothing(app: Flask, client: Client) -> None:
    made(app, Kind.PROFESSIONAL)
    tried(client)
    for url in HALF:
        for method in ("GET", "HEAD", "POST"):
            answer = client.send(method, url, follow=False, data={} if method == "POST" else None)
            assert answer.status in (303, 401, 404, 405), (method, url)
            if answer.status == 303:
                assert answer.location.startswith("/sign-in"), (method, url)


def test_recent_is_asked_of_the_post_too(app: Flask, client: Client) -> None:
    house = home(app)
    client.sign_in(house.rosa)
    url = f"/people/{house.person}/carers/add"
    token = client.get(url).form("add-carer").value("csrf_token")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        answer = client.post(url, {"csrf_token": token, "name": "Max", "diary": "3"}, follow=False)
    assert (answer.status, answer.h1) == (401, "How you sign in")


def test_an_old_session_cookie_does_not_become_the_new_one(app: Flask, client: Client) -> None:
    """A cookie planted before the sign-in is worth nothing after it."""
    made(app)
    client.get("/sign-in")
    name = str(app.config["SESSION_COOKIE_NAME"])
    planted = client.cookie(name)
    assert tried(client) == 200
    thief = app.test_client()
    thief.set_cookie(name, planted or "", domain="localhost", path="/")
    assert thief.get("/account/").status_code == 303
