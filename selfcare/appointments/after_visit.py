"""After a visit: what was open at it, whether somebody has been through that page, and how it was for the person.

Queries and actions. How it was is the person's own: nobody else reads it. A team reads how many, from five up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.appointments import models, queries
from selfcare.appointments.plain_values import STILL, Question, Visit, plain_question, plain_visit
from selfcare.audit import trail
from selfcare.database import database, now, session
from selfcare.notifications import actions as notifications
from selfcare.web.access import Area, Level, Permit, Role, not_hidden, shareable, visible

# For so long after a visit it is asked how it was.
ASKED_FOR = timedelta(days=7)
MOST = 30


@dataclass(frozen=True)
class Around:
    """The visits around now: the next (for four hours after it began it still is), the last before it that others may
    know of, and the newest of the last days where whoever asks has not been through its page yet."""

    following: Visit | None
    previous: Visit | None
    to_say: Visit | None


def around(permit: Permit) -> Around:
    """The visits that Today speaks of. One statement."""
    moment, table = now(), models.Appointment
    newest, soonest = (table.utc.desc(), table.id.desc()), (table.utc, table.id)
    coming = select(table.id).where(visible(permit, table), table.utc >= moment - STILL).order_by(*soonest)
    # Two, since the next one may have begun.
    before = select(table.id).where(shareable(permit, table), table.utc < moment).order_by(*newest)
    parts = {"coming": coming.limit(1), "before": before.limit(2)}
    if permit.role in (Role.SELF, Role.CARER) and permit.may(Area.APPOINTMENTS, Level.ADD):
        parts["to_say"] = _to_say(permit, moment).order_by(*newest).limit(1)
    kept = [part.subquery() for part in parts.values()]
    named = union_all(
        *(select(each.c.id, literal(name).label("part")) for name, each in zip(parts, kept, strict=True))
    ).subquery()
    rows = session().execute(
        select(named.c.part, table)
        .join(named, named.c.id == table.id)
        .where(table.person_id == permit.person_id)
        .order_by(*newest)
    )
    found: dict[str, list[Visit]] = {}
    for part, row in rows:
        found.setdefault(part, []).append(plain_visit(permit, row))
    following = next(iter(found.get("coming", [])), None)
    edge = min(following.utc, moment) if following else moment
    return Around(
        following,
        next((visit for visit in found.get("before", []) if visit.utc < edge), None),
        next(iter(found.get("to_say", [])), None),
    )


def _to_say(permit: Permit, moment: datetime) -> Select[UUID]:
    been = exists().where(
        models.AfterVisit.person_id == models.Appointment.person_id,
        models.AfterVisit.appointment_id == models.Appointment.id,
        models.AfterVisit.entered_by == permit.account_id,
    )
    since = permit.since or moment - ASKED_FOR  # what was before they could help is not theirs to say
    return select(models.Appointment.id).where(
        visible(permit, models.Appointment),
        models.Appointment.utc <= moment,
        models.Appointment.utc >= max(since, moment - ASKED_FOR),
        ~been,
    )


def gone(permit: Permit, appointment_id: UUID) -> Visit:
    """A visit that was taken out of the list. :raises NotFound: for any other, or one that was not theirs to see."""
    row = session().scalar(
        select(models.Appointment).where(
            models.Appointment.person_id == permit.person_id,
            models.Appointment.id == appointment_id,
            models.Appointment.removed_at.is_not(None),
            not_hidden(permit, models.Appointment),
        )
    )
    if row is None:
        raise NotFound
    return plain_visit(permit, row)


def open_at(permit: Permit, visit: Visit) -> list[Question]:
    """The questions open at a visit and still open, in the person's order: those for it, and those carried there."""
    own = queries.own_visit
    loose = or_(own.id.is_(None), own.utc < visit.utc)
    rows = session().execute(
        queries.with_visits(permit)
        .where(
            models.Question.closed_at.is_(None),
            or_(own.id == visit.id, and_(loose, models.Question.entered_at <= visit.utc + STILL)),
        )
        .order_by(models.Question.place, models.Question.id)
        .limit(MOST)
    )
    return [plain_question(permit, *row) for row in rows]


def how_it_was(permit: Permit, appointment_id: UUID) -> str | None:
    """What the person said of a visit; None for nothing, and for whoever else asks."""
    if not permit.is_self:
        return None
    found: str | None = session().scalar(select(models.AfterVisit.how).where(_own(permit, appointment_id)))
    return found


def been_through(permit: Permit, appointment_id: UUID, how: str | None) -> None:
    """Somebody has saved the page of a visit: it is asked no more. :param how: the person's own; None leaves it."""
    permit.require(Area.APPOINTMENTS, Level.ADD)
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    fresh = {**permit.stamp(), "id": uuid4(), "only_me": False, "version": 1}
    session().execute(
        insert(models.AfterVisit).values(appointment_id=appointment_id, **fresh).on_conflict_do_nothing()
    )
    row = (
        session()
        .scalars(select(models.AfterVisit).where(_own(permit, appointment_id)).with_for_update())
        .one()
    )
    if permit.is_self and how is not None and row.how != how:
        row.how, row.changed_at = how, now()
        row.version += 1
        trail.record(permit, "said how it was", "visit_after", row.id)
    notifications.seen(permit, appointment_id)
    session().flush()


def _own(permit: Permit, appointment_id: UUID) -> ColumnElement[bool]:
    table = models.AfterVisit
    return and_(
        table.person_id == permit.person_id,
        table.appointment_id == appointment_id,
        table.entered_by == permit.account_id,
    )
