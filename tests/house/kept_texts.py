"""What a request gives the database to keep, whoever writes it: rows of the session, and statements of their own."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from psycopg.types.json import Json, Jsonb
from sqlalchemy import Engine, event

# Kept as it is looked for, or known again, beside what was sent.
FOLDED = ("searched", "_key")
SIGN = "§"  # no letter that a sealed text has by chance, nor one that has another case
BEGIN, END = f"q{SIGN}", f"{SIGN}z"


def marked(text: str) -> str:
    """A text that is found again, of which nothing may be taken off on the way."""
    return f"{BEGIN}{text}{END}"


@dataclass
class Kept:
    """The texts that a request gives the database to keep, as they go there. It is rolled back when it has got as far
    as its commit.
    """

    texts: list[str] = field(default_factory=list)

    def listen(self, _: Any, __: Any, statement: str, parameters: Any, context: Any, ___: Any) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE") and context.compiled:
            names = context.compiled.positiontup
            for values in parameters if isinstance(parameters, list) else [parameters]:
                pairs = (
                    values.items() if isinstance(values, dict) else zip(cycle(names), values, strict=False)
                )
                for name, value in pairs:
                    self.texts += _texts(value) if not name.partition("__")[0].endswith(FOLDED) else []

    @property
    def ours(self) -> list[str]:
        """What was kept of texts that are `marked`, be it cut or changed."""
        return [each for each in self.texts if SIGN in each]

    def otherwise(self, sent: Collection[str]) -> list[str]:
        """What was kept of texts that are `marked`, in another way than they were sent: cut, changed, twice, tidied."""
        wrong = (each for each in self.ours if sum(each.count(one) for one in sent) != 1)
        return [f"sent {' or '.join(map(repr, sent))}, kept {each!r}" for each in wrong]


def _texts(value: Any) -> list[str]:
    """The texts of a value, also of one that holds others, or has them as JSON."""
    if isinstance(value, Json | Jsonb):
        return _texts(value.obj)
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            return _texts(json.loads(value))
    if isinstance(value, dict):
        return _texts(list(value.values()))
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


@contextmanager
def looked_at() -> Iterator[Kept]:
    """From here on they are noted."""
    found = Kept()
    event.listen(Engine, "before_cursor_execute", found.listen)
    yield found
    event.remove(Engine, "before_cursor_execute", found.listen)
