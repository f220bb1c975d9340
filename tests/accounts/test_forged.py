"""What a browser sends by itself and what it is told of a password: the seal of the cookie, and the field."""

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from tests.accounts.conftest import PASSWORD, Make, SignIn
from tests.harness.client import Client
from tests.harness.places import ROOT

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
COOKIE = "__Host-selfcare"


def test_a_cookie_that_was_altered_or_sealed_with_another_key_opens_nothing(
    app: Flask, client: Client, make: Make, sign_in: SignIn
) -> None:
    """Alone catches: a cookie that is believed whatever its seal says, though the token in it is somebody's own."""
    sign_in(client, make().email)
    ours = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert isinstance(ours, URLSafeTimedSerializer)
    right = str(client.cookie(COOKIE))
    told = ours.loads(right)
    own = {"salt": ours.salt, "serializer": ours.serializer, "signer_kwargs": ours.signer_kwargs}
    forged = {
        "as it is": right,
        "sealed anew": str(ours.dumps(told)),
        "of another key": str(URLSafeTimedSerializer("another" * 8, **own).dumps(told)),
        "without its seal": right.rpartition(".")[0],
        "altered": right[:5] + ("A" if right[5] != "A" else "B") + right[6:],
    }
    opened = {}
    for name, cookie in forged.items():
        answer = app.test_client(use_cookies=False).get(
            "/account/", headers={"Cookie": f"{COOKIE}={cookie}"}, base_url="https://localhost"
        )
        opened[name] = answer.status_code
    assert opened == {
        "as it is": 200, "sealed anew": 200, "of another key": 303, "without its seal": 303, "altered": 303
    }  # fmt: skip


def test_a_password_is_masked_and_a_manager_can_fill_it_in(client: Client) -> None:
    """Alone catches: a field that shows what is typed, one that no program knows, a script that forbids pasting."""
    field = client.get("/sign-in").html.find("input", {"name": "password"})
    assert field is not None
    assert (field["type"], field["autocomplete"]) == ("password", "current-password")
    assert not field.get("maxlength")
    refused = client.get("/sign-in").form("sign-in").submit(email="rosa@example.net", password=PASSWORD)
    assert PASSWORD not in refused.text
    scripts = [path.read_text() for path in (ROOT / "static" / "js").glob("*.js")]
    assert scripts
    assert not any("paste" in script for script in scripts)
