"""Signing in with a password: what is let in, what is refused and how alike the refusals are."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask

from selfcare import database
from selfcare.accounts import actions
from selfcare.accounts.models import SignIn as Row
from selfcare.accounts.sign_in_views import DEMO_SIGN_INS, safe_next
from selfcare.web.access import Kind
from tests.accounts.conftest import PASSWORD, Make, SignIn
from tests.harness.client import Client
from tests.harness.markup import Validator

KIND_REFUSAL = "The e-mail address or the password is not right. Check both and try again."


def summary(answer: object) -> list[str]:
    return answer.all(".error-summary a")  # type: ignore[attr-defined,no-any-return]


def test_the_right_password_leads_on(client: Client, make: Make, sign_in: SignIn) -> None:
    rosa = make()
    page = sign_in(client, rosa.email)
    assert page.h1 == "Account"
    assert "Rosa" in page


def test_an_address_is_the_same_in_capitals_and_with_spaces(
    client: Client, make: Make, sign_in: SignIn
) -> None:
    make()
    assert sign_in(client, "  ROSA@example.net ").h1 == "Account"


def test_wrong_password_and_unknown_address_look_the_same(
    new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    wrong = sign_in(new_client(), rosa.email, "not this password")
    unknown = sign_in(new_client(), "nobody@example.net", "not this password")
    assert (wrong.status, unknown.status) == (422, 422)
    assert summary(wrong) == summary(unknown) == [KIND_REFUSAL]
    assert wrong.form("sign-in").value("email") == rosa.email, "typing is kept"
    assert wrong.form("sign-in").value("password") == "", "a password is not"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_first_unknown_address_takes_no_longer_than_any(
    make_app: Callable[..., Flask], validator: Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: the hash that nobody's password is held against, made by the first who asks for nobody."""
    app = make_app(password_cost=(1, 9, 1))  # of no other app in this process
    made: list[str] = []
    real = PasswordHasher.hash
    monkeypatch.setattr(
        PasswordHasher, "hash", lambda *args, **named: made.append("") or real(*args, **named)
    )
    form = Client(app, validator).get("/sign-in").form("sign-in")
    assert form.submit(email="nobody@example.net", password="not this password").status == 422
    assert made == []


def test_a_suspended_account_is_refused_like_a_wrong_password(
    app: Flask, client: Client, make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    with app.app_context(), database.command() as work:
        work.get_one(actions.Account, rosa.id).suspended_at = database.now()
    page = sign_in(client, rosa.email)
    assert page.status == 422
    assert summary(page) == [KIND_REFUSAL]


def test_missing_fields_are_named(client: Client) -> None:
    page = client.get("/sign-in").form("sign-in").submit()
    assert page.status == 422
    assert summary(page) == ["Type your e-mail address.", "Type your password."]


@pytest.mark.parametrize(
    "odd", ["a@b", "no at sign", "\u202eelpmaxe@moc.x", "x" * 10_000 + "@e.org", "😀@example.org", "a@٣.org"]
)
def test_odd_addresses_get_a_page(client: Client, odd: str, sign_in: SignIn) -> None:
    assert sign_in(client, odd).status == 422


def test_a_password_of_100_kb_is_refused_unhashed(client: Client, make: Make, sign_in: SignIn) -> None:
    page = sign_in(client, make().email, "x" * 100_000)
    assert page.status == 422
    assert "too long" in page


def test_nul_in_a_field_is_a_clear_refusal(client: Client, sign_in: SignIn) -> None:
    assert sign_in(client, "a\0b@example.org").status in (400, 422)


# ---------------------------------------------------------------------------------------------------- guessing


def test_after_ten_tries_at_one_account_the_answer_is_429(
    client: Client, make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    for _ in range(10):
        assert sign_in(client, rosa.email, "a wrong password").status == 422
    held = sign_in(client, rosa.email, "a wrong password")
    assert held.status == 429
    assert 0 < int(held.headers["Retry-After"]) <= 600
    assert sign_in(client, rosa.email).status == 429, "nor does the right one get through from there"


def test_tries_at_nobody_are_counted_alike(client: Client, sign_in: SignIn) -> None:
    answers = [sign_in(client, "nobody@example.net", "a wrong password").status for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_known_device_is_let_in_while_strangers_guess(
    new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    own, stranger = new_client(), new_client()
    sign_in(own, rosa.email).form("/sign-out").submit()
    for _ in range(11):
        last = sign_in(stranger, rosa.email, "a wrong password")
    assert last.status == 429
    assert sign_in(own, rosa.email).h1 == "Account"


def test_a_device_known_to_another_account_is_not_exempt(client: Client, make: Make, sign_in: SignIn) -> None:
    rosa, leon = make("Rosa"), make("Leon")
    sign_in(client, leon.email).form("/sign-out").submit()
    answers = [sign_in(client, rosa.email, "a wrong password").status for _ in range(11)]
    assert answers[-1] == 429


def test_the_right_password_clears_the_count(client: Client, make: Make, sign_in: SignIn) -> None:
    rosa = make()
    for _ in range(9):
        sign_in(client, rosa.email, "a wrong password")
    sign_in(client, rosa.email).form("/sign-out").submit()
    other = Client(client.app, client.validator)
    assert [sign_in(other, rosa.email, "a wrong password").status for _ in range(10)] == [422] * 10


# ------------------------------------------------------------------------------------------ where a sign-in leads


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example", "\\\\evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
        "/\t/evil.example", "/\n/evil.example", "//[evil", "\\/evil.example", " //evil.example", "evil.example",
        "///evil.example", "//\u2100.example",
    ],
)  # fmt: skip
def test_an_address_elsewhere_is_not_followed(client: Client, make: Make, elsewhere: str) -> None:
    assert safe_next(elsewhere) == "/"
    rosa = make()
    page = client.get("/sign-in", data={"next": elsewhere})
    answer = page.form("sign-in").submit(email=rosa.email, password=PASSWORD, follow=False)
    assert (answer.status, answer.location) == (303, "/")
    again = client.get("/sign-in", data={"next": elsewhere}, follow=False)
    assert (again.status, again.location) == (303, "/")


def test_an_address_of_ours_is_followed() -> None:
    assert safe_next("/people/x/diary/?kind=note") == "/people/x/diary/?kind=note"


def test_signed_out_a_page_asks_to_sign_in_and_comes_back(client: Client, make: Make) -> None:
    rosa = make()
    page = client.get("/account/language")
    assert page.h1 == "Sign in"
    assert page.form("sign-in").submit(email=rosa.email, password=PASSWORD).url.endswith("/account/language")


# -------------------------------------------------------------------------------------------------- the session


def test_the_cookie_is_ours_alone(client: Client, make: Make) -> None:
    rosa = make()
    answer = client.get("/sign-in").form("sign-in").submit(email=rosa.email, password=PASSWORD, follow=False)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-selfcare=")
    parts = {part.strip().split("=")[0].lower(): part.strip() for part in cookie.split(";")[1:]}
    assert parts["samesite"] == "SameSite=Lax"
    assert parts["path"] == "Path=/"
    assert {"secure", "httponly"} <= parts.keys()
    assert "domain" not in parts


def test_signing_in_makes_a_new_session_and_token(
    app: Flask, client: Client, make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    before = client.get("/sign-in").form("sign-in").value("csrf_token")
    first = sign_in(client, rosa.email)
    assert first.form("/sign-out").value("csrf_token") != before
    kept = client.cookie("__Host-selfcare")
    client.get("/sign-in")
    first.form("/sign-out").submit()
    sign_in(client, rosa.email)
    assert client.cookie("__Host-selfcare") != kept
    with app.app_context():
        rows = database.session().query(Row).order_by(Row.started_at).all()
        assert [bool(row.ended_at) for row in rows] == [True, False]
        assert kept is not None
        assert all(row.token_hash not in kept for row in rows)


def test_an_old_cookie_is_worth_nothing_after_signing_out(
    client: Client, make: Make, sign_in: SignIn
) -> None:
    page = sign_in(client, make().email)
    old = client.cookie("__Host-selfcare")
    page.form("/sign-out").submit()
    assert old
    client.raw.set_cookie("__Host-selfcare", old, domain="localhost", path="/")
    assert client.get("/account/").h1 == "Sign in"


# ------------------------------------------------------------------------------------------ forged and unreadable


def test_a_form_without_its_token_changes_nothing(client: Client, make: Make) -> None:
    rosa = make()
    answer = client.post("/sign-in", {"email": rosa.email, "password": PASSWORD})
    assert answer.status == 400
    assert client.get("/account/").h1 == "Sign in"


def test_a_token_of_another_session_is_refused_and_typing_kept(
    new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa, other = new_client(), new_client()
    sign_in(rosa, make().email)
    token = other.get("/sign-in").form("sign-in").value("csrf_token")
    answer = rosa.post("/account/language", {"csrf_token": token, "language": "cy"})
    assert answer.status == 400
    assert answer.form().value("language") == "cy"


@pytest.mark.parametrize(
    "forged", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": ""}]
)
def test_a_request_from_another_site_is_refused(client: Client, make: Make, forged: dict[str, str]) -> None:
    rosa = make()
    form = client.get("/sign-in").form("sign-in").fill(email=rosa.email, password=PASSWORD)
    assert client.post("/sign-in", form.sent(), headers=forged).status == 403
    assert client.get("/account/").h1 == "Sign in"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", None])
def test_an_old_browser_is_judged_by_its_origin(client: Client, make: Make, origin: str | None) -> None:
    rosa = make()
    form = client.get("/sign-in").form("sign-in").fill(email=rosa.email, password=PASSWORD)
    headers = {"Origin": origin} if origin else {}
    answer = client.raw.post("/sign-in", data=dict(form.sent()), headers=headers)
    assert answer.status_code == 403
    good = client.raw.post("/sign-in", data=dict(form.sent()), headers={"Origin": "http://localhost"})
    assert good.status_code == 303


@pytest.mark.parametrize(
    "body", [b"email=%FF%FE&password=x", b"email=\xff\xfe", b"email=%ED%A0%80&password=x"]
)
def test_bytes_that_are_not_utf8_are_a_400(client: Client, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in", body, headers=headers).status == 400


@pytest.mark.parametrize("query", ["next=%FF", "next=%00"])
def test_unreadable_addresses_are_a_400(client: Client, query: str) -> None:
    assert client.raw.get(f"/sign-in?{query}").status_code == 400


def test_get_signs_nobody_out(client: Client, make: Make, sign_in: SignIn) -> None:
    sign_in(client, make().email)
    assert client.get("/sign-out").h1 == "Sign out"
    assert client.get("/account/").h1 == "Account"


# --------------------------------------------------------------------------------------------------------- demo


def test_the_invented_people_are_offered_in_the_demo_alone(
    make_app: Callable[..., Flask], client: Client, validator: Validator
) -> None:
    assert "example.org" not in client.get("/sign-in").text
    app = make_app(demo=True)
    page = Client(app, validator).get("/sign-in")
    for email in DEMO_SIGN_INS:
        assert email in page
    with app.app_context(), database.command():
        actions.make(
            Kind.PROFESSIONAL,
            "Amina",
            email="nurse@example.org",
            password=app.config["SETTINGS"].demo_password,
        )
    form = next(form for form in page.forms() if form.value("email") == "nurse@example.org")
    answer = form.submit(follow=False)
    assert (answer.status, answer.location) == (303, "/"), "no second factor in the demo"
