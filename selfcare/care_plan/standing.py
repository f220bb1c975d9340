"""Queries: where a plan stands, in one row, for pages that are about more than the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.queries import COUNTS, speaks, suggests_still
from selfcare.care_plan.states import Side, State
from selfcare.database import session
from selfcare.web.access import Permit, visible


@dataclass(frozen=True)
class Standing:
    """Where a plan stands, for one reader: how many changes wait for their yes, how many for the person's, when it was
    agreed last, and the day to look again."""

    asked: int
    waiting: int
    agreed_at: datetime | None
    again: date | None
    today: date

    @property
    def due(self) -> bool:
        return self.again is not None and self.again <= self.today


def standing(permit: Permit) -> Standing:
    """Where the plan stands, for the reader. One statement, and one more for a carer."""
    return standing_of(permit, session().execute(standing_read(permit)).one())


def standing_read(permit: Permit) -> Select[*tuple[Any, ...]]:
    """The one row that `standing_of` takes, to be read alone or beside others."""
    open_, counts = (
        and_(PlanChange.state == State.SUGGESTED, suggests_still()),
        and_(COUNTS, PlanChange.drops.is_(False)),
    )
    mine, theirs = (and_(open_, PlanChange.waits_for == side) for side in (speaks(permit), Side.PERSON))
    again = and_(counts, PlanChange.part == "again")
    return select(
        func.sum(case((mine, 1), else_=0)).label("asked"),
        func.sum(case((theirs, 1), else_=0)).label("waiting"),
        func.max(case((COUNTS, PlanChange.ended_at))).label("agreed_at"),
        func.max(case((again, PlanChange.until))).label("again"),
    ).where(visible(permit, PlanChange))


def standing_of(permit: Permit, row: Sequence[Any]) -> Standing:
    asked, waiting, agreed_at, until = row
    if permit.subject.died_on is not None:  # nothing is asked of anybody any more
        asked, waiting, until = 0, 0, None
    return Standing(asked or 0, waiting or 0, agreed_at, until, permit.today())
