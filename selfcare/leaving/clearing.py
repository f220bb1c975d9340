"""Clearing a database of what it keeps of rows that are gone: free pages, the log beside it, old versions of rows.

SQLite: everything is written anew (VACUUM), and the log beside it is emptied. PostgreSQL: each table with rows of
people is written anew with its indexes (VACUUM FULL), and so is what the planner remembers of values. What PostgreSQL's
own log (`pg_wal`, and archives of it) holds goes as it is recycled: docs/running.md says so.
"""

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Connection, text

from selfcare import writers
from selfcare.database import Database

_SPARE = 64 * 1024 * 1024  # bytes that are left free for whoever writes meanwhile
_OLD_READERS = 60.0  # seconds that those are waited for who began to read before


class NotCleared(Exception):
    """Somebody reads for so long, or there is so little room, that it could not be done. It is tried again."""


# What the file of each database was written anew for, where only its log is left: that alone is tried again by day.
_written: dict[str, datetime] = {}


def clear(database: Database, tables: Iterable[str], last: datetime) -> None:
    """Clear it, while others wait their turn.

    :param tables: those that held rows of people. :param last: when the last of them was erased.
    :raises NotCleared:
    """
    if database.is_sqlite:
        _clear_file(database, last)
    else:
        _clear_server(database, tables)


def _has_room(database: Database) -> bool:
    """SQLite writes the file anew beside it, and then all of that through its log."""
    place = Path(database.engine.url.database or "")
    return shutil.disk_usage(place.parent).free > 2 * place.stat().st_size + _SPARE


def _clear_file(database: Database, last: datetime) -> None:
    is_written = _written.get(database.url) == last
    if not is_written and not _has_room(database):
        raise NotCleared
    until = monotonic() + writers.LONGEST_WAIT
    if database.queue:
        database.queue.enter(until)
    try:
        connection = database.engine.raw_connection()
        try:
            here = connection.cursor()
            here.execute(f"PRAGMA busy_timeout={int(writers.LONGEST_WAIT * 1000)}")
            if not is_written:
                here.execute("VACUUM")
                _written[database.url] = last
            busy, *_ = here.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            here.close()
        finally:
            connection.close()
    finally:
        if database.queue:
            database.queue.leave()
    if busy:
        raise NotCleared


def _clear_server(database: Database, tables: Iterable[str]) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _wait_for_readers(connection)
        for name in tables:
            connection.execute(text(f'VACUUM (FULL, ANALYZE) "{name}"'))
        # Values that stood out are remembered here. Who owns the database may write it anew; others are only warned.
        connection.execute(text("VACUUM FULL pg_catalog.pg_statistic"))


def _wait_for_readers(connection: Connection) -> None:
    """Until nobody reads any more who began before the erasing was over: for them VACUUM keeps what was deleted. It
    does so for whoever writes in another database of this server, too: our own look goes no further than they do.

    :raises NotCleared: when that takes too long.
    """
    horizon = connection.scalar(text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)"))
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND age(coalesce(backend_xmin, backend_xid)) > age(CAST(CAST(:horizon AS text) AS xid))"
    )
    until = monotonic() + _OLD_READERS
    while connection.scalar(older, {"horizon": horizon}):
        if monotonic() > until:
            raise NotCleared
        sleep(0.2)
