"""A second name for a table, which many threads use."""

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

Table = TypeVar("Table")


def shared_alias(table: type[Table]) -> type[Table]:
    """A second name for a table within statements, made once and kept.

    SQLAlchemy (2.1) fills the index by which such a name finds its columns when it is first asked for one. A thread
    that asks meanwhile finds half of it, takes the table's own column in place of the name's, and the statement stays
    wrong for as long as the process lives. So it is asked here, while a module is read, where nobody else is.
    """
    named = aliased(table)
    key = inspect(table).local_table.primary_key.columns[0]
    inspect(named).selectable.c.corresponding_column(key)
    return named
