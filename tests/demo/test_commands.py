"""The commands of the shell: what they do, and how they refuse."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from selfcare import database, demo, serving
from selfcare.accounts.models import Account
from selfcare.people.models import Person
from tests import factories

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
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What would have been started."""
    found: dict[str, Any] = {}

    def instead(path: str, args: list[str], env: dict[str, str], beside: list[str]) -> int:
        found.update(path=path, args=args, env=env, beside=beside)
        return 0

    monkeypatch.setattr(serving, "run", instead)
    for name in ("HOST", "PORT", "SELFCARE_DEMO", "SELFCARE_DEMO_PASSWORD", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SELFCARE_DATA", str(tmp_path))
    return found


def test_serve_makes_the_demonstration_and_says_how_to_sign_in(
    app: Flask, run: Run, started: dict[str, Any]
) -> None:
    done = run("serve")
    assert done.exit_code == 0, done.output
    assert "http://127.0.0.1:8000" in done.output
    for email in demo.SIGN_INS:
        assert email in done.output
    assert "otter-lantern-meadow" in done.output
    assert "The second factor is off." in done.output
    assert count(app, Person) > 10
    assert Path(started["path"]) == Path(sys.executable).parent / "granian"
    assert started["env"]["SELFCARE_DEMO"] == "1", "its workers must know"
    said = " ".join(started["args"])
    assert "--host 127.0.0.1 --port 8000 --workers 2 --blocking-threads 8" in said
    assert "--no-access-log" in said
    assert started["beside"][-1] == "deliver"


def test_serve_again_makes_nothing_new(app: Flask, run: Run, started: dict[str, Any]) -> None:
    run("serve")
    before = count(app, Person)
    assert run("serve", env={"PORT": "8123"}).exit_code == 0
    assert count(app, Person) == before
    assert "8123" in started["args"]


def test_serve_without_the_demonstration_starts_empty(app: Flask, run: Run, started: dict[str, Any]) -> None:
    done = run("serve", env={"SELFCARE_DEMO": "0", "HOST": "0.0.0.0"})  # noqa: S104 - asked for on purpose here
    assert done.exit_code == 0, done.output
    assert "example.org" not in done.output
    assert count(app, Account) == 0
    assert started["env"]["SELFCARE_DEMO"] == "0"


def test_invented_people_are_never_offered_to_a_network_afterwards(
    app: Flask, run: Run, started: dict[str, Any]
) -> None:
    """Their password is known, and the nurse among them has no second factor yet: whoever came first would set it."""
    run("serve")
    started.clear()
    done = run("serve", env={"SELFCARE_DEMO": "0", "HOST": "0.0.0.0"})  # noqa: S104 - asked for on purpose here
    assert done.exit_code == 1
    assert "everybody knows their password" in done.output
    assert not started
    assert run("serve", env={"SELFCARE_DEMO": "0"}).exit_code == 0, (
        "on this machine alone they may be looked at"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "selfcare.example"])  # noqa: S104
def test_the_demonstration_is_never_offered_to_a_network(
    app: Flask, run: Run, started: dict[str, Any], host: str
) -> None:
    done = run("serve", env={"HOST": host})
    assert done.exit_code == 1
    assert f"HOST={host}" in done.output
    assert "SELFCARE_DEMO=0" in done.output
    assert not started
    assert count(app, Account) == 0


@pytest.mark.parametrize(
    ("host", "shown"), [("localhost", "http://localhost:8000"), ("::1", "http://[::1]:8000")]
)
def test_other_names_of_this_machine(run: Run, started: dict[str, Any], host: str, shown: str) -> None:
    assert shown in run("serve", env={"HOST": host}).output
    assert host in started["args"]


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "٨٠"])
def test_a_port_that_is_none(run: Run, started: dict[str, Any], port: str) -> None:
    done = run("serve", env={"PORT": port})
    assert done.exit_code == 1
    assert "PORT takes a number" in done.output
    assert not started


def test_the_demonstration_stays_away_from_real_people(app: Flask, run: Run, started: dict[str, Any]) -> None:
    with app.app_context(), database.command():
        factories.household()
    done = run("serve")
    assert done.exit_code == 1
    assert "SELFCARE_DEMO=0" in done.output
    assert not started


def test_a_bad_setting_is_named(run: Run, started: dict[str, Any]) -> None:
    done = run("serve", env={"SELFCARE_URGENT_PHONE": "call me"})
    assert done.exit_code == 1
    assert "SELFCARE_URGENT_PHONE" in done.output
    assert not started
