"""Whoever guesses at somebody's password from elsewhere never keeps them out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import Client as Browser

from selfcare.accounts import sessions
from selfcare.accounts.models import SignIn
from selfcare.database import command, session
from tests import factories
from tests.harness.places import PROOF
from tests.harness.proofs import Record, figure

TRIES = 10_000 if PROOF else 150
NETWORKS = 400  # from so many other places
OWN, PROXY = "https://selfcare.example", ip_network("10.0.0.0/8")
EMAIL, PASSWORD = "rosa@example.net", "three words together"


def come_from(network: str) -> dict[str, Any]:
    """How a request comes from there, through the proxy."""
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": network}
    return {"base_url": OWN, "environ_base": {"REMOTE_ADDR": "10.0.0.1"}, "headers": headers}


def tried(browser: Browser, network: str, password: str) -> int:
    asked = come_from(network)
    form = BeautifulSoup(browser.get("/sign-in", **asked).text, "html.parser").select_one("form#sign-in")
    assert form is not None
    fields = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    return browser.post("/sign-in", data=fields | {"email": EMAIL, "password": password}, **asked).status_code


class Strangers:
    """Others who guess, each on a page that stays open: one form, sent again and again."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()
        page = BeautifulSoup(self.browser.get("/sign-in", **come_from("198.51.0.1")).text, "html.parser")
        fields = page.select("form#sign-in input[name]")
        self.fields = {str(field["name"]): str(field.get("value", "")) for field in fields}

    def guess(self, tries: int) -> dict[int, int]:
        """From so many networks in turn, that of the person among them. :returns: how often each status came."""
        found: dict[int, int] = {}
        for n in range(tries):
            status = self.browser.post(
                "/sign-in",
                data=self.fields | {"email": EMAIL, "password": f"a wrong password {n}"},
                **come_from(f"198.51.{n % NETWORKS // 200}.{n % NETWORKS % 200 + 1}"),
            ).status_code
            found[status] = found.get(status, 0) + 1
        return found


@contextmanager
def rosa(make_app: Callable[..., Flask]) -> Iterator[tuple[Browser, Strangers]]:
    """Rosa's phone, on which she has signed in before, and those who guess."""
    app = make_app(url=OWN, trusted_proxies=(PROXY,))
    with app.app_context(), command():
        factories.account(name="Rosa", email=EMAIL, password=PASSWORD)
    phone = app.test_client()
    assert tried(phone, "192.0.2.9", PASSWORD) == 303
    sign_out(phone)
    yield phone, Strangers(app)


HOME = come_from("192.0.2.9")


def sign_out(phone: Browser) -> None:
    page = BeautifulSoup(phone.get("/sign-out", **HOME).text, "html.parser")
    token = page.select_one("form[action='/sign-out'] [name=csrf_token]")
    assert token is not None
    out = phone.post("/sign-out", data={"csrf_token": token["value"]}, **HOME)
    assert out.status_code == 303


def test_the_right_person_still_signs_in(
    app: Flask,
    make_app: Callable[..., Flask],
    engine_kind: str,
    record_property: Record,
) -> None:
    """Alone catches: tries that are counted by the account alone, or by the network alone: on her known phone she
    comes in meanwhile and after it, also from a network out of which they guessed."""
    came, answers = 0, dict[int, int]()
    with rosa(make_app) as (phone, strangers):
        for part in range(10):
            for status, times in strangers.guess(TRIES // 10).items():
                answers[status] = answers.get(status, 0) + times
            came += tried(phone, "192.0.2.9" if part % 2 else "198.51.0.1", PASSWORD) == 303
            sign_out(phone)
    with app.app_context():
        opened = session().query(SignIn).count()
    figure(
        record_property, "wrong passwords",
        f"{engine_kind}: {TRIES} from {NETWORKS} networks ({answers.get(429, 0)} answered 429)",
        f"she came in {came} times of 10, nobody else",
    )  # fmt: skip
    assert came == 10
    assert set(answers) <= {422, 429}
    assert opened == 11


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_without_a_known_phone_she_would_be_kept_out(
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """The control: no phone is known."""
    with rosa(make_app) as (phone, strangers):
        monkeypatch.setattr(sessions, "known_device", lambda account_id: None)
        strangers.guess(NETWORKS * 11 if PROOF else 0)
        for _ in range(11):
            status = tried(phone, "198.51.0.1", "a wrong password")
        status = tried(phone, "198.51.0.1", PASSWORD)
    figure(record_property, "wrong passwords", f"control: without a known phone she is answered {status}")
    assert status == 429
