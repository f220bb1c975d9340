"""Whom a reminder may concern: people in batches by key, a constant number of statements for each batch.

Only what the rules need leaves the tables: ids, days and whether. Nobody who has died is looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import and_, exists, func, or_, select

from selfcare.accounts.models import Account
from selfcare.agreed.models import Line
from selfcare.appointments.models import AfterVisit, Appointment
from selfcare.budget.models import Budget
from selfcare.database import session
from selfcare.decisions.models import Decision
from selfcare.diary.models import Entry, Tracker
from selfcare.goals.models import CheckIn, Goal
from selfcare.notifications.kinds import AGAIN, BUDGET, DAILY
from selfcare.outbox.models import Outbox
from selfcare.people import access
from selfcare.people.models import Relationship, Right
from selfcare.reminders import rules
from selfcare.reminders.rules import Due, Grant, Hearer, Life
from selfcare.web.access import Area, Level, Permit, Purpose, Role

BATCH = 200
# Visits and ends of access are looked up by instants wide enough for every time zone.
SLACK = timedelta(days=2)
LOOKED_AT: dict[str, type[Decision | Budget]] = {AGAIN: Decision, BUDGET: Budget}

Permits = Mapping[UUID, Permit]


def batches(size: int = BATCH) -> Iterator[dict[UUID, Permit]]:
    """Everyone who is alive, in portions. Each portion is one statement; only one is in memory."""
    after: UUID | None = None
    while found := access.living(Purpose.REMINDERS, after=after, size=size):
        yield found
        after = max(found, key=lambda person_id: person_id.hex)


def still_living(people: Iterable[UUID]) -> dict[UUID, Permit]:
    """Those of some people who are alive at this moment."""
    return access.living(Purpose.REMINDERS, among=people)


def due(permits: Permits, moment: datetime) -> list[Due]:
    """What is due for some people and was not told yet. Eight statements, whatever their number.

    :param permits: limited to reminders, by person.
    """
    return untold(_due(permits, moment))


def is_timely(kind: str, person_id: UUID | None, occurrence: str, account_id: UUID, moment: datetime) -> bool:
    """Whether a reminder that waited (for quiet hours to end, for the machine to wake) is still true and of use.

    :param occurrence: as `Due.occurrence`; a visit that was moved meanwhile has another.
    """
    if kind == DAILY:
        zone = ZoneInfo(current_app.config["SETTINGS"].zone)
        return rules.local_day(moment, zone).isoformat() == occurrence
    permits = still_living([person_id]) if person_id else {}
    if person_id is None or person_id not in permits:
        return False
    only = UUID(occurrence.split(":", 1)[0])  # every occurrence begins with what it is about
    found = _due(permits, moment, only)
    return any((each.kind, each.account, each.occurrence) == (kind, account_id, occurrence) for each in found)


# ------------------------------------------------------------------------------------------------------- what there is


def _due(permits: Permits, moment: datetime, only: UUID | None = None) -> list[Due]:
    """What is due now, told or not. `only`: as far as it is about this visit, goal, decision, budget or access."""
    hearers, grants = _hearers(permits, moment)
    visits, goals = _visits(permits, moment, only), _goals(permits, moment, only)
    lines, things = _agreed(permits, moment, only), _things(permits, moment, only)
    kept = {kind: _to_look(item, permits, moment, only) for kind, item in LOOKED_AT.items()}
    found: list[Due] = []
    for person_id, permit in permits.items():
        life = Life(person_id, permit.zone, hearers.get(person_id, ()))
        found += rules.getting_ready(life, visits.get(person_id, ()), moment)
        found += rules.how_it_was(life, visits.get(person_id, ()), moment)
        found += rules.time_to_look(life, goals.get(person_id, ()), moment)
        for kind, of_kind in kept.items():
            found += rules.look_again(life, kind, of_kind.get(person_id, ()), moment)
        found += rules.agreed(life, lines.get(person_id, ()), moment)
        found += rules.to_log(life, things.get(person_id, ()), moment)
        found += rules.access_ends(life, grants.get(person_id, ()), moment)
    return found


def _hearers(permits: Permits, moment: datetime) -> tuple[dict[UUID, list[Hearer]], dict[UUID, list[Grant]]]:
    """Who may be told about each person, and whose access ends. One statement."""
    rows = session().execute(
        select(
            Relationship.id,
            Relationship.person_id,
            Relationship.account_id,
            Relationship.kind,
            Relationship.since,
            Relationship.until,
            Account.suspended_at,
            Right.area,
            Right.level,
        )
        .join(Account, Account.id == Relationship.account_id)
        .outerjoin(Right, Right.relationship_id == Relationship.id)
        .where(
            Relationship.person_id.in_(permits),
            Relationship.kind.in_((Role.SELF.value, Role.CARER.value)),
            Relationship.state == "active",
            or_(Relationship.until.is_(None), Relationship.until > moment),
        )
        .order_by(Relationship.kind.desc(), Relationship.id)  # self first
    )
    people: dict[UUID, dict[UUID, tuple[bool, set[Area]]]] = {}
    grants: dict[UUID, dict[UUID, Grant]] = {}
    for row in rows:
        awake = row.suspended_at is None
        if awake:
            _, areas = people.setdefault(row.person_id, {}).setdefault(
                row.account_id, (row.kind == Role.SELF.value, set())
            )
            if row.area and row.level >= Level.SEE:
                areas.add(Area(row.area))
        if row.kind == Role.CARER.value and row.until:
            grant = Grant(row.id, row.account_id if awake else None, row.since, row.until)
            grants.setdefault(row.person_id, {})[row.id] = grant
    hearers = {
        person: [Hearer(account, own, frozenset(areas)) for account, (own, areas) in found.items()]
        for person, found in people.items()
    }
    return hearers, {person: list(found.values()) for person, found in grants.items()}


def _visits(permits: Permits, moment: datetime, only: UUID | None = None) -> dict[UUID, list[rules.Visit]]:
    """Visits near enough for a reminder, before and after. One statement."""
    ahead = timedelta(days=max(rules.READY_DAYS)) + SLACK
    behind = timedelta(days=rules.FEEDBACK_DAYS + 1) + SLACK
    said = exists().where(
        AfterVisit.person_id == Appointment.person_id,
        AfterVisit.appointment_id == Appointment.id,
        AfterVisit.entered_as == Role.SELF,
    )
    query = select(
        said.label("said"),
        Appointment.person_id,
        Appointment.id,
        Appointment.utc,
        Appointment.ready_at,
        Appointment.only_me,
        Appointment.entered_at,
        Appointment.details_at,
    ).where(
        Appointment.person_id.in_(permits),
        Appointment.removed_at.is_(None),
        Appointment.utc.between(moment - behind, moment + ahead),
    )
    if only is not None:
        query = query.where(Appointment.id == only)
    found: dict[UUID, list[rules.Visit]] = {}
    for row in session().execute(query.order_by(Appointment.person_id, Appointment.utc, Appointment.id)):
        found.setdefault(row.person_id, []).append(
            rules.Visit(
                id=row.id,
                utc=row.utc,
                ready=row.ready_at is not None,
                only_me=row.only_me,
                known_at=row.details_at or row.entered_at,
                said=row.said,
            )
        )
    return found


def _goals(permits: Permits, moment: datetime, only: UUID | None = None) -> dict[UUID, list[rules.Goal]]:
    """Open goals whose day to look has come, with who has looked since. One statement."""
    day = moment.date()
    looked = and_(
        CheckIn.person_id == Goal.person_id, CheckIn.goal_id == Goal.id, CheckIn.removed_at.is_(None)
    )
    shown = func.max(CheckIn.wall).filter(CheckIn.only_me.is_(False))
    query = (
        select(
            Goal.person_id,
            Goal.id,
            Goal.look_on,
            Goal.only_me,
            Goal.entered_at,
            Goal.changed_at,
            func.max(CheckIn.wall).label("looked"),
            shown.label("shown"),
        )
        .outerjoin(CheckIn, looked)
        .where(
            Goal.person_id.in_(permits),
            Goal.removed_at.is_(None),
            Goal.state == "open",
            Goal.look_on.between(day - timedelta(days=rules.LOOK_DAYS + 2), day + timedelta(days=2)),
        )
        .group_by(Goal.person_id, Goal.id)
    )
    if only is not None:
        query = query.where(Goal.id == only)
    found: dict[UUID, list[rules.Goal]] = {}
    for row in session().execute(query):
        found.setdefault(row.person_id, []).append(
            rules.Goal(
                id=row.id,
                look_on=row.look_on,
                only_me=row.only_me,
                known_at=row.changed_at or row.entered_at,
                looked_on=row.looked.date() if row.looked else None,
                shown_looked_on=row.shown.date() if row.shown else None,
            )
        )
    return found


def _to_look(
    item: type[Decision | Budget], permits: Permits, moment: datetime, only: UUID | None = None
) -> dict[UUID, list[rules.Kept]]:
    """Decisions, or budgets, whose day to look again has come. One statement."""
    day = moment.date()
    query = select(
        item.person_id, item.id, item.look_on, item.only_me, item.entered_at, item.changed_at
    ).where(
        item.person_id.in_(permits),
        item.removed_at.is_(None),
        item.look_on.between(day - timedelta(days=rules.LOOK_DAYS + 2), day + timedelta(days=2)),
    )
    if only is not None:
        query = query.where(item.id == only)
    found: dict[UUID, list[rules.Kept]] = {}
    for row in session().execute(query):
        known_at = row.changed_at or row.entered_at
        found.setdefault(row.person_id, []).append(rules.Kept(row.id, row.look_on, row.only_me, known_at))
    return found


def _agreed(permits: Permits, moment: datetime, only: UUID | None = None) -> dict[UUID, list[rules.Agreed]]:
    """Open lines whose day has come, of people and of those who help them. One statement."""
    day = moment.date()
    query = select(Line).where(
        Line.person_id.in_(permits),
        Line.removed_at.is_(None),
        Line.state == "open",
        Line.owner_kind.in_(("me", "carer")),
        Line.by_on.between(day - timedelta(days=rules.AGREED_DAYS + 2), day + timedelta(days=2)),
    )
    if only is not None:
        query = query.where(Line.id == only)
    found: dict[UUID, list[rules.Agreed]] = {}
    for line in session().scalars(query.order_by(Line.person_id, Line.by_on, Line.id)):
        if line.by_on is not None and (line.owner_kind == "me" or line.owner_id is not None):
            known_at = line.changed_at or line.entered_at
            found.setdefault(line.person_id, []).append(
                rules.Agreed(line.id, line.by_on, line.owner_id, line.only_me, known_at)
            )
    return found


def _things(permits: Permits, moment: datetime, only: UUID | None = None) -> dict[UUID, list[rules.Thing]]:
    """What people chose to be reminded of, as long as it is watched; with when it was last logged. One statement."""
    logged = (
        select(func.max(Entry.utc))
        .where(
            Entry.person_id == Tracker.person_id,
            Entry.tracker_id == Tracker.id,
            Entry.removed_at.is_(None),
        )
        .correlate(Tracker)
        .scalar_subquery()
    )
    query = select(Tracker.person_id, Tracker.id, Tracker.remind_at, Tracker.remind_from, logged).where(
        Tracker.person_id.in_(permits),
        Tracker.remind_from.is_not(None),
        Tracker.removed_at.is_(None),
        Tracker.paused_at.is_(None),
        or_(Tracker.watch_until.is_(None), Tracker.watch_until > moment),
    )
    if only is not None:
        query = query.where(Tracker.id == only)
    found: dict[UUID, list[rules.Thing]] = {}
    for person, thing, times, known_at, last in session().execute(query):
        if known_at is None:
            continue
        at = [time.fromisoformat(each) for each in times]
        found.setdefault(person, []).append(rules.Thing(thing, at, known_at, last))
    return found


def untold(found: list[Due]) -> list[Due]:
    """Without what the outbox has taken already. One statement; none where nothing was found."""
    if not found:
        return []
    keys = [each.dedupe for each in found]
    known = set(session().scalars(select(Outbox.dedupe).where(Outbox.dedupe.in_(keys))))
    return [each for each in found if each.dedupe not in known]
