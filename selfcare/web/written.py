"""What people keep in their own words, as a summary reads it: each room offers statements, and all are read as one
column of a statement that is asked anyhow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ScalarSelect, Select, func, literal, null, select, union_all

from selfcare.database import Record, database
from selfcare.web.access import Permit, shareable

Item = dict[str, Any]  # id, kind, by, as, facts; left: how many there are more than are kept of its part
MOST = 60  # of a part: no person keeps more that somebody could read in two minutes


@dataclass(frozen=True)
class Saying:
    """An item in words: its first line, and what stands below, each with what it is called (or nothing)."""

    title: str
    lines: Sequence[tuple[str, str]] = ()
    by: str | None = None  # who entered it, where it was not the person
    entered_as: str = "carer"
    item_id: str = ""
    under: str = ""  # what it is, where a list has the first line alone and that does not say it


def kept(
    permit: Permit,
    item: type[Record],
    part: str,
    *where: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    **facts: Any,
) -> Select[*tuple[Any, ...]]:
    """The items of a table that others may ever be shown, for one part of a summary.

    :param part: a code of `sharing.written.PARTS`; `order`: which comes first, among the table's own.
    :param facts: what is said of each, by a code of the room's own; days as days, numbers as numbers.
    """
    found: Select[*tuple[Any, ...]] = select(
        literal(part).label("part"),
        literal(item.__tablename__).label("kind"),  # type: ignore[attr-defined]
        item.id.label("id"),
        func.row_number().over(order_by=[*order, item.id]).label("place"),
        item.entered_as.label("entered_as"),
        item.entered_name.label("entered_name"),
        _object({key: _as_json(one) for key, one in facts.items()}).label("facts"),
    )
    return found.where(shareable(permit, item), *where)


def column(statements: Sequence[Select[*tuple[Any, ...]]]) -> ColumnElement[Any] | ScalarSelect[Any]:
    """All of them in one column; `plain` makes them values of a body."""
    if not statements:
        return null()
    found = union_all(*statements).subquery()
    pairs = {one.key: one for one in found.c if one.key != "facts"}
    facts = func.json(found.c.facts) if database().is_sqlite else found.c.facts
    listed = func.json_group_array if database().is_sqlite else func.json_agg
    made = listed(_object({**pairs, "facts": facts}), type_=JSON())
    return select(made).select_from(found).scalar_subquery()


def plain(found: list[Item] | None) -> dict[str, list[Item]]:
    """By part, in order, as a body keeps them: engines write an id each in their way, and an order none promises."""
    parts: dict[str, list[Item]] = {}
    for one in sorted(found or [], key=lambda one: (one["kind"], one["place"])):
        said = {
            "id": str(UUID(one["id"])),
            "kind": one["kind"],
            "by": None if one["entered_as"] == "self" else one["entered_name"],
            "as": one["entered_as"],
            "facts": one["facts"],
        }
        parts.setdefault(one["part"], []).append(said)
    return {part: _first(items) for part, items in parts.items()}


def _first(items: list[Item]) -> list[Item]:
    """As many as are kept. Each knows how many there are more: which of them stays in a summary is not known yet."""
    left = len(items) - MOST
    return [one | {"left": left} for one in items[:MOST]] if left > 0 else items


def _as_json(value: Any) -> Any:
    """A column that is JSON already: SQLite would put it in as one long text."""
    lists = isinstance(getattr(value, "type", None), JSON)
    return func.json(value) if lists and database().is_sqlite else value


def _object(values: dict[str, Any]) -> ColumnElement[Any]:
    made = func.json_object if database().is_sqlite else func.json_build_object
    return made(*(each for pair in values.items() for each in pair))
