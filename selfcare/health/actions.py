"""What is done with health as the person keeps it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.health import queries
from selfcare.health.models import KINDS, MEDICINE, HealthItem
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, visible


@dataclass(frozen=True)
class Coded:
    """A code as it came with imported data: of SNOMED CT or dm+d. Nothing is worked out from it."""

    system: str
    code: str


class TooMany(ValueError):
    """There are as many as are kept."""


def add(
    permit: Permit,
    *,
    kind: str,
    name: str,
    about: str = "",
    how: str = "",
    since: str = "",
    since_on: date | None = None,
    stopped: str = "",
    stopped_on: date | None = None,
    only_me: bool = False,
    coded: Coded | None = None,
) -> HealthItem:
    """Write one down. *Only me* counts only when the person enters it.

    :param coded: only where it came with imported data.
    :raises TooMany: there are as many as a page can show in a way that anybody reads.
    """
    permit.require(Area.HEALTH, Level.ADD)
    if queries.is_full(permit):
        raise TooMany
    if kind not in KINDS:
        raise ValueError(kind)
    row = HealthItem(
        **permit.stamp(),
        kind=kind,
        name=name,
        about=about,
        how=how if kind == MEDICINE else "",
        since=since,
        since_on=since_on,
        stopped=stopped,
        stopped_on=stopped_on,
        code_system=coded.system if coded else "",
        code=coded.code if coded else "",
        only_me=bool(only_me) and permit.is_self,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "health_item", row.id)
    return row


def change(permit: Permit, health_id: UUID, version: int, **values: Any) -> HealthItem:
    """Change one: its words, since when, whether it has ended, *only me* (None leaves it).

    :raises NotFound: not theirs to see or change. :raises Stale: changed by somebody since `version`.
    """
    row = _own(permit, health_id)
    if values.get("only_me") is None or not may_hide(permit, row):
        values.pop("only_me", None)
    if values.get("name", row.name) != row.name:
        values |= {"code_system": "", "code": ""}  # the code was of the name that it came with
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "health_item", row.id)
    return row


def remove(permit: Permit, health_id: UUID, version: int | None = None) -> None:
    """Take one out. Parameters and what it raises as `change`."""
    row = _own(permit, health_id)
    versions.unchanged(row, version)
    row.removed_at = now()
    trail.record(permit, "removed", "health_item", row.id)
    session().flush()


def may_hide(permit: Permit, row: HealthItem) -> bool:
    """*Only me* is for what people entered themselves."""
    return permit.is_self and row.entered_as == Role.SELF


def _own(permit: Permit, health_id: UUID) -> HealthItem:
    row = (
        session()
        .scalars(
            select(HealthItem)
            .where(visible(permit, HealthItem), HealthItem.id == health_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .first()
    )
    if row is None:
        raise NotFound
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row
