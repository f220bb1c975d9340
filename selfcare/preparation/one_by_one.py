"""Somebody who helps is asked one thing a screen: what is logged, then what matters and a question for the next visit.

Where they stopped is read from what they wrote today: nothing else is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.appointments import queries as appointments
from selfcare.appointments.models import Appointment, Question
from selfcare.database import now, session
from selfcare.diary import queries as diary
from selfcare.diary.models import Entry
from selfcare.web.access import Area, Level, Permit, visible

MOST = 5  # things to log; a list that is longer is a long form again
NEAR = timedelta(days=14)
LOG, MATTERS, QUESTION = "log", "matters", "question"


class Key(NamedTuple):
    """Which step: what is logged by its tracker, the others by the visit that they are for."""

    kind: str
    item_id: UUID


@dataclass(frozen=True)
class Step:
    """One thing that is asked. `at`: when whoever helps answered it today; `done`: it needs no answer any more."""

    key: Key
    name: str
    at: datetime | None
    done: bool


@dataclass(frozen=True)
class Run:
    """All steps in their order, and the visit they lead to."""

    steps: Sequence[Step]
    visit: appointments.Visit | None

    def place(self, key: Key) -> int:
        """How many come before a step; of one that is not among them (any more), all."""
        return next((n for n, step in enumerate(self.steps) if step.key == key), len(self.steps))

    def after(self, key: Key) -> Step | None:
        """The next one that is not done, after this one. What was skipped is not asked twice."""
        return next((step for step in self.steps[self.place(key) + 1 :] if not step.done), None)

    def stopped(self) -> Step | None:
        """Where they stopped: the first that is not done after the last answer, else any that was skipped."""
        answered = [(step.at, step.key) for step in self.steps if step.at is not None]
        last = max(answered, key=lambda each: each[0])[1] if answered else None
        return (self.after(last) if last else None) or next(
            (step for step in self.steps if not step.done), None
        )


def run(permit: Permit, names: dict[str, str]) -> Run:
    """What is asked of somebody who may add. At most four statements.

    :param names: what the steps that are no trackers are called.
    """
    since = datetime.combine(permit.today(), time(), permit.zone).astimezone(UTC)
    steps: list[Step] = []
    if permit.may(Area.DIARY, Level.ADD):
        tiles = diary.tiles(permit, MOST)
        rows = session().execute(
            select(Entry.tracker_id, func.max(Entry.entered_at))
            .where(
                visible(permit, Entry),
                Entry.entered_by == permit.account_id,
                Entry.entered_at >= since,
                Entry.utc >= since,  # yesterday's, written down today, is no answer for today
            )
            .group_by(Entry.tracker_id)
        )
        logged = dict(rows.all())
        steps += [
            Step(Key(LOG, tile.id), tile.name, logged.get(tile.id), tile.id in logged) for tile in tiles
        ]
    visit = _near(permit)
    if visit and permit.may(Area.APPOINTMENTS, Level.ADD):
        steps.append(Step(Key(MATTERS, visit.id), names[MATTERS], None, visit.has_matters))
    if visit and permit.may(Area.QUESTIONS, Level.ADD):
        asked = session().scalar(
            select(func.max(Question.entered_at)).where(
                visible(permit, Question),
                Question.entered_by == permit.account_id,
                Question.entered_at >= since,
            )
        )
        steps.append(Step(Key(QUESTION, visit.id), names[QUESTION], asked, asked is not None))
    return Run(steps, visit)


def visit(permit: Permit, appointment_id: UUID) -> appointments.Visit | None:
    """A visit while it is to come; None where it is over, or was this person's and is not to be seen any more.

    :raises NotFound: one that never was theirs.
    """
    try:
        found = appointments.visit(permit, appointment_id)
    except NotFound:
        of_theirs = Appointment.person_id == permit.person_id, Appointment.id == appointment_id
        if session().scalar(select(Appointment.id).where(*of_theirs)) is None:
            raise
        return None
    return None if found.over else found


def _near(permit: Permit) -> appointments.Visit | None:
    if not permit.may(Area.APPOINTMENTS):
        return None
    found = appointments.next_visit(permit)
    return found if found and found.utc <= now() + NEAR else None
