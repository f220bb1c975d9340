"""Clearing a database of what it keeps of rows that are gone: free pages, the log beside it, old versions of rows.

SQLite: everything is written anew (VACUUM), and the log beside it is emptied. PostgreSQL: each table with rows of
people is written anew with its indexes (VACUUM FULL), and so is what the planner remembers of values. What PostgreSQL's
own log (`pg_wal`, and archives of it) holds goes as it is recycled: docs/running.md says so.
"""

from collections.abc import Iterable
from time import monotonic

from sqlalchemy import text

from selfcare import writers
from selfcare.database import Database


class NotCleared(Exception):
    """Somebody reads for so long that the log could not be emptied. It is tried again."""


def clear(database: Database, tables: Iterable[str]) -> None:
    """Clear it, while others wait their turn.

    :param tables: those that held rows of people.
    :raises NotCleared:
    """
    if database.is_sqlite:
        _clear_file(database)
    else:
        _clear_server(database, tables)


def _clear_file(database: Database) -> None:
    until = monotonic() + writers.LONGEST_WAIT
    if database.queue:
        database.queue.enter(until)
    try:
        connection = database.engine.raw_connection()
        try:
            here = connection.cursor()
            here.execute(f"PRAGMA busy_timeout={int(writers.LONGEST_WAIT * 1000)}")
            here.execute("VACUUM")
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
        for name in tables:
            connection.execute(text(f'VACUUM (FULL, ANALYZE) "{name}"'))
        # Values that stood out are remembered here. Who owns the database may write it anew; others are only warned.
        connection.execute(text("VACUUM FULL pg_catalog.pg_statistic"))
