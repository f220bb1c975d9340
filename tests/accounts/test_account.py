"""The account page: a way to sign in, the language, proving again who one is."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.accounts import actions, passwords
from selfcare.accounts.models import Account, FormerAddress, KnownDevice
from selfcare.outbox.models import Outbox
from selfcare.web.access import Kind
from tests.accounts.conftest import PASSWORD, Make, SignIn
from tests.harness.client import Client
from tests.harness.pages import words

NINE = "2026-03-10T09:00:00+00:00"


@pytest.fixture
def newcomer(app: Flask, client: Client) -> Client:
    """Somebody who came in with a letter's code, and has no password."""
    with app.app_context(), database.command():
        account = actions.make(Kind.PERSON, "Rosa")
        account_id = account.id
    client.sign_in(account_id)
    return client


def test_who_came_by_letter_is_told_and_can_set_a_way_in(
    newcomer: Client, new_client: Callable[..., Client], sign_in: SignIn
) -> None:
    page = newcomer.get("/account/")
    assert "You have no way to sign in yet." in page
    page = page.click("E-mail address and password")
    page = page.form("way-in").submit(email="Rosa@Example.net", password="three words together")
    assert page.h1 == "Account"
    assert "rosa@example.net" in page
    assert "You have no way to sign in yet." not in page
    assert sign_in(new_client(), "rosa@example.net", "three words together").h1 == "Account"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "Use at least 15 characters"),
        ("passwordpassword", "Many people use this password"),
        ("aaaaaaaaaaaaaaaaaaaa", "Many people use this password"),
        ("rosa.hill@example.net", "Many people use this password"),
        ("", "Type a new password."),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(newcomer: Client, password: str, why: str) -> None:
    form = newcomer.get("/account/sign-in").form("way-in")
    page = form.submit(email="rosa.hill@example.net", password=password)
    assert page.status == 422
    assert why in page.all(".error-summary a")[0]
    assert page.form("way-in").value("email") == "rosa.hill@example.net"
    assert "You have no way to sign in yet." in newcomer.get("/account/")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_three_words_are_suggested_other_ones_each_time_and_taken(newcomer: Client) -> None:
    first, second = (words(newcomer.get("/account/sign-in").html.select_one(".more .code")) for _ in range(2))
    assert first != second
    form = newcomer.get("/account/sign-in").form("way-in")
    assert form.submit(email="rosa@example.net", password=first).h1 == "Account"


def test_what_is_suggested_is_never_refused_and_what_is_common_is_many() -> None:
    """Three words of a thousand; and at least 3,000 common passwords that are long enough to be thought good."""
    assert len(set(passwords._easy())) > 900
    assert len([each for each in passwords._lists()[0] if len(each) >= passwords.SHORTEST]) >= 3000
    for _ in range(200):
        passwords.refuse_weak(passwords.suggested(), "rosa@example.net", "Rosa")


def test_another_accounts_address_is_refused(newcomer: Client, make: Make) -> None:
    leon = make("Leon")
    page = newcomer.get("/account/sign-in").form("way-in").submit(email=leon.email, password=PASSWORD)
    assert page.status == 422
    assert page.all(".error-summary a") == ["This address cannot be used here. Use another one."]


def test_changing_it_asks_again_after_ten_minutes(client: Client, make: Make, sign_in: SignIn) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        rosa = make()
        sign_in(client, rosa.email)
        assert client.get("/account/sign-in").h1 == "How you sign in"
        form = client.get("/account/sign-in").form("way-in")
        clock.shift(timedelta(minutes=11))
        page = client.get("/account/sign-in")
        assert page.h1 == "Is it still you?"
        assert form.submit(email="else@example.net", password="another three words").h1 == "Is it still you?"
        wrong = page.form("again").submit(password="not this one")
        assert (wrong.status, wrong.all(".error-summary a")) == (
            422,
            ["This password is not right. Try again."],
        )
        assert wrong.form("again").submit(password=PASSWORD).h1 == "How you sign in"
        assert sign_in(Client(client.app, client.validator), rosa.email).h1 == "Account", (
            "nothing was changed"
        )


def test_proving_is_throttled(client: Client, make: Make, sign_in: SignIn) -> None:
    sign_in(client, make().email)
    form = client.get("/sign-in/again").form("again")
    answers = [form.submit(password="not this one").status for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_after_proving_an_address_elsewhere_is_not_followed(
    client: Client, make: Make, sign_in: SignIn
) -> None:
    sign_in(client, make().email)
    page = client.get("/sign-in/again", data={"next": "//evil.example"})
    answer = page.form("again").submit(password=PASSWORD, follow=False)
    assert (answer.status, answer.location) == (303, "/")


# ----------------------------------------------------------------------------------------------------- language


def test_the_browser_asks_first_of_all(new_client: Callable[..., Client]) -> None:
    assert new_client(locale="en-GB").get("/sign-in").html.html["lang"] == "en"  # type: ignore[index]
    assert new_client(locale="ur-PK,en;q=0.5").get("/sign-in").html.html["lang"] == "ur"  # type: ignore[index]
    assert new_client(locale="cy").get("/sign-in").html.html["lang"] == "cy"  # type: ignore[index]
    assert new_client(locale="fr").get("/sign-in").html.html["lang"] == "en"  # type: ignore[index]


def test_the_account_goes_before_the_browser(
    app: Flask, new_client: Callable[..., Client], make: Make
) -> None:
    rosa = make()
    with app.app_context(), database.command() as work:
        work.get_one(Account, rosa.id).locale = "ur"
    browser = new_client(locale="en-GB")
    browser.sign_in(rosa.id)
    page = browser.get("/account/")
    assert page.html.html["lang"] == "ur"  # type: ignore[index]
    assert page.html.html["dir"] == "rtl"  # type: ignore[index]


def test_what_was_chosen_on_this_browser_goes_before_both(
    app: Flask, new_client: Callable[..., Client], make: Make
) -> None:
    rosa = make()
    with app.app_context(), database.command() as work:
        work.get_one(Account, rosa.id).locale = "ur"
    browser = new_client(locale="en-GB")
    browser.speak("cy")
    browser.sign_in(rosa.id)
    assert browser.get("/account/").html.html["lang"] == "cy"  # type: ignore[index]


def test_choosing_for_the_account_is_kept_and_holds_everywhere(
    app: Flask, new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    browser = new_client()
    sign_in(browser, rosa.email)
    browser.speak("ur")
    page = browser.get("/account/language").form("language-form").submit(language="cy")
    assert page.html.html["lang"] == "cy", "and the browser's own choice gives way"  # type: ignore[index]
    other = new_client(locale="en-GB")
    other.sign_in(rosa.id)
    assert other.get("/account/").html.html["lang"] == "cy"  # type: ignore[index]


def test_a_language_there_is_not_is_refused(client: Client, make: Make, sign_in: SignIn) -> None:
    token = sign_in(client, make().email).form("/sign-out").value("csrf_token")
    page = client.post("/account/language", {"csrf_token": token, "language": "tlh"})
    assert (page.status, page.all(".error-summary a")) == (422, ["Choose a language."])
    assert client.get("/language/tlh").status == 404
    assert client.post("/language/tlh", {"csrf_token": token}).status == 404


@pytest.mark.parametrize("elsewhere", ["//evil.example", "//[", "/\\evil.example"])
def test_choosing_a_language_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    page = client.get("/language/cy", data={"next": elsewhere})
    answer = page.form("/language/cy").submit(follow=False)
    assert (answer.status, answer.location) == (303, "/")
    answer = page.form("/language/cy").submit(follow=False, next=elsewhere)
    assert (answer.status, answer.location) == (303, "/")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_language_is_changed_by_a_button_and_one_stays_where_one_was(
    client: Client, make: Make, sign_in: SignIn
) -> None:
    """A link that is opened, prefetched or kept in a bookmark changed the language: only a press does."""
    door = client.get("/sign-in?next=/account/")
    assert not door.html.select("a[href^='/language/']")
    page = door.form("speak-top").submit("Cymraeg")
    assert (page.html.html["lang"], page.form("sign-in").value("next")) == ("cy", "/account/")  # type: ignore[index]
    client.get("/language/ur?next=/sign-in")
    assert client.get("/sign-in").html.html["lang"] == "cy"  # type: ignore[index]
    assert client.post("/language/ur", follow=False).status == 400, "without its token"
    sign_in(client, make().email)
    page = client.get("/account/?saved=1").form("speak").submit("English")
    assert (page.html.html["lang"], page.url) == ("en", "http://localhost/account/?saved=1")  # type: ignore[index]
    old = client.get("/language/ur?next=/account/language")
    page = old.form("/language/ur").submit()
    assert (page.html.html["lang"], page.url) == ("ur", "http://localhost/account/language")  # type: ignore[index]


def test_a_professional_is_told_of_the_second_factor(client: Client, make: Make) -> None:
    client.sign_in(make("Amina", Kind.PROFESSIONAL).id)
    assert "Asked for when you sign in with a password." in client.get("/account/")


# -------------------------------------------------------------------------------------------- what is guessed, and told


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword1",
        "PasswordPassword",
        "password password",
        "passwordpassword!!",
        "1234567890123456789",
        "football123456789012",
        "12345monkey12345678",
        "qwertyuiopasdfghjkl",
        "dragondragondragon",
        "correct horse battery staple",
        "rosa1962rosa1962rosa",
        "rosa.hill@example.net",
        "rosahillrosahill1962",
        "hill-rosa-example-net",
        "otter-lantern-meadow",
        "Otter Lantern Meadow",
        "iloveyouiloveyou",
        "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ",
    ],
)
def test_what_everybody_tries_is_refused(app: Flask, password: str) -> None:
    with app.test_request_context(), pytest.raises(passwords.WeakPassword):
        passwords.refuse_weak(password, "rosa.hill@example.net", "Rosa Hill")


@pytest.mark.parametrize(
    "password",
    ["winter ladder teapot", "my dog eats 7 pears", "Ymlaen, y dreigiau bach", "قلم دوات آسمان نیلا"],
)
def test_what_people_make_up_is_taken(app: Flask, password: str) -> None:
    with app.test_request_context():
        passwords.refuse_weak(password, "rosa.hill@example.net", "Rosa Hill")


def test_the_list_is_long_enough() -> None:
    long, short = passwords._lists()
    assert len(long) >= 5_000
    assert len(short) >= 2_000


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("winter ladder teapot", "  winter ladder teapot "),
        ("caffè e pane alle sette", "caffè e pane alle sette"),
        (" kept with its spaces, as of old ", " kept with its spaces, as of old "),
    ],
)
def test_a_password_is_the_same_however_it_is_typed(
    app: Flask, client: Client, make: Make, sign_in: SignIn, kept: str, typed: str
) -> None:
    """Outer spaces and Unicode forms are evened out; one that was hashed as it was typed still works."""
    rosa = make()
    with app.app_context(), database.command() as work:
        old = passwords._hasher().hash(kept) if kept.startswith(" ") else passwords.hashed(kept)
        work.get_one(Account, rosa.id).password_hash = old
    assert sign_in(client, rosa.email, typed).h1 == "Account"


def test_a_changed_way_in_is_told_to_every_old_one(
    app: Flask, client: Client, new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    other = new_client()
    sign_in(client, rosa.email)
    sign_in(other, rosa.email)
    form = client.get("/account/sign-in").form("way-in")
    form.submit(email="new@example.net", password="winter ladder teapot")
    assert "How you sign in was changed." in client.get("/inbox/")
    assert other.get("/account/", follow=False).status == 303
    with app.app_context():
        rows = database.session().scalars(select(Outbox).where(Outbox.kind == "way")).all()
        former = database.session().scalars(select(FormerAddress)).one()
    assert former.address == rosa.email
    assert sorted(sorted(row.about) for row in rows) == [["by"], ["by", "former"], ["notice"]]
    assert {row.about.get("former") for row in rows} == {None, str(former.id)}


def test_known_devices_are_forgotten_with_the_password(
    app: Flask, client: Client, new_client: Callable[..., Client], make: Make, sign_in: SignIn
) -> None:
    rosa = make()
    sign_in(client, rosa.email)
    sign_in(new_client(), rosa.email)
    client.get("/account/sign-in").form("way-in").submit(email=rosa.email, password="winter ladder teapot")
    with app.app_context():
        assert len(database.session().scalars(select(KnownDevice)).all()) == 1


def test_the_log_says_what_happened_by_ids_alone(
    client: Client, make: Make, sign_in: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    rosa = make()
    sign_in(client, rosa.email, "not the right one")
    sign_in(client, rosa.email)
    client.get("/account/sign-in").form("way-in").submit(
        email="new@example.net", password="winter ladder teapot"
    )
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"security"' in line]
    assert [line["what"] for line in said] == ["sign-in-wrong", "sign-in-right", "way-changed"]
    assert {line["account"] for line in said} == {str(rosa.id)}
    assert not [line for line in said if "example.net" in str(line) or "Rosa" in str(line)]


def test_a_hundred_right_sign_ins_behind_one_proxy_shut_nobody_out(
    new_client: Callable[..., Client], make: Make, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = make()
    monkeypatch.setattr(passwords, "verify", lambda stored, password: password == PASSWORD)
    for _ in range(101):
        browser = new_client()
        browser.strict = False
        assert sign_in(browser, rosa.email, onward="/").status == 200
    assert sign_in(new_client(), make("Leon").email).h1 == "Account"
