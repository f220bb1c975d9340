"""Messages to devices, from the subscription to what the browser reads, and everything a push service may answer."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import time
from uuid import UUID

import pytest
import time_machine
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from sqlalchemy import update

from selfcare.accounts.models import SignIn
from selfcare.database import now
from selfcare.notifications import actions, push, vapid_key, words
from selfcare.notifications.kinds import NEEDS
from tests.harness.client import Client
from tests.notifications.conftest import NOON, Home
from tests.notifications.world import Browser, PushService, Received, Reply, certificate, token

GENERIC = {
    "title": "Selfcare",
    "body": "There is something new for you.",
    "tag": "selfcare",
    "url": "/inbox/",
}


def answering(service: PushService, status: int, **headers: str) -> None:
    service.answer = lambda _: (status, {name.replace("_", "-"): value for name, value in headers.items()})


def test_from_the_browser_to_the_browser(
    app: Flask, client: Client, home: Home, service: PushService
) -> None:
    """Real keys, a real subscription over HTTP, a queued result, one pass: verified, decrypted, and generic."""
    browser = Browser()
    client.sign_in(home.house.rosa.id)
    key = json.loads(client.get("/account/push/key").text)["key"]
    assert len(key) == 87
    answer = client.post(
        "/account/push/",
        {"endpoint": service.endpoint(), "p256dh": browser.p256dh, "auth": browser.auth},
        headers={"X-CSRF-Token": token(client)},
    )
    assert answer.status == 201
    delivery = home.tell(actions.RESULT)

    assert home.deliver() == {"sent": 1}

    (message,) = service.received
    claims = message.claims(key)
    assert claims["aud"] == f"http://{service.host}"
    assert time() < claims["exp"] <= time() + 24 * 3600
    assert claims["sub"] == app.config["SETTINGS"].contact
    assert message.headers["content-encoding"] == "aes128gcm"
    assert message.headers["urgency"] == "normal"
    assert int(message.headers["ttl"]) > 3600
    assert len(message.headers["topic"]) <= 32
    assert browser.read(message.body) == GENERIC
    assert home.ended(delivery) == ("sent", "push")
    kept = home.subscription(UUID(json.loads(answer.text)["id"]))
    assert kept is not None
    assert kept.told_at is not None
    assert str(home.house.person.id) not in message.path + str(message.headers)


@pytest.mark.parametrize("kind", [kind for kind in actions.KINDS if kind in NEEDS])  # those about a record
def test_every_kind_says_the_same(home: Home, service: PushService, kind: str) -> None:
    browser = Browser()
    home.subscribe(service.endpoint(), browser)
    home.tell(kind)
    home.deliver()
    assert [browser.read(message.body) for message in service.received] == [GENERIC]


def test_in_the_account_s_language(
    make_app: Callable[..., Flask], tmp_path: Path, home: Home, service: PushService
) -> None:
    """A language of the test's own, so that it is seen to be looked up, whatever the real catalogue says today."""
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="cy")
    catalog.add("There is something new for you.", "Mae rhywbeth newydd i chi.")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    browser = Browser()
    home.subscribe(service.endpoint(), browser)
    home.address(locale="cy")
    home.tell()
    other = make_app(translations=tmp_path, push_hosts=(service.host,))
    Home(other, home.house).deliver()
    assert browser.read(service.received[0].body)["body"] == "Mae rhywbeth newydd i chi."


def test_a_language_we_do_not_have_is_english(app: Flask) -> None:
    with app.app_context():
        assert json.loads(words.payload("xx")) == json.loads(words.payload(None)) == GENERIC


def test_every_device_is_told_and_one_that_took_it_is_enough(home: Home, service: PushService) -> None:
    for name in ("one", "two", "three"):
        home.subscribe(service.endpoint(name))
    service.answer = lambda message: (500 if message.path.endswith("two") else 201, {})
    delivery = home.tell()
    home.deliver()
    assert sorted(message.path for message in service.received) == ["/push/one", "/push/three", "/push/two"]
    assert home.ended(delivery) == ("sent", "push")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(home: Home, service: PushService, status: int) -> None:
    kept = home.subscribe(service.endpoint())
    answering(service, status)
    delivery = home.tell()
    home.deliver()
    assert home.subscription(kept) is None
    assert home.ended(delivery) == ("sent", "inbox")


@pytest.mark.parametrize("status", [429, 500, 503, 301, 302, 307, 308])
def test_a_push_service_in_trouble_is_left_alone_for_a_while(
    home: Home, service: PushService, noon: time_machine.Traveller, status: int
) -> None:
    elsewhere = PushService()
    kept = home.subscribe(service.endpoint())
    answering(service, status, Location=elsewhere.endpoint(), Retry_After="1200")
    delivery = home.tell()
    with elsewhere.listening():
        home.deliver()
    assert elsewhere.received == [], "a redirect was followed"
    found = home.subscription(kept)
    assert found is not None
    assert found.fails == 1
    assert found.not_before is not None
    assert timedelta(minutes=19) < found.not_before - NOON < timedelta(minutes=21)
    row = home.row(delivery)
    assert (row.state, row.reason, row.tries) == ("waiting", "push", 1)
    assert row.not_before >= found.not_before
    home.deliver()
    assert len(service.received) == 1, "it was not left alone"

    noon.move_to(row.not_before + timedelta(seconds=1))
    answering(service, 201)
    home.deliver()
    assert home.ended(delivery) == ("sent", "push")
    again = home.subscription(kept)
    assert again is not None
    assert (again.fails, again.not_before) == (0, None)


def test_when_to_come_back_may_be_a_date(home: Home, service: PushService) -> None:
    kept = home.subscribe(service.endpoint())
    answering(service, 503, Retry_After="Thu, 12 Mar 2026 15:00:00 GMT")
    home.tell()
    home.deliver()
    found = home.subscription(kept)
    assert found is not None
    assert found.not_before == NOON + timedelta(hours=3)


@pytest.mark.parametrize("said", ["soon", "-5", "9" * 400, "Thu, 99 Foo 2026", "", "١٢"])
def test_when_to_come_back_may_be_anything(home: Home, service: PushService, said: str) -> None:
    kept = home.subscribe(service.endpoint())
    answering(service, 503, Retry_After=said.encode().decode("latin-1"))
    home.tell()
    assert home.deliver() == {"waiting": 1}
    found = home.subscription(kept)
    assert found is not None
    assert found.not_before is not None
    assert found.not_before <= NOON + timedelta(hours=25)


def test_a_browser_that_is_refused_five_times_in_a_row_is_given_up_and_somebody_is_told(
    home: Home, service: PushService, noon: time_machine.Traveller
) -> None:
    kept = home.subscribe(service.endpoint())
    answering(service, 403)
    delivery = home.tell()
    for number in range(1, 6):
        assert home.ended(delivery)[0] == "waiting"
        home.deliver()
        found = home.subscription(kept)
        assert (found.fails if found else None) == (number if number < 5 else None)
        noon.move_to(home.row(delivery).not_before + timedelta(seconds=1))
    row = home.row(delivery)
    assert (row.state, row.reason, row.owner) == ("failed", "push", home.house.amina.id)
    assert len(service.received) == 5


def test_refusals_count_only_in_a_row(home: Home, service: PushService, noon: time_machine.Traveller) -> None:
    kept = home.subscribe(service.endpoint())
    for status in (403, 403, 403, 403, 201, 403):
        answering(service, status)
        home.tell()
        home.deliver()
    found = home.subscription(kept)
    assert found is not None
    assert found.fails == 1


@contextmanager
def _hanging(part: bytes) -> Iterator[int]:
    """A service that takes a message and then says a byte now and again, or nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            while not over.wait(0.1):
                try:
                    connection.sendall(part)
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()
        thread.join()


@pytest.mark.parametrize("part", [b"", b"H", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=repr)
def test_a_push_service_that_hangs_holds_nobody_up(
    home: Home, set_up: Callable[..., None], monkeypatch: pytest.MonkeyPatch, part: bytes
) -> None:
    """Also one that keeps sending a byte: what one read may take is not what all may take."""
    monkeypatch.setattr(push, "LIMIT", 0.6)
    with _hanging(part) as port:
        set_up(push_hosts=(f"127.0.0.1:{port}",))
        kept = home.subscribe(f"http://127.0.0.1:{port}/push/rosa")
        delivery = home.tell()
        started = now()
        home.deliver()
        assert now() - started < timedelta(seconds=4)
    assert home.ended(delivery) == ("waiting", "push")
    found = home.subscription(kept)
    assert found is not None
    assert found.fails == 1
    assert found.not_before is not None


def test_nobody_listening_is_a_service_in_trouble(home: Home, set_up: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    set_up(push_hosts=(f"127.0.0.1:{port}",))
    kept = home.subscribe(f"http://127.0.0.1:{port}/push/rosa")
    delivery = home.tell()
    home.deliver()
    assert home.ended(delivery) == ("waiting", "push")
    assert home.subscription(kept) is not None


def test_a_push_service_whose_certificate_nobody_vouches_for(
    home: Home, set_up: Callable[..., None], tmp_path: Path
) -> None:
    secure = PushService(certificate(tmp_path, "127.0.0.1"))
    set_up(push_hosts=(secure.host,))
    kept = home.subscribe(f"https://{secure.host}/push/rosa")
    with secure.listening():
        delivery = home.tell()
        home.deliver()
    assert secure.received == []
    assert home.ended(delivery) == ("waiting", "push")
    found = home.subscription(kept)
    assert found is not None
    assert found.not_before is not None, "it is a service in trouble, not a refusal"


def test_nothing_is_held_while_others_are_talked_to(home: Home, service: PushService) -> None:
    """No connection to the database is out while a push service takes its time."""
    home.subscribe(service.endpoint())
    out: list[int] = []

    def look(_: Received) -> Reply:
        out.append(home.app.extensions["database"].engine.pool.checkedout())
        return 201, {}

    service.answer = look
    home.tell()
    home.deliver()
    assert out == [0]


def test_a_host_that_was_taken_off_the_list_is_not_sent_to(
    home: Home, service: PushService, set_up: Callable[..., None]
) -> None:
    kept = home.subscribe(service.endpoint())
    set_up(push_hosts=("fcm.googleapis.com",))
    home.tell()
    home.deliver()
    assert service.received == []
    found = home.subscription(kept)
    assert found is not None
    assert found.fails == 1


def test_a_name_that_leads_inside_by_the_time_of_sending_is_not_talked_to(
    home: Home, service: PushService, set_up: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was of the open internet when they subscribed; now it points at this machine."""
    asked: list[str] = []

    def leads_here(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", service.port))]

    monkeypatch.setattr(socket, "getaddrinfo", leads_here)
    set_up(push_hosts=("push.example",))
    kept = home.subscribe("https://push.example/push/rosa")
    home.tell()
    home.deliver()
    assert asked == ["push.example"]
    assert service.received == []
    found = home.subscription(kept)
    assert found is not None
    assert (found.fails, found.not_before) == (1, None), "counted as a refusal, not as a service in trouble"


def test_a_repeat_replaces_and_another_message_does_not(home: Home, service: PushService) -> None:
    """The same message has the same topic, however often it is sent; and every message has its own."""
    home.subscribe(service.endpoint())
    first = home.tell()
    home.deliver()
    home.forget(first)
    home.deliver()
    home.tell()
    home.deliver()
    topics = [message.headers["topic"] for message in service.received]
    assert topics[0] == topics[1] != topics[2]


def test_the_claims_are_fresh_each_time(
    home: Home, service: PushService, set_up: Callable[..., None], noon: time_machine.Traveller
) -> None:
    """The library writes the receiver into the claims it is given: one for all would send one host another's name."""
    second = PushService()
    set_up(push_hosts=(service.host, second.host))
    home.subscribe(service.endpoint())
    home.subscribe(second.endpoint())
    with second.listening():
        home.tell()
        home.deliver()
        noon.shift(timedelta(days=2))
        home.tell()
        home.deliver()
    with home.app.app_context():
        key = vapid_key.public()
    for found in (service, second):
        assert [message.claims(key)["aud"] for message in found.received] == [f"http://{found.host}"] * 2
    assert service.received[1].claims(key)["exp"] > NOON.timestamp() + 2 * 86400


def test_signed_out_everywhere_nothing_lights_up(home: Home, service: PushService) -> None:
    home.subscribe(service.endpoint())
    rosa = SignIn.account_id == home.house.rosa.id
    home.change(update(SignIn).where(rosa).values(ended_at=now()))
    delivery = home.tell()
    home.deliver()
    assert service.received == []
    assert home.ended(delivery) == ("sent", "inbox")
