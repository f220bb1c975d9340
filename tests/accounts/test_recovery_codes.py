"""Codes that stand in for a professional's second factor: shown once, each good once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts import enrolment, factor
from selfcare.accounts.models import Account, Passkey, RecoveryCode
from selfcare.database import command, session
from selfcare.notifications.models import Notice
from selfcare.web.access import Kind
from tests.accounts.conftest import Made, Make, SignIn
from tests.factories.rows import a_passkey
from tests.harness.client import Client
from tests.harness.pages import Answer, words

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def amina(app: Flask, make: Make) -> Made:
    """A professional with a second factor."""
    found = make("Amina", Kind.PROFESSIONAL)
    with app.app_context(), command() as work:
        work.get_one(Account, found.id).totp_secret = factor.sealed("JBSWY3DPEHPK3PXP")
    return found


def made(browser: Client) -> list[str]:
    page = browser.get("/account/recovery-codes").form("Make ten new ones").submit()
    return [words(each) for each in page.html.select("main .code")]


def tried(browser: Client, sign_in: SignIn, email: str, code: str) -> Answer:
    page = sign_in(browser, email)
    assert page.h1 == "Your second step"
    return page.form("recovery-form").submit(recovery=code)


def test_each_stands_in_for_the_phone_once(
    app: Flask, amina: Made, client: Client, new_client: Callable[..., Client], sign_in: SignIn
) -> None:
    client.sign_in(amina.id)
    assert "You have none." in client.get("/account/recovery-codes")
    first, second, *rest = made(client)
    assert len(rest) == 8
    assert client.get("/account/recovery-codes").all("main .code") == [], "shown once"
    assert tried(new_client(), sign_in, amina.email, first.lower()).h1 == "Account"
    assert "You have 9 left." in client.get("/account/")
    again = tried(new_client(), sign_in, amina.email, first)
    assert (again.status, "This is none of your recovery codes" in again) == (422, True)
    newer = made(client)
    assert tried(new_client(), sign_in, amina.email, second).status == 422
    assert tried(new_client(), sign_in, amina.email, newer[0]).h1 == "Account"
    with app.app_context():
        kept = " ".join(session().scalars(select(RecoveryCode.code_hash)))
        assert not [code for code in newer if code in kept or code.replace(" ", "") in kept]
        assert len(session().scalars(select(Notice).where(Notice.kind == "factor")).all()) == 2


def test_somebody_elses_is_none_and_five_tries_are_enough(
    amina: Made, app: Flask, make: Make, client: Client, new_client: Callable[..., Client], sign_in: SignIn
) -> None:
    owen = make("Owen", Kind.PROFESSIONAL)
    with app.app_context(), command() as work:
        work.get_one(Account, owen.id).totp_secret = factor.sealed("JBSWY3DPEHPK3PXP")
    client.sign_in(owen.id)
    codes = made(client)
    page = sign_in(new_client(), amina.email)
    tries = [page.form("recovery-form").submit(recovery=codes[0]).status for _ in range(6)]
    assert tries == [422] * 5 + [429]


def test_they_go_with_the_second_factor(app: Flask, amina: Made, client: Client) -> None:
    client.sign_in(amina.id)
    made(client)
    with app.test_request_context(), command() as work:
        a_passkey(amina.id)
        enrolment.reset(work.get_one(Account, amina.id))
    with app.app_context():
        assert session().scalars(select(RecoveryCode)).all() == []
        assert session().scalars(select(Passkey)).all() == [], "nor a passkey on the lost phone"


def test_who_has_no_second_factor_has_none(client: Client, make: Make) -> None:
    client.sign_in(make("Rosa").id)
    assert client.get("/account/recovery-codes").status == 404
    client.sign_in(make("Owen", Kind.PROFESSIONAL).id)
    assert client.get("/account/recovery-codes").status == 404
