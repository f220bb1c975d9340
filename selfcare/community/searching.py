"""Which services somebody finds, and in which order: by the nearest day, then by name; none stands higher than another.

One page is one statement, whatever is sought and however many services there are; what can be chosen is another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from selfcare.community.full_text import holds
from selfcare.community.models import (
    DAY,
    DAYS,
    GETTING_IN,
    LANGUAGE,
    NEED,
    OPEN,
    OVER,
    WAY,
    SavedService,
    Service,
    ServiceList,
    ServiceTag,
)
from selfcare.community.sought import Key, Sought
from selfcare.database import now, session
from selfcare.web.access import Area, Permit, visible
from selfcare.web.alias import shared_alias

PAGE, MOST = 20, 400  # of a page; of all that was shown already, to come back to
NO_DAY = 8  # as far off as what has no day: after all that has one
LIST = "list"
_ended = shared_alias(ServiceTag)


@dataclass(frozen=True)
class Found:
    """A service of a page. `saved`: how it stands with the person (`saved`, `going` …), as far as this reader sees."""

    service: Service
    near: int
    saved: str | None


@dataclass(frozen=True)
class Page:
    """Some of what was found, how many there are in all, and how far it goes, and after which the next one begins."""

    rows: Sequence[Found]
    total: int
    next: Key | None
    until: Key | None  # the last that is shown


@dataclass(frozen=True)
class Offered:
    """What can be chosen, because some service has it; and whose lists these services are on."""

    need: Sequence[str]
    way: Sequence[str]
    getting_in: Sequence[str]
    language: Sequence[str]
    lists: Sequence[tuple[str, str, str]]  # name, licence, website


def find(permit: Permit, sought: Sought, after: Key | None = None, until: Key | None = None) -> Page:
    """The services that fit, those first that are on the nearest day. One statement.

    :param after: the last one that was shown: what comes after it. :param until: or all as far as this one, which was
        shown before. The order is that of the moment at which the list began.
    """
    permit.require(Area.COMMUNITY)
    there = after or until
    clock = permit.local(now())
    weekday = there.weekday if there else permit.today().weekday()
    minute = there.minute if there else clock.hour * 60 + clock.minute
    matches = (
        select(Service.id, func.lower(Service.name).label("name"), _near(weekday, minute).label("near"))
        .where(*_conditions(sought))
        .cte("matches")
    )
    most = MOST if until and not after else PAGE
    of_page = select(matches).order_by(matches.c.near, matches.c.name, matches.c.id).limit(most + 1)
    if there:
        # Of one that has ended meanwhile, too, it is known where it stood.
        name = select(func.lower(Service.name)).where(Service.id == there.id).scalar_subquery()
        stood = tuple_(literal(there.near), func.coalesce(name, ""), literal(there.id, Service.id.type))
        key = tuple_(matches.c.near, matches.c.name, matches.c.id)
        of_page = of_page.where(key > stood if after else key <= stood)
    page = of_page.subquery()
    total = select(func.count()).select_from(matches).scalar_subquery()
    query = (
        select(Service, page.c.near, _saved(permit), total)
        .join(page, page.c.id == Service.id)
        .order_by(page.c.near, page.c.name, page.c.id)
    )
    rows = session().execute(query).all()
    found = [Found(service, near, state) for service, near, state, _ in rows[:most]]
    number = rows[0][3] if rows else 0
    last = Key(weekday, minute, found[-1].near, found[-1].service.id) if found else None
    goes_on = len(rows) > most or (most == MOST and len(rows) < number)
    return Page(found, number, last if goes_on else None, last)


def loosened(permit: Permit, sought: Sought) -> dict[str, int]:
    """How many there would be without each thing that is sought, where there would be any. One statement."""
    permit.require(Area.COMMUNITY)
    ways = {name: sought.without(name) for name in sought.filters}
    counts = [
        select(func.count()).select_from(Service).where(*_conditions(way)).scalar_subquery().label(name)
        for name, way in ways.items()
    ]
    row = session().execute(select(*counts)).one() if counts else ()
    return {name: count for name, count in zip(ways, row, strict=True) if count}


def offered(permit: Permit) -> Offered:
    """What there is to choose from. One statement, of some steps a value, however many services have it."""
    permit.require(Area.COMMUNITY)
    lists = select(literal(LIST), ServiceList.name, ServiceList.licence, ServiceList.website).where(
        select(Service.id).where(Service.list_id == ServiceList.id, Service.state == OPEN).exists()
    )
    kinds = (NEED, WAY, GETTING_IN, LANGUAGE)
    rows = session().execute(union_all(*map(_values, kinds), lists)).all()
    values = {kind: sorted(value for of, value, *_ in rows if of == kind) for kind in kinds}
    return Offered(
        **values, lists=sorted((name, licence, site) for of, name, licence, site in rows if of == LIST)
    )


def is_any(permit: Permit) -> bool:
    """Whether there is any service to find. One statement."""
    permit.require(Area.COMMUNITY)
    return bool(session().scalar(select(select(Service.id).where(Service.state == OPEN).exists())))


def _values(kind: str) -> Select[*tuple[Any, ...]]:
    """The values that tags of a kind have on services that are open: from each the way to the next, by the index."""
    value = select(func.min(ServiceTag.value).label("value")).where(ServiceTag.kind == kind)
    steps = value.cte(f"of_{kind}", recursive=True)
    further = (
        select(func.min(ServiceTag.value))
        .where(ServiceTag.kind == kind, ServiceTag.value > steps.c.value)
        .scalar_subquery()
    )
    steps = steps.union_all(select(further).where(steps.c.value.is_not(None)))
    first_open = (
        select(ServiceTag.service_id)
        .join(Service, Service.id == ServiceTag.service_id)
        .where(ServiceTag.kind == kind, ServiceTag.value == steps.c.value, Service.state == OPEN)
        .limit(1)  # so that PostgreSQL, too, looks no further
        .scalar_subquery()
    )
    return select(literal(kind), steps.c.value, literal(""), literal("")).where(first_open.is_not(None))


def _saved(permit: Permit) -> ColumnElement[str | None]:
    """How a service stands with the person, as far as this reader sees."""
    return (
        select(SavedService.state)
        .where(visible(permit, SavedService), SavedService.service_id == Service.id)
        .order_by(SavedService.entered_at.desc(), SavedService.id)
        .limit(1)
        .scalar_subquery()
    )


def _near(weekday: int, minute: int) -> ColumnElement[int]:
    """How many days off the nearest day of a service is; where today's is over, a week.

    :param weekday: today's; Monday is 0. :param minute: of today, by now.
    """
    today, clock = DAYS[weekday], f"{minute // 60:02}:{minute % 60:02}"
    is_over = (
        exists()
        .where(_ended.service_id == ServiceTag.service_id, _ended.kind == OVER)
        .where(_ended.value.between(f"{today} ", f"{today} {clock}"))
    )
    ahead = {day: (place - weekday) % 7 for place, day in enumerate(DAYS) if place != weekday}
    far = case((ServiceTag.value != today, case(ahead, value=ServiceTag.value)), (is_over, 7), else_=0)
    nearest = (
        select(func.min(far))
        .where(ServiceTag.service_id == Service.id, ServiceTag.kind == DAY)
        .scalar_subquery()
    )
    return func.coalesce(nearest, NO_DAY)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    """What a service must be. One that tells no age is for every age."""
    found = [Service.state == OPEN, holds(Service.__table__.c.id, sought.words)]
    found += [_has(kind, values) for kind, values in sought.any_of.items() if values]
    found += [_has(kind, [one]) for kind, values in sought.all_of.items() for one in values]
    if sought.age is not None:
        young = or_(Service.youngest.is_(None), Service.youngest <= sought.age)
        found.append(and_(young, or_(Service.oldest.is_(None), Service.oldest >= sought.age)))
    return found


def _has(kind: str, values: Iterable[str]) -> ColumnElement[bool]:
    tagged = select(ServiceTag.service_id).where(ServiceTag.kind == kind, ServiceTag.value.in_(values))
    return Service.id.in_(tagged)
