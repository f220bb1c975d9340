"""Engine, session per request, one commit at the edge, the ledger, and the types every table is made of.

SQLite's busy-wait ruins the slowest writes and its default transactions lose updates silently. Writers therefore
queue (`writers`) before `BEGIN IMMEDIATE`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar
from uuid import UUID, uuid4

import structlog
from flask import Flask, current_app, g, has_app_context, has_request_context
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    Uuid,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, validates
from sqlalchemy.types import TypeDecorator

from selfcare import writers

log = structlog.get_logger()


class Instant(TypeDecorator[datetime]):
    """A point in time: aware UTC in Python, `timestamptz` on PostgreSQL, naive UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables. Names of constraints are fixed, so that both engines migrate alike."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {UUID: Uuid(), datetime: Instant()}


class Record:
    """What every item of a person's record keeps. The key is (person_id, id), and indexes begin with the person."""

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    entered_as: Mapped[str]  # role at the time: self, carer, professional, system
    entered_name: Mapped[str]  # the name as it stood then: "Entered by … for …" outlives the account
    entered_at: Mapped[datetime]
    only_me: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Hides(Record):
    """An item that the person can mark *only me*. `hidden_at`: when they did so last. Shown again one day, it does not
    come back into what was shared before that: what left a summary stays out of it.
    """

    hidden_at: Mapped[datetime | None]

    @validates("only_me")
    def _hidden(self, _name: str, hidden: bool) -> bool:
        if hidden and not self.only_me:
            self.hidden_at = now()
        return hidden


class Happened:
    """When something happened: the wall clock and zone where it was written, and the instant they make."""

    wall: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    zone: Mapped[str]
    utc: Mapped[datetime]


class Remembered(Happened):
    """What is told afterwards, as exactly as it is known.

    `part` is empty for what is known to the minute, else a part of the day or `day` (`web.when.PARTS`). Then the clock
    only says where it stands between others, and is never shown.
    """

    part: Mapped[str] = mapped_column(default="", server_default="")


def now() -> datetime:
    """This instant, in UTC, to the microsecond both engines keep."""
    return datetime.now(UTC)


class Database:
    """The engine of one app and its writer queue. Kept in `app.extensions["database"]`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _engine(url)
        path = make_url(url).database if self.is_sqlite else None
        self.queue = writers.WriterQueue(Path(path + ".lock")) if path else None

    def close(self) -> None:
        """Close all connections, and the queue's file."""
        self.engine.dispose()
        if self.queue:
            self.queue.close()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A short transaction of its own, which writes, commits at the end and rolls back on any fault."""
        until = waits_until()
        if self.queue:
            self.queue.enter(until)
        try:
            with Session(self.engine, expire_on_commit=False) as short:
                short.connection(execution_options={"selfcare_write": until})
                yield short
                short.commit()
        finally:
            if self.queue:
                self.queue.leave()


def install(app: Flask, url: str) -> None:
    """Give the app its database. The commit at the edge is `finish`, called by `web.edge`."""
    app.extensions["database"] = Database(url)
    app.teardown_appcontext(_teardown)


def rebind(app: Flask, url: str) -> None:
    """Point the app at another database, or at what stands now where its own was (tests and restore).

    The connections are closed. At the same address the engine stays, with all the statements it has compiled.
    """
    held: Database = app.extensions["database"]
    held.close()
    if held.url != url:
        app.extensions["database"] = Database(url)


def database() -> Database:
    """The current app's database."""
    found: Database = current_app.extensions["database"]
    return found


def session() -> Session:
    """The one session of this request (or command). Queries and actions use it; views never do."""
    if "db_session" not in g:
        g.db_session = Session(database().engine, expire_on_commit=False)
    found: Session = g.db_session
    return found


def is_writing() -> bool:
    """Whether this request (or command) has its turn to write."""
    return bool(g.get("db_writing"))


def let_go() -> None:
    """Undo what this request wrote in its turn, and let the next writer in.

    :raises Lost: when what others wrote before it in the same transaction, and it may have read, is not kept.
    """
    session().rollback()
    if not _let_next_in():
        raise writers.Lost


def writing(*, short: bool = False) -> None:
    """Take this request's turn to write. What was read before is let go, so that it is read again under the lock.

    :param short: all is made ready, and nothing is left but some statements: it may be kept together with what others
        write in the same moment (SQLite).
    """
    if g.get("db_writing"):
        return
    session().rollback()
    queue, until = database().queue, waits_until()
    if queue:
        queue.enter(until, short=short)
        g.db_queue = queue
    g.db_writing = True
    if queue and short:
        session().close()
        g.db_session = _with_others(queue, until)
    else:
        session().connection(execution_options={"selfcare_write": until})


def _with_others(queue: writers.WriterQueue, until: float) -> Session:
    """A session in the transaction that those before have left open, or in one that those who follow may write in."""
    if queue.together is None:
        connection = database().engine.connect().execution_options(selfcare_write=until)
        try:
            connection.begin()
            queue.together = writers.Together(connection)
        except BaseException:
            connection.close()
            raise
    g.db_together = queue.together
    return queue.together.one_more()


def waits_until() -> float:
    """When whoever writes gives up waiting: a request waits writers.LONGEST_WAIT in all, whatever it waits for."""
    if not has_request_context():
        return monotonic() + writers.LONGEST_WAIT
    until: float = g.setdefault("db_until", monotonic() + writers.LONGEST_WAIT)
    return until


def is_busy(fault: BaseException) -> bool:
    """Whether the database could not be had in time, or not at all: for now, and by nobody's fault who asked."""
    return isinstance(fault, writers.Busy | writers.Lost | PoolTimeout | OperationalError)


def commit_and_go_on() -> None:
    """Keep what was done so far, let whoever waits to write take a turn, and take the next one.

    For work of many parts that each stand alone: a long message must not hold everybody else up.
    """
    session().commit()
    if not _let_next_in():
        raise writers.Lost
    g.pop("db_until", None)  # each part waits for its own turn
    writing()


def after_commit(note: Callable[[Session], None]) -> None:
    """Put a note in the ledger: it is kept though the request only read, or failed.

    Ledger notes run together in their own short transaction after the main one has ended and before bytes leave.
    """
    g.setdefault("db_ledger", []).append(note)


def finish(keep: bool) -> bool:
    """End the main transaction (commit when `keep`), let the next writer in, then write the ledger.

    :returns: whether all that had to be kept is kept. A caller must not answer success otherwise.
    """
    kept = True
    if "db_session" in g:
        try:
            if keep and g.get("db_writing"):
                session().commit()
                kept = _let_next_in()  # its turn has ended before it is answered
            else:
                session().rollback()
        except Exception as fault:  # whatever the driver raises, the answer must be honest
            kept = False
            log.error("commit failed", fault=describe(fault))
            session().rollback()
        finally:
            _let_next_in()
    notes = g.pop("db_ledger", [])
    if notes:
        try:
            with database().transaction() as short:
                for note in notes:
                    note(short)
        except Exception as fault:
            kept = False
            log.error("ledger failed", fault=describe(fault))
    return kept


def describe(fault: BaseException) -> str:
    """A fault for the log: its class and SQLSTATE, never its text, which may quote the record."""
    state = getattr(getattr(fault, "orig", None), "sqlstate", None)
    return f"{type(fault).__name__} {state}" if state else type(fault).__name__


@contextmanager
def command() -> Iterator[Session]:
    """The transaction of a command or a test: like a request that writes, committed at the end."""
    try:
        writing()
        yield session()
        session().commit()
    except BaseException:
        session().rollback()
        raise
    finally:
        _let_next_in()


def _let_next_in() -> bool:
    """:returns: whether what was committed is kept, also where it is kept together with what others write."""
    g.pop("db_writing", None)
    queue, together = g.pop("db_queue", None), g.pop("db_together", None)
    if together is None:
        if queue:
            queue.leave()
        return True
    if own := g.pop("db_session", None):
        with suppress(Exception):  # what was lost is found to be so below
            own.close()  # it is on a connection that others go on with
    if together.stands() and together.number < writers.MOST_TOGETHER and queue.hand_on():
        together.ended.wait()
        return bool(together.kept)
    try:
        together.end()
    except Exception as fault:  # whatever the driver raises, the answers must be honest
        log.error("commit failed", fault=describe(fault))
    finally:
        queue.leave()
    return bool(together.kept)


def _teardown(_: BaseException | None) -> None:
    if has_app_context():
        open_session = g.pop("db_session", None)
        try:
            if open_session is not None:
                open_session.close()
        finally:
            _let_next_in()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=8,
            max_overflow=24,
            pool_pre_ping=True,
            pool_timeout=writers.LONGEST_WAIT,
            connect_args={
                "connect_timeout": 5,
                "options": f"-c lock_timeout={int(writers.LONGEST_WAIT * 1000)}",
            },
        )
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=writers.LONGEST_WAIT,
        connect_args={"timeout": writers.LONGEST_WAIT, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun by us, below, not by the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("selfcare_write")
        left = max(writes - monotonic(), 0) if writes else writers.LONGEST_WAIT
        patience = ceil(left) * 1000 if left > 1 else int(left * 1000)
        if connection.info.get("patience") != patience:
            connection.connection.cursor().execute(f"PRAGMA busy_timeout={patience}").close()
            connection.info["patience"] = patience
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
