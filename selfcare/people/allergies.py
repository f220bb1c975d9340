"""Allergies as the person keeps them, for the banner: read with the permit, where the team may see their health.

The room of health stands above, so its table is known here by its name.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    DateTime,
    String,
    Uuid,
    case,
    column,
    func,
    null,
    select,
    table,
)

from selfcare.database import database
from selfcare.people.models import Person, Right
from selfcare.web.access import Area

_kept = table(
    "health_item",
    column("person_id", Uuid()),
    column("kind", String()),
    column("name", String()),
    column("stopped", String()),
    column("entered_at", DateTime()),
    column("only_me", Boolean()),
    column("removed_at", DateTime()),
)
_AREA = Area.HEALTH.value


def shared() -> ColumnElement[Any]:
    """The last column of a professional's rights: their names, in the row of the right to see them; else nothing."""
    listed = func.json_group_array if database().is_sqlite else func.json_agg
    names = (
        select(listed(_kept.c.name, type_=JSON()))
        .where(
            _kept.c.person_id == Person.id,
            _kept.c.kind == "allergy",
            _kept.c.stopped == "",
            _kept.c.only_me.is_(False),
            _kept.c.removed_at.is_(None),
        )
        .correlate(Person)
        .scalar_subquery()
    )
    return case((Right.area == _AREA, names), else_=null()).label("allergies")


def plain(found: list[str] | None) -> tuple[str, ...]:
    """In the order of the alphabet, each once."""
    return tuple(sorted(set(found or ())))
