"""Subscribing, removing and trying out over HTTP: what a browser sends, and what anybody else may."""

import json
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.database import command, database, session
from selfcare.notifications import devices, push_hosts
from selfcare.notifications.models import Subscription
from selfcare.outbox.models import Outbox
from tests import factories
from tests.factories import Household
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.notifications.conftest import Home
from tests.notifications.world import Browser, PushService, encoded, token

ENDPOINT = "https://fcm.googleapis.com/fcm/send/dHIoDxE7Hdg:APA91bH1Zj0kNa"


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Household:
    # No test asks the network for a name: what the look-up itself does is tested with the endpoints.
    monkeypatch.setattr(push_hosts, "resolve", lambda *_: [])
    with app.test_request_context(), command():
        return factories.household()


def send(client: Client, body: Any = None, **options: Any) -> Answer:
    browser = Browser()
    fields = {"endpoint": ENDPOINT, "p256dh": browser.p256dh, "auth": browser.auth} | (body or {})
    headers = {"X-CSRF-Token": token(client), "Accept": "application/json"} | options
    return client.post("/account/push/", fields, headers=headers)


def kept(app: Flask) -> list[Subscription]:
    with app.app_context():
        return list(session().scalars(select(Subscription).order_by(Subscription.made_at)))


def test_the_key_is_a_point_the_browser_takes(client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    key = json.loads(client.get("/account/push/key").text)["key"]
    devices.check_keys(key, Browser().auth)  # a point on the curve, uncompressed
    assert "=" not in key


def test_a_browser_subscribes_and_again_is_the_same(app: Flask, client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    first, second = send(client), send(client)
    assert (first.status, second.status) == (201, 201)
    assert json.loads(first.text) == json.loads(second.text)
    (row,) = kept(app)
    assert (row.account_id, row.endpoint, row.fails) == (house.rosa.id, ENDPOINT, 0)


def test_as_a_push_subscription_writes_itself(app: Flask, client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    browser = Browser()
    body = {
        "endpoint": ENDPOINT, "expirationTime": None,
        "keys": {"p256dh": browser.p256dh, "auth": browser.auth},
    }  # fmt: skip
    answer = client.post(
        "/account/push/",
        json.dumps(body).encode(),
        headers={"X-CSRF-Token": token(client), "Content-Type": "application/json"},
    )
    assert answer.status == 201
    assert kept(app)[0].p256dh == browser.p256dh


def test_a_shared_phone_tells_who_subscribed_last(
    app: Flask, client: Client, new_client: Callable[..., Client], house: Household
) -> None:
    client.sign_in(house.rosa.id)
    send(client)
    other = new_client()
    other.sign_in(house.leon.id)
    send(other)
    assert [row.account_id for row in kept(app)] == [house.leon.id]
    assert client.get("/account/reminders").status == 200


BAD_KEYS = {
    "nothing": {"p256dh": "", "auth": ""},
    "not base64": {"p256dh": "!" * 87},
    "too short": {"p256dh": encoded(b"\x04" + b"x" * 63)},
    "compressed": {"p256dh": encoded(b"\x02" + b"x" * 32)},
    "not on the curve": {"p256dh": encoded(b"\x04" + b"\x01" * 64)},
    "the point at infinity": {"p256dh": encoded(b"\x00" * 65)},
    "a secret of 15": {"auth": encoded(b"x" * 15)},
    "a secret of 17": {"auth": encoded(b"x" * 17)},
    "a NUL": {"auth": "\x00" * 22},
    "another script": {"auth": "١" * 22},
    "a lone surrogate": {"auth": "a" * 21 + "ð"},
    "a long one": {"p256dh": "A" * 100_000},
    "the other alphabet": {"auth": "+/" + Browser().auth[2:]},
}


@pytest.mark.parametrize("name", BAD_KEYS)
def test_keys_that_are_none(app: Flask, client: Client, house: Household, name: str) -> None:
    client.sign_in(house.rosa.id)
    answer = send(client, BAD_KEYS[name])
    assert answer.status == 422
    said = json.loads(answer.text)
    assert said["error"] == "keys"
    assert said["message"]
    assert kept(app) == []


@pytest.mark.parametrize(
    "endpoint",
    ["", "http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://evil.example/x",
     "https://169.254.169.254/latest/", "https://fcm.googleapis.com@10.0.0.1/x", "x" * 100_000, "https://\x00/"],
)  # fmt: skip
def test_an_address_we_do_not_send_to_has_a_kind_sentence(
    app: Flask, client: Client, house: Household, endpoint: str
) -> None:
    client.sign_in(house.rosa.id)
    answer = send(client, {"endpoint": endpoint})
    assert answer.status == 422
    said = json.loads(answer.text)
    assert said["error"] == "not-allowed"
    assert said["message"].endswith("Try another browser.")
    assert kept(app) == []


def test_a_name_that_leads_inside_is_refused(
    app: Flask, client: Client, house: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_hosts, "resolve", lambda *_: [ip_address("10.0.0.1")])
    client.sign_in(house.rosa.id)
    assert send(client).status == 422
    assert kept(app) == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"7", b'"x"', b"{", b'{"keys": 7, "endpoint": []}', b'{"keys": [1]}']
)
def test_odd_bodies(client: Client, house: Household, body: bytes) -> None:
    client.sign_in(house.rosa.id)
    headers = {"X-CSRF-Token": token(client), "Content-Type": "application/json"}
    assert client.post("/account/push/", body, headers=headers).status == 422


def test_without_the_token_nothing_is_done(app: Flask, client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    browser = Browser()
    fields = {"endpoint": ENDPOINT, "p256dh": browser.p256dh, "auth": browser.auth}
    assert client.post("/account/push/", fields).status == 400
    assert kept(app) == []


def test_twenty_at_most(app: Flask, client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    for number in range(devices.MOST):
        assert send(client, {"endpoint": f"{ENDPOINT}{number}"}).status == 201
    answer = send(client, {"endpoint": f"{ENDPOINT}more"})
    assert answer.status == 422
    assert json.loads(answer.text)["error"] == "too-many"
    assert send(client, {"endpoint": f"{ENDPOINT}7"}).status == 201, "one that is known may say itself again"
    assert len(kept(app)) == devices.MOST


def test_removing_is_for_its_own_account(
    app: Flask, client: Client, new_client: Callable[..., Client], house: Household
) -> None:
    client.sign_in(house.rosa.id)
    mine = json.loads(send(client).text)["id"]
    other = new_client()
    other.sign_in(house.leon.id)
    headers = {"X-CSRF-Token": token(other)}
    assert other.get(f"/account/push/{mine}/remove").status == 404
    assert other.post(f"/account/push/{mine}/remove", headers=headers).status == 404
    assert other.post(f"/account/push/{uuid4()}/remove", headers=headers).status == 404
    assert len(kept(app)) == 1
    page = client.get(f"/account/push/{mine}/remove")
    page.form().submit()
    assert kept(app) == []


def test_a_try_from_the_button_to_the_phone(
    home: Home, client: Client, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(home.house.rosa.id)
    browser = Browser()
    home.subscribe(service.endpoint(), browser)
    client.get("/account/push/test").form().submit()
    assert home.deliver() == {"sent": 1}
    (message,) = service.received
    assert browser.read(message.body)["body"] == "There is something new for you."


def test_a_try_that_does_not_arrive_is_said_to_who_tried(
    home: Home, client: Client, service: PushService
) -> None:
    client.sign_in(home.house.rosa.id)
    home.subscribe(service.endpoint())
    service.answer = lambda _: (503, {})
    client.get("/account/push/test").form().submit()
    assert home.deliver() == {"failed": 1}
    with home.app.app_context():
        row = session().scalars(select(Outbox)).one()
    assert row.owner == home.house.rosa.id, "no professional is asked to tell a test"
    assert "A test" in client.get("/account/reminders").text


def test_trying_out_is_slowed_down(app: Flask, client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    headers = {"X-CSRF-Token": token(client)}
    statuses = [client.post("/account/push/test", headers=headers, follow=False).status for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Outbox)) == 5


def test_the_look_up_holds_no_writer_up(
    app: Flask, client: Client, house: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that takes its time must not hold up everybody who wants to save something."""

    def slow(*_: object) -> list[object]:
        with database().transaction() as other:
            other.execute(select(Subscription.id))
        return []

    monkeypatch.setattr(push_hosts, "resolve", slow)
    client.sign_in(house.rosa.id)
    assert send(client).status == 201
