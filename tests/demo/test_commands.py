"""The commands of the shell: what they do, and how they refuse."""

from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from selfcare import database, demo, serving
from selfcare.accounts.models import Account
from selfcare.people.models import Person
from selfcare.start import CannotStart
from tests import factories
from tests.harness.server import free_port

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs a command: `run("demo", "first-look")`."""

    def invoke(*args: str, **options: Any) -> Result:
        return app.test_cli_runner().invoke(args=list(args), **options)

    return invoke


def count(app: Flask, what: Any) -> int:
    with app.app_context():
        return database.session().scalar(select(func.count()).select_from(what)) or 0


def test_migrate_says_where_it_is(run: Run) -> None:
    done = run("migrate")
    assert done.exit_code == 0
    assert done.output.startswith("migrated to ")


# --------------------------------------------------------------------------------------------------- demo and town


def test_first_look_and_again(app: Flask, run: Run) -> None:
    assert "made the invented people" in run("demo", "first-look").output
    before = count(app, Person)
    again = run("demo", "first-look")
    assert again.exit_code == 0
    assert "nothing made" in again.output
    assert count(app, Person) == before > 10


def test_town(app: Flask, run: Run) -> None:
    done = run("demo", "town", "--people", "2", "--entries", "3")
    assert done.exit_code == 0, done.output
    assert "2 of 2 people, 3 entries each" in done.output
    again = run("demo", "town", "--people", "2", "--entries", "3")
    assert again.exit_code == 1
    assert "There is a town in this database already." in again.output


@pytest.mark.parametrize("wrong", [("0", "1"), ("-1", "1"), ("1", "-1"), ("many", "1")])
def test_town_takes_numbers(run: Run, wrong: tuple[str, str]) -> None:
    assert run("demo", "town", "--people", wrong[0], "--entries", wrong[1]).exit_code == 2


# ------------------------------------------------------------------------------------------------------------ serve


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been kept running."""
    found: list[str] = []
    monkeypatch.setattr(serving, "run", lambda kept: found.extend([one.name for one in kept]))
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    return found


@pytest.fixture
def serve(make_app: Callable[..., Flask], started: list[str], tmp_path: Path) -> Callable[..., Result]:
    """Runs `serve`: `serve(demo=True, HOST="::1")`. Settings are in small letters, the environment in capitals."""

    def invoke(**values: Any) -> Result:
        env = {"PORT": str(free_port())} | {name: value for name, value in values.items() if name.isupper()}
        app = make_app(data=tmp_path, **{name: value for name, value in values.items() if name.islower()})
        return app.test_cli_runner().invoke(args=["serve"], env=env)

    return invoke


def test_serve_makes_the_demonstration_and_says_how_to_sign_in(
    app: Flask, serve: Callable[..., Result], started: list[str]
) -> None:
    port = str(free_port())
    done = serve(demo=True, PORT=port)
    assert done.exit_code == 0, done.output
    assert f"http://127.0.0.1:{port}" in done.output
    for email in demo.SIGN_INS:
        assert email in done.output
    assert "otter-lantern-meadow" in done.output
    assert "The second factor is off." in done.output
    assert count(app, Person) > 10
    assert started == ["server", "server", "deliverer"]
    before = count(app, Person)
    assert serve(demo=True).exit_code == 0
    assert count(app, Person) == before, "started again, it makes nothing new"


def test_serve_without_the_demonstration_starts_empty(app: Flask, serve: Callable[..., Result]) -> None:
    done = serve()
    assert done.exit_code == 0, done.output
    assert "example.org" not in done.output
    assert count(app, Account) == 0


OUTSIDE = ["0.0.0.0", "::", "192.168.1.20", "selfcare.example"]  # noqa: S104 - asked for on purpose here


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_nothing_is_offered_to_a_network_by_mistake(
    app: Flask, serve: Callable[..., Result], started: list[str]
) -> None:
    """The demonstration never is, and the app only when it knows its address and the proxy before it."""
    proxies = (ip_network("127.0.0.1/32"),)
    for host in OUTSIDE:
        done = serve(demo=True, HOST=host)
        assert (done.exit_code, f"HOST={host}" in done.output) == (1, True)
        assert "SELFCARE_DEMO=off" in done.output
        for known in ({}, {"url": "https://selfcare.example"}, {"trusted_proxies": proxies}):
            done = serve(HOST=host, **known)
            assert done.exit_code == 1
            assert "SELFCARE_URL" in done.output
            assert "SELFCARE_TRUSTED_PROXIES" in done.output
    assert not started
    assert count(app, Account) == 0
    done = serve(HOST=OUTSIDE[0], url="https://selfcare.example", trusted_proxies=proxies)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_other_names_of_this_machine(serve: Callable[..., Result]) -> None:
    for host, shown in (("localhost", "http://localhost:"), ("::1", "http://[::1]:")):
        done = serve(HOST=host)
        assert shown in done.output, done.output


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_port_that_is_none(serve: Callable[..., Result], started: list[str]) -> None:
    for port in ("0", "65536", "eighty", "-1", "٨٠"):
        done = serve(PORT=port)
        assert (done.exit_code, "PORT takes a number" in done.output) == (1, True)
    assert not started


def test_the_demonstration_stays_away_from_real_people(
    app: Flask, make_app: Callable[..., Flask], run: Run
) -> None:
    """However it is started: the guard is in the app itself. One account among a thousand invented ones is enough."""
    run("demo", "first-look")
    make_app(demo=True)
    with app.app_context(), database.command():
        factories.account()
    with pytest.raises(CannotStart, match="SELFCARE_DEMO=off"):
        make_app(demo=True)
