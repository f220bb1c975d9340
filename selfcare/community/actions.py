"""What is done with services: one is saved, how it went is said, it is taken out again."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.community import queries
from selfcare.community.models import SavedService
from selfcare.database import now, session
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, visible


class Over(ValueError):
    """The service is over: it can still be read, and not be saved any more."""


def save(permit: Permit, service_id: UUID) -> SavedService:
    """Save a service for the person. Saved already, as far as this account sees, it stays as it is.

    :raises NotFound: there is none. :raises Over: it is over.
    """
    permit.require(Area.COMMUNITY, Level.ADD)
    told = queries.service(permit, service_id)
    if known := queries.saved_of(permit, service_id):
        return known
    if told.is_over:
        raise Over
    row = SavedService(
        **permit.stamp(),
        service_id=service_id,
        label=told.service.name,
        state="saved",
        words="",
        only_me=False,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "saved_service", row.id)
    return row


def change(permit: Permit, saved_id: UUID, version: int | None, **values: Any) -> SavedService:
    """Say how it stands, in words too. *Only me* (None leaves it) is for what the person entered themself.

    :raises NotFound: not theirs to change. :raises Stale: changed since `version`.
    """
    row = _own(permit, saved_id)
    if values.get("only_me") is None or not may_hide(permit, row):
        values.pop("only_me", None)
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "saved_service", row.id)
    return row


def remove(permit: Permit, saved_id: UUID, version: int | None = None) -> SavedService:
    """Take one out. Raises as `change`."""
    row = _own(permit, saved_id)
    versions.unchanged(row, version)
    row.removed_at, row.removed_by = now(), permit.account_id
    trail.record(permit, "removed", "saved_service", row.id)
    session().flush()
    return row


def put_back(permit: Permit, saved_id: UUID) -> SavedService:
    """Undo that one took it out, a moment ago. Twice is once. :raises NotFound: it was not so."""
    permit.require(Area.COMMUNITY, Level.ADD)
    there = select(SavedService.id).where(visible(permit, SavedService), SavedService.id == saved_id)
    if session().scalar(there) is not None:
        return _own(permit, saved_id)
    row = queries.taken_out(permit, saved_id)
    row.removed_at = row.removed_by = None
    trail.record(permit, "put back", "saved_service", row.id)
    session().flush()
    return row


def may_hide(permit: Permit, row: SavedService) -> bool:
    """*Only me* is for what people entered themselves."""
    return permit.is_self and row.entered_as == permit.role.value


def _own(permit: Permit, saved_id: UUID) -> SavedService:
    permit.require(Area.COMMUNITY, Level.ADD)
    query = select(SavedService).where(visible(permit, SavedService), SavedService.id == saved_id)
    row = session().scalars(query.with_for_update()).first()
    if row is None:
        raise NotFound
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row
