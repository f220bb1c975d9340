"""Reading health as the person keeps it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from werkzeug.exceptions import NotFound

from selfcare.database import session
from selfcare.health.models import ALLERGY, CONDITION, KINDS, MEDICINE, HealthItem
from selfcare.people import offers
from selfcare.web import versions, written
from selfcare.web.access import Area, Level, Permit, visible

MOST = 200  # of a record: more, and no page could show them in a way that anybody reads
HELPS = 60  # names that typing is helped with

# What matters most to whoever must act at once comes first.
_ORDER = case({ALLERGY: 0, MEDICINE: 1, CONDITION: 2}, value=HealthItem.kind)


def items(permit: Permit) -> tuple[dict[str, list[HealthItem]], bool]:
    """What is kept, by kind, in the order in which it was written; what has ended last. One statement.

    :returns: with whether there are more. What goes on, and allergies before all, is not what is left out.
    """
    rows = list(
        session().scalars(
            select(HealthItem)
            .where(visible(permit, HealthItem))
            .order_by(HealthItem.stopped != "", _ORDER, HealthItem.entered_at, HealthItem.id)
            .limit(MOST + 1)
        )
    )
    found: dict[str, list[HealthItem]] = {kind: [] for kind in KINDS}
    for row in rows[:MOST]:
        found[row.kind].append(row)
    return found, len(rows) > MOST


def is_full(permit: Permit) -> bool:
    """Whether there are as many as are kept, of what this account sees."""
    found = session().scalar(select(func.count()).select_from(HealthItem).where(visible(permit, HealthItem)))
    return (found or 0) >= MOST


def item(permit: Permit, health_id: UUID) -> HealthItem:
    """One of them. :raises NotFound: unknown, removed or not theirs to see."""
    found = (
        session()
        .scalars(select(HealthItem).where(visible(permit, HealthItem), HealthItem.id == health_id))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def names(permit: Permit, kind: str) -> list[str]:
    """Names that help with typing: what this record has of a kind, then the list that the key contact's team keeps.

    Two statements. Nothing is looked up anywhere, and what is typed need be none of them.
    """
    found = session().scalars(
        select(HealthItem.name)
        .where(visible(permit, HealthItem), HealthItem.kind == kind)
        .order_by(HealthItem.name)
        .distinct()
        .limit(HELPS)
    )
    team = (row.body for row in offers.of_person(permit, offers.NAME) if row.body["of"] == kind)
    return list(dict.fromkeys([*found, *(offers.said(body["name"]).text for body in team)]))


def for_summary(permit: Permit) -> Sequence[Select[*tuple[Any, ...]]]:
    """What goes on now, as a summary reads it: allergies, medicines, conditions."""
    columns = ("kind", "name", "about", "how", "since", "since_on", "code_system", "code")
    facts = {name: getattr(HealthItem, name) for name in columns}
    order: Sequence[ColumnElement[Any]] = (_ORDER, HealthItem.entered_at.asc())
    return [written.kept(permit, HealthItem, "health", HealthItem.stopped == "", order=order, **facts)]


def may_change(permit: Permit, row: HealthItem) -> bool:
    """Whether it is theirs to change: their own, or with the right to manage others' too."""
    own = versions.is_own(permit, row)
    return permit.may(Area.HEALTH, Level.ADD if own or permit.is_self else Level.MANAGE)
