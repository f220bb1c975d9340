"""The second factor of professionals: set up once, asked for always, each code good for one use."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask

from selfcare import database
from selfcare.accounts import enrolment
from selfcare.accounts.models import Account
from selfcare.database import now
from selfcare.web.access import Kind
from tests.accounts.conftest import PASSWORD, Made, Make, SignIn
from tests.harness.client import Client
from tests.harness.pages import Answer

REFUSAL = "This code is not right, or it was used before. Wait for the next one."


@pytest.fixture
def amina(make: Make) -> Made:
    return make("Amina", Kind.PROFESSIONAL)


@pytest.fixture
def secret(app: Flask, amina: Made) -> str:
    """Amina's second factor, already set up."""
    found = pyotp.random_base32()
    with app.app_context(), database.command() as work:
        work.get_one(Account, amina.id).totp_secret = found
    return found


def shown(page: Answer) -> str:
    return "".join(page.all("p.code")[0].split())


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(now().timestamp()) + 30 * steps)


@pytest.fixture
def link(app: Flask, amina: Made) -> str:
    """The code of Amina's enrolment link, as the command prints it."""
    with app.test_request_context(), database.command() as work:
        return enrolment.make(work.get_one(Account, amina.id))


def enrolled(browser: Client, link: str) -> Answer:
    return browser.get("/enrol").form("enrol").submit(code=link, password="winter ladder teapot")


def test_a_professional_sets_it_up_with_their_link_once(
    app: Flask, client: Client, new_client: Callable[..., Client], amina: Made, link: str, sign_in: SignIn
) -> None:
    page = enrolled(client, link)
    assert page.h1 == "Set up your second step"
    secret = shown(page)
    assert re.fullmatch("[A-Z2-7]{32}", secret)
    picture = page.html.find("img")
    assert picture is not None
    assert str(picture["src"]).startswith("data:image/svg+xml")
    assert "secret" not in dict(page.form("code-form").values), "the browser is never asked for it"
    assert page.form("code-form").submit(code=code(secret)).h1 == "Recovery codes"
    with app.app_context():
        kept = database.session().get_one(Account, amina.id).totp_secret
    assert kept
    assert secret not in kept, "a copy of the database is no second factor"
    again = enrolled(new_client(), link)
    assert again.status == 422
    assert "This link was used" in again.text
    assert sign_in(new_client(), amina.email, "winter ladder teapot").h1 == "Your second step"


def test_who_breaks_off_begins_again_with_the_same_link(
    client: Client, new_client: Callable[..., Client], link: str
) -> None:
    first = enrolled(client, link)
    page = enrolled(new_client(), link)
    assert shown(page) != shown(first)
    assert first.form("code-form").submit(code=code(shown(first))).status in (404, 422)
    assert page.form("code-form").submit(code=code(shown(page))).h1 == "Recovery codes"


def test_a_link_lasts_a_day(client: Client, link: str) -> None:
    with time_machine.travel(now() + timedelta(hours=24, seconds=1), tick=False):
        assert enrolled(client, link).status == 422


def test_a_password_alone_sets_no_second_factor_up(
    app: Flask, client: Client, amina: Made, sign_in: SignIn
) -> None:
    """Whoever learned the password first cannot bind an app of theirs, whatever the browser sends."""
    page = sign_in(client, amina.email)
    assert page.h1 == "Your second step is missing"
    secret = pyotp.random_base32()
    token = page.form("/sign-out").value("csrf_token")
    answer = client.post("/sign-in/code", {"csrf_token": token, "secret": secret, "code": code(secret)})
    assert answer.h1 == "Your second step is missing"
    with app.app_context():
        kept = database.session().get_one(Account, amina.id)
        assert (kept.totp_secret, kept.totp_pending) == (None, None)


def test_until_then_nothing_opens(client: Client, amina: Made, sign_in: SignIn) -> None:
    sign_in(client, amina.email)
    for address in ("/account/", "/caseload/", "/account/language", "/sign-in/again"):
        assert client.get(address).h1 == "Sign in", address


def test_a_wrong_first_code_keeps_the_same_secret(client: Client, link: str) -> None:
    page = enrolled(client, link)
    secret = shown(page)
    again = page.form("code-form").submit(code="000000" if code(secret) != "000000" else "111111")
    assert again.status == 422
    assert again.all(".error-summary a") == [REFUSAL]
    assert shown(again) == secret


def test_it_is_asked_for_each_time(client: Client, amina: Made, secret: str, sign_in: SignIn) -> None:
    page = sign_in(client, amina.email)
    assert page.h1 == "Your second step"
    assert secret not in page.text
    assert page.form("code-form").submit(code=code(secret)).h1 == "Account"


def test_a_code_works_once(
    new_client: Callable[..., Client], amina: Made, secret: str, sign_in: SignIn
) -> None:
    with time_machine.travel("2026-03-10T09:00:10+00:00", tick=False) as clock:
        used = code(secret)
        assert sign_in(new_client(), amina.email).form("code-form").submit(code=used).h1 == "Account"
        replayed = sign_in(new_client(), amina.email).form("code-form").submit(code=used)
        assert replayed.status == 422
        assert replayed.all(".error-summary a") == [REFUSAL]
        earlier = sign_in(new_client(), amina.email).form("code-form").submit(code=code(secret, -1))
        assert earlier.status == 422, "nor does an earlier one work after it"
        clock.shift(30)
        assert sign_in(new_client(), amina.email).form("code-form").submit(code=code(secret)).h1 == "Account"


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(
    client: Client, amina: Made, secret: str, sign_in: SignIn, steps: int, works: bool
) -> None:
    with time_machine.travel("2026-03-10T09:00:10+00:00", tick=False):
        page = sign_in(client, amina.email).form("code-form").submit(code=code(secret, steps))
        assert (page.h1 == "Account") is works


def test_spaces_and_other_digits_are_read(client: Client, amina: Made, secret: str, sign_in: SignIn) -> None:
    with time_machine.travel("2026-03-10T09:00:10+00:00", tick=False):
        plain = code(secret)
        page = sign_in(client, amina.email).form("code-form").submit(code=f" {plain[:3]} {plain[3:]} ")
        assert page.h1 == "Account"


def test_other_numerals_are_read(client: Client, amina: Made, secret: str, sign_in: SignIn) -> None:
    with time_machine.travel("2026-03-10T09:00:10+00:00", tick=False):
        arabic = code(secret).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        assert sign_in(client, amina.email).form("code-form").submit(code=arabic).h1 == "Account"


@pytest.mark.parametrize("odd", ["²²²²²²", "😀", "123456 7", "\u202e123456\u202c789", "x" * 300])
def test_what_is_no_code_is_refused(
    client: Client, amina: Made, secret: str, sign_in: SignIn, odd: str
) -> None:
    assert sign_in(client, amina.email).form("code-form").submit(code=odd).status == 422


def test_five_wrong_codes_and_it_waits(client: Client, amina: Made, secret: str, sign_in: SignIn) -> None:
    page = sign_in(client, amina.email)
    wrong = "000000" if code(secret) != "000000" else "111111"
    for _ in range(5):
        page = page.form("code-form").submit(code=wrong)
        assert page.status == 422
    held = page.form("code-form").submit(code=wrong)
    assert held.status == 429
    assert int(held.headers["Retry-After"]) > 0


def test_a_stranger_with_the_password_does_not_shut_the_owner_out(
    new_client: Callable[..., Client], amina: Made, secret: str, sign_in: SignIn
) -> None:
    """Her own device is counted apart, though both sit behind the same network."""
    with time_machine.travel("2026-03-10T09:00:10+00:00", tick=False) as clock:
        own, stranger = new_client(), new_client()
        sign_in(own, amina.email).form("code-form").submit(code=code(secret))
        own.get("/account/").forms()[-1].submit()
        page = sign_in(stranger, amina.email)
        wrong = "000000" if code(secret) != "000000" else "111111"
        assert [page.form("code-form").submit(code=wrong).status for _ in range(6)] == [422] * 5 + [429]
        clock.shift(30)
        assert sign_in(own, amina.email).form("code-form").submit(code=code(secret)).h1 == "Account"


@pytest.mark.parametrize("typed", ["12345", "1234567", "x", "12 34"])
def test_what_is_no_code_is_no_try(
    client: Client, amina: Made, secret: str, sign_in: SignIn, typed: str
) -> None:
    page = sign_in(client, amina.email)
    for _ in range(6):
        page = page.form("code-form").submit(code=typed)
        assert page.status == 422
    assert page.form("code-form").submit(code=code(secret)).h1 == "Account"


def test_being_asked_again_takes_the_second_factor_too(
    client: Client, amina: Made, secret: str, sign_in: SignIn
) -> None:
    with time_machine.travel("2026-03-10T09:00:10+00:00", tick=False) as clock:
        sign_in(client, amina.email).form("code-form").submit(code=code(secret))
        clock.shift(timedelta(minutes=11))
        page = client.get("/account/sign-in")
        assert page.h1 == "Is it still you?"
        assert page.form("again").submit(password=PASSWORD, code="").status == 422
        wrong = "000000" if code(secret) != "000000" else "111111"
        assert page.form("again").submit(password=PASSWORD, code=wrong).status == 422
        assert page.form("again").submit(password="not this one", code=code(secret)).status == 422
        assert page.form("again").submit(password=PASSWORD, code=code(secret)).h1 == "How you sign in"


def test_one_kept_in_plain_text_still_works_and_is_sealed(
    app: Flask, client: Client, amina: Made, secret: str, sign_in: SignIn
) -> None:
    sign_in(client, amina.email).form("code-form").submit(code=code(secret))
    with app.app_context():
        kept = database.session().get_one(Account, amina.id).totp_secret
    assert kept
    assert secret not in kept


def test_without_a_password_the_page_does_not_exist(client: Client) -> None:
    assert client.get("/sign-in/code").status == 404


def test_nor_once_all_is_given(client: Client, make: Make, sign_in: SignIn) -> None:
    sign_in(client, make().email)
    assert client.get("/sign-in/code").status == 404


def test_somebody_else_can_start_over(client: Client, amina: Made, sign_in: SignIn) -> None:
    page = sign_in(client, amina.email).form("/sign-out").submit()
    assert page.h1 == "Sign in"
    assert client.get("/sign-in/code").status == 404


def test_people_and_carers_are_not_asked(client: Client, make: Make, sign_in: SignIn) -> None:
    assert sign_in(client, make().email).h1 == "Account"
