"""Where passkeys work: at the address the app has, and at no other."""

from dataclasses import replace

import pytest
from flask import Flask

from selfcare.accounts import challenges
from tests.accounts.conftest import Make
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_at_an_address_of_numbers_none_is_offered(
    app: Flask, client: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], url="http://127.0.0.1:8000"))
    assert not client.get("/sign-in").html.find(id="passkey")
    client.sign_in(make().id)
    assert "Face, finger or PIN" not in client.get("/account/")
    assert "This cannot be done at this address." in client.get("/account/passkeys/")


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://selfcare.example", ("selfcare.example", "https://selfcare.example")),
        ("https://selfcare.example:8443", ("selfcare.example", "https://selfcare.example:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]:8000", None),
    ],
)
def test_the_party_is_the_address_of_the_app(
    app: Flask, monkeypatch: pytest.MonkeyPatch, url: str, party: tuple[str, str] | None
) -> None:
    """Alone catches: passkeys made for whatever host a request names, behind a proxy or without one."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], url=url))
    with app.test_request_context(base_url="https://elsewhere.example"):
        found = challenges.party()
    assert (found and (found.id, found.origin)) == party
