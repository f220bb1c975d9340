"""Reading shared summaries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, Select, Text, and_, cast, func, literal, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.appointments import queries as appointments
from selfcare.appointments.models import Appointment
from selfcare.appointments.plain_values import STILL, plain_visit
from selfcare.database import now, session
from selfcare.sharing import changes, first_reading, read_beside, showing, snapshot, written
from selfcare.sharing.changes import Changes
from selfcare.sharing.first_reading import Reading
from selfcare.sharing.models import Summary
from selfcare.web.access import Area, Level, Permit, shareable, visible
from selfcare.web.alias import shared_alias
from selfcare.web.paging import Key

# Made once: a statement that makes one anew makes all of its columns anew.
_last = shared_alias(Appointment)
_following = shared_alias(Appointment)
_other = shared_alias(Summary)
_earlier = shared_alias(Appointment)
_before = shared_alias(Summary)

PAGE = 10


@dataclass(frozen=True)
class Listed:
    """A shared summary in a list: when, by whom, and what became of it. `wall` is where the person lives."""

    id: UUID
    as_of: datetime
    wall: datetime
    entered_by: UUID | None
    entered_as: str
    entered_name: str
    withdrawn_at: datetime | None
    withdrawn_wall: datetime | None
    reading: Reading


@dataclass(frozen=True)
class SharedSummary:
    """A shared summary as its reader may see it. `body` is None once it is withdrawn, for everyone but the person.

    `taken_back`: the person has marked something in it *only me* since it was shared. `changes`: since the one before
    that still stands.
    """

    id: UUID
    as_of: datetime
    wall: datetime
    sections: tuple[str, ...]
    first: date
    last: date
    appointment_id: UUID | None
    entered_by: UUID | None
    entered_as: str
    entered_name: str
    withdrawn_at: datetime | None
    withdrawn_wall: datetime | None
    newer: UUID | None  # a later one that still stands
    body: dict[str, Any] | None
    taken_back: bool
    changes: Changes
    reading: Reading


Beside = read_beside.Beside


class Shown(NamedTuple):
    """A summary that others can see, and when it was shared where the person lives."""

    id: UUID
    wall: datetime


def before_choosing(
    permit: Permit,
) -> tuple[date | None, appointments.Visit | None, dict[str, Any] | None, Beside]:
    """The day of the last visit that is over, the next visit that can be shared, what this account shared last, and
    what is read beside.

    *Only me* visits are neither: not even their day may show in a summary. One statement.
    """
    edge = now() - STILL
    over = (
        select(_last.wall)
        .where(shareable(permit, _last), _last.utc < edge)
        .order_by(_last.utc.desc(), _last.id)
        .limit(1)
    )
    coming = (
        select(_following.id)
        .where(shareable(permit, _following), _following.utc >= edge)
        .order_by(_following.utc, _following.id)
        .limit(1)
    )
    one = select(literal(1)).subquery()
    row: Any = (
        session()
        .execute(
            select(
                over.scalar_subquery(),
                Appointment,
                _last_shared(permit).scalar_subquery(),
                *read_beside.columns(permit),
            )
            .select_from(one)
            .outerjoin(
                Appointment,
                and_(Appointment.person_id == permit.person_id, Appointment.id == coming.scalar_subquery()),
            )
        )
        .one()
    )
    wall, visit, body, *beside = row
    known = read_beside.plain(permit, *beside)
    if not permit.may(Area.APPOINTMENTS):
        return None, None, body, known
    return wall.date() if wall else None, plain_visit(permit, visit) if visit else None, body, known


def newest(permit: Permit) -> SharedSummary | None:
    """The newest summary that still stands; None when nothing was shared, or all was withdrawn."""
    permit.require(Area.SHARING)
    known: Any = session().execute(_standing(permit).add_columns(*_the_one_before(permit)).limit(1)).first()
    if known is None:
        return None
    row, *before = known
    return _shared(permit, row, None, *before)


def summary(permit: Permit, summary_id: UUID) -> SharedSummary:
    """One shared summary. One statement. :raises NotFound: unknown, or not theirs to see."""
    permit.require(Area.SHARING)
    newest = (
        select(_other.as_of)
        .where(visible(permit, _other), _other.withdrawn_at.is_(None))
        .order_by(_other.as_of.desc(), _other.id.desc())
        .limit(1)
    )
    newest_id = newest.with_only_columns(_other.id).scalar_subquery()
    found = session().execute(
        select(Summary, newest.scalar_subquery(), newest_id, *_the_one_before(permit)).where(
            visible(permit, Summary), Summary.id == summary_id
        )
    )
    known: Any = found.first()
    if known is None:
        raise NotFound
    row, as_of, later, *before = known
    newer = later if as_of and (as_of, later) > (row.as_of, row.id) else None
    return _shared(permit, row, newer, *before)


def summaries(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Listed]:
    """Shared summaries without their bodies, newest first; one more than `size` at most.

    :param before: the (as_of, id) of the last one shown.
    """
    permit.require(Area.SHARING)
    query = (
        select(
            Summary.id,
            Summary.as_of,
            Summary.entered_by,
            Summary.entered_as,
            Summary.entered_name,
            Summary.withdrawn_at,
            *(Summary.unread, Summary.read_at, Summary.read_name),
        )
        .where(visible(permit, Summary))
        .order_by(Summary.as_of.desc(), Summary.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(Summary.as_of, Summary.id) < before)
    return [
        Listed(
            id=row.id,
            as_of=row.as_of,
            wall=permit.local(row.as_of),
            entered_by=row.entered_by,
            entered_as=row.entered_as,
            entered_name=row.entered_name,
            withdrawn_at=row.withdrawn_at,
            withdrawn_wall=permit.local(row.withdrawn_at) if row.withdrawn_at else None,
            reading=first_reading.of(permit, row.unread, row.read_at, row.read_name),
        )
        for row in session().execute(query)
    ]


def before_visit(
    permit: Permit, appointment_id: UUID
) -> tuple[appointments.Visit, date | None, dict[str, Any] | None, Beside, Shown | None]:
    """A visit, the day of the last one that began before it and before now, what this account shared last, what is
    read beside, and what of the person's life others can see (`life_shared`).

    One statement. :raises NotFound: a visit that is not theirs to see.
    """
    wall = (
        select(_earlier.wall)
        .where(shareable(permit, _earlier), _earlier.utc < Appointment.utc, _earlier.utc < now())
        .order_by(_earlier.utc.desc(), _earlier.id.desc())
        .limit(1)
    )
    life = _with_life(permit, appointment_id)
    found = session().execute(
        select(
            Appointment,
            wall.scalar_subquery(),
            _last_shared(permit).scalar_subquery(),
            *read_beside.columns(permit),
            life.with_only_columns(Summary.id).scalar_subquery(),
            life.with_only_columns(Summary.as_of).scalar_subquery(),
        ).where(visible(permit, Appointment), Appointment.id == appointment_id)
    )
    row: Any = found.first()
    if row is None:
        raise NotFound
    visit, day, body, *beside, summary_id, as_of = row
    seen = permit.sees_only_me and not visit.only_me and summary_id
    return (
        plain_visit(permit, visit),
        day.date() if day else None,
        body,
        read_beside.plain(permit, *beside),
        Shown(summary_id, permit.local(as_of)) if seen else None,
    )


def _last_shared(permit: Permit) -> Select[Any]:
    return (
        select(Summary.body)
        .where(visible(permit, Summary), Summary.entered_by == permit.account_id)
        .order_by(Summary.as_of.desc(), Summary.id.desc())
        .limit(1)
    )


def usual(permit: Permit, body: dict[str, Any] | None, first: date, last: date) -> snapshot.Choice:
    """The choice behind a summary, for other days; before there was one, everything but the diary's notes and what is
    ticked each time anew.
    """
    may = tuple(name for name in snapshot.offered(permit) if name not in snapshot.TICKED)
    if body is None or "as_told" in body:  # what was told was chosen by what was said
        return snapshot.Choice(tuple(name for name in may if name not in written.PARTS), first, last)
    been = body.get("been", {})
    known = body["sections"]
    if body.get("format", 1) < snapshot.WITH_AGREED:  # nobody could choose it then
        known = [*known, "agreed"]
    # There was nothing of these.
    known = [*known, *(name for name in ("views", "stays") if name not in body.get("unchosen", ()))]
    # What is kept in people's own words goes in from the first time that they tick it.
    sections = tuple(name for name in may if name in known)
    return snapshot.Choice(
        sections, first, last, frozenset(been.get("left", ())), been.get("notes") is not None
    )


def left_out_before(permit: Permit, body: dict[str, Any]) -> list[str]:
    """What this account left out, and there is nothing of now: left out once, it stays out. One statement."""
    before: dict[str, Any] = session().scalar(_last_shared(permit)) or {}
    known = {*body["sections"], *body["unchosen"]}
    return [name for name in before.get("unchosen", ()) if name in snapshot.ABSENT and name not in known]


def standing(permit: Permit, appointment_id: UUID) -> dict[str, Any]:
    """What stands shared for a visit now, as all of the team read it; empty where nothing does."""
    row = newest_of(permit, appointment_id)
    return showing.standing(permit, row.body, row.as_of) if row else {}


def newest_of(permit: Permit, appointment_id: UUID) -> Summary | None:
    """The newest summary for a visit that stands."""
    query = _standing(permit).where(Summary.appointment_id == appointment_id).limit(1)
    return session().scalars(query).first()


def shared_since(permit: Permit, appointment_id: UUID) -> datetime | None:
    """When a summary that still stands was last shared for a visit; None when none was."""
    return session().scalar(
        select(func.max(Summary.as_of)).where(
            visible(permit, Summary), Summary.withdrawn_at.is_(None), Summary.appointment_id == appointment_id
        )
    )


def life_shared(permit: Permit, visit: appointments.Visit) -> Shown | None:
    """What of the person's life others can see: the newest summary of a visit that has it in it, and still stands.

    None for everybody but the person; no statement where nothing of the visit is shared.
    """
    query = life_read(permit, visit)
    row = session().execute(query).first() if query is not None else None
    return Shown(row.id, permit.local(row.as_of)) if row else None


def life_read(permit: Permit, visit: appointments.Visit) -> Select[UUID, datetime] | None:
    """The row of which `life_shared` is made, to be read beside others; None where there cannot be one."""
    return _with_life(permit, visit.id) if permit.sees_only_me and visit.ready_at else None


def _with_life(permit: Permit, appointment_id: UUID) -> Select[UUID, datetime]:
    return (
        select(Summary.id, Summary.as_of)
        .where(
            visible(permit, Summary),
            Summary.withdrawn_at.is_(None),
            Summary.appointment_id == appointment_id,
            cast(Summary.sections, Text).contains('"life"'),
        )
        .order_by(Summary.as_of.desc(), Summary.id.desc())
        .limit(1)
    )


def may_withdraw(permit: Permit, entered_by: UUID | None) -> bool:
    """The person withdraws any; somebody who helps, what they shared themselves, or any with the right to manage."""
    if permit.is_self:
        return True
    own = entered_by is not None and entered_by == permit.account_id
    return permit.may(Area.SHARING, Level.ADD if own else Level.MANAGE)


def _standing(permit: Permit) -> Select[Any]:
    return (
        select(Summary)
        .where(visible(permit, Summary), Summary.withdrawn_at.is_(None))
        .order_by(Summary.as_of.desc(), Summary.id.desc())
    )


def _the_one_before(permit: Permit) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """The body of the summary before, of those that still stand, and when it was shared."""
    found = (
        select(_before.body)
        .where(
            visible(permit, _before),
            _before.withdrawn_at.is_(None),
            tuple_(_before.as_of, _before.id) < tuple_(Summary.as_of, Summary.id),
        )
        .order_by(_before.as_of.desc(), _before.id.desc())
        .limit(1)
        .correlate(Summary)
    )
    return found.scalar_subquery(), found.with_only_columns(_before.as_of).scalar_subquery()


def _shared(
    permit: Permit,
    row: Summary,
    newer: UUID | None,
    before: dict[str, Any] | None = None,
    before_at: datetime | None = None,
) -> SharedSummary:
    gone = row.withdrawn_at is not None and not permit.is_self
    body, taken_back = (None, False) if gone else showing.shown(permit, row.body, row.as_of)
    return SharedSummary(
        id=row.id,
        as_of=row.as_of,
        wall=row.as_of.astimezone(ZoneInfo(row.body["zone"])).replace(tzinfo=None),
        sections=tuple(body["sections"]) if body else (),
        first=row.first,
        last=row.last,
        appointment_id=row.appointment_id,
        entered_by=row.entered_by,
        entered_as=row.entered_as,
        entered_name=row.entered_name,
        withdrawn_at=row.withdrawn_at,
        withdrawn_wall=permit.local(row.withdrawn_at) if row.withdrawn_at else None,
        newer=newer,
        body=body,
        taken_back=taken_back,
        changes=changes.since(body, before, permit.local(before_at))
        if body and before and before_at
        else Changes(),
        reading=first_reading.of(permit, row.unread, row.read_at, row.read_name),
    )
