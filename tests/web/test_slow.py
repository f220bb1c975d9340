"""Clients that send slowly, or never end: the app answers everybody else as if they were not there."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from selfcare.database import command
from tests import factories
from tests.conftest import SECRET
from tests.harness.client import session_cookie
from tests.harness.server import Server, serve

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

SLOW = 200  # connections at once
ROUNDS = 15
IN_VAIN = 1.0  # seconds after which it is seen that nobody answers
HELD_UP = 20  # seconds after which somebody was held up: the slow ones stay for ever
TYPE = "Content-Type: application/x-www-form-urlencoded\r\n"


def _begun(line: str, more: str = "", host: str = "127.0.0.1") -> bytes:
    return f"{line} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\n{more}".encode()


@contextmanager
def _held(server: Server, begun: list[bytes]) -> Iterator[list[socket.socket]]:
    """So many connections, each with the beginning of a request that is not continued."""
    address = urlsplit(server.url)
    with ExitStack() as stack:
        held = []
        for start in begun:
            line = stack.enter_context(socket.create_connection((address.hostname, address.port), 10))
            line.sendall(start)
            held.append(line)
        yield held


def _is_waiting(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        line.recv(1)
    except BlockingIOError:
        return True
    return False


def _ask(
    server: Server, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[bytes, int]:
    address = urlsplit(server.url)
    line = HTTPConnection(str(address.hostname), address.port, timeout=HELD_UP)
    line.request(method, path, body, headers)
    answer = line.getresponse()
    page = answer.read()
    line.close()
    return page, answer.status


@pytest.fixture
def signed_in(app: Flask) -> tuple[str, dict[str, str]]:
    """The address of somebody's diary, and the headers of her browser."""
    with app.test_request_context(), command():
        house = factories.household()
        person, rosa = house.person.id, house.rosa.id
    name, value = session_cookie(app, rosa)
    return f"/people/{person}/diary/", {"Cookie": f"{name}={value}", "Sec-Fetch-Site": "same-origin"}


def test_two_hundred_slow_connections_hold_nobody_up(
    app: Flask, database_url: str, tmp_path: Path, signed_in: tuple[str, dict[str, str]]
) -> None:
    """Would fail where bodies or headers are read on the threads that answer: eight of them stop everything."""
    diary, mine = signed_in
    cookie = f"Cookie: {mine['Cookie']}\r\n"
    part = f"{TYPE}Content-Length: 5000\r\n\r\nnote=It+beg"
    ways = [
        _begun("POST /sign-in", part),
        _begun(f"POST {diary}note", cookie + part),
        _begun("POST /sign-in", TYPE + "Transfer-Encoding: chunked\r\n\r\n5\r\nnote=\r\n"),
        _begun("GET /sign-in", "X-And-So-On: "),
    ]
    with serve(database_url, tmp_path, workers=2, SELFCARE_SECRET_KEY=SECRET) as server:
        _save(server, diary, mine)  # the first of all is slow for reasons of its own
        with _held(server, [ways[number % len(ways)] for number in range(SLOW)]) as held:
            for _ in range(ROUNDS):
                assert _ask(server, "GET", "/healthz", {})[1] == 200
                _save(server, diary, mine)
            assert all(_is_waiting(line) for line in held)  # they were there all the time


def test_on_its_own_threads_a_few_slow_forms_stop_the_app(database_url: str, tmp_path: Path) -> None:
    """The control: the same app, read by the server's threads. Both are known to be held before anybody else asks."""
    part = _begun("POST /sign-in", f"{TYPE}Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n")
    with serve(database_url, tmp_path, threads=2) as server, _held(server, [part] * 2) as held:
        assert [line.recv(25) for line in held] == [b"HTTP/1.1 100 Continue\r\n\r\n"] * 2
        address = urlsplit(server.url)
        with closing(HTTPConnection(str(address.hostname), address.port, timeout=IN_VAIN)) as line:
            line.request("GET", "/healthz")
            with pytest.raises(TimeoutError):
                line.getresponse()


def test_what_comes_too_slowly_is_told_so(database_url: str, tmp_path: Path) -> None:
    part = f"{TYPE}Content-Length: 5000\r\n\r\nnote=It+beg"
    with (
        serve(database_url, tmp_path, target="tests.web.impatient:app") as server,
        _held(server, [_begun("POST /sign-in", part)]) as held,
    ):
        answer = held[0].makefile("rb").read()  # to the end: the connection is closed with it
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"This came too slowly" in answer


def test_a_body_that_nobody_wants_is_not_waited_for(live_server: Server) -> None:
    """Would fail where the address, the origin, the token or the length is only looked at once the body is here."""
    short, long, file = "5000", "999999999", "multipart/form-data; boundary=x"
    ours, words = "Sec-Fetch-Site: same-origin\r\n", "application/x-www-form-urlencoded"
    for line, more, kind, length, status in (
        ("POST /nowhere", ours, words, short, 404),
        ("POST /healthz", ours, words, short, 405),
        ("POST /fhir/", "", "application/fhir+json", short, 401),
        ("POST /sign-in", "Sec-Fetch-Site: cross-site\r\n", words, short, 403),
        ("POST /sign-in", "Origin: http://elsewhere.example\r\n", words, short, 403),
        ("POST /sign-in", "Origin: https://127.0.0.1\r\n", words, short, 403),
        ("POST /sign-in", ours, words, long, 413),
        ("POST /results/receive/", ours, file, short, 401),
        ("GET /sign-in", "", words, short, 200),
    ):
        begun = f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}Content-Type: {kind}\r\n"
        begun += f"Content-Length: {length}\r\n\r\nno"
        with _held(live_server, [begun.encode()]) as held:
            answer = held[0].makefile("rb").read()
        assert answer.startswith(f"HTTP/1.1 {status} ".encode()), (line, more, answer[:300])


def _save(server: Server, diary: str, mine: dict[str, str]) -> None:
    """Keep a note in the diary, as its form is sent."""
    page, status = _ask(server, "GET", f"{diary}note", mine)
    assert status == 200
    form = BeautifulSoup(page, "html.parser").select_one("main form[method=post]")
    fields = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=hidden]")}
    body = urlencode(fields | {"note": "It began at night."})
    page, status = _ask(
        server, "POST", f"{diary}note", mine | {"Content-Type": "application/x-www-form-urlencoded"}, body
    )
    assert status == 303, page
