"""Signing in by a real provider (oidc-provider): linked by its owner, and nobody let in who was not."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select

from selfcare.accounts import enrolment, factor, links, provider
from selfcare.accounts.models import Account, ProviderLink, ProviderVisit
from selfcare.accounts.models import SignIn as Row
from selfcare.accounts.provider import Said
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.people import invitations
from selfcare.settings_sign_in import Provider, SignIns
from selfcare.web import throttle
from selfcare.web.access import Kind
from tests import factories
from tests.accounts import providers
from tests.accounts.conftest import PASSWORD, Make, SignIn
from tests.accounts.providers import CLIENT, SECRET, Person, liar
from tests.accounts.test_provider_lies import address, comes, goes
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.house.test_ways_in import came_in as with_code
from tests.people.scenes import acting, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

BACK = "http://localhost/sign-in/with/{}/back"
STAFF, PEOPLE = "/sign-in/with/staff", "/sign-in/with/people"
MFA = frozenset({("amr", "mfa")})


@pytest.fixture(scope="module")
def own_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"})


@pytest.fixture(scope="module")
def issuer(own_key: RSAKey) -> Iterator[str]:
    back = [BACK.format(key) for key in ("staff", "people")]
    signs = {
        "client_id": "by-key", "token_endpoint_auth_method": "private_key_jwt", "redirect_uris": back,
        "token_endpoint_auth_signing_alg": "RS256", "jwks": {"keys": [own_key.as_dict(private=False)]},
    }  # fmt: skip
    del signs["token_endpoint_auth_signing_alg"]
    with providers.real(providers.client(*back), signs) as found:
        yield found


@pytest.fixture
def trusted(app: Flask, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets providers up: `trusted(second_step=MFA)`; of a professional and of people, the same one."""

    def trust(**more: object) -> None:
        both = (
            Provider("staff", "Riverside sign-in", issuer, CLIENT, SECRET),
            Provider("people", "NHS login", issuer, CLIENT, SECRET),
        )
        changed = tuple(replace(each, **more) for each in both)  # type: ignore[arg-type]
        settings = replace(app.config["SETTINGS"], sign_ins=SignIns(changed))
        monkeypatch.setitem(app.config, "SETTINGS", settings)

    trust()
    return trust


def link(app: Flask, account_id: UUID, issuer: str, sub: str) -> None:
    with app.test_request_context(), command() as work:
        links.add(work.get_one(Account, account_id), Said(issuer, sub, False))


def said(where: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(where).query))


def visits(browser: Client, page: Answer, who: str, person: Person | None = None, **how: bool) -> Answer:
    """From the page that leads on, through the provider, and back."""
    where = (person or Person()).says(address(page), who, **how)
    return comes(browser, said(where), "staff" if "/staff/" in where else "people")


def presses(browser: Client, key: str, onward: str = "/account/") -> Answer:
    page = browser.get(f"/sign-in?next={onward}")
    return page.form(f"/sign-in/with/{key}").submit()


def came_in(app: Flask, account_id: UUID) -> list[tuple[str, bool]]:
    with app.app_context():
        rows = select(Row).where(
            Row.account_id == account_id, Row.began == "provider", Row.ended_at.is_(None)
        )
        return [(row.began, row.complete) for row in session().scalars(rows)]


def second_step(app: Flask, account_id: UUID) -> pyotp.TOTP:
    secret = pyotp.random_base32()
    with app.test_request_context(), command() as work:
        work.get_one(Account, account_id).totp_secret = factor.sealed(secret)
    return pyotp.TOTP(secret)


# ------------------------------------------------------------------------------------------------------ for people


def test_a_person_links_comes_in_proves_and_unlinks(
    app: Flask,
    make: Make,
    client: Client,
    new_client: Callable[..., Client],
    trusted: Callable[..., None],
    issuer: str,
) -> None:
    """The whole life of it. Alone catches: a request or an exchange that a real provider does not take."""
    rosa = make()
    client.sign_in(rosa.id)
    page = client.get("/account/provider/")
    assert "We keep the name it has for you" in page
    page = page.form("/account/provider/").submit()
    at_provider = Person()
    page = visits(client, page, "0f3c", at_provider)
    assert (page.h1, "Set up today. Not used yet." in page) == ("NHS login", True)
    with app.app_context():
        row = session().scalars(select(ProviderLink)).one()
        assert (row.account_id, row.issuer, row.subject) == (rosa.id, issuer, "0f3c")
        assert [each.kind for each in session().scalars(select(Notice))] == ["way"]
        assert session().scalars(select(ProviderVisit)).all() == []

    phone = new_client()
    page = visits(phone, presses(phone, "people"), "0f3c", at_provider)
    assert (page.h1, at_provider.asked) == ("Account", 1), "signed in there already: asked nothing"
    assert came_in(app, rosa.id) == [("provider", True)]

    # Said again: the provider asks, though they are signed in there.
    with app.app_context(), command() as work:
        work.execute(Row.__table__.update().values(proved_at=now() - timedelta(minutes=15)))  # type: ignore[attr-defined]
    asked = phone.get("/account/provider/remove")
    assert asked.h1 == "Is it still you?"
    page = asked.form("/sign-in/with/people").submit()
    page = visits(phone, page, "0f3c", at_provider)
    assert (page.h1, at_provider.asked) == ("Remove NHS login?", 2)

    # Another session that began by it ends with it, and this one goes on.
    other = new_client()
    visits(other, presses(other, "people"), "0f3c", at_provider)
    assert page.form("/account/provider/remove").submit().h1 == "NHS login"
    assert other.get("/account/", follow=False).status == 303
    page = visits(other, presses(other, "people"), "0f3c", at_provider)
    assert (page.status, "Selfcare does not know yet who you are at NHS login" in page) == (403, True)
    assert "Use the code on your letter." in page


def test_the_last_way_in_stays(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None], issuer: str
) -> None:
    """Alone catches: an account that nothing opens any more; a passkey that cannot go although a provider lets in."""
    rosa = make()
    with app.app_context(), command() as work:
        account = work.get_one(Account, rosa.id)
        account.email = account.password_hash = None
    link(app, rosa.id, issuer, "0f3c")
    client.sign_in(rosa.id)
    page = client.get("/account/provider/remove")
    assert "It is the only way in that you have." in page
    answer = client.post(
        "/account/provider/remove",
        {"csrf_token": client.get("/account/language").forms()[-1].value("csrf_token")},
    )
    assert answer.status == 409
    with app.app_context():
        assert session().scalars(select(ProviderLink.subject)).all() == ["0f3c"]


def test_nobody_is_found_by_an_address(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None]
) -> None:
    """Whoever has somebody's address there has not their account here, nor makes one."""
    amina = make("Amina", Kind.PROFESSIONAL)
    page = visits(client, presses(client, "staff"), amina.email, second=True)
    assert (page.status, page.h1) == (403, "Sign in")
    assert "Open the link that you were given." in page
    with app.app_context():
        assert len(session().scalars(select(Account)).all()) == 1
        assert session().scalars(select(Row)).all() == []


def test_a_provider_lets_in_its_own_kind_alone(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None], issuer: str
) -> None:
    """Alone catches: NHS login as a way around a professional's second factor."""
    amina = make("Amina", Kind.PROFESSIONAL)
    link(app, amina.id, issuer, "a1")
    page = visits(client, presses(client, "people"), "a1", second=True)
    assert (page.status, "This account is closed for now." in page) == (403, True)
    assert came_in(app, amina.id) == []


def test_by_a_letter_it_is_the_first_way_in(
    app: Flask, client: Client, new_client: Callable[..., Client], trusted: Callable[..., None]
) -> None:
    """Alone catches: whoever else holds the letter staying in; a link that is no way in."""
    house = home(app, own=False)
    with acting(app, house.amina, house.person) as amina:
        code = invitations.write_letter(amina)
    other = new_client()
    assert (with_code(other, code), with_code(client, code)) == (303, 303)
    page = client.get("/account/next-time").form("/account/provider/").submit()
    page = visits(client, page, "0f3c")
    assert page.status == 200
    assert other.get("/account/", follow=False).status == 303
    again = new_client()
    assert visits(again, presses(again, "people"), "0f3c").h1 == "Account"


# -------------------------------------------------------------------------------------------------- for professionals


def test_a_professional_owes_the_second_factor_unless_it_was_given_there(
    app: Flask, make: Make, new_client: Callable[..., Client], trusted: Callable[..., None], issuer: str
) -> None:
    """Alone catches: one who comes in by a password alone, there; one who is asked twice."""
    amina = make("Amina", Kind.PROFESSIONAL)
    totp = second_step(app, amina.id)
    link(app, amina.id, issuer, "a1")
    for counts, second, whole in ((frozenset(), True, False), (MFA, False, False), (MFA, True, True)):
        trusted(second_step=counts)
        browser = new_client()
        page = visits(browser, presses(browser, "staff"), "a1", second=second)
        assert page.h1 == ("Account" if whole else "Your second step"), (counts, second)
        if not whole:
            assert browser.get("/account/", follow=False).status == 303
    browser = new_client()
    page = visits(browser, presses(browser, "staff"), "a1")
    page = page.forms()[0].submit(code=totp.now())
    assert page.h1 == "Account"


def test_a_professional_says_again_who_they_are_with_both(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None], issuer: str
) -> None:
    """Words go along there and back. Alone catches: a proof without the second factor; words that are lost."""
    amina = make("Amina", Kind.PROFESSIONAL)
    totp = second_step(app, amina.id)
    link(app, amina.id, issuer, "a1")
    with time_machine.travel(now() - timedelta(minutes=12), tick=False):
        client.sign_in(amina.id)
    form = client.get("/account/recovery-codes").form("/account/recovery-codes")
    page = form.submit()
    assert (page.status, page.h1) == (401, "Is it still you?")
    page = visits(client, page.form("/sign-in/with/staff").submit(), "a1")
    assert page.h1 == "Now your second step"
    page = page.form("second-step").submit(code="000000")
    assert (page.status, "This code is not right" in page) == (422, True)
    page = page.form("second-step").submit(code=totp.now())
    assert (page.status, page.h1) == (200, "Please send it once more"), page.h1
    assert page.form("/account/recovery-codes").submit().h1 == "Recovery codes"


def test_a_suspended_colleague_stays_out(
    app: Flask,
    make: Make,
    client: Client,
    trusted: Callable[..., None],
    issuer: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    amina = make("Amina", Kind.PROFESSIONAL)
    link(app, amina.id, issuer, "a1")
    with app.app_context(), command() as work:
        work.get_one(Account, amina.id).suspended_at = now()
    page = visits(client, presses(client, "staff"), "a1", second=True)
    assert (page.status, "This account is closed for now." in page) == (403, True)
    assert came_in(app, amina.id) == []
    noted = [json.loads(line) for line in capfd.readouterr().out.splitlines() if "provider-refused" in line]
    assert [(each["of"], each["account"]) for each in noted] == [("closed", str(amina.id))]


@pytest.mark.parametrize("second", [False, True])
def test_an_enrolment_link_is_used_with_it_instead_of_a_password(
    app: Flask, new_client: Callable[..., Client], trusted: Callable[..., None], second: bool
) -> None:
    """Alone catches: an account that is open before its second factor; a link that works twice."""
    trusted(second_step=MFA)
    with app.test_request_context(), command():
        owen = factories.account(Kind.PROFESSIONAL, "Owen")
        owen_id, code = owen.id, enrolment.make(owen)
    browser, late = new_client(), new_client()
    page = browser.get("/enrol").form("enrol").submit(code="AAAA AAAA AAAA", provider="staff")
    assert (page.status, page.h1) == (422, "Set up your account")
    page = browser.get("/enrol").form("enrol").submit(code=code, provider="staff")
    page = visits(browser, page, "o1", no=True)
    assert (page.status, page.form("enrol").value("code")) == (422, code)
    page = page.form("enrol").submit(provider="staff")
    page = visits(browser, page, "o1", second=second)
    if second:
        assert page.status == 200
        assert came_in(app, owen_id) == [("provider", True)]
        assert late.get("/enrol").form("enrol").submit(code=code, provider="staff").status == 422
        return
    assert page.h1 == "Set up your second step"
    assert browser.get("/account/", follow=False).status == 303
    with app.app_context():
        secret = factor._opened(session().get_one(Account, owen_id).totp_pending or "")
    page = page.forms()[0].submit(code=pyotp.TOTP(secret).now())
    assert page.h1 == "Recovery codes"
    again = new_client()
    assert visits(again, presses(again, "staff"), "o1").h1 == "Your second step"


def test_a_new_way_in_given_by_others_takes_the_link_away(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None], issuer: str
) -> None:
    """Alone catches: whoever had got into the account at the provider coming back after two colleagues reset it."""
    amina = make("Amina", Kind.PROFESSIONAL)
    link(app, amina.id, issuer, "a1")
    with app.test_request_context(), command() as work:
        enrolment.reset(work.get_one(Account, amina.id))
    assert visits(client, presses(client, "staff"), "a1", second=True).status == 403


# ------------------------------------------------------------------------------------------------------ there and back


def test_the_way_back_is_good_once_in_this_browser_and_not_for_long(
    app: Flask,
    make: Make,
    client: Client,
    new_client: Callable[..., Client],
    trusted: Callable[..., None],
    issuer: str,
) -> None:
    """Alone catches: a code that is used twice, or typed into another browser."""
    rosa = make()
    link(app, rosa.id, issuer, "0f3c")
    late = "That took too long, or it was used before, or it began in another browser."
    back = said(Person().says(address(presses(client, "people")), "0f3c"))
    stranger = new_client()
    presses(stranger, "people")
    page = comes(stranger, back)
    assert (page.status, late in page) == (400, True)
    assert comes(client, back).h1 == "Account"
    client.get("/sign-out").forms()[-1].submit()
    page = comes(client, back)
    assert (page.status, late in page) == (400, True)
    # The code again, with a state that is good: the provider gives nothing for it.
    fresh = said(Person().says(address(presses(client, "people")), "0f3c"))
    page = comes(client, fresh | {"code": back["code"]})
    assert (page.status, late in page) == (400, True)
    page = presses(client, "people")
    back = said(Person().says(address(page), "0f3c"))
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        page = comes(client, back)
    assert (page.status, late in page) == (400, True)
    for odd in ({}, {"state": "x" * 5000}, {"state": "\u2603"}, {"error": "server_error"}):
        assert comes(client, odd).status == 400
    assert len(came_in(app, rosa.id)) == 0


def test_who_comes_back_empty_handed_has_lost_nothing(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None], issuer: str, sign_in: SignIn
) -> None:
    """What was typed goes along, also where they then choose another way."""
    rosa = make()
    client.sign_in(rosa.id)
    form = client.get("/account/language").form("/account/language")
    with app.app_context(), command() as work:
        work.execute(Row.__table__.update().values(ended_at=now()))  # type: ignore[attr-defined]
    page = form.submit(language="cy")
    assert (page.status, page.h1) == (401, "Sign in")
    page = visits(client, page.form("/sign-in/with/people").submit(), "0f3c", no=True)
    assert (page.status, "You came back from NHS login without signing in." in page) == (422, True)
    page = page.form("sign-in").submit(email=rosa.email, password=PASSWORD)
    assert page.h1 == "Please send it once more", page.h1
    with app.app_context():
        assert session().scalars(select(ProviderVisit)).all() == []


def test_this_app_says_who_it_is_by_a_key(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None], issuer: str, own_key: RSAKey
) -> None:
    """As NHS login wants it. Alone catches: an assertion that a real provider does not take."""
    trusted(client="by-key", secret="", private_key=own_key.as_pem(private=True).decode())
    rosa = make()
    link(app, rosa.id, issuer, "0f3c")
    assert visits(client, presses(client, "people"), "0f3c").h1 == "Account"


def test_a_secret_that_is_not_ours_is_the_providers_no(
    make: Make, client: Client, trusted: Callable[..., None]
) -> None:
    trusted(secret="another one that is long enough")
    page = visits(client, presses(client, "people"), "0f3c")
    assert (page.status, "NHS login does not answer just now." in page) == (503, True)


def test_keys_are_changed_while_it_runs(
    app: Flask, make: Make, new_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: nobody who comes in for an hour after keys were changed; keys that are asked for all day."""
    rosa = make()
    with liar() as found:
        own = found.provider("honest")
        settings = replace(app.config["SETTINGS"], sign_ins=SignIns((own,)))
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        link(app, rosa.id, own.issuer, "rosa")

        def comes_in() -> int:
            browser = new_client()
            page = goes(browser, "/sign-in?next=/account/")
            return comes(browser, found.back(address(page), "honest", iss=own.issuer)).status

        assert comes_in() == 200
        known = provider.known(own)
        asked, keys = provider._keys[known.keys]
        changed = replace(
            known, **{each: getattr(known, each).replace("honest", "rotates") for each in ("keys", "token")}
        )
        monkeypatch.setitem(provider._known, own.issuer, (asked, changed))
        monkeypatch.setitem(provider._keys, changed.keys, (asked, keys))
        assert comes_in() == 400, "asked for a moment ago: not again at once"
        monkeypatch.setitem(provider._keys, changed.keys, (asked - provider.KEYS_AGAIN, keys))
        assert comes_in() == 200


def test_too_many_who_go_wait(
    app: Flask, client: Client, trusted: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a stranger who fills the database, or asks the provider all day through this app."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _ in range(300):
            throttle.spend("provider-asked", throttle.network(), limit=300, minutes=10)
    page = presses(client, "people")
    assert (page.status, "That was too many tries." in page, "Retry-After" in page.headers) == (
        429,
        True,
        True,
    )
