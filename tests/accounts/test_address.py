"""A new e-mail address is proved by a code sent to it, where e-mail can be sent; whose it is already is told nobody."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from selfcare.database import now
from selfcare.outbox import deliver
from tests.accounts.conftest import PASSWORD, Made, Make, SignIn
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.notifications.post import Post

NEW = "winter ladder teapot"

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def rosa(make: Make, client: Client, sign_in: SignIn) -> Made:
    found = make()
    sign_in(client, found.email)
    return found


def asks_for(client: Client, address: str) -> Answer:
    return client.get("/account/sign-in").form("way-in").submit(email=address, password=NEW)


def mail(app: Flask, post: Post, to: str) -> str:
    deliver.run(app, threading.Event(), once=True)
    found = [message for message in post.messages if message["To"] == to]
    return str(found[-1].get_payload(decode=True).decode()) if found else ""  # type: ignore[union-attr]


def lets_in(browser: Client, address: str, password: str) -> bool:
    form = browser.get("/sign-in").form("sign-in")
    return form.submit(email=address, password=password, follow=False).status == 303


def test_nothing_changes_before_the_code(
    app: Flask, rosa: Made, client: Client, new_client: Callable[..., Client], post: Post
) -> None:
    page = asks_for(client, "new@example.net")
    assert page.h1 == "Look at your e-mail"
    assert lets_in(new_client(), rosa.email, PASSWORD)
    assert not lets_in(new_client(), "new@example.net", NEW)
    code = re.search(r"\b\d{6}\b", mail(app, post, "new@example.net"))
    assert code
    wrong = "000000" if code[0] != "000000" else "111111"
    assert page.form("address-code").submit(code=wrong).status == 422
    assert page.form("address-code").submit(code=code[0]).h1 == "Account"
    assert lets_in(new_client(), "new@example.net", NEW)
    assert "was changed" in mail(app, post, rosa.email), "the address it had is told"


def test_an_address_that_is_in_use_looks_the_same(
    app: Flask, rosa: Made, client: Client, make: Make, new_client: Callable[..., Client], post: Post
) -> None:
    leon = make("Leon")
    taken, free = asks_for(client, leon.email), asks_for(client, "free@example.net")
    assert taken.text.replace(leon.email, "").replace(_token(taken), "") == free.text.replace(
        "free@example.net", ""
    ).replace(_token(free), "")
    asks_for(client, leon.email)
    text = mail(app, post, leon.email)
    assert "It is yours already" in text
    assert not re.search(r"\b\d{6}\b", text)
    assert lets_in(new_client(), leon.email, PASSWORD)


def _token(page: Answer) -> str:
    return str(page.form("address-code").value("csrf_token"))


def test_five_tries_and_half_an_hour(app: Flask, rosa: Made, client: Client, post: Post) -> None:
    page = asks_for(client, "new@example.net")
    code = re.search(r"\b\d{6}\b", mail(app, post, "new@example.net"))
    assert code
    wrong = "000000" if code[0] != "000000" else "111111"
    for _ in range(5):
        assert page.form("address-code").submit(code=wrong).status == 422
    assert page.form("address-code").submit(code=code[0]).status == 429
    page = asks_for(client, "new@example.net")
    newer = re.search(r"\b\d{6}\b", mail(app, post, "new@example.net"))
    assert newer
    with time_machine.travel(now() + timedelta(minutes=31), tick=False):
        assert page.form("address-code").submit(code=newer[0]).h1 in (
            "Look at your e-mail",
            "Is it still you?",
        )
