"""The administrator's look at what is on the lists: against a real server on this machine, by real TLS."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selfcare import database
from selfcare.database import session
from selfcare.information import checking
from selfcare.information.checking import Reach, look, look_at
from selfcare.information.commands import REACH
from selfcare.information.models import TeamLink
from tests import factories
from tests.factories.information import listed
from tests.harness.client import Client
from tests.notifications.world import PushService, Received, Reply, certificate

NAME = "pages.example"
FOUND = {
    # path: what the server says to HEAD, to GET; what is found; and how it is said on the team's page
    "/there": ((200, {}), (500, {}), "answers", "Answered on"),
    "/no-head": ((405, {}), (200, {}), "answers", "Answered on"),
    "/moved": ((301, {"Location": "/there"}), (500, {}), "moved", "new address on the same site"),
    "/away": ((302, {"Location": "https://other.example/x"}), (500, {}), "elsewhere", "Led to another place"),
    "/plain": ((301, {"Location": f"http://{NAME}/there"}), (500, {}), "closed", "Led into a closed network"),
    "/round": ((302, {"Location": "/round"}), (500, {}), "failed", "Answered with a fault"),
    "/gone": ((404, {}), (404, {}), "gone", "The page was not there"),
    "/browsers": ((403, {}), (403, {}), "refused", "answered browsers only"),
    "/broken": ((500, {}), (503, {}), "failed", "Answered with a fault"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PushService, Path]]:
    made = certificate(tmp_path_factory.mktemp("tls"), NAME)
    service = PushService(made)
    handler: Any = service._server.RequestHandlerClass
    handler.do_HEAD = handler.do_POST
    with service.listening():
        yield service, made[0]


@pytest.fixture
def reach(server: tuple[PushService, Path], monkeypatch: pytest.MonkeyPatch) -> Reach:
    """Every name leads to this machine, and is asked at the server's port; its certificate is trusted."""
    service, trusted = server
    service.received.clear()

    def answer(asked: Received) -> Reply:
        head, get, *_ = FOUND[asked.path.partition("?")[0]]
        return (
            get if any(one.path == asked.path for one in service.received[:-1]) and head[0] >= 400 else head
        )

    def leads_here(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    service.answer = answer
    monkeypatch.setattr(socket, "getaddrinfo", leads_here)
    return Reach(may=lambda found: found.is_loopback, port=service.port, trusts=str(trusted))


def test_what_is_found_is_what_the_server_says(server: tuple[PushService, Path], reach: Reach) -> None:
    """Alone catches: a redirect to another place followed or called fine, GET never tried, a body read, a cookie or a
    page one comes from sent along, and a certificate that nobody vouches for taken.
    """
    service, _ = server
    found = {path: look(f"https://{NAME}{path}", reach).found for path in FOUND}
    assert found == {path: said[2] for path, said in FOUND.items()}
    assert look(f"https://{NAME}/away", reach).to == "https://other.example/x"
    for asked in service.received:
        assert {"cookie", "referer", "authorization"}.isdisjoint(asked.headers)
        assert asked.headers["host"].partition(":")[0] == NAME
    service.received.clear()
    assert look(f"https://{NAME}/there", Reach(may=reach.may, port=reach.port)).found == "unsafe"
    assert look("https://other.example/there", reach).found == "unsafe", "its certificate names another"
    assert service.received == []


def test_nothing_of_a_closed_network_is_talked_to(server: tuple[PushService, Path], reach: Reach) -> None:
    """Alone catches: a name that leads to this machine, or a redirect to a number, asked all the same."""
    service, trusted = server
    assert look(f"https://{NAME}/there", Reach(port=reach.port, trusts=str(trusted))).found == "closed"
    assert service.received == []
    with socket.create_server(("127.0.0.1", 0)) as mute:
        quiet = Reach(may=reach.may, port=mute.getsockname()[1], trusts=reach.trusts)
        assert look(f"https://{NAME}/there", quiet, seconds=0.3).found == "silent"


def test_two_of_one_place_are_not_asked_at_once(reach: Reach) -> None:
    """Alone catches: fifty pages of one charity asked without a breath, or a pause where the next is another's."""
    slept: list[float] = []
    urls = [
        f"https://{NAME}/there",
        f"https://{NAME}/gone",
        "https://other.example/a",
        f"https://www.{NAME}/b",
    ]
    assert len(list(look_at(urls, reach, slept.append))) == 4
    assert slept == [checking.PAUSE]


@pytest.mark.usefixtures("server")
def test_the_command_says_it_to_whoever_runs_it_and_to_the_team_alone(
    app: Flask, client: Client, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a broken page that the command passes over or ends well with, and what it found missing on the
    team's page.
    """
    monkeypatch.setattr(checking, "PAUSE", 0.0)
    with app.test_request_context(), database.command():
        house = factories.household()
        for path in FOUND:
            listed(house, url=f"https://{NAME}{path}", name=path, test="Ferritin")
        team, amina = house.team.id, house.amina.id
    monkeypatch.setitem(app.extensions, REACH, reach)
    done = app.test_cli_runner().invoke(args=["information", "check"])
    assert done.exit_code == 1, done.output
    assert "9 pages, 5 to look at." in done.output
    assert f"! https://{NAME}/gone  is not there (404)" in done.output
    assert f"  https://{NAME}/there  answers (200)" in done.output
    assert "    to https://other.example/x" in done.output
    with app.app_context():
        kept = {row.url: row.found for row in session().query(TeamLink).filter_by(team_id=team)}
    assert kept == {f"https://{NAME}{path}": said[2] for path, said in FOUND.items()}
    client.sign_in(amina)
    page = client.get("/team/links/")
    assert [said[3] for said in FOUND.values() if said[3] not in page] == []
