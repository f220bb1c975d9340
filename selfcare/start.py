"""What is looked at before the app serves: each fault is one sentence, with what to do next."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from selfcare import migrations, serving
from selfcare.accounts.models import Account
from selfcare.config import ROOT, Settings, is_loopback
from selfcare.database import Database, describe


class CannotStart(Exception):
    """The app must not be served like this. The message is for whoever started it."""


def check_address(settings: Settings, host: str) -> None:
    """Whether it may be served at an address of this machine.

    :raises CannotStart: at one that others can reach: for a demonstration, or without knowing its address and proxy.
    """
    if is_loopback(host):
        return
    if settings.demo:
        raise CannotStart(
            f"The demonstration only listens on this machine, and HOST={host} is not that: its passwords are known "
            "and its second factor is off. Leave HOST out, or start without it: SELFCARE_DEMO=off."
        )
    if not settings.url or not settings.trusted_proxies:
        raise CannotStart(
            f"HOST={host} can be reached from other machines. Say in SELFCARE_URL which address people open, such as "
            "https://selfcare.example, and in SELFCARE_TRUSTED_PROXIES which proxy stands before it; or leave HOST out."
        )


def check_database(database: Database, newer: str = "") -> None:
    """Whether the database can be read and is not of a newer version. A new one is well.

    :param newer: the migration of a newer version that is well too: it only added to what this one knows.
    :raises CannotStart:
    """
    name = make_name(database)
    try:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
                if found != "ok":
                    raise CannotStart(
                        f"{name} is damaged. Put a backup in its place, or name another one in DATABASE_URL."
                    )
            version = migrations.at(connection)
    except DBAPIError as fault:
        raise CannotStart(
            f"{name} cannot be read ({describe(fault)}). Is it one, may this account open it, does it answer? Put a "
            "backup in its place, or name another one in DATABASE_URL."
        ) from None
    if version is not None and version not in migrations.known() and version != newer:
        raise CannotStart(
            f"{name} was made by a newer version of Selfcare ({version}). Start that version, or put in its place the "
            f"backup that was made before. Where `migrate` said that the version before goes on, say so: "
            f"SELFCARE_NEWER_DATABASE={version}."
        )


def migrate(database: Database) -> None:
    """Bring a database to this version. One of a newer version stays as it is (`check_database` lets none in unasked).

    :raises CannotStart: when it does not let itself be changed. It is then as it was, or where the last step ended.
    """
    try:
        with database.engine.connect() as connection:
            version = migrations.at(connection)
        if version is None or version in migrations.known():
            migrations.upgrade(database.engine)
    except migrations.LeftOver as fault:
        raise CannotStart(
            f"{make_name(database)} could not be brought to this version: in {fault.table}, a row belongs to one in "
            f"{fault.parent} that is not there. Put a backup in its place, and ask whoever looks after Selfcare."
        ) from None
    except (DBAPIError, CommandError) as fault:
        raise CannotStart(
            f"{make_name(database)} could not be brought to this version ({describe(fault)}). Is the disk full, or "
            "does another program hold it? Start again when it is free, or put a backup in its place."
        ) from None


@contextmanager
def alone(database: Database, folder: Path) -> Iterator[bool]:
    """Keep servers from beginning on this database from this folder until the block ends.

    :returns: whether none is on it; where one is, nothing is kept.
    """
    with _mark(database, folder).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _mark(database: Database, folder: Path) -> Path:
    """The file that servers of one version hold together."""
    return Path(f"{database.engine.url.database}.serving") if database.is_sqlite else folder / "serving"


def make_name(database: Database) -> str:
    """How a database is called in a sentence: without its password."""
    url = database.engine.url
    return f"The database {url.database if database.is_sqlite else url.render_as_string()}"


def check_demo(settings: Settings, database: Database) -> None:
    """Whether a demonstration, if it is asked for, only meets its own accounts: no second factor is asked for in it.

    :raises CannotStart: where somebody else's account is.
    """
    if not settings.demo:
        return
    try:
        with database.engine.connect() as connection:
            others = (
                inspect(connection).has_table("account")
                and connection.execute(select(Account.id).where(Account.invented.is_(False)).limit(1)).first()
            )
    except DBAPIError:
        return  # of another version, or not there: `check_database` says so, and nobody can sign in
    if others:
        database.close()
        raise CannotStart(
            "This database holds people who were not invented for the demonstration. Start with SELFCARE_DEMO=off, "
            "or name another database in DATABASE_URL."
        )


def claim(database: Database, folder: Path, host: str, port: int) -> ExitStack:
    """Take the port, and the database for this version alone, until the stack is closed.

    Nodes of one PostgreSQL are brought to another version one after the other: where nothing is left to migrate, both
    versions serve meanwhile. A file of SQLite is of one machine, and of one version.

    :raises CannotStart: when another server has the port, or one of another version has the database.
    """
    with ExitStack() as claimed:
        try:
            claimed.enter_context(serving.claim(host, port))
        except OSError as fault:
            raise CannotStart(
                f"Port {port} of {host} cannot be used: {fault.strerror or fault}. If Selfcare is running already, "
                "stop it; or choose another PORT."
            ) from None
        file = claimed.enter_context(_mark(database, folder).open("a+"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.truncate(0)
            file.write(version())
            file.flush()
        except BlockingIOError:
            file.seek(0)
            if file.read() != version() and not _may_stand_beside(database):
                raise CannotStart(
                    f"Another version of Selfcare is serving {make_name(database)[4:]}. Stop it first."
                ) from None
        fcntl.flock(file, fcntl.LOCK_SH)
        return claimed.pop_all()


def _may_stand_beside(database: Database) -> bool:
    """Whether this version may serve while another one does: `migrate` has made sure that the other can go on."""
    if database.is_sqlite:
        return False
    try:
        with database.engine.connect() as connection:
            there = migrations.at(connection)
    except DBAPIError:
        return True  # `check_database` says that it does not answer
    return there == migrations.head() or (there is not None and there not in migrations.known())


@cache
def version() -> str:
    """What this version is known by: a digest of its code and pages."""
    digest = sha256()
    for folder, kind in (("selfcare", "*.py"), ("templates", "*.html")):
        for path in sorted((ROOT / folder).rglob(kind)):
            digest.update(os.fsencode(path.relative_to(ROOT)))
            digest.update(path.read_bytes())
    return digest.hexdigest()
