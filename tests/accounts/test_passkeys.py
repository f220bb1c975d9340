"""Passkeys through the pages, with an authenticator in software: what lets in, and everything that does not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts import passkeys, sessions
from selfcare.accounts.models import Account, Passkey, PasskeyChallenge
from selfcare.accounts.models import SignIn as Row
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.web.access import Kind
from tests import factories
from tests.accounts.conftest import PASSWORD, Made, Make, SignIn
from tests.factories.authenticator import Authenticator
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
pytestmark = one_engine


def asked(browser: Client, form: Form) -> dict[str, object]:
    """What the page's script is told to have signed."""
    headers = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"}
    token = {"csrf_token": form.value("csrf_token")}
    answer = browser.post(str(form.tag["data-passkey"]), token, headers=headers)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def made(browser: Client, device: Authenticator, **values: str) -> Answer:
    form = browser.get("/account/passkeys/add").form("passkey")
    return form.submit(credential=device.make(asked(browser, form)), **values)


def used(browser: Client, device: Authenticator, url: str = "/sign-in?next=/account/") -> Answer:
    form = browser.get(url).form("passkey")
    return form.submit(credential=device.sign(asked(browser, form)))


def rows(app: Flask) -> list[Passkey]:
    with app.app_context():
        return list(session().scalars(select(Passkey)))


@pytest.fixture
def rosa(make: Make, client: Client, sign_in: SignIn) -> Made:
    found = make()
    sign_in(client, found.email)
    return found


@pytest.fixture
def device(rosa: Made, client: Client) -> Authenticator:
    """Rosa's, set up."""
    phone = Authenticator()
    page = made(client, phone, name="My phone")
    assert (page.h1, "My phone" in page) == ("Face, finger or PIN", True)
    return phone


@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.PROFESSIONAL, Kind.ADMINISTRATOR])
def test_each_kind_of_account_makes_one_and_comes_in_with_it_alone(
    app: Flask, make: Make, client: Client, new_client: Callable[..., Client], kind: Kind
) -> None:
    """Alone catches: a professional who is asked for the second factor besides, or an account kept out."""
    owner = make("Amina", kind)
    client.sign_in(owner.id)
    phone = Authenticator()
    assert made(client, phone, name="My phone").status == 200
    elsewhere = new_client()
    page = used(elsewhere, phone)
    assert (page.status, page.h1) == (200, "Account")
    with app.app_context():
        found = session().scalars(select(Row).where(Row.began == "passkey")).one()
        assert (found.complete, found.proved_at is not None) == (True, True)
    assert elsewhere.get("/account/passkeys/add").h1 == "Set up this device", "it is proof by itself"
    assert [row.sign_count for row in rows(app)] == [1]


def test_one_that_never_counts_lets_in_again_and_again(
    rosa: Made, client: Client, new_client: Callable[..., Client]
) -> None:
    phone = Authenticator(counts=False)
    made(client, phone, name="My phone")
    assert used(new_client(), phone).h1 == "Account"
    assert used(new_client(), phone).h1 == "Account"


WRONG: dict[str, Callable[[Authenticator], Authenticator]] = {
    "another origin": lambda one: replace(one, origin="https://selfcare.example.net"),
    "another app": lambda one: replace(one, party="example.net"),
    "nobody was verified": lambda one: replace(one, verified=False),
    "another key": lambda one: replace(one, key=Authenticator().key),
    "one that nobody has": lambda one: replace(one, id=Authenticator().id),
    "somebody else's handle": lambda one: replace(one, handle=bytes(16)),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_does_not_let_in_is_refused_alike(
    device: Authenticator, new_client: Callable[..., Client], app: Flask, how: str
) -> None:
    browser = new_client()
    page = used(browser, WRONG[how](device))
    assert page.status == 422
    assert "That did not let you in." in page
    assert browser.get("/account/", follow=False).status == 303
    assert used(browser, device).h1 == "Account", "and the right one still does"


@pytest.mark.parametrize("how", ["another origin", "another app", "nobody was verified"])
def test_what_was_not_made_here_is_not_kept(rosa: Made, client: Client, app: Flask, how: str) -> None:
    page = made(client, WRONG[how](Authenticator()), name="My phone")
    assert page.status == 422
    assert "It was not set up." in page
    assert page.form("passkey").value("name") == "My phone", "typing is kept"
    assert rows(app) == []


@pytest.mark.parametrize(
    "junk",
    ["{", "[]", "null", '{"id": 1}', '{"id":"AA","response":{"clientDataJSON":"e30"}}', "[" * 9000],
)
def test_junk_is_a_clear_refusal(device: Authenticator, new_client: Callable[..., Client], junk: str) -> None:
    page = new_client().get("/sign-in").form("passkey").submit(credential=junk)
    assert page.status == 422
    assert "That did not let you in." in page


def test_an_answer_with_parts_of_other_kinds_is_a_clear_refusal(
    device: Authenticator, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a parser's own fault that comes out as ours, once the challenge was right."""
    browser = new_client()
    for part, value in (
        ("authenticatorData", 7),
        ("signature", None),
        ("authenticatorData", "AA"),
        ("userHandle", []),
    ):
        form = browser.get("/sign-in").form("passkey")
        answer = json.loads(device.sign(asked(browser, form)))
        answer["response"][part] = value
        page = form.submit(credential=json.dumps(answer))
        assert (page.status, "That did not let you in." in page) == (422, True), part


def test_an_answer_is_good_once(device: Authenticator, new_client: Callable[..., Client]) -> None:
    browser = new_client()
    form = browser.get("/sign-in?next=/account/").form("passkey")
    answer = device.sign(asked(browser, form))
    assert form.submit(credential=answer).h1 == "Account"
    browser.get("/account/").form("/sign-out").submit()
    again = browser.get("/sign-in").form("passkey")
    assert again.submit(credential=answer).status == 422


def test_a_refused_answer_has_used_its_challenge_up(
    device: Authenticator, new_client: Callable[..., Client], app: Flask
) -> None:
    """Alone catches: a challenge taken in the request's own transaction, which a refusal rolls back."""
    browser = new_client()
    form = browser.get("/sign-in").form("passkey")
    options = asked(browser, form)
    assert form.submit(credential=replace(device, verified=False).sign(options)).status == 422
    assert form.submit(credential=device.sign(options)).status == 422
    with app.app_context():
        assert session().scalars(select(PasskeyChallenge)).all() == []


def test_a_challenge_is_of_the_browser_that_asked_for_it(
    device: Authenticator, new_client: Callable[..., Client]
) -> None:
    one, other = new_client(), new_client()
    answer = device.sign(asked(one, one.get("/sign-in").form("passkey")))
    assert other.get("/sign-in").form("passkey").submit(credential=answer).status == 422


def test_a_challenge_is_for_one_purpose(device: Authenticator, client: Client) -> None:
    """Asked for to say again who one is, it signs nobody in, and sets nothing up."""
    options = asked(client, client.get("/sign-in/again").form("passkey"))
    form = client.get("/account/passkeys/add").form("passkey")
    options["user"] = {"id": "AA"}
    assert form.submit(credential=Authenticator().make(options), name="x").status == 422


def test_a_challenge_ends_after_ten_minutes(device: Authenticator, new_client: Callable[..., Client]) -> None:
    browser = new_client()
    with time_machine.travel(now(), tick=False) as clock:
        form = browser.get("/sign-in").form("passkey")
        answer = device.sign(asked(browser, form))
        clock.shift(timedelta(minutes=10, seconds=1))
        assert form.submit(credential=answer).status == 422


def test_a_copy_is_refused_and_said(
    device: Authenticator,
    client: Client,
    new_client: Callable[..., Client],
    app: Flask,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = replace(device)
    assert used(new_client(), device).h1 == "Account"
    page = used(new_client(), copy)
    assert page.status == 422
    assert "This one may have been copied" in page
    assert "passkey-copied" in capsys.readouterr().out
    assert "A way in of yours may have been copied." in client.get("/inbox/"), "its owner is told"
    assert [row.sign_count for row in rows(app)] == [1]


def test_who_may_not_come_in_by_a_password_does_not_by_a_passkey(
    device: Authenticator, rosa: Made, new_client: Callable[..., Client], app: Flask
) -> None:
    for name, value in (("suspended_at", now()), ("invented", True)):
        with app.app_context(), command() as work:
            setattr(work.get_one(Account, rosa.id), name, value)
        page = used(new_client(), device)
        assert (page.status, "That did not let you in." in page) == (422, True), name
        with app.app_context(), command() as work:
            setattr(work.get_one(Account, rosa.id), name, None if name == "suspended_at" else False)


def test_saying_again_who_one_is_takes_ones_own(
    device: Authenticator, client: Client, make: Make, new_client: Callable[..., Client], rosa: Made
) -> None:
    leon = make("Leon")
    other, browser = Authenticator(), new_client()
    browser.sign_in(leon.id)
    made(browser, other, name="Leon's")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert used(client, other, "/sign-in/again?next=/account/sign-in").status == 422
        assert client.get("/account/sign-in").h1 == "Is it still you?"
        assert used(client, device, "/sign-in/again?next=/account/sign-in").h1 == "How you sign in"


def test_what_was_typed_goes_along_through_a_passkey(
    device: Authenticator, client: Client, app: Flask
) -> None:
    """Alone catches: a way in beside the password whose form drops the words that wait to be sent."""
    with app.test_request_context(), command():
        house = factories.household()
    client.sign_in(house.rosa.id)
    phone = Authenticator()
    made(client, phone, name="My phone")
    form = client.get(f"/people/{house.person.id}/carers/add").form("add-carer")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        page = form.submit(name="Max from next door")
        assert (page.status, page.h1) == (401, "Is it still you?")
        asks = page.form("passkey")
        page = asks.submit(credential=phone.sign(asked(client, asks)))
        assert "Max from next door" in page


def test_it_is_told_named_and_taken_away(
    device: Authenticator, rosa: Made, client: Client, new_client: Callable[..., Client], app: Flask
) -> None:
    def told() -> int:
        with app.app_context():
            return len(session().scalars(select(Notice).where(Notice.kind == "way")).all())

    assert told() == 1
    elsewhere = new_client()
    used(elsewhere, device)
    page = client.get("/account/passkeys/").click("My phone")
    assert page.form("passkey-name").submit(name=" ").status == 422
    page = page.form("passkey-name").submit(name="Old phone")
    assert "Old phone" in page
    page = client.get(page.link("Remove Old phone"))
    assert page.h1 == "Remove Old phone?"
    page = page.form("Remove").submit()
    assert "You have set up none yet." in page
    assert told() == 2
    assert elsewhere.get("/account/", follow=False).status == 303, "whoever came in with it is out"
    assert client.get("/account/").status == 200
    assert used(new_client(), device).status == 422
    assert [each.id for each in rows(app)] == []


def test_the_last_way_in_stays(app: Flask, client: Client) -> None:
    with app.test_request_context(), command():
        someone = factories.account()
        account_id = someone.id
    client.sign_in(account_id)
    made(client, Authenticator(), name="My phone")
    page = client.get("/account/passkeys/").click("Remove My phone")
    assert "It is the only way in that you have." in page
    token = client.get("/account/language").form("/account/language").value("csrf_token")
    assert client.post(page.url, {"csrf_token": token}).status == 409
    assert len(rows(app)) == 1
    made(client, Authenticator(), name="My tablet")
    assert client.get(page.url).form("Remove").submit().h1 == "Face, finger or PIN"
    assert [row.name for row in rows(app)] == ["My tablet"]


def test_of_somebody_else_there_is_none(
    device: Authenticator, app: Flask, make: Make, new_client: Callable[..., Client]
) -> None:
    stranger = new_client()
    stranger.sign_in(make("Leon").id)
    [row] = rows(app)
    for path in ("", "remove"):
        assert stranger.get(f"/account/passkeys/{row.id}/{path}").status == 404


def test_ones_own_are_named_to_the_browser_and_nobodys_to_a_stranger(
    device: Authenticator, client: Client, new_client: Callable[..., Client]
) -> None:
    assert "My phone" not in new_client().get("/sign-in")
    stranger = new_client()
    assert asked(stranger, stranger.get("/sign-in").form("passkey"))["allowCredentials"] == []
    options = asked(client, client.get("/account/passkeys/add").form("passkey"))
    assert len(options["excludeCredentials"]) == 1  # type: ignore[arg-type]
    chosen = options["authenticatorSelection"]
    assert chosen["userVerification"] == chosen["residentKey"] == "required"  # type: ignore[index]


def test_setting_one_up_asks_first_who_it_is(device: Authenticator, client: Client, app: Flask) -> None:
    form = client.get("/account/passkeys/add").form("passkey")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert client.get("/account/passkeys/add").h1 == "Is it still you?"
        answer = Authenticator().make(asked(client, form))
        assert form.submit(credential=answer, name="My tablet").status == 401
    assert len(rows(app)) == 1


def test_a_letters_code_opens_nothing_once_there_is_one(app: Flask, client: Client) -> None:
    with app.test_request_context(), command():
        account_id = factories.account().id
    with app.test_request_context(), command() as work:
        sessions.begin(work.get_one(Account, account_id), sessions.Began.LETTER, complete=True)
        others = len(work.scalars(select(Row).where(Row.ended_at.is_(None))).all())
    client.sign_in(account_id)
    made(client, Authenticator(), name="My phone")
    with app.test_request_context(), command() as work:
        open_now = work.scalars(select(Row).where(Row.ended_at.is_(None))).all()
        assert (others, [row.began for row in open_now]) == (1, ["password"])
        with pytest.raises(sessions.NeverByCode):
            sessions.begin(work.get_one(Account, account_id), sessions.Began.LETTER, complete=True)


def test_no_more_than_twenty(device: Authenticator, rosa: Made, client: Client, app: Flask) -> None:
    with app.app_context(), command() as work:
        for number in range(passkeys.MOST - 1):
            work.add(
                Passkey(
                    account_id=rosa.id, credential_id=bytes([number]), public_key=b"", sign_count=0,
                    transports="", backed_up=False, name="x", made_at=now(),
                )
            )  # fmt: skip
    page = made(client, Authenticator(), name="One more")
    assert page.status == 422
    assert "You have 20 already." in page


def test_wrong_ones_without_end_keep_no_owner_out(
    device: Authenticator, rosa: Made, client: Client, new_client: Callable[..., Client], sign_in: SignIn
) -> None:
    """A hundred answers from a network, then 429; by password the owner still comes in."""
    browser = new_client()
    form = browser.get("/sign-in").form("passkey")
    answers = {form.submit(credential="{").status for _ in range(100)}
    assert (answers, form.submit(credential="{").status) == ({422}, 429)
    assert sign_in(new_client(), rosa.email, PASSWORD).h1 == "Account"


def test_what_is_kept_is_the_public_half_and_no_password(device: Authenticator, app: Flask) -> None:
    """Alone catches: a column that keeps what a browser sent as it was, or a password in one."""
    with app.app_context():
        tables = (Account.__table__, Passkey.__table__)
        kept = [dict(row._mapping) for table in tables for row in session().execute(select(table))]
    assert len(kept) == 2
    assert not [value for row in kept for value in row.values() if PASSWORD in str(value)]
    secret = device.key.private_numbers().private_value.to_bytes(32, "big")
    assert secret not in kept[1]["public_key"]
    assert set(kept[1]) == {
        "id", "account_id", "credential_id", "public_key", "sign_count", "transports", "backed_up", "name", "made_at",
        "used_at", "copied_at",
    }  # fmt: skip
