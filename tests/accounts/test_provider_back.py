"""The way to a provider and back: good once, and nothing that was typed is lost; keys, secrets, and too many tries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import delete, select

from selfcare.accounts import provider
from selfcare.accounts.models import Account, KnownDevice, ProviderLink, ProviderVisit
from selfcare.accounts.models import SignIn as Row
from selfcare.database import command, now, session
from selfcare.settings_sign_in import SignIns
from selfcare.web import throttle
from tests.accounts.conftest import PASSWORD, Make, SignIn
from tests.accounts.providers import Person, liar
from tests.accounts.test_provider_lies import address, comes, goes
from tests.accounts.ways_there import came_in, link, presses, said, visits
from tests.harness.client import Client
from tests.harness.pages import Answer

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

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


def test_what_a_stranger_wrote_is_kept_up_to_a_length(
    app: Flask, make: Make, client: Client, trusted: Callable[..., None]
) -> None:
    """Alone catches: a stranger who fills the database with 300,000 characters at each press; words that are dropped in
    silence because they are long.
    """
    client.sign_in(make().id)
    token = client.get("/account/language").form("/account/language").value("csrf_token")
    with app.app_context(), command() as work:
        work.execute(Row.__table__.update().values(ended_at=now()))  # type: ignore[attr-defined]

    def presses_with(length: int) -> Answer:
        words = ("so much " * length)[:length]
        page = client.post("/account/language", {"csrf_token": token, "language": "cy", "words": words})
        page = page.form("/sign-in/with/people").submit()
        if page.status == 422:
            assert page.form("sign-in").value("kept--words") == words, "still on the page"
        return page

    def kept() -> int:
        with app.app_context():
            return len(session().scalars(select(ProviderVisit.sealed)).all())

    assert (presses_with(25_000).status, kept()) == (200, 1), "somebody signed in on this device"
    with app.app_context(), command() as work:
        work.execute(delete(KnownDevice))
    page = presses_with(25_000)
    assert (page.status, page.h1, kept()) == (422, "Sign in", 1)
    assert "What you wrote is too long to come along to NHS login from this device. Nothing is lost" in page
    assert (presses_with(19_000).status, kept()) == (200, 2)


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


def test_a_provider_learns_nothing_of_what_is_in_here(
    app: Flask, make: Make, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where somebody was, their name, their address: none of it goes there, and nothing it knows is kept."""
    rosa = make()
    notice = "it learns that you use Selfcare, and when."
    assert notice not in client.get("/privacy")
    with liar() as found:
        own = found.provider("honest")
        settings = replace(app.config["SETTINGS"], sign_ins=SignIns((own,)))
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        assert notice in client.get("/privacy")
        link(app, rosa.id, own.issuer, "rosa")
        where = address(goes(client, "/sign-in?next=/account/language"))
        extra = {"email": "rosa@example.org", "name": "Rosa Elsewhere", "phone_number": "07700"}
        assert comes(client, found.back(where, "honest", **extra)).h1 == "Language"
        assert set(said(where)) == {
            "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
            "code_challenge_method", "ui_locales",
        }  # fmt: skip
        assert found.told == {"grant_type", "code", "code_verifier", "redirect_uri"}
        assert (said(where)["scope"], said(where)["code_challenge_method"]) == ("openid", "S256")
        with app.app_context():
            rows = [
                *session().execute(select(Account.__table__)),
                *session().execute(select(ProviderLink.__table__)),
            ]
        assert "Elsewhere" not in repr(rows)
        assert "07700" not in repr(rows)
