"""Reading hospital stays: a person's own, and how many began in a month among the people of a team."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import case, func, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.admissions.models import Admission
from selfcare.database import session
from selfcare.people.models import Person, Relationship
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, visible

PAGE = 20
FEWEST = 5  # people: of fewer, a number could point at one of them


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


def by_month(team_id: UUID, today: date, months: int = 3) -> list[tuple[date, int | None]]:
    """How many stays began in each of the last whole months, among the people a team looks after now.

    What several have told of one person and one day is one stay. One statement.

    :returns: (first of the month, how many), newest first; None where they are of fewer than five people.
    """
    starts, first = [], today.replace(day=1)
    for _ in range(months):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
        starts.append(first)
    month = case(*((Admission.came_on >= start, n) for n, start in enumerate(starts)))
    stays = (
        select(month.label("month"), Admission.person_id, Admission.came_on)
        .join(Person, Person.id == Admission.person_id)
        .where(
            Admission.person_id.in_(
                select(Relationship.person_id).where(
                    Relationship.team_id == team_id,
                    Relationship.kind == Role.PROFESSIONAL.value,
                    Relationship.state == "active",
                )
            ),
            Person.mistaken_at.is_(None),
            Admission.removed_at.is_(None),
            Admission.only_me.is_(False),
            Admission.came_on >= starts[-1],
            Admission.came_on < today.replace(day=1),
        )
        .distinct()
        .subquery()
    )
    counted = select(stays.c.month, func.count()).group_by(stays.c.month)
    enough = counted.having(func.count(stays.c.person_id.distinct()) >= FEWEST)
    shown = {starts[n]: number for n, number in session().execute(enough)}
    return [(start, shown.get(start)) for start in starts]
