"""Reading hospital stays."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.admissions.models import Admission
from selfcare.database import session
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, visible

PAGE = 20


def admissions(
    permit: Permit, before: tuple[date, UUID] | None = None, size: int = PAGE
) -> Sequence[Admission]:
    """The stays, newest first; one more than `size` at most. One statement.

    :param before: the (came_on, id) of the last one shown.
    """
    permit.require(Area.CONTACTS, Level.SEE)
    query = select(Admission).where(visible(permit, Admission))
    if before:
        query = query.where(tuple_(Admission.came_on, Admission.id) < before)
    query = query.order_by(Admission.came_on.desc(), Admission.id.desc())
    return session().scalars(query.limit(size + 1)).all()


def admission(permit: Permit, admission_id: UUID) -> Admission:
    """One stay. :raises NotFound: not theirs to see."""
    permit.require(Area.CONTACTS, Level.SEE)
    query = select(Admission).where(visible(permit, Admission), Admission.id == admission_id)
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def may_change(permit: Permit, row: Admission) -> bool:
    """Whether a stay is theirs to change: the person's always; else their own, or with the right to manage others'."""
    own = versions.is_own(permit, row)
    return permit.may(Area.CONTACTS, Level.ADD if own or permit.is_self else Level.MANAGE)
