"""Passkeys that a browser makes by itself, after a password that it keeps: when it is asked to, and what is taken."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import SignIn as Row
from selfcare.accounts.security import WAY
from selfcare.database import session
from selfcare.notifications.models import Notice
from selfcare.web.access import Kind
from tests.accounts.conftest import Make, SignIn
from tests.accounts.test_passkeys import asked, made, rows, used
from tests.factories.authenticator import Authenticator
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def quiet(page: Answer) -> Form | None:
    """What has the browser make one by itself, where the page has it."""
    found = [form for form in page.forms() if "data-quietly" in form.tag.attrs]
    return found[0] if found else None


def test_a_browser_makes_one_by_itself_after_a_password(
    app: Flask, make: Make, client: Client, new_client: Callable[..., Client], sign_in: SignIn
) -> None:
    """Alone catches: one that is refused because nobody touched anything, as browsers make them then; one that lets in
    without a finger; one that counts as proof of who is there; or a form for it on more than one page.
    """
    phone = Authenticator(present=False, verified=False)
    form = quiet(sign_in(client, make().email))
    assert form is not None
    assert quiet(client.get("/account/")) is None
    headers = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"}
    token = {"csrf_token": str(form.value("csrf_token"))}

    def options(offered: str) -> dict[str, object]:
        said = client.post(str(form.tag["data-passkey"]), {**token, "offered": offered}, headers=headers)
        return dict(said.json)

    asks = options("1")
    assert asks["authenticatorSelection"]["userVerification"] == "preferred"  # type: ignore[index]
    with app.app_context():
        proved = session().scalars(select(Row.proved_at)).one()
    answer = phone.make(options("0"))
    assert client.post(form.action, {**token, "credential": answer}).status == 422, "asked for with a finger"
    assert client.post(form.action, {**token, "credential": phone.make(asks)}).status == 201
    assert [(row.name, row.sign_count) for row in rows(app)] == [("My device", 0)]
    with app.app_context():
        assert session().scalars(select(Row.proved_at)).one() == proved
        assert session().scalars(select(Notice.kind)).all() == [WAY]
    assert used(new_client(), replace(phone, present=True)).status == 422
    assert used(new_client(), replace(phone, present=True, verified=True)).h1 == "Account"
    other = Authenticator(present=False, verified=False)
    assert made(client, other, name="My phone").status == 422


@pytest.mark.parametrize("kind", [Kind.PROFESSIONAL, Kind.ADMINISTRATOR])
def test_none_is_made_quietly_for_who_has_a_second_factor(
    app: Flask, make: Make, client: Client, sign_in: SignIn, kind: Kind
) -> None:
    """Alone catches: a computer of a ward that keeps a colleague's password, and then their only way in besides."""
    owner = make("Amina", kind)
    client.sign_in(owner.id)
    form = client.get("/account/passkeys/add").form("passkey")
    assert asked(client, form)["authenticatorSelection"]["userVerification"] == "required"  # type: ignore[index]
    token = {"csrf_token": str(form.value("csrf_token"))}
    headers = {"Accept": "application/json"}
    said = client.post(str(form.tag["data-passkey"]), {**token, "offered": "1"}, headers=headers).json
    assert said["authenticatorSelection"]["userVerification"] == "required"
    assert client.post("/account/passkeys/quietly", {**token, "credential": "{}"}).status == 404
