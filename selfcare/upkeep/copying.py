"""A copy of the whole database as it is at one moment, while others write; and one put in an empty place."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from sqlalchemy import Connection, MetaData, create_engine, func, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from selfcare.database import Database

_PAGES = 2_000  # copied between two looks whether to go on
_LOOK = 0.1  # seconds to wait for a program of PostgreSQL's before it is asked again whether to stop

Stopped = Callable[[], bool]


class CannotCopy(Exception):
    """The copy could not be made, or put in its place. The message says why, in one sentence."""


class WasStopped(Exception):
    """The process was asked to end meanwhile."""


@dataclass(frozen=True)
class Copied:
    """What a copy holds: how many rows each table has, and which migration its tables are of."""

    rows: dict[str, int]
    migration: str


def copy(database: Database, into: Path, stopped: Stopped) -> Copied:
    """Write a copy to a new file. :raises CannotCopy: :raises WasStopped:"""
    return _copy_file(database, into, stopped) if database.is_sqlite else _dump(database, into, stopped)


def load(database: Database, copied: Path) -> None:
    """Put a PostgreSQL copy in the empty database: all of it or nothing. :raises CannotCopy:"""
    line = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(copied)]
    with database.engine.connect() as connection:
        program = _program(connection, "pg_restore")
    done = subprocess.run(
        [program, *_where(database), *line], env=_env(database), stdin=subprocess.DEVNULL, capture_output=True
    )
    if done.returncode:
        # What it says may quote a row.
        raise CannotCopy(
            f"pg_restore could not put it in the database (it ended with {done.returncode}): nothing was kept. Is the "
            "database this account's own, is there room?"
        )


def is_empty(database: Database) -> bool:
    """Whether not one table is there."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            return not inspect(connection).get_table_names()
        return not connection.scalar(
            text(
                "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " where c.relkind in ('r', 'p', 'v', 'm', 'S') and n.nspname <> 'information_schema'"
                " and n.nspname not like 'pg\\_%'"
            )
        )


def make_empty(database: Database) -> None:
    """Take out again what was put in a place that was empty."""
    there = MetaData()
    with database.engine.begin() as connection:
        there.reflect(connection)
        there.drop_all(connection)


def rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in sorted(inspect(connection).get_table_names())
    }


def _copy_file(database: Database, into: Path, stopped: Stopped) -> Copied:
    def go_on(*_: int) -> None:
        if stopped():
            raise WasStopped

    source = Path(database.engine.url.database or "")
    if not source.is_file():
        raise CannotCopy(f"There is no database at {source} yet: nothing to back up.")
    try:
        with (
            closing(sqlite3.connect(source, isolation_level=None)) as reading,
            closing(sqlite3.connect(into, isolation_level=None)) as target,
        ):
            # One moment for all of it: without a reader's transaction of its own, every write of another process would
            # begin the copy anew, and under a steady hand it would never end.
            reading.execute("BEGIN").close()
            reading.execute("SELECT count(*) FROM sqlite_master").close()
            target.execute("PRAGMA synchronous=OFF").close()  # it is fsynced whole, once packed
            reading.backup(target, pages=_PAGES, progress=go_on, sleep=0)
            reading.execute("ROLLBACK").close()
            target.execute("PRAGMA journal_mode=DELETE").close()  # one file, and nothing beside it
            if target.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise CannotCopy(
                    "The database is damaged: no backup was made. Put the last one in its place."
                )
        counting = create_engine(f"sqlite:///{into}")
        with counting.connect() as connection:
            found = _copied(connection)
        counting.dispose()
        return found
    except sqlite3.Error as fault:
        raise CannotCopy(f"The database could not be copied: {fault}. Nothing was kept.") from None


def _copied(connection: Connection) -> Copied:
    if not inspect(connection).has_table("alembic_version"):
        raise CannotCopy("There is nothing in the database yet: nothing to back up.")
    return Copied(rows(connection), str(connection.scalar(text("select version_num from alembic_version"))))


def _dump(database: Database, into: Path, stopped: Stopped) -> Copied:
    try:
        with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            program = _program(connection, "pg_dump")
            # It holds the moment until the copy is made, however long that takes.
            connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
            # What is counted and what is copied is of one moment.
            moment = connection.scalar(text("select pg_export_snapshot()"))
            line = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=8000"]
            process = subprocess.Popen(
                [program, *_where(database), *line, f"--snapshot={moment}", f"--file={into}"],
                env=_env(database), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            with process:
                found = _copied(connection)
                _until_ended(process, stopped)
                said = process.stderr.read() if process.stderr else ""
    except DBAPIError:
        raise CannotCopy("The database does not answer. Nothing was kept; try again when it does.") from None
    if process.returncode:
        why = said.strip().partition("\n")[0].removeprefix("pg_dump: ")
        raise CannotCopy(f"pg_dump could not copy the database ({why}). Nothing was kept.")
    return found


def _until_ended(process: "subprocess.Popen[str]", stopped: Stopped) -> None:
    while True:
        if stopped():
            process.terminate()
            process.wait()
            raise WasStopped
        try:
            process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            continue
        return


def _where(database: Database) -> list[str]:
    """The database, as PostgreSQL's programs are told: without the password, which others of the machine could read."""
    address = database.engine.url.set(drivername="postgresql", password=None).difference_update_query(
        ["password"]
    )
    return ["--no-password", f"--dbname={address.render_as_string(hide_password=False)}"]


def _env(database: Database) -> dict[str, str]:
    password = database.engine.url.password or database.engine.url.query.get("password")
    return dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})


def _program(connection: Connection, name: str) -> str:
    """A program of PostgreSQL's, of the server's version: beside it where it runs on this machine, else on the PATH.

    A newer one would write what the server's own cannot read, and say what the server does not know.

    :raises CannotCopy: where there is none.
    """
    server = int(connection.scalar(text("show server_version_num")) or 0) // 10000
    beside = []
    if connection.scalar(
        text(
            "select has_table_privilege('pg_config', 'SELECT') and has_function_privilege('pg_config()', 'EXECUTE')"
        )
    ):
        beside = [connection.scalar(text("select setting from pg_config where name = 'BINDIR'"))]
    places = [
        *beside,
        f"/usr/lib/postgresql/{server}/bin",
        f"/usr/pgsql-{server}/bin",
        os.environ.get("PATH"),
    ]
    for place in filter(None, places):
        found = which(name, path=place)
        if found and _version(found) == server:
            return found
    raise CannotCopy(
        f"{name} of PostgreSQL {server} is not on this machine. Install PostgreSQL's client programs "
        f"(on Debian and Ubuntu: postgresql-client-{server}), or put their folder on the PATH."
    )


def _version(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    number = said.rpartition(") ")[2].partition(".")[0].partition(" ")[0].strip()
    return int(number) if number.isdigit() else 0
