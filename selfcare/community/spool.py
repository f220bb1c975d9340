"""What a reading has found so far, on disk and for itself: a list is known as a whole before anything of it is kept.

So memory stays small however long a list is, one id is one service, and nobody waits for a list to be fetched.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from selfcare.community.checking import MOST_ROWS, Checked

_TABLES = """
    create table service (place integer primary key, key text unique, name text, told text, gaps text);
    create table refused (key text primary key) without rowid;
    create table nameless (name text primary key) without rowid;
"""


class Spool:
    """The services of one reading, each under its id. Closed, it is gone."""

    def __init__(self) -> None:
        # Without a name it is a file of its own that nobody else sees, and only as far as it is large.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(_TABLES)
        self._rows.execute("begin")

    def close(self) -> None:
        self._rows.close()

    def put(self, found: Checked) -> bool:
        """Put a service down. One with an id that came before is joined to that. :returns: whether it was a new one."""
        row = self._rows.execute("select told, gaps from service where key = ?", (found.key,)).fetchone()
        if row is None:
            self._rows.execute(
                "insert into service (key, name, told, gaps) values (?, ?, ?, ?)",
                (found.key, found.name, _text(found.told), _text(found.gaps)),
            )
            return True
        told, gaps = json.loads(row[0]), json.loads(row[1])
        self._rows.execute(
            "update service set told = ?, gaps = ? where key = ?",
            (_text(joined(told, found.told)), _text(list(dict.fromkeys([*gaps, *found.gaps]))), found.key),
        )
        return False

    def refuse(self, key: str, name: str) -> None:
        """Note one that is refused: it is in the list, so it is not gone from it."""
        if key:
            self._rows.execute("insert or ignore into refused values (?)", (key,))
        elif name:
            self._rows.execute("insert or ignore into nameless values (?)", (name,))

    def has(self, key: str, name: str) -> bool:
        """Whether one was in the list: listed, refused, or by its name where it has lost its id."""
        asked = (
            "select 1 from service where key = :key union all select 1 from refused where key = :key"
            " union all select 1 from nameless where name = :name"
        )
        return self._rows.execute(asked, {"key": key, "name": name}).fetchone() is not None

    def batches(self, size: int) -> Iterator[list[Checked]]:
        """All of them, in the order in which they came."""
        place = 0
        while rows := self._rows.execute(
            "select place, key, name, told, gaps from service where place > ? order by place limit ?",
            (place, size),
        ).fetchall():
            place = rows[-1][0]
            yield [
                Checked(key, name, json.loads(told), json.loads(gaps)) for _, key, name, told, gaps in rows
            ]


def joined(told: Any, other: Any) -> Any:
    """What two of one id tell together: the first is right where both say something, and rows of both are there."""
    if isinstance(told, dict) and isinstance(other, dict):
        both = {name: joined(value, other[name]) if name in other else value for name, value in told.items()}
        return both | {name: value for name, value in other.items() if name not in told}
    if isinstance(told, list) and isinstance(other, list):
        rows, places = list(told), {row["id"]: place for place, row in enumerate(told) if _has_id(row)}
        for row in other:
            if _has_id(row) and row["id"] in places:
                rows[places[row["id"]]] = joined(rows[places[row["id"]]], row)
            elif row not in rows and len(rows) < MOST_ROWS:
                rows.append(row)
        return rows
    return told


def _has_id(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("id"), str)


def _text(value: Any) -> str:
    return json.dumps(value)
