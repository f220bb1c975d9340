"""The way back: a backup into an empty place, brought to this version, and looked at before anybody is let in."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import structlog
from flask import Flask, current_app
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from selfcare import migrations, start
from selfcare.accounts.models import SignIn
from selfcare.audit import chain
from selfcare.audit.commands import told
from selfcare.config import Settings
from selfcare.database import Database, command, database, describe, now, rebind
from selfcare.leaving import erasing
from selfcare.outbox.models import Outbox
from selfcare.outbox.queue import HANDING, SENDING, WAITING
from selfcare.upkeep import archive, copying, proving
from selfcare.upkeep.models import Job
from selfcare.upkeep.workplace import put, workplace

log = structlog.get_logger()
LEAVING = 2.0  # seconds that PostgreSQL may take to let go of connections that were closed just before
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class CannotRestore(Exception):
    """Nothing was restored, and the place is as it was. The message says why, in one sentence."""


@dataclass(frozen=True)
class Restored:
    """What was put back, and what was found to be well with it, in words."""

    manifest: archive.Manifest
    trail: str
    sign_in: str


def restore(app: Flask, source: Path, *, another_key: bool = False) -> Restored:
    """Put a backup in the place where the app's database would be. Call it within the app's context.

    All is done beside the place (SQLite) or in one transaction (PostgreSQL), and looked at: the copy against its
    digest, its tables against what was counted, the trail against its chain, a sign-in against the key. Where
    something does not hold, the place is left empty.

    Everybody signs in again: a session that was ended since the backup would be open once more. Messages that waited
    then and are due by now may have been sent since: they are not sent again, and whose task that is sees them.

    :param another_key: whether it may be restored under another key than it was made with.
    :raises CannotRestore:
    """
    settings: Settings = current_app.config["SETTINGS"]
    place = database()
    try:
        _refuse_what_is_there(place)
        beside = Path(place.engine.url.database or "").parent if place.is_sqlite else settings.data
        with _alone(place), workplace(beside) as folder:
            copied = folder / "copy.db"
            manifest = archive.read(source, settings.secret_key, copied)
            _refuse(source, manifest, place, settings, another_key)
            into = _into_file if place.is_sqlite else _into_server
            return into(app, place, copied, manifest)
    except OSError as fault:
        raise CannotRestore(
            f"{source} could not be restored: {fault.strerror or fault}. Nothing of it was kept."
        ) from None
    except (DBAPIError, sqlite3.Error) as fault:
        raise CannotRestore(
            f"{source} could not be restored ({describe(fault)}). Is the disk full? Nothing of it was kept."
        ) from None
    except (archive.CannotRead, copying.CannotCopy, start.CannotStart, proving.NoSignIn) as fault:
        raise CannotRestore(str(fault)) from None


def _refuse_what_is_there(place: Database) -> None:
    target = Path(place.engine.url.database or "")
    written = Path(f"{target}-wal")
    if place.is_sqlite and written.is_file() and written.stat().st_size and not _holds(target):
        # Whoever opens the name makes a new file, and with it goes what is written here.
        raise CannotRestore(
            f"{written} holds what was written last to a database that is not there any more. Put it beside that "
            f"database: {target.name}, {target.name}-wal and {target.name}-shm belong together."
        )
    try:
        empty = copying.is_empty(place)
    except DBAPIError:
        raise CannotRestore(
            f"{start.make_name(place)} cannot be read: something else is there, it does not answer, or the disk is "
            "full. Name an empty place in DATABASE_URL."
        ) from None
    if not empty:
        raise CannotRestore(
            f"{start.make_name(place)} holds data already: a backup is only restored into an empty place. Name one in "
            "DATABASE_URL, or move away what is there."
        )


def _holds(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


@contextmanager
def _alone(place: Database) -> Iterator[None]:
    """No server of ours begins on the file meanwhile, and none is on it; nobody else is at PostgreSQL's database."""
    if not place.is_sqlite:
        place.engine.dispose()  # ours that lie ready are no others
        asked = text(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )
        with place.engine.connect() as connection:
            until = monotonic() + LEAVING
            while others := connection.scalar(asked):
                if monotonic() > until:
                    break
                connection.execute(text("select pg_sleep(0.05)"))
                connection.rollback()  # what is said of the others is of the transaction's first look
        if others:
            raise CannotRestore(
                f"Others are connected to {start.make_name(place)}. Stop Selfcare, and whatever else uses it, first."
            )
        yield
        return
    held = os.open(f"{place.engine.url.database}.serving", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CannotRestore(f"Selfcare is running on {start.make_name(place)[4:]}. Stop it first.") from None
    finally:
        os.close(held)


def _refuse(
    source: Path, manifest: archive.Manifest, place: Database, settings: Settings, another_key: bool
) -> None:
    here = "sqlite" if place.is_sqlite else "postgresql"
    if manifest.engine != here:
        raise CannotRestore(
            f"{source} is a backup of {_ENGINES.get(manifest.engine, 'another database')}, and DATABASE_URL names "
            f"{_ENGINES[here]}. Name a database of the same kind."
        )
    if manifest.migration not in migrations.known() and manifest.migration != settings.newer_database:
        raise CannotRestore(
            f"{source} was made by a newer version of Selfcare ({manifest.version}, {manifest.migration}). Restore it "
            "with that version. Where this one goes on with its tables, say so: "
            f"SELFCARE_NEWER_DATABASE={manifest.migration}."
        )
    if manifest.key != archive.key_of(settings.secret_key) and not another_key:
        raise CannotRestore(
            f"{source} was made with another secret key. Put back the file secret-key (or SELFCARE_SECRET_KEY) "
            "that was in use then. If it is lost, say --another-key: then every second step is set up anew."
        )


def _into_file(app: Flask, place: Database, copied: Path, manifest: archive.Manifest) -> Restored:
    rebind(app, f"sqlite:///{copied}")
    try:
        with app.app_context():
            done = _looked_at(manifest)
    finally:
        rebind(app, place.url)
    with closing(sqlite3.connect(copied)) as file:
        file.execute("PRAGMA journal_mode=DELETE")  # all that was done to it is in the one file
    _refuse_what_is_there(place)
    place.close()
    target = Path(place.engine.url.database or "")
    for beside in ("-wal", "-shm"):
        Path(f"{target}{beside}").unlink(missing_ok=True)
    put(copied, target)
    return done


def _into_server(app: Flask, place: Database, copied: Path, manifest: archive.Manifest) -> Restored:
    copying.load(place, copied)
    try:
        with app.app_context():
            return _looked_at(manifest)
    except BaseException:
        try:
            copying.make_empty(place)
        except DBAPIError as fault:
            raise CannotRestore(
                f"What was put in {start.make_name(place)} does not hold, and could not be taken out again "
                f"({describe(fault)}). Let nobody in: empty it by hand, and restore again."
            ) from None
        raise


def _looked_at(manifest: archive.Manifest) -> Restored:
    """Bring what was put back to this version, and look whether it is whole and can be used."""
    here = database()
    settings: Settings = current_app.config["SETTINGS"]
    start.check_database(here, settings.newer_database)
    with here.engine.connect() as connection:
        if here.is_sqlite and connection.execute(text("PRAGMA integrity_check(1)")).scalar() != "ok":
            raise CannotRestore("What is in the backup is damaged. Take an earlier one.")
        found = copying.rows(connection)
    if found != manifest.rows:
        table = next(
            name for name in sorted({*found, *manifest.rows}) if found.get(name) != manifest.rows.get(name)
        )
        raise CannotRestore(
            f"Not all of the backup arrived: {table} has {found.get(table, 0)} rows instead of "
            f"{manifest.rows.get(table, 0)}. Take another backup."
        )
    start.migrate(here)
    # Under another key the seals of erasings cannot be read.
    trail = chain.verify(sealed=manifest.key == archive.key_of(current_app.config["SETTINGS"].secret_key))
    if trail.faults:
        raise CannotRestore(
            f"The trail in the backup is not as it was when it was chained ({trail.faults[0]}). Take an earlier one, "
            "and ask who changed it."
        )
    erasing.after_restore()
    signed_in = proving.sign_in()
    with command() as work:
        moment = now()
        work.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=moment))
        due = Outbox.state.in_((WAITING, SENDING)), Outbox.not_before <= moment
        work.execute(update(Outbox).where(*due).values(state=HANDING, lease=None, lease_until=moment))
        work.execute(update(Job).values(lease=None, lease_until=None))
    log.info("restored", rows=sum(found.values()), made_at=manifest.made_at, migration=manifest.migration)
    return Restored(manifest, told(trail), signed_in)
