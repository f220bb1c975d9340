"""Searching services by words: SQLite's FTS5 and PostgreSQL's tsvector behind one condition.

Both are given words that are folded and cut already (`web.folding`), so that neither has a reading of its own: every
word that is typed must begin a word of the service, in any order. SQLite's index is a table of its own,
`service_search`, which triggers of the migration keep beside `service_words`; PostgreSQL's is on the column.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Text, Uuid, cast, column, select, table, true
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from selfcare.database import database
from selfcare.web import folding

MOST = 12  # words that are looked for; those after them are not
LONGEST = 60  # characters of one

_WORDS = table(
    "service_words", column("number", Integer), column("service_id", Uuid()), column("words", TSVECTOR)
)
# Of FTS5: the column that has the name of its table is what a search is asked of.
_SEARCH = table("service_search", column("rowid", Integer), column("service_search", Text))


class _AsWords(FunctionElement[str]):
    """Words with spaces between, as the engine keeps them."""

    inherit_cache = True
    type = Text()


@compiles(_AsWords)
def _as_text(element: _AsWords, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_AsWords, "postgresql")
def _as_vector(element: _AsWords, compiler: SQLCompiler, **options: Any) -> str:
    return f"array_to_tsvector(string_to_array({compiler.process(element.clauses, **options)}, ' '))"


class Folded(TypeDecorator[str]):
    """Folded words with spaces between: text on SQLite, and on PostgreSQL a `tsvector` of exactly these words."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def bind_expression(self, bindvalue: Any) -> ColumnElement[Any]:
        return _AsWords(bindvalue)


def searched(*texts: str) -> str:
    """What is kept of these texts to search them: each word once."""
    cut = (word[:LONGEST] for text in texts for word in folding.words(text))
    return " ".join(dict.fromkeys(cut))


def holds(service_id: ColumnElement[UUID], typed: str) -> ColumnElement[bool]:
    """The condition that a service has every word that was typed, or one that begins so. No words: it always holds.

    :param service_id: the column of its id.
    """
    wanted = list(dict.fromkeys(word[:LONGEST] for word in folding.words(typed)))[:MOST]
    if not wanted:
        return true()
    if database().is_sqlite:
        found = _SEARCH.c.service_search.match(" ".join(f'"{word}"*' for word in wanted))
        words = _WORDS.c.number.in_(select(_SEARCH.c.rowid).where(found))
    else:
        words = _WORDS.c.words.bool_op("@@")(cast(" & ".join(f"'{word}':*" for word in wanted), TSQUERY))
    return service_id.in_(select(_WORDS.c.service_id).where(words))
