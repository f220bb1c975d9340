"""The whole record as one JSON document, and the JSON Schema (draft 2020-12) that it follows.

The schema is beside this file, made of the tables: `python -m tools.record_schema` writes it anew.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer

from selfcare.database import Instant
from selfcare.leaving import reading, tables

FORMAT, VERSION = "selfcare-record", 1
SCHEMA = Path(__file__).with_name("record.schema.json")


def plain(value: Any) -> Any:
    """A value as JSON has it: ids, days, moments as text (RFC 4122, ISO 8601), numbers with a point as they stand."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def write(out: IO[str], whose: reading.Whose, tick: Callable[[], None], part: Callable[[], None]) -> None:
    """Write the document, a row at a time.

    :param tick: called for each row. :param part: called after each table.
    """
    head = {
        "format": FORMAT,
        "version": VERSION,
        "as_of": plain(whose.moment),
        "person_id": str(whose.person_id),
        "zone": str(whose.permit.zone),
    }
    out.write(json.dumps(head)[:-1] + ', "rooms": {')
    for place, (room, names) in enumerate(tables.rooms().items()):
        out.write(f"{',' if place else ''}\n{json.dumps(room)}: {{")
        for number, name in enumerate(names):
            out.write(f"{',' if number else ''}\n{json.dumps(name)}: [")
            for index, row in enumerate(reading.rows(whose, name)):
                text = json.dumps({key: plain(value) for key, value in row.items()}, ensure_ascii=False)
                out.write(f"{',' if index else ''}\n{text}")
                tick()
            out.write("]")
            part()
        out.write("}")
    out.write("}}\n")


def schema() -> dict[str, Any]:
    """What every such document is like."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": _KINDS,
        "title": "Everything about one person that Selfcare keeps and shows them",
        "$comment": "Kept and not in it: "
        + "; ".join(f"{table}, {why.replace(';', ',')}" for table, why in tables.LEFT.items()),
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "version", "as_of", "person_id", "zone", "rooms"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "as_of": {"type": "string", "format": "date-time"},
            "person_id": {"type": "string", "format": "uuid"},
            "zone": {"type": "string", "description": "of the person: an IANA name"},
            "rooms": _object({room: _object({one: _rows(one) for one in found}) for room, found in _rooms()}),
        },
    }


def _rooms() -> list[tuple[str, list[str]]]:
    return list(tables.rooms().items())


def _rows(table: str) -> dict[str, Any]:
    known = {column.name: column for column in tables.columns(table)}
    return {
        "type": "array",
        "items": _object({name: _value(known.get(name)) for name in reading.names(table)}),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


_KINDS: dict[str, dict[str, Any]] = {
    # Null stands where nothing is, and where it was taken out (`reading`).
    "anything": {},
    "yes_or_no": {"type": ["boolean", "null"]},
    "number": {"type": ["integer", "null"]},
    "text": {"type": ["string", "null"]},
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "day": {"type": ["string", "null"], "format": "date"},
    "id": {"type": ["string", "null"], "format": "uuid"},
    "clock": {"type": ["string", "null"], "description": "by the clock where it was written, without a zone"},
}


def _value(column: Column[Any] | None) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{_kind(column)}"}


def _kind(column: Column[Any] | None) -> str:
    if column is None:
        return "text"
    if isinstance(column.type, JSON):
        return "anything"
    if isinstance(column.type, Boolean):
        return "yes_or_no"
    if isinstance(column.type, Integer):
        return "number"
    if type(column.type) is DateTime:
        return "clock"
    if isinstance(column.type, Instant):
        return "moment"
    return {date: "day", UUID: "id"}.get(column.type.python_type, "text")


def lines() -> str:
    """The schema as it is committed: a table a line."""
    whole = schema()
    rooms = whole["properties"].pop("rooms")
    head = json.dumps(whole, indent=1)
    tables_of = (
        f"  {json.dumps(room)}: {{{_shell(one)}{_each(one['properties'])}\n  }}}}"
        for room, one in rooms["properties"].items()
    )
    every = ",\n".join(tables_of)
    # `properties` is the last of it.
    return head.rstrip("} \n") + f'}},\n "rooms": {{{_shell(rooms)}\n{every}\n }}}}\n}}\n}}\n'


def _shell(one: dict[str, Any]) -> str:
    required = json.dumps(one["required"])
    return f'"type": "object", "additionalProperties": false, "required": {required}, "properties": {{'


def _each(found: dict[str, Any]) -> str:
    return ",".join(f"\n   {json.dumps(name)}: {json.dumps(one)}" for name, one in found.items())
