"""One Alembic chain, the same for SQLite and PostgreSQL."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from time import monotonic
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

import selfcare
from selfcare.database import Base
from selfcare.writers import LONGEST_WAIT

_OURS = 0x5E1FCA4E  # the number of the lock on PostgreSQL that whoever migrates holds


class LeftOver(Exception):
    """After a migration, a row of `table` belongs to one of `parent` that is not there."""

    def __init__(self, table: str, parent: str) -> None:
        super().__init__(f"{table} → {parent}")
        self.table, self.parent = table, parent


@dataclass(frozen=True)
class Step:
    """A migration that is still to be done. `goes_on`: the version before it can work with what it leaves."""

    revision: str
    about: str
    goes_on: bool


# What only one engine has, and no model speaks of: how services are searched (selfcare/community/full_text.py).
_OF_ONE_ENGINE = re.compile(r"service_search(_\w+)?|ix_service_words_words")


def is_of_both(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether a table or an index of the database is held against the models (Alembic's `include_name`)."""
    return not (name and _OF_ONE_ENGINE.fullmatch(name))


def models() -> None:
    """Import every room's tables, so that the metadata is whole."""
    for module in iter_modules(selfcare.__path__):
        if module.ispkg and find_spec(f"selfcare.{module.name}.models"):
            import_module(f"selfcare.{module.name}.models")


@cache
def head() -> str | None:
    """The newest migration this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


@cache
def known() -> frozenset[str]:
    """Every migration of this code."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())


def at(connection: Connection) -> str | None:
    """The migration a database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("select version_num from alembic_version"))
    return found


def pending(version: str | None) -> list[Step]:
    """What is to be done to a database at this migration, in order. Each says itself whether the version before goes on
    (`older_version_goes_on`, held by tests/running/test_upgrading.py); one that says nothing is taken not to.
    """
    found = []
    for step in ScriptDirectory.from_config(_config()).walk_revisions():
        if step.revision == version:
            break
        goes_on = bool(getattr(step.module, "older_version_goes_on", False))
        found.append(Step(step.revision, (step.doc or "").rstrip("."), goes_on))
    return found[::-1]


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a database to this version, or to an earlier one. :raises LeftOver: what refers to nothing is in it."""
    models()
    config = _config()
    with engine.connect() as connection, _tables_stand_alone(connection):
        connection = connection.execution_options(selfcare_write=monotonic() + LONGEST_WAIT)
        if connection.dialect.name == "postgresql":
            # Of two that begin at once one migrates, however long it takes; the other then finds nothing to do. The
            # tables themselves are waited for no longer than by anybody.
            longest = connection.scalar(text("show lock_timeout"))
            connection.execute(text("set local lock_timeout = 0"))
            connection.execute(text("select pg_advisory_xact_lock(:ours)"), {"ours": _OURS})
            connection.execute(
                text("select set_config('lock_timeout', :longest, true)"), {"longest": longest}
            )
        config.attributes["connection"] = connection
        config.attributes["metadata"] = Base.metadata
        command.upgrade(config, to)
        if connection.dialect.name == "sqlite":
            orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if orphan is not None:
                raise LeftOver(orphan.table, orphan.parent)
        connection.commit()


@contextmanager
def _tables_stand_alone(connection: Connection) -> Iterator[None]:
    """On SQLite, a table that loses a column is made anew and the old one dropped: to what refers to it that is a
    deletion, and it would cascade. References are held against each other at the end instead.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    # Beyond SQLAlchemy: in a transaction it would do nothing.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON").close()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
