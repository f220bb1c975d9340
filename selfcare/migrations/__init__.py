"""One Alembic chain, the same for SQLite and PostgreSQL."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from time import monotonic

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

import selfcare
from selfcare.database import Base
from selfcare.writers import LONGEST_WAIT


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


def upgrade(engine: Engine) -> None:
    """Bring a database to this version."""
    models()
    config = _config()
    with engine.connect() as connection:
        connection = connection.execution_options(selfcare_write=monotonic() + LONGEST_WAIT)
        config.attributes["connection"] = connection
        config.attributes["metadata"] = Base.metadata
        command.upgrade(config, "head")
        connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
