"""What was found in the new ways in: counted for whom, told to whom, said truly, and nothing lost on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from selfcare.accounts import factor
from selfcare.accounts.models import Account, KnownDevice, MailCode, Passkey
from selfcare.accounts.models import SignIn as Row
from selfcare.database import command, now, session
from selfcare.web.access import Kind
from selfcare.web.models import Throttle
from tests.accounts.conftest import PASSWORD, Made, Make, SignIn
from tests.accounts.test_mail_codes import asked as code_asked
from tests.accounts.test_mail_codes import code, other_than, proved
from tests.accounts.test_passkeys import asked, made, used
from tests.factories.authenticator import Authenticator
from tests.harness.client import Client
from tests.harness.pages import Answer, words
from tests.notifications.post import Post

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
NewClient = Callable[..., Client]


@pytest.fixture
def rosa(app: Flask, make: Make, client: Client, sign_in: SignIn) -> Made:
    """Signed in on the client's browser, which is known from then on."""
    found = proved(app, make())
    sign_in(client, found.email)
    return found


@pytest.fixture
def phone(rosa: Made, client: Client) -> Authenticator:
    device = Authenticator()
    assert made(client, device, name="My phone").status == 200
    return device


def left(browser: Client) -> Client:
    browser.get("/account/").form("/sign-out").submit()
    return browser


# --------------------------------------------------------------------------------------- an address not confirmed yet


def test_an_address_not_confirmed_is_told_what_lets_it_in_and_confirmed_under_account(
    app: Flask, post: Post, make: Make, client: Client, sign_in: SignIn, new_client: NewClient
) -> None:
    """Alone catches: accounts from before, whose codes never come while the page says that one is on its way."""
    leon = make("Leon")
    page = code_asked(new_client(), leon.email)
    assert words(page.html.main).count("If codes can be sent to leon@example.net , one is on its way.") == 1
    assert code(app, post, leon.email) == ""
    [message] = post.messages
    text = str(message.get_payload(decode=True).decode())  # type: ignore[union-attr]
    assert "Sign in with your password" in text
    assert "confirm this address under Account" in text
    sign_in(client, leon.email)
    other = new_client()
    sign_in(other, leon.email)
    page = client.get("/account/")
    assert "Confirm your e-mail" in page
    page = page.form("Send me a code").submit()
    page.form("address-code").submit(code=code(app, post, leon.email))
    assert "Confirm your e-mail" not in client.get("/account/")
    assert other.get("/account/").h1 == "Account", "nothing was changed, so nobody is signed out"
    browser = new_client()
    page = code_asked(browser, leon.email)
    assert page.form("mail-code").submit(code=code(app, post, leon.email)).h1 == "Account"


def test_a_professional_is_not_told_to_confirm(
    app: Flask, post: Post, make: Make, new_client: NewClient
) -> None:
    amina = make("Amina", Kind.PROFESSIONAL)
    code_asked(new_client(), amina.email)
    assert code(app, post, amina.email) == ""
    text = str(post.messages[0].get_payload(decode=True).decode())  # type: ignore[union-attr]
    assert "Sign in with your password" in text
    assert "under Account" not in text


# ---------------------------------------------------------------------------------------------------- counted for whom


def test_strangers_of_one_network_stop_no_known_device_and_nobody_signed_in(
    phone: Authenticator, client: Client, new_client: NewClient, app: Flask
) -> None:
    with app.app_context():
        owns = list(session().scalars(select(Throttle.key)))
    stranger = new_client()
    form = stranger.get("/sign-in").form("passkey")
    asks, headers = {"csrf_token": form.value("csrf_token")}, {"Accept": "application/json"}
    url = str(form.tag["data-passkey"])
    assert (form.submit(credential="{").status, stranger.post(url, asks, headers=headers).status) == (
        422,
        200,
    )
    with app.app_context(), command() as work:  # as if they had been a hundred, and three hundred
        work.execute(update(Throttle).where(Throttle.key.not_in(owns)).values(hits=300))
    assert (form.submit(credential="{").status, stranger.post(url, asks, headers=headers).status) == (
        429,
        429,
    )
    offered = stranger.post(url, asks | {"offered": "1"}, headers=headers)
    assert offered.status == 200, "that a page was opened is counted apart"
    assert made(client, Authenticator(), name="My tablet").status == 200
    again = client.get("/sign-in/again").form("passkey")
    assert again.submit(credential=phone.sign(asked(client, again))).status == 200
    assert used(left(client), phone).h1 == "Account"


def test_somebody_signed_in_is_counted_by_their_account(phone: Authenticator, client: Client) -> None:
    form = client.get("/sign-in/again").form("passkey")
    assert [form.submit(credential="{").status for _ in range(31)][-1] == 429


def test_a_known_device_asks_for_twenty_codes_a_day(
    app: Flask, post: Post, rosa: Made, client: Client
) -> None:
    left(client)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(20):
            code_asked(client, rosa.email)
            clock.shift(timedelta(minutes=11))
        form = client.get("/sign-in").form("mail")
        sent = form.submit(code_email=rosa.email)
        assert (sent.status, int(sent.headers["Retry-After"]) > 3600) == (429, True)
        assert "hours. Until then choose another way." in sent
        assert sent.form("mail").value("code_email") == rosa.email
        clock.shift(timedelta(hours=21))
        page = code_asked(client, rosa.email)
        assert page.form("mail-code").submit(code=code(app, post, rosa.email)).h1 == "Account"


def test_wrong_codes_of_a_known_device_end_for_the_day(
    app: Flask, post: Post, rosa: Made, client: Client
) -> None:
    left(client)
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(4):
            page = code_asked(client, rosa.email)
            right = code(app, post, rosa.email)
            for _ in range(5):
                assert page.form("mail-code").submit(code=other_than(right)).status == 422
            clock.shift(timedelta(minutes=16))
        page = code_asked(client, rosa.email)
        page = page.form("mail-code").submit(code=code(app, post, rosa.email))
        assert (page.status, page.h1, "hours. Until then choose another way." in page) == (
            429,
            "Sign in",
            True,
        )


def test_a_device_that_is_ended_is_known_no_more(
    app: Flask, rosa: Made, client: Client, new_client: NewClient, sign_in: SignIn
) -> None:
    sign_in(new_client(), rosa.email)
    with app.app_context():
        assert len(session().scalars(select(KnownDevice)).all()) == 2
    page = client.get("/account/")
    page.form(page.html.select_one("form[action$='/end']")["action"]).submit()
    with app.app_context():
        [kept] = session().scalars(select(KnownDevice)).all()
        assert (
            kept.token_hash == session().scalars(select(Row.device_hash).where(Row.ended_at.is_(None))).one()
        )


# --------------------------------------------------------------------------------------------------------------- copies


def test_a_copied_one_lets_nobody_in_from_then_on(
    phone: Authenticator, app: Flask, client: Client, new_client: NewClient
) -> None:
    """Alone catches: the copy that is refused once, and counts on until it is the one that comes in."""
    copy, elsewhere = replace(phone), new_client()
    assert used(elsewhere, phone).h1 == "Account"
    assert "so it lets nobody in now" in used(new_client(), copy)
    assert elsewhere.get("/account/", follow=False).status == 303, "who came in with it is out"
    for one in (phone, copy):
        one.uses += 10
        page = used(new_client(), one)
        assert (page.status, "so it lets nobody in now" in page) == (422, True)
    page = client.get("/account/passkeys/")
    assert "It may have been copied, so it lets nobody in. Remove it." in page
    assert client.get(page.link("Remove My phone")).form("Remove").submit().status == 200
    with app.app_context():
        assert session().scalars(select(Passkey)).all() == []


# ------------------------------------------------------------------------------------------------- what is said is true


def test_other_devices_stay_unless_the_password_or_the_address_is_another(
    app: Flask, post: Post, rosa: Made, client: Client, new_client: NewClient, sign_in: SignIn
) -> None:
    other = new_client()
    sign_in(other, rosa.email)
    client.get("/account/sign-in").form("way-in").submit(email=rosa.email, password="")
    assert other.get("/account/").h1 == "Account"
    page = client.get("/account/sign-in").form("way-in").submit(email="new@example.net", password="")
    page.form("address-code").submit(code=code(app, post, "new@example.net"))
    assert other.get("/account/", follow=False).status == 303


def test_a_new_password_ends_the_codes_asked_for_before(
    app: Flask, post: Post, rosa: Made, client: Client, new_client: NewClient
) -> None:
    page = code_asked(new_client(), rosa.email)
    right = code(app, post, rosa.email)
    client.get("/account/sign-in").form("way-in").submit(email=rosa.email, password="winter ladder teapot")
    with app.app_context():
        assert session().scalars(select(MailCode).where(MailCode.account_id == rosa.id)).all() == []
    assert page.form("mail-code").submit(code=right).status == 422


# ------------------------------------------------------------------------------------------------------ nothing is lost


def test_a_new_code_is_asked_for_in_place_with_what_was_typed(
    app: Flask, post: Post, rosa: Made, client: Client
) -> None:
    form = client.get("/account/language").form("/account/language")
    sent = {
        "csrf_token": form.value("csrf_token"),
        "email": "new@example.net",
        "password": "winter ladder teapot",
        "next": "/",
    }
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        page = client.post("/account/sign-in", sent).form("mail").submit()
        page = page.form("mail-code").submit(code=other_than(code(app, post, rosa.email)))
        page = page.form("Ask for a new code").submit()
        assert "kept in this page" in page
        for _ in range(20):
            page = page.form("Ask for a new code").submit() if page.status == 200 else page
        assert (page.status, page.h1, "kept in this page" in page) == (429, "Is it still you?", True)
        page = page.form("again").submit(password=PASSWORD)
        assert page.form("/account/sign-in").value("email") == "new@example.net"


def test_a_new_code_goes_where_the_first_one_would_have(
    app: Flask, post: Post, rosa: Made, new_client: NewClient
) -> None:
    page = code_asked(new_client(), rosa.email, "/sign-in?next=/account/language")
    page = page.form("Ask for a new code").submit()
    assert page.form("mail-code").submit(code=code(app, post, rosa.email)).url.endswith("/account/language")


def test_where_no_code_is_waited_for_one_is_asked_for_there(
    app: Flask, post: Post, rosa: Made, new_client: NewClient
) -> None:
    page = (
        new_client()
        .get("/sign-in/e-mail/code?next=/account/language")
        .form("mail")
        .submit(code_email=rosa.email)
    )
    assert page.form("mail-code").submit(code=code(app, post, rosa.email)).url.endswith("/account/language")


def test_the_way_through_a_passkey_goes_on_where_it_began(app: Flask, client: Client, make: Make) -> None:
    sam = make("Sam").id
    with app.app_context(), command() as work:
        account = work.get_one(Account, sam)
        account.email = account.password_hash = account.way_at = None
    client.sign_in(sam)
    form = (
        client.get("/account/sign-in?next=/account/language")
        .click("Use my face, finger or PIN")
        .form("passkey")
    )
    page = form.submit(credential=Authenticator().make(asked(client, form)), name="My phone")
    assert page.url.endswith("/account/language")


def test_sent_empty_it_says_so_and_counts_nothing(
    rosa: Made, client: Client, new_client: NewClient, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    pages: list[Answer] = [new_client().get("/sign-in").form("passkey").submit()]
    pages.append(client.get("/account/passkeys/add").form("passkey").submit(name="My phone"))
    pages.append(client.get("/account/next-time").form("passkey").submit())
    for page in pages:
        assert (page.status, "This browser cannot do that. Choose another way." in page) == (422, True)
    with app.app_context():
        assert session().scalars(select(Throttle).where(Throttle.hits > 0)).all() == []
    said = capsys.readouterr().out
    assert "wrong" not in said
    assert "passkey not made" not in said


# ------------------------------------------------------------------------------------------------------- recovery codes


def test_a_recovery_code_that_was_used_is_told_and_says_who_it_is_again(
    app: Flask, make: Make, client: Client, new_client: NewClient, sign_in: SignIn
) -> None:
    amina = make("Amina", Kind.PROFESSIONAL)
    with app.app_context(), command() as work:
        work.get_one(Account, amina.id).totp_secret = factor.sealed("JBSWY3DPEHPK3PXP")
    client.sign_in(amina.id)
    page = client.get("/account/recovery-codes").form("Make ten new ones").submit()
    codes = [" ".join(each.get_text().split()) for each in page.html.select("main .code")]
    browser = new_client()
    browser.sign_in(amina.id)
    page = browser.get("/sign-in/again?next=/account/language")
    assert page.html.find(id="code").get("inputmode") != "numeric"
    page = page.form("again").submit(password=PASSWORD, code=codes[0])
    assert page.url.endswith("/account/language")
    assert "A recovery code of yours was used. You have 9 left. Was it not you?" in client.get("/inbox/")
