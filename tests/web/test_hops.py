"""Behind proxies: who sent a request, for which host, and where what leaves the app leads."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
import segno
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Page, expect

from selfcare.database import command
from selfcare.web.hops import client
from tests import factories
from tests.harness.client import session_cookie
from tests.harness.server import Server

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

PASSWORD = "three words together"
OWN = "https://selfcare.example"
PROXY = (ip_network("10.0.0.0/8"), ip_network("2001:db8::7/128"))


@pytest.mark.parametrize(
    ("peer", "said", "trusted", "found"),
    [
        ("192.0.2.9", "", PROXY, "192.0.2.9"),
        ("192.0.2.9", "203.0.113.5", PROXY, "192.0.2.9"),  # nobody's proxy: what it says is nothing
        ("10.0.0.1", "203.0.113.5", PROXY, "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.5", PROXY, "203.0.113.5"),  # the first was typed by the caller
        ("10.0.0.1", "203.0.113.5, 10.9.9.9", PROXY, "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5:4711", PROXY, "203.0.113.5"),
        ("10.0.0.1", "[2001:db8::9]:4711", PROXY, "2001:db8::9"),
        ("2001:db8::7", "2001:db8::9", PROXY, "2001:db8::9"),
        ("::ffff:10.0.0.1", "203.0.113.5", PROXY, "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, rubbish", PROXY, "10.0.0.1"),
        ("10.0.0.1", "", PROXY, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5", (), "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5", 1, "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.5", 1, "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, 10.0.0.2", 2, "203.0.113.5"),
        ("10.0.0.1", "rubbish", 1, "10.0.0.1"),
        ("10.0.0.1", "", 2, "10.0.0.1"),
    ],
)
def test_whose_address_a_request_has(
    engine_kind: str, peer: str, said: str, trusted: object, found: str
) -> None:
    assert client({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": said}, trusted) == found  # type: ignore[arg-type]


def test_behind_a_proxy_a_stranger_locks_nobody_else_out(
    make_app: Callable[..., Flask],
) -> None:
    """Would fail where tries are counted by the proxy's address: all of the world shares one."""
    app = make_app(url=OWN, trusted_proxies=PROXY)
    with app.app_context(), command():
        factories.account(email="rosa@example.net", password=PASSWORD)

    def sign_in(caller: str, password: str) -> int:
        browser = app.test_client()
        asked = {
            "base_url": OWN,
            "environ_base": {"REMOTE_ADDR": "10.0.0.1"},
            "headers": {"X-Forwarded-For": f"198.51.100.77, {caller}", "Sec-Fetch-Site": "same-origin"},
        }
        form = BeautifulSoup(browser.get("/sign-in", **asked).text, "html.parser").select_one("form#sign-in")
        fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
        fields |= {"email": "rosa@example.net", "password": password}
        return browser.post("/sign-in", data=fields, **asked).status_code

    assert [sign_in("203.0.113.5", f"not the right one {n}") for n in range(11)][-1] == 429
    assert sign_in("203.0.113.6", PASSWORD) == 303


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("selfcare.example", 200),
        ("SELFCARE.example:443", 200),
        ("selfcare.example:8443", 421),
        ("evil.example", 421),
        ("selfcare.example.evil.example", 421),
        ("localhost", 421),
        ("", 421),
        ("selfcare.example@evil.example", 421),
        ("[", 421),
    ],
)
def test_a_request_for_another_host_is_not_answered(
    make_app: Callable[..., Flask], host: str, status: int
) -> None:
    app = make_app(url=OWN, trusted_proxies=1)
    answer = app.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == status
    assert "evil" not in answer.text
    assert app.test_client().get("/healthz", environ_overrides={"HTTP_HOST": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "sender", "status"),
    [
        ("localhost:8000", "127.0.0.1", 200),
        ("127.0.0.1:8000", "127.0.0.1", 200),
        ("[::1]:8000", "::1", 200),
        ("rebound.example", "127.0.0.1", 421),  # a name that a stranger's page points here
        ("localhost", "192.0.2.9", 421),
        ("192.0.2.1", "192.0.2.9", 421),
    ],
)
def test_without_its_address_it_is_for_this_machine_alone(
    app: Flask, host: str, sender: str, status: int
) -> None:
    """`granian --host 0.0.0.0 app:app` answers nobody else either."""
    answer = app.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": host, "REMOTE_ADDR": sender})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (OWN, 400),
        ("http://selfcare.example", 403),
        (f"{OWN}:8443", 403),
        ("null", 403),
        ("https://evil.example", 403),
    ],
)
def test_a_form_comes_from_this_very_origin(make_app: Callable[..., Flask], origin: str, status: int) -> None:
    """Scheme included. 400 is of a form without a token, which is looked at next."""
    answer = (
        make_app(url=OWN, trusted_proxies=1)
        .test_client()
        .post("/sign-in", base_url=OWN, headers={"Origin": origin})
    )
    assert answer.status_code == status


def test_a_letter_leads_to_the_apps_own_address_with_its_code_where_no_server_sees_it(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Would fail where the link is made of whatever host and scheme the request came with."""
    app = make_app(url=OWN, trusted_proxies=PROXY)
    with app.test_request_context(), command():
        house = factories.household()
        amina, person = house.amina.id, house.person.id
    drawn: list[str] = []
    draw = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: drawn.append(text) or draw(text, **how))
    browser = app.test_client(use_cookies=False)
    name, value = session_cookie(app, amina)
    asked: dict[str, Any] = {
        "base_url": OWN,
        "headers": {"Cookie": f"{name}={value}", "Sec-Fetch-Site": "same-origin"},
        "environ_overrides": {"wsgi.url_scheme": "http"},
    }
    page = BeautifulSoup(browser.get(f"/people/{person}/letter", **asked).text, "html.parser")
    token = page.select_one("main form [name=csrf_token]")["value"]
    made = BeautifulSoup(
        browser.post(f"/people/{person}/letter", data={"csrf_token": token}, **asked).text, "html.parser"
    )
    code = made.select_one(".qr__code").get_text().replace(" ", "")
    assert drawn == [f"{OWN}/invitation#{code}"]
    assert f"{OWN}/invitation" in made.get_text()


def test_the_page_takes_the_code_from_its_address(browse: Callable[..., Page], live_server: Server) -> None:
    """The one part that only a browser shows: it is in its field, and off the bar."""
    page = browse("phone")
    page.goto(f"{live_server.url}/invitation#9JNGEPXHSG")
    expect(page.locator("#invitation input[name=code]")).to_have_value("9JNGEPXHSG")
    expect(page).to_have_url(f"{live_server.url}/invitation")
