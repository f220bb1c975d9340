"""After a visit: what was open at it, whether somebody has been through that page, and how it was for the person.

Queries and actions. How it was is the person's own: nobody else reads it, and nothing is counted from one answer.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.appointments import models, queries
from selfcare.appointments.plain_values import STILL, Question, Visit, plain_question, plain_visit
from selfcare.audit import trail
from selfcare.database import database, now, session
from selfcare.notifications import actions as notifications
from selfcare.web.access import Area, Level, Permit, Role, visible

# For so long after a visit it is asked how it was.
ASKED_FOR = timedelta(days=7)
MOST = 30


def to_say(permit: Permit) -> Visit | None:
    """The newest visit of the last days, where whoever asks has not been through its page yet. One statement."""
    if permit.role not in (Role.SELF, Role.CARER) or not permit.may(Area.APPOINTMENTS, Level.ADD):
        return None
    moment = now()
    been = exists().where(
        models.AfterVisit.person_id == models.Appointment.person_id,
        models.AfterVisit.appointment_id == models.Appointment.id,
        models.AfterVisit.entered_by == permit.account_id,
    )
    since = permit.since or moment - ASKED_FOR  # what was before they could help is not theirs to say
    row = session().scalar(
        select(models.Appointment)
        .where(
            visible(permit, models.Appointment),
            models.Appointment.utc <= moment,
            models.Appointment.utc >= max(since, moment - ASKED_FOR),
            ~been,
        )
        .order_by(models.Appointment.utc.desc(), models.Appointment.id)
        .limit(1)
    )
    return plain_visit(permit, row) if row else None


def gone(permit: Permit, appointment_id: UUID) -> Visit:
    """A visit that was taken out of the list. :raises NotFound: for any other, or one that was not theirs to see."""
    mine = () if permit.sees_only_me else (models.Appointment.only_me.is_(False),)
    row = session().scalar(
        select(models.Appointment).where(
            models.Appointment.person_id == permit.person_id,
            models.Appointment.id == appointment_id,
            models.Appointment.removed_at.is_not(None),
            *mine,
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
