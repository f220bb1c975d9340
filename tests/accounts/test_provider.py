"""Signing in by a real provider (oidc-provider): linked by its owner, and nobody let in who was not."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts import enrolment, factor
from selfcare.accounts.models import Account, ProviderLink, ProviderVisit
from selfcare.accounts.models import SignIn as Row
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.people import invitations
from selfcare.web.access import Kind
from tests import factories
from tests.accounts.conftest import Make
from tests.accounts.providers import Person
from tests.accounts.test_provider_lies import comes
from tests.accounts.ways_there import came_in, link, presses, visits
from tests.harness.client import Client
from tests.house.test_ways_in import came_in as with_code
from tests.people.scenes import acting, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

MFA = frozenset({("amr", "mfa")})


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
    assert "We keep nothing else of it." in page
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
    # What waits for a code is no way back: with it, nothing is asked of the provider.
    waits = {"state": page.form("second-step").value("state"), "code": "x"}
    assert comes(client, waits, "staff").status == 400
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
