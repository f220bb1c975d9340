"""Which addresses a subscription may have, as the form says it and as the network answers."""

import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from selfcare.notifications import push_hosts
from selfcare.notifications.push_hosts import NotAllowed, Place
from selfcare.web.deadline import Deadline, Refused, is_public, resolve

GOOD = (
    "https://fcm.googleapis.com/fcm/send/dHIoDxE7Hdg:APA91bH1Zj0kNa",
    "https://fcm.googleapis.com/wp/dHIoDxE7Hdg:APA91bH1Zj0kNa",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl_-x==",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAABPS6PnogyJ34%2f0sal0z2V",
    "https://web.push.apple.com/QGuQyavXutnMH-abc",
    "https://api.push.apple.com/3/x",
    "https://fcm.googleapis.com:443/fcm/send/x",
)
BAD = (
    "", "fcm.googleapis.com", "//fcm.googleapis.com/x", "https:///x", "https://", "javascript:alert(1)", "file:///etc/passwd",
    "http://fcm.googleapis.com/fcm/send/x",
    "https://fcm.googleapis.com:8443/x", "https://fcm.googleapis.com:80/x", "https://fcm.googleapis.com:/x",
    "https://fcm.googleapis.com", "https://fcm.googleapis.com#/x", "https://fcm.googleapis.com/x#y",
    "https://user@fcm.googleapis.com/x", "https://user:pass@fcm.googleapis.com/x", "https://fcm.googleapis.com@evil.example/x",
    "https://evil.example\\@fcm.googleapis.com/x", "https://evil.example\\.fcm.googleapis.com/x",
    "https://fcm.googleapis.com.evil.example/x", "https://evilfcm.googleapis.com/x", "https://evil.example/fcm.googleapis.com",
    "https://notify.windows.com/x", "https://evilnotify.windows.com/x", "https://.notify.windows.com/x",
    "https://x..notify.windows.com/x", "https://FCM.googleapis.com/x", "https://fcm.googleapis.com./x",
    "https://127.0.0.1/x", "https://[::1]/x", "https://2130706433/x", "https://0x7f.1/x", "https://0177.0.0.1/x", "https://localhost/x",
    "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/x", "https://[::ffff:10.0.0.1]/x",
    "https://fcm.googleapis.com/a b", "https://fcm.googleapis.com/a\nHost: evil", "https://fcm.googleapis.com/\x00",
    " https://fcm.googleapis.com/x", "https://fcm.googleapis.com/x ", "https://fcm.googleapis.com/ä", "https://fcm。googleapis。com/x",
    "https://ｆcm.googleapis.com/x", "https://fcm.googleapis.com/" + "x" * 2000, "https://fcm.googleapis.com/\u202e",
)  # fmt: skip


@pytest.mark.parametrize("endpoint", GOOD)
def test_push_services_of_browsers(app: Flask, endpoint: str) -> None:
    with app.app_context():
        found = push_hosts.place(endpoint)
    assert (found.port, found.named) == (443, False)


@pytest.mark.parametrize("endpoint", BAD, ids=repr)
def test_everything_else_is_refused(app: Flask, endpoint: str) -> None:
    with app.app_context(), pytest.raises(NotAllowed):
        push_hosts.place(endpoint)


def test_a_host_with_its_port_is_that_one_alone(app: Flask, set_up: Callable[..., None]) -> None:
    set_up(push_hosts=("127.0.0.1:8140",))
    with app.app_context():
        assert push_hosts.place("http://127.0.0.1:8140/push/x") == Place("127.0.0.1", 8140, named=True)
        for other in ("http://127.0.0.1:8141/x", "http://127.0.0.1/x", "http://localhost:8140/x", GOOD[0]):
            with pytest.raises(NotAllowed):
                push_hosts.place(other)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True), ("64:ff9b::5db8:d822", True),
        ("0.0.0.0", False),  # noqa: S104 - to be refused
        ("127.0.0.1", False), ("127.1.2.3", False), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False), ("255.255.255.255", False), ("::", False), ("::1", False), ("fe80::1", False),
        ("fc00::1", False), ("fd12:3456::1", False), ("ff02::1", False), ("2001:db8::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False), ("2002:a00:1::", False), ("fec0::1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)  # fmt: skip
def test_what_is_of_the_open_internet(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public
    assert Place("push.example", 443, named=False).may(ip_address(address)) is public


@given(some.ip_addresses())
def test_what_is_public_is_global_and_never_of_this_machine(address):  # type: ignore[no-untyped-def]
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_link_local


def _answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [
        (socket.AF_INET6 if ":" in address else socket.AF_INET, 1, 6, "", (address, 443))
        for address in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def test_a_name_is_refused_when_one_of_its_addresses_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place("push.example", 443, named=False)
    _answers(monkeypatch, "93.184.216.34")
    push_hosts.refuse_internal(place, 1)
    _answers(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(NotAllowed):
        push_hosts.refuse_internal(place, 1)
    with Deadline(1) as deadline, pytest.raises(Refused):
        deadline.connect(place.host, place.port, place.may)


def test_a_name_nobody_knows_now_is_asked_again_when_something_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    push_hosts.refuse_internal(Place("push.example", 443, named=False), 1)
    with pytest.raises(OSError, match="not known"):
        resolve("push.example", 443, 1)


def test_a_look_up_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    with pytest.raises(TimeoutError):
        resolve("push.example", 443, 0.1)
    over.set()


def test_the_list_of_examples_has_no_twins() -> None:
    assert all(one != two for one, two in pairwise(sorted(BAD)))
