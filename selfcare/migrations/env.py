"""Run by Alembic: migrates over the connection that `selfcare.migrations.upgrade` hands in."""

from typing import Any, Literal

from alembic import context

from selfcare.database import Instant
from selfcare.migrations import is_of_both


def _plainly(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Our own types stand in a migration as what the database makes of them, so that it outlives the code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=is_of_both,
    render_item=_plainly,
)
with context.begin_transaction():
    context.run_migrations()
