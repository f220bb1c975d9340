"""A browser that takes itself off the list by its endpoint: at sign-out, and when its keys change."""

import json
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from selfcare.database import session
from selfcare.notifications.models import Subscription
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.notifications.conftest import Home
from tests.notifications.world import token

ENDPOINT = "https://fcm.googleapis.com/fcm/send/dHIoDxE7Hdg"


def remove(client: Client, endpoint: object, csrf: str | None = None) -> Answer:
    return client.post(
        "/account/push/remove",
        json.dumps({"endpoint": endpoint}).encode(),
        headers={
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRF-Token": token(client) if csrf is None else csrf,
        },
    )


def owners(app: Flask) -> list[UUID]:
    with app.app_context():
        return list(session().scalars(select(Subscription.account_id)))


def test_it_takes_its_own_away_once(app: Flask, client: Client, home: Home) -> None:
    home.subscribe(ENDPOINT)
    client.sign_in(home.house.rosa.id)
    assert [remove(client, ENDPOINT).json for _ in range(2)] == [{"removed": True}, {"removed": False}]
    assert owners(app) == []


def test_never_what_another_account_has_there(app: Flask, client: Client, home: Home) -> None:
    home.subscribe(ENDPOINT, who="leon")
    client.sign_in(home.house.rosa.id)
    for endpoint in (ENDPOINT, "", None, ["x"], "x" * 10_000, "\0"):
        assert remove(client, endpoint).json == {"removed": False}
    assert owners(app) == [home.house.leon.id]


def test_nobody_without_a_session_or_its_token(app: Flask, client: Client, home: Home) -> None:
    home.subscribe(ENDPOINT)
    client.strict = False
    assert remove(client, ENDPOINT, "").status in (303, 401)
    client.sign_in(home.house.rosa.id)
    assert remove(client, ENDPOINT, "made up").status == 400
    assert owners(app) == [home.house.rosa.id]
