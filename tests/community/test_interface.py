"""A list from its interface: pages and services of their own, what goes wrong on the way, and where nobody goes."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.community import fetching, importing, interface
from selfcare.community.commands import told
from selfcare.community.importing import About
from selfcare.community.models import ENDED, OPEN, ServiceList
from selfcare.database import session
from tests.community.lists import ident, kept, page, readings, service
from tests.community.server import HERE, Interface, serving

Reads = Callable[..., str]
NAMES = ("Tea", "Walk", "Sing", "Swim")
FULL = {
    "schedules": [{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00"}],
    "organization": {"name": "Riverside"},
}


@pytest.fixture
def reads(app: Flask) -> Reads:
    """Reads an interface as the command does: what it says."""

    def read(there: Interface, **options: Any) -> str:
        with app.app_context():
            done = importing.read(
                interface.Interface(there.address, HERE), About("list", there.address), **options
            )
        return "\n".join(told("list", done))

    return read


@pytest.fixture
def there() -> Iterator[Interface]:
    """Four services on two pages, each with a page of its own."""
    short = [service(name) for name in NAMES]
    own = {ident(name): service(name, **FULL) for name in NAMES}
    with serving(Interface(short[:2], short[2:], own=own)) as found:
        yield found


def test_pages_and_the_page_of_each_service(app: Flask, there: Interface, reads: Reads) -> None:
    """Alone catches: a list read to its first page only; services that are kept without their times, because the list
    gives them in short; one that is taken for gone though its own page alone failed."""
    assert "list: read as a whole." in reads(there)
    assert [row.sessions[0]["days"] for row in kept(app).values()] == [["tu"]] * 4
    assert there.asked.count("/services?page=1") == 2  # at the end it is as it was
    there.odd[f"/services/{ident('Sing')}"] = 500
    said = reads(there)
    assert "4 found: 0 added, 0 changed, 3 the same, 0 merged with one of the same id, 1 refused" in said
    assert "has a page of its own that did not come: it answered 500" in said
    assert kept(app)["Sing"].state == OPEN


def test_an_interface_without_pages_of_services(app: Flask, reads: Reads) -> None:
    """Alone catches: a list that is refused, or asked in vain a thousand times, where it has no page for each."""
    with serving(Interface([service(name) for name in NAMES])) as there:
        assert "4 added" in reads(there)
        assert sum(asked.startswith("/services/") for asked in there.asked) == interface._TRIES


def _elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://localhost:9/services?page=2")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _in_drops(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for as long as anybody listens, and not longer than a test may."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    over = threading.Event()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        over.wait(0.05)


def _second(**head: Any) -> Any:
    counts = {"total_items": 3, "total_pages": 2, "page_number": 2}
    return page([service("Sing", **FULL)], **(counts | head))


# What is odd about the second reading, in which one service did not come; and what is said of it.
ODD: dict[str, tuple[dict[str, Any], str]] = {
    "404 in the middle": ({"/services?page=2": 404}, "Page 2 did not come: it answered 404."),
    "totals that change": ({"/services?page=2": _second(total_items=4)}, "and then another number: it changed"),
    "totals that disagree": ({"/services?page=2": _second()}, "It says that there are 3 services, and holds 2."),
    "a page that has moved on": (
        {"/services?page=2": page([service("Walk", **FULL)], total_items=3, total_pages=2, page_number=2)},
        "One service stands on pages 1 and 2: it changed while it was read.",
    ),
    "the same page again": ({"/services?page=2": _second(page_number=1)}, "Page 2 was asked for, and page 1 came."),
    "no JSON": ({"/services?page=2": "<html>Sorry</html>"}, "Page 2 did not come: it is not JSON."),
    "cut off": ({"/services?page=2": '{"contents": [{"id": "1"'}, "Page 2 did not come: it breaks off"),
    "another host": ({"/services?page=2": _elsewhere}, "it sends us on to another host, and we do not go there"),
    "too slow": ({"/services?page=2": _in_drops}, "Page 2 did not come: it did not answer in time."),
    "too much": ({"/services?page=2": " " * 60_000}, "Page 2 did not come: it answered with more than"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(ODD))
def test_what_goes_wrong_on_the_way_ends_nothing(
    app: Flask, there: Interface, reads: Reads, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a service that is closed because its page did not come this once."""
    reads(there)
    monkeypatch.setattr(fetching, "LONGEST", 50_000)
    if kind == "too slow":
        monkeypatch.setattr(fetching, "LIMIT", 0.4)
    first = page([service(n, **FULL) for n in NAMES[:2]], total_items=3, total_pages=2, last_page=False)
    if kind == "totals that disagree":
        first = page([service("Tea", **FULL)], total_items=3, total_pages=2, last_page=False)
    odd, said = ODD[kind]
    there.odd = {"/services?page=1": first} | odd
    answer = reads(there)
    assert said in answer, answer
    assert "0 ended" in answer
    assert "They stay listed" in answer
    assert {row.state for row in kept(app).values()} == {OPEN}
    assert readings(app)[-1].outcome == "in_part"


def test_one_that_is_gone_is_asked_for_before_it_is_ended(app: Flask, there: Interface, reads: Reads) -> None:
    """Alone catches: a service that slipped from one page to the other between two questions, and is closed."""
    reads(there)
    three = [service(name) for name in NAMES[:3]]
    there.odd = {
        f"/services?page={n}": page(some, total_items=3, total_pages=2, page_number=n, last_page=n == 2)
        for n, some in ((1, three[:2]), (2, three[2:]))
    }
    assert "is there when it is asked for" in reads(there)
    assert kept(app)["Swim"].state == OPEN
    there.odd[f"/services/{ident('Swim')}"] = 404
    assert "1 ended" in reads(there)
    assert kept(app)["Swim"].state == ENDED
    changed = page([service("New"), *three[:1]], total_items=3, total_pages=2, last_page=False)
    there.odd["/services?page=1"] = [there.odd["/services?page=1"], changed]
    assert "Its first page is another one at the end" in reads(there)


def test_what_it_speaks_is_looked_at_first(app: Flask, there: Interface, reads: Reads) -> None:
    """Alone catches: a list of another standard that is read as this one; a single document that is not read at all."""
    there.odd["/"] = {"version": "HSDS-UK-1.0"}
    assert "It speaks HSDS-UK-1.0. Selfcare reads HSDS-UK-3.0." in reads(there)
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(ServiceList)) == 0
    there.odd["/"] = page([service("Alone", **FULL)])
    assert "1 added" in reads(there)
    there.odd["/"] = 500
    assert "4 added" in reads(there)


NOWHERE = (
    "https://127.0.0.1/o", "https://[::1]/o", "https://10.1.2.3/o", "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/o", "https://[::ffff:10.0.0.1]/o", "https://2130706433/o", "https://council.example/o",
)  # fmt: skip
NO_ADDRESS = (
    "http://council.example/o", "ftp://council.example/o", "https://user:word@council.example/o", "https:///o",
    "https://council.example/o o", "https://council.example:99999/o", "file:///etc/passwd",
)  # fmt: skip


def test_a_list_is_never_fetched_from_within(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: an address, or a name that leads to one, of a private network that is connected to; http in the
    clear; a list that is kept though nothing of it was ever read."""
    real = socket.getaddrinfo

    def leads_home(host: str, port: int, **options: Any) -> Any:
        if host == "council.example":  # one address of the open internet, and one that is not
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 0, "", (to, port))
                for to in ("93.184.216.34", "10.0.0.5")
            ]
        return real(host, port, flags=socket.AI_NUMERICHOST, **options)

    def connects(*_: Any, **__: Any) -> Any:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "getaddrinfo", leads_home)
    monkeypatch.setattr(socket, "create_connection", connects)
    runner = app.test_cli_runner()
    for address in NOWHERE:
        done = runner.invoke(args=["community", "import", address])
        assert done.exit_code == 1, address
        assert "private network, and we do not go there" in done.output, (address, done.output)
    for address in NO_ADDRESS:
        done = runner.invoke(args=["community", "import", address])
        assert done.exit_code == 1, address
        assert "A list cannot be fetched from" in done.output, (address, done.output)
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(ServiceList)) == 0
