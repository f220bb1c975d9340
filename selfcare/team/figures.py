"""What is counted for a team's page of figures: three statements, whatever the number of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import median_low
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import and_, case, func, literal, or_, select, union_all

from selfcare.accounts.models import Account
from selfcare.appointments.models import Question
from selfcare.database import session
from selfcare.i18n import LANGUAGES
from selfcare.notifications.models import Preference, Subscription
from selfcare.people.models import Person, Relationship
from selfcare.people.teams import today
from selfcare.team.figure_kinds import (
    KINDS,
    WITHOUT_A_WHOLE,
    Events,
    Months,
    as_hoped,
    questions,
    took_days,
)
from selfcare.team.queries import looked_after
from selfcare.team.seat import Seat
from selfcare.web.access import Role
from selfcare.web.alias import shared_alias
from selfcare.web.figure_rule import FEWEST, Count

MONTHS = 5
NOBODY = Count(0, 0, 0, 0)

_own = shared_alias(Relationship)


@dataclass(frozen=True)
class Figures:
    """`months`: the first day of each, oldest first. `counts`: by kind, one a month. `days`: the middle of how long an
    answer took, a month. `untold`: who is told of nothing, by language. All of them together are counted nowhere: each
    number is to the nearest five for itself, and a sum beside its parts would say how many of a language there are.
    """

    months: list[date]
    counts: Mapping[str, list[Count]]
    days: list[int | None]
    untold: Mapping[str, Count]


def count(seat: Seat) -> Figures:
    """Everything that the page says, before the rule of what may be said. Three statements."""
    months = _months()
    counts: dict[str, list[Count]] = {kind: [NOBODY] * len(months.starts) for kind in KINDS}
    asked = union_all(*(_counted(kind, made(seat, months)) for kind, made in KINDS.items()))
    for kind, month, *found in session().execute(asked):
        counts[kind][month] = Count(*found)
    for kind in WITHOUT_A_WHOLE:
        counts[kind] = [Count(one.part, None, one.people, 0) for one in counts[kind]]
    return Figures(months.starts, counts, _days(seat, months, counts["questions"]), _untold(seat))


def _months() -> Months:
    end = start = today().replace(day=1)
    starts: list[date] = []
    for _ in range(MONTHS):
        start = (start - timedelta(days=1)).replace(day=1)
        starts.insert(0, start)
    return Months(starts, end, ZoneInfo(current_app.config["SETTINGS"].zone))


def _counted(kind: str, found: Events) -> Events:
    """A kind in numbers: how many were as hoped, of how many, of how many people, and of how many the rest is."""
    one = found.subquery()
    whose = [func.count(case((one.c.done == n, one.c.person_id)).distinct()) for n in (1, 0)]
    return select(literal(kind), one.c.month, func.sum(one.c.done), func.count(), *whose).group_by(
        one.c.month
    )


def _days(seat: Seat, months: Months, answered: Iterable[Count]) -> list[int | None]:
    """The middle of how many days the answers took, where five people or more got one. One statement."""
    each = (
        questions(seat, months)
        .add_columns(took_days().label("took"))
        .where(Question.replied_at.is_not(None))
        .subquery()
    )
    rows = session().execute(
        select(each.c.month, each.c.took, func.count())
        .group_by(each.c.month, each.c.took)
        .order_by(each.c.month, each.c.took)
    )
    middle = {
        which: median_low(days for _, each, number in found for days in [int(each)] * number)
        for which, found in groupby(rows, key=lambda row: row[0])
    }
    return [middle.get(n) if one.people >= FEWEST else None for n, one in enumerate(answered)]


def _untold(seat: Seat) -> dict[str, Count]:
    """Who is told of nothing, now: no device that is told, and no e-mail. Of those who live. One statement."""
    own = and_(_own.person_id == Person.id, _own.kind == Role.SELF.value, _own.state == "active")
    pushed = (
        select(_own.person_id)
        .join(Subscription, Subscription.account_id == _own.account_id)
        .outerjoin(Preference, Preference.account_id == _own.account_id)
        .where(own, or_(Preference.push.is_(None), Preference.push))
    )
    mailed = (
        select(_own.person_id)
        .join(Account, Account.id == _own.account_id)
        .join(Preference, Preference.account_id == Account.id)
        .where(own, Preference.email, Account.email.is_not(None))
    )
    reached = or_(pushed.correlate(Person).exists(), mailed.correlate(Person).exists())
    rows = session().execute(
        select(Person.language, func.count(), func.sum(as_hoped(~reached)))
        .join(Relationship, Relationship.person_id == Person.id)
        .where(*looked_after(seat), Person.died_on.is_(None))
        .group_by(Person.language)
    )
    found = dict.fromkeys((*LANGUAGES, ""), (0, 0))
    for language, whole, part in rows:
        key = language if language in LANGUAGES else ""
        found[key] = (found[key][0] + part, found[key][1] + whole)
    return {key: Count(part, whole, part, whole - part) for key, (part, whole) in found.items()}
