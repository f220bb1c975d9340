"""Accounts that can sign in with a password."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from selfcare import database
from selfcare.accounts import actions
from selfcare.config import Smtp
from selfcare.settings_sign_in import Provider, SignIns
from selfcare.web.access import Kind
from tests.accounts import providers
from tests.accounts.providers import CLIENT, SECRET
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.notifications.post import Post

PASSWORD = "three words together"


@dataclass(frozen=True)
class Made:
    """An account's id and the address it signs in with."""

    id: UUID
    email: str


Make = Callable[..., Made]
SignIn = Callable[..., Answer]


@pytest.fixture
def make(app: Flask) -> Make:
    """Makes an account: `make("Rosa")`, `make("Amina", Kind.PROFESSIONAL)`."""

    def made(name: str = "Rosa", kind: Kind = Kind.PERSON, **values: str) -> Made:
        email = f"{name.lower()}@example.net"
        with app.app_context(), database.command():
            account = actions.make(kind, name, email=email, password=PASSWORD, **values)
            return Made(account.id, email)

    return made


@pytest.fixture
def sign_in() -> SignIn:
    """Signs in on a browser as a person would, and goes on to the account page."""

    def signed(browser: Client, email: str, password: str = PASSWORD, onward: str = "/account/") -> Answer:
        page = browser.get("/sign-in", data={"next": onward})
        return page.form("sign-in").submit(email=email, password=password)

    return signed


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A mail server that the app sends by."""
    post = Post()
    changed = replace(
        app.config["SETTINGS"],
        smtp=Smtp("127.0.0.1", post.port, "none"),
        mail_from="no-reply@selfcare.example",
    )
    monkeypatch.setitem(app.config, "SETTINGS", changed)
    with post.listening():
        yield post


BACK = "http://localhost/sign-in/with/{}/back"


@pytest.fixture(scope="session")
def own_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"})


@pytest.fixture(scope="session")
def issuer(own_key: RSAKey) -> Iterator[str]:
    back = [BACK.format(key) for key in ("staff", "people")]
    signs = {
        "client_id": "by-key", "token_endpoint_auth_method": "private_key_jwt", "redirect_uris": back,
        "jwks": {"keys": [own_key.as_dict(private=False)]},
    }  # fmt: skip
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
