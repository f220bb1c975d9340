"""Putting a page beside a line of the plan or a decision, and taking it off.

Beside a report: `results.links`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.information import queries
from selfcare.information.address import BadAddress, checked
from selfcare.information.models import Information
from selfcare.web.access import Area, Level, Permit, Role, visible


def attach(permit: Permit, area: Area, kind: str, about_id: UUID, page: Mapping[str, Any]) -> UUID:
    """Put a page beside a thing that the caller has found theirs to see, and holds. The same address twice is one.

    :param page: the columns of `models.Linked`. :raises BadAddress:
    """
    _may(permit, area)
    url = checked(page["url"])
    here = visible(permit, Information), Information.about_kind == kind, Information.about_id == about_id
    row = session().scalars(select(Information).where(*here, Information.url == url)).first()
    if row is None:
        if (
            session().scalar(select(func.count()).select_from(Information).where(*here)) or 0
        ) >= queries.MOST:
            raise BadAddress("many")
        row = Information(**permit.stamp(), about_kind=kind, about_id=about_id, **page)
        session().add(row)
        verb = "added"
    else:
        for name, value in page.items():
            setattr(row, name, value)
        row.changed_at, verb = now(), "changed"
    session().flush()
    trail.record(permit, verb, "information", row.id)
    return row.id


def detach(permit: Permit, area: Area, kind: str, about_id: UUID, information_id: UUID) -> None:
    """Take a page off a thing. Twice is once. :raises NotFound: there is none such."""
    _may(permit, area)
    row = queries.one(permit, kind, about_id, information_id, lock=True)
    if row.removed_at is None:
        row.removed_at = now()
        session().flush()
        trail.record(permit, "removed", "information", row.id)


def _may(permit: Permit, area: Area) -> None:
    permit.require(area, Level.ADD)
    if permit.role not in (Role.PROFESSIONAL, Role.SYSTEM) or permit.subject.died_on:
        raise NotFound
