"""Hospital stays in a summary, as they were told."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ScalarSelect, func, select

from selfcare.admissions.models import Admission
from selfcare.database import database
from selfcare.web.access import Permit, shareable

MOST = 10  # of a summary: the newest
_KEPT = ("place", "came_on", "left_on", "planned", "told_by", "told_name", "note")


def newest(permit: Permit) -> ScalarSelect[list[dict[str, Any]]]:
    """The newest in one column, so that it stands in a statement with others; `plain` makes them values of a body."""
    columns = [getattr(Admission, name) for name in ("id", *_KEPT)]
    rows = select(*columns).where(shareable(permit, Admission))
    found = rows.order_by(Admission.came_on.desc(), Admission.id.desc()).limit(MOST).subquery()
    sqlite = database().is_sqlite
    pairs: list[str | ColumnElement[Any]] = []
    for column in found.c:
        pairs += [column.key, column]
    made = (func.json_object if sqlite else func.json_build_object)(*pairs)
    listed = (func.json_group_array if sqlite else func.json_agg)(made, type_=JSON())
    return select(listed).select_from(found).scalar_subquery()


def plain(found: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """As a body keeps them, newest first: engines write an id each in their way, and an order none of them promises."""
    kept = [{"id": str(UUID(one["id"])), **{name: one[name] for name in _KEPT}} for one in found or []]
    return sorted(kept, key=lambda one: (one["came_on"], one["id"]), reverse=True)
