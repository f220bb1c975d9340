"""The kinds of figures of a team, each one query: what there was in a month, whose it was, and whether it was as hoped.

They count whom the team looks after now, of what it may see of them; never what is *only me*, and nobody by colleague.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from selfcare.admissions.models import Admission
from selfcare.agreed import states as agreed
from selfcare.agreed.models import Line
from selfcare.appointments.models import AfterVisit, Appointment, Question
from selfcare.care_plan import states as plan
from selfcare.care_plan.models import PlanChange
from selfcare.contacts.models import Contact, Rhythm
from selfcare.contacts.words import TALKED
from selfcare.database import Record, database
from selfcare.people.models import Person, Relationship, Right
from selfcare.requests.models import ContactRequest
from selfcare.results.models import Report, ReportSeen
from selfcare.team.queries import looked_after
from selfcare.team.seat import Seat
from selfcare.web.access import Area, Level, Role
from selfcare.web.alias import shared_alias
from selfcare.web.when import utc_of

DAY = 86_400  # seconds

Events = Select[*tuple[Any, ...]]  # which month, whose, and 1 where it was as hoped, else 0
Kind = Callable[[Seat, "Months"], Events]

_newer = shared_alias(Report)


@dataclass(frozen=True)
class Months:
    """Whole months that are over, oldest first, on the clock where the team works."""

    starts: list[date]
    end: date
    zone: ZoneInfo

    def of(self, at: Any) -> ColumnElement[int]:
        """Which of them a moment is in, from 0."""
        return self._which(at, [self.at(start) for start in self.starts])

    def of_day(self, on: Any) -> ColumnElement[int]:
        return self._which(on, self.starts)

    def has(self, at: Any) -> ColumnElement[bool]:
        """Whether a moment is in one of them."""
        return and_(at >= self.at(self.starts[0]), at < self.at(self.end))

    def has_day(self, on: Any) -> ColumnElement[bool]:
        return and_(on >= self.starts[0], on < self.end)

    def at(self, day: date) -> datetime:
        return utc_of(datetime.combine(day, time()), self.zone)

    def _which(self, value: Any, starts: list[Any]) -> ColumnElement[int]:
        later = [(value >= start, n) for n, start in enumerate(starts)][:0:-1]
        return case(*later, else_=0) if later else literal(0)


def _of(seat: Seat, area: Area) -> Select[UUID]:
    """Whom the team looks after now, and may see this part of. Who has died stays in the months they lived."""
    return (
        select(Relationship.person_id)
        .join(Person, Person.id == Relationship.person_id)
        .join(Right, Right.relationship_id == Relationship.id)
        .where(*looked_after(seat), Right.area == area.value, Right.level >= int(Level.SEE))
    )


def countable(seat: Seat, area: Area, *tables: type[Record]) -> ColumnElement[bool]:
    """Whether a row may be counted for this team: theirs to see, still there, and not the person's alone."""
    first = tables[0]
    kept = [
        condition for table in tables for condition in (table.removed_at.is_(None), table.only_me.is_(False))
    ]
    return and_(first.person_id.in_(_of(seat, area)), *kept)


def as_hoped(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0).label("done")


def took_days() -> ColumnElement[int]:
    """Whole days from asking to the reply."""
    return (seconds(Question.replied_at) - seconds(Question.asked_at)) // DAY


def _ready(seat: Seat, months: Months) -> Events:
    """Visits: whether the person said that they are ready before it began."""
    return select(
        months.of(Appointment.utc).label("month"),
        Appointment.person_id,
        as_hoped(and_(Appointment.ready_at.is_not(None), Appointment.ready_at < Appointment.utc)),
    ).where(countable(seat, Area.APPOINTMENTS, Appointment), months.has(Appointment.utc))


def _second(seat: Seat, months: Months) -> Events:
    """People: the month of the second visit that they prepared."""
    nth = func.row_number().over(
        partition_by=Appointment.person_id, order_by=(Appointment.utc, Appointment.id)
    )
    prepared = (
        select(Appointment.person_id, Appointment.utc, nth.label("nth"))
        .where(countable(seat, Area.APPOINTMENTS, Appointment), Appointment.ready_at < Appointment.utc)
        .subquery()
    )
    return select(months.of(prepared.c.utc).label("month"), prepared.c.person_id, as_hoped(true())).where(
        prepared.c.nth == 2, months.has(prepared.c.utc)
    )


def _results(seat: Seat, months: Months) -> Events:
    """Reports, each for the first visit after it could be seen: whether the person opened it before that began."""
    following = (
        select(func.min(Appointment.utc))
        .where(
            Appointment.person_id == Report.person_id,
            Appointment.utc > Report.visible_from,
            Appointment.removed_at.is_(None),
            Appointment.only_me.is_(False),
            Appointment.person_id.in_(_of(seat, Area.APPOINTMENTS)),
        )
        .correlate(Report)
        .scalar_subquery()
    )
    replaced = exists().where(
        _newer.person_id == Report.person_id, _newer.replaces_id == Report.id, _newer.void_at.is_(None)
    )
    out = (
        select(Report.person_id, Report.id, following.label("visit"))
        .where(
            countable(seat, Area.RESULTS, Report),
            Report.void_at.is_(None),
            Report.visible_from < months.at(months.end),
            ~replaced,
        )
        .subquery()
    )
    opened = exists().where(
        ReportSeen.person_id == out.c.person_id,
        ReportSeen.report_id == out.c.id,
        ReportSeen.role == Role.SELF.value,
        ReportSeen.at < out.c.visit,
    )
    return select(months.of(out.c.visit).label("month"), out.c.person_id, as_hoped(opened)).where(
        months.has(out.c.visit)
    )


def questions(seat: Seat, months: Months) -> Events:
    """Questions that were asked now: whether they have a reply."""
    return select(
        months.of(Question.asked_at).label("month"),
        Question.person_id,
        as_hoped(Question.replied_at.is_not(None)),
    ).where(countable(seat, Area.QUESTIONS, Question), months.has(Question.asked_at))


def _requests(seat: Seat, months: Months) -> Events:
    """Requests to get in touch: whether a day was said, or it was done, by the day that was promised."""
    end = seconds(ContactRequest.answer_by) + DAY - _offset(months)
    in_time = or_(seconds(ContactRequest.planned_at) < end, seconds(Contact.utc) < end)
    return (
        select(
            months.of(ContactRequest.entered_at).label("month"), ContactRequest.person_id, as_hoped(in_time)
        )
        .outerjoin(
            Contact,
            and_(
                Contact.person_id == ContactRequest.person_id,
                Contact.id == ContactRequest.contact_id,
                Contact.removed_at.is_(None),
            ),
        )
        .where(
            countable(seat, Area.CONTACTS, ContactRequest),
            ContactRequest.cancelled_at.is_(None),
            months.has(ContactRequest.entered_at),
        )
    )


def _contacts(seat: Seat, months: Months) -> Events:
    """Contacts that were due: whether they were on that day or before. What is due still is not."""
    had = select(
        months.of_day(Contact.due_before).label("month"),
        Contact.person_id,
        as_hoped(seconds(Contact.wall) < seconds(Contact.due_before) + DAY),
    ).where(
        countable(seat, Area.CONTACTS, Contact), Contact.outcome == TALKED, months.has_day(Contact.due_before)
    )
    missed = (
        select(months.of_day(Rhythm.due_on).label("month"), Rhythm.person_id, as_hoped(~true()))
        .join(Person, Person.id == Rhythm.person_id)
        .where(
            countable(seat, Area.CONTACTS, Rhythm), Person.died_on.is_(None), months.has_day(Rhythm.due_on)
        )
    )
    return select(union_all(had, missed).subquery())


def _no_reply(seat: Seat, months: Months) -> Events:
    """People whom somebody tried to reach: whether nobody talked with them in that month."""
    each = (
        select(months.of(Contact.utc).label("month"), Contact.person_id, Contact.outcome)
        .where(countable(seat, Area.CONTACTS, Contact), months.has(Contact.utc))
        .subquery()
    )
    talked = func.max(case((each.c.outcome == TALKED, 1), else_=0))
    return select(each.c.month, each.c.person_id, as_hoped(talked == 0)).group_by(
        each.c.month, each.c.person_id
    )


def _agreed(seat: Seat, months: Months) -> Events:
    """What was agreed by a day, or by a visit: whether it is done. What was let go is not due."""
    done = as_hoped(Line.state == agreed.State.DONE)
    due = Line.state != agreed.State.LET_GO
    by_day = select(months.of_day(Line.by_on).label("month"), Line.person_id, done).where(
        countable(seat, Area.APPOINTMENTS, Line), due, Line.by_kind == "day", months.has_day(Line.by_on)
    )
    by_visit = (
        select(months.of(Appointment.utc).label("month"), Line.person_id, done)
        .join(Appointment, and_(Appointment.person_id == Line.person_id, Appointment.id == Line.by_visit_id))
        .where(
            countable(seat, Area.APPOINTMENTS, Line, Appointment),
            due,
            Line.by_kind == "visit",
            months.has(Appointment.utc),
        )
    )
    return select(union_all(by_day, by_visit).subquery())


def _plans(seat: Seat, months: Months) -> Events:
    """People who agreed to a line of their plan with the team in that month."""
    at = case((PlanChange.person_at > PlanChange.team_at, PlanChange.person_at), else_=PlanChange.team_at)
    return (
        select(months.of(at).label("month"), PlanChange.person_id, as_hoped(true()))
        .where(
            countable(seat, Area.PLAN, PlanChange),
            PlanChange.state == plan.State.AGREED,
            PlanChange.person_at.is_not(None),
            months.has(at),
        )
        .distinct()
    )


def _admissions(seat: Seat, months: Months) -> Events:
    """Hospital stays that began, as told. What several have told of one person and one day is one stay."""
    return (
        select(
            months.of_day(Admission.came_on).label("month"),
            Admission.person_id,
            as_hoped(true()),
            Admission.came_on,
        )
        .where(countable(seat, Area.CONTACTS, Admission), months.has_day(Admission.came_on))
        .distinct()
    )


def _how_it_was(*said: str) -> Kind:
    """Visits of which the person said that they were so. No whole: what is left of it would be said by it."""

    def found(seat: Seat, months: Months) -> Events:
        visit = and_(
            Appointment.person_id == AfterVisit.person_id, Appointment.id == AfterVisit.appointment_id
        )
        return (
            select(months.of(Appointment.utc).label("month"), AfterVisit.person_id, as_hoped(true()))
            .join(Appointment, visit)
            .where(
                countable(seat, Area.APPOINTMENTS, AfterVisit, Appointment),
                AfterVisit.entered_as == Role.SELF.value,
                AfterVisit.how.in_(said),
                months.has(Appointment.utc),
            )
        )

    return found


# In the order of the page.
KINDS = {
    "ready": _ready,
    "second": _second,
    "results": _results,
    "questions": questions,
    "requests": _requests,
    "contacts": _contacts,
    "no_reply": _no_reply,
    "agreed": _agreed,
    "plans": _plans,
    "admissions": _admissions,
    "how_good": _how_it_was("very_good", "good"),
    "how_between": _how_it_was("between"),
    "how_poor": _how_it_was("poor", "very_poor"),
}
WITHOUT_A_WHOLE = ("second", "plans", "admissions", "how_good", "how_between", "how_poor")


def seconds(at: Any) -> ColumnElement[int]:
    """A moment, a wall clock or a day as a number of seconds, in the words of each engine."""
    since = func.strftime("%s", at) if database().is_sqlite else func.date_part("epoch", at)
    return cast(since, BigInteger)


def _offset(months: Months) -> int:
    """How far the team's clock is from UTC, in seconds. Twice a year an hour of a night
    counts for the next day."""
    offset = months.at(months.starts[-1]).astimezone(months.zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
