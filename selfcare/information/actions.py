"""Putting a page beside a line of the plan or a decision, and taking it off.

Beside a report, with `keep`: `results.links`.
"""

from collections.abc import Iterable, Mapping
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
    here = Information.about_kind == kind, Information.about_id == about_id
    return keep(permit, Information, here, page, about_kind=kind, about_id=about_id)


def detach(permit: Permit, area: Area, kind: str, about_id: UUID, information_id: UUID) -> None:
    """Take a page off a thing. Twice is once. :raises NotFound: there is none such."""
    _may(permit, area)
    let_go(permit, queries.one(permit, kind, about_id, information_id, lock=True))


def keep(permit: Permit, table: Any, here: Iterable[Any], page: Mapping[str, Any], **of: Any) -> UUID:
    """Keep a page in a table of pages beside things (`models.Linked`). The same address twice is one.

    :param here: what the rows of the thing have, of which there are `queries.MOST`. :param of: the columns that say
        beside what the page is. :raises BadAddress: see there, also where there are as many as that.
    """
    page = {**page, "url": checked(page["url"])}
    there = visible(permit, table), *here
    same = [getattr(table, name) == value for name, value in of.items()]
    row = session().scalars(select(table).where(*there, *same, table.url == page["url"])).first()
    if row is None:
        if (session().scalar(select(func.count()).select_from(table).where(*there)) or 0) >= queries.MOST:
            raise BadAddress("many")
        row, verb = table(**permit.stamp(), **of, **page), "added"
        session().add(row)
    else:
        for name, value in page.items():
            setattr(row, name, value)
        row.changed_at, verb = now(), "changed"
    session().flush()
    trail.record(permit, verb, table.__tablename__, row.id)
    found: UUID = row.id
    return found


def let_go(permit: Permit, row: Any) -> None:
    """Take a page off that `keep` kept. Twice is once."""
    if row.removed_at is None:
        row.removed_at = now()
        session().flush()
        trail.record(permit, "removed", row.__tablename__, row.id)


def _may(permit: Permit, area: Area) -> None:
    permit.require(area, Level.ADD)
    if permit.role not in (Role.PROFESSIONAL, Role.SYSTEM) or permit.subject.died_on:
        raise NotFound
