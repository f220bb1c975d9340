"""Counts the SQL statements an app makes, with their texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event


class Statements:
    """The statements since the last `clear()`, without the marks that begin and end transactions."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __len__(self) -> int:
        return len(self.texts)

    def clear(self) -> None:
        self.texts.clear()

    def note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(None, 1)[0].upper() not in ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"):
            self.texts.append(" ".join(statement.split()))

    def __str__(self) -> str:
        return "\n".join(f"{number:3}. {text}" for number, text in enumerate(self.texts, 1))


@contextmanager
def counted(app: Flask) -> Iterator[Statements]:
    """Counts what the app's present engine runs. A later `rebind` is another engine, and not counted."""
    engine = app.extensions["database"].engine
    statements = Statements()
    event.listen(engine, "before_cursor_execute", statements.note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", statements.note)
