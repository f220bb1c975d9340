"""What stops the start: one sentence, what to do next, and an exit status of 1."""

import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from selfcare import migrations, start
from selfcare.database import Database
from selfcare.start import CannotStart
from tests.harness.places import ROOT, program
from tests.harness.server import LOOPBACK, free_port


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url)


def refused(database: Database) -> str:
    with pytest.raises(CannotStart) as told:
        start.check_database(database)
    database.close()
    assert "\n" not in str(told.value)
    assert "Traceback" not in str(told.value)
    return str(told.value)


def test_a_well_database_is_taken(database: Database, empty_database_url: str) -> None:
    for each in (database, Database(empty_database_url)):
        start.check_database(each)
        each.close()


def test_a_newer_database_is_named(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    assert "newer version of Selfcare (9999)" in refused(database)


def _file(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", ["rubbish", "torn", "zeroed", "empty pages at the end", "a folder"])
def test_a_broken_file_is_named(tmp_path: Path, database_url: str, how: str) -> None:
    """Would fail where the app starts on it and answers 500, or ends in a traceback."""
    path = tmp_path / "selfcare.db"
    with sqlite3.connect(_file(database_url)) as source, sqlite3.connect(path) as target:
        source.backup(target)
    whole = path.read_bytes()
    if how == "rubbish":
        path.write_bytes(b"these are not the pages of a database" * 1000)
    elif how == "torn":
        path.write_bytes(whole[: len(whole) // 3 + 100])
    elif how == "zeroed":
        path.write_bytes(whole[: 4096 * 3] + bytes(4096 * 8) + whole[4096 * 11 :])
    elif how == "empty pages at the end":
        path.write_bytes(whole[: -4096 * 4] + bytes(4096 * 4))
    else:
        path.unlink()
        path.mkdir()
    assert str(path) in refused(Database(f"sqlite:///{path}"))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_row_that_refers_to_nothing_is_named(database: Database, database_url: str) -> None:
    """It ended in a traceback."""
    with sqlite3.connect(_file(database_url)) as file:
        file.execute("PRAGMA foreign_keys=OFF")
        file.execute(
            "insert into receipt_name (receipt_id, name) values ('00000000000000000000000000000000', 'x')"
        )
    with pytest.raises(CannotStart) as told:
        start.migrate(database)
    database.close()
    assert "in receipt_name, a row belongs to one in receipt that is not there" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    said = refused(Database(f"postgresql+psycopg://somebody:hush@127.0.0.1:{free_port()}/nobody"))
    assert "hush" not in said
    assert "DATABASE_URL" in said


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_port_and_a_database_are_claimed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Would fail where two servers share a port in silence, or two versions a database."""
    port, other = free_port(), free_port()
    with start.claim(database, tmp_path, LOOPBACK, port):
        with pytest.raises(CannotStart, match=f"Port {port}"):
            start.claim(database, tmp_path, LOOPBACK, port)
        with start.claim(database, tmp_path, LOOPBACK, other):
            pass  # the same version, elsewhere
        monkeypatch.setattr(start, "version", lambda: "another")
        with pytest.raises(CannotStart, match="Another version"):
            start.claim(database, tmp_path, LOOPBACK, other)
    start.claim(database, tmp_path, LOOPBACK, port).close()
    database.close()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_nodes_of_one_database_are_brought_to_another_version_one_after_the_other(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a version that begins beside one whose tables it would change, and a node that nobody can bring to
    the next version while the other serves."""
    with start.claim(database, tmp_path, LOOPBACK, free_port()):
        monkeypatch.setattr(start, "version", lambda: "another")
        with start.claim(database, tmp_path, LOOPBACK, free_port()):
            pass
        monkeypatch.setattr(migrations, "head", lambda: "9000")
        with pytest.raises(CannotStart, match="Another version"):
            start.claim(database, tmp_path, LOOPBACK, free_port())
    database.close()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_foreign_listener_is_noticed(database: Database, tmp_path: Path) -> None:
    import socket

    with socket.socket() as foreign:
        foreign.bind((LOOPBACK, 0))
        foreign.listen()
        with pytest.raises(CannotStart, match="another PORT"):
            start.claim(database, tmp_path, LOOPBACK, foreign.getsockname()[1])
    database.close()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "flask", "--app", "app", "serve"],
        [program("granian"), "--port", "1", "app:app"],
        [program("granian"), "--interface", "wsgi", "app:app"],
    ],
    ids=["serve", "granian", "granian as WSGI"],
)
def test_whoever_starts_it_reads_one_sentence(tmp_path: Path, database_url: str, command: list[str]) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
    env |= {"SELFCARE_DATA": str(tmp_path), "DATABASE_URL": database_url, "SELFCARE_DEMO": "maybe"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    said = done.stdout + done.stderr
    assert "Error: SELFCARE_DEMO takes one of on, yes, true, 1, off, no, false, 0." in said
    assert "Traceback" not in said
    assert done.returncode == 1


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("before_somebody", [True, False])
def test_events_are_words_before_somebody_and_json_for_a_machine(
    tmp_path: Path, database_url: str, before_somebody: bool
) -> None:
    """Would fail where a newcomer reads braces, or where what collects the log reads colours. Alone catches, too: an
    app that has started and never looks through what could be let go of.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
    env |= {"SELFCARE_DATA": str(tmp_path), "DATABASE_URL": database_url, "TERM": "xterm"}
    work = "import app, gc, structlog; structlog.get_logger().info('delivered', sent=1 + gc.isenabled())"
    reads, writes = pty.openpty() if before_somebody else os.pipe()
    with os.fdopen(reads, "rb") as said:
        subprocess.run(
            [sys.executable, "-c", work], cwd=ROOT, env=env, stdout=writes, check=True, timeout=120
        )
        line = os.read(said.fileno(), 4096).decode()
        os.close(writes)
    if before_somebody:
        assert re.search(r"\d\d:\d\d:\d\d.*delivered.*sent", line)
        assert "{" not in line
    else:
        assert json.loads(line)["sent"] == 2
