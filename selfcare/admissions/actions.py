"""What is done with hospital stays: written down, changed, taken out."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.admissions import queries
from selfcare.admissions.models import Admission
from selfcare.admissions.words import PLANNED, TOLD_BY
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, visible


def add(
    permit: Permit,
    *,
    place: str,
    came_on: date,
    left_on: date | None = None,
    planned: str = "unknown",
    told_by: str = "person",
    told_name: str = "",
    note: str = "",
) -> Admission:
    """Write a stay down. From whom it is known is for professionals to say: anybody else tells it themself."""
    permit.require(Area.CONTACTS, Level.ADD)
    if planned not in PLANNED or told_by not in TOLD_BY:
        raise ValueError(planned, told_by)
    row = Admission(
        **permit.stamp(),
        place=place,
        came_on=came_on,
        left_on=left_on,
        planned=planned,
        **_teller(permit, told_by, told_name),
        note=note,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "admission", row.id)
    return row


def change(permit: Permit, admission_id: UUID, version: int, **values: Any) -> Admission:
    """Change a stay. What anybody but a professional puts right is told by them from then on; the earlier version
    keeps who told that.

    :raises NotFound: not theirs to change. :raises Stale: changed since `version`.
    """
    row = _own(permit, admission_id)
    if permit.role is not Role.PROFESSIONAL:
        values = {name: value for name, value in values.items() if name not in ("told_by", "told_name")}
        if any(getattr(row, name) != value for name, value in values.items()):
            values |= _teller(permit, "", "")
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "admission", row.id)
    return row


def remove(permit: Permit, admission_id: UUID, version: int | None = None) -> None:
    """Take a stay out. :raises NotFound, Stale: as `change`."""
    row = _own(permit, admission_id)
    versions.unchanged(row, version)
    row.removed_at = now()
    trail.record(permit, "removed", "admission", row.id)
    session().flush()


def _own(permit: Permit, admission_id: UUID) -> Admission:
    query = select(Admission).where(visible(permit, Admission), Admission.id == admission_id)
    row = session().scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _teller(permit: Permit, told_by: str, told_name: str) -> dict[str, str]:
    if permit.is_self:
        return {"told_by": "person", "told_name": ""}
    if permit.role is Role.CARER:
        return {"told_by": "helper", "told_name": permit.account_name}
    return {"told_by": told_by, "told_name": "" if told_by == "person" else told_name}
