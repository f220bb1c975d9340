"""The same test over time: the two values before, and all of them for a chart. Offered through `queries`.

What is the same test is said in `test_identity`: nothing is converted, and what is not certain is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, and_, or_, select

from selfcare.database import session
from selfcare.results.conditions import content_is_open, counts, is_replaced, stands
from selfcare.results.models import Report, Result
from selfcare.results.signs import in_line, readable
from selfcare.results.test_identity import is_same
from selfcare.web.access import Area, Permit, visible
from selfcare.web.alias import shared_alias
from selfcare.web.chart import MOST

# Made once: a statement that makes one anew makes all of its columns anew.
_this = shared_alias(Result)

# The most values of a name or code that are read to find the same test among them.
MOST_READ = 2000


@dataclass(frozen=True)
class Before:
    """A value of the same test in the same unit. `number`: what can be drawn; None for words and after a comparator."""

    report_id: UUID
    result_id: UUID
    taken_wall: datetime | None
    until_wall: datetime | None
    on_utc: datetime
    value: str
    range_text: str
    flag: str
    laboratory: str
    number: Decimal | None
    mark: str  # how it stands, see conditions.stands
    kind: str


@dataclass(frozen=True)
class OverTime:
    """A test over time: its newest values, newest first, of how many there are; and the two before the one asked for.

    doubtful, doubtful_before: a value that has its name or code, and its unit, may still be of another test: any, or
    one that was there before.
    """

    points: list[Before]
    total: int
    before: list[Before]
    doubtful: bool
    doubtful_before: bool


def over_time(permit: Permit, result_id: UUID) -> OverTime:
    """The values that are certainly of the same test as this one, in the same unit. One statement."""
    alike = _alike(permit, result_id)
    same = [(row, of, this) for row, of, this in alike if row.id == this.id or is_same(row, this)]
    known = {row.id for row, _, _ in same}
    doubtful = [(row, this) for row, of, this in alike if row.id not in known and of.id != this.report_id]
    return OverTime(
        points=[_before(row, of) for row, of, _ in same[:MOST]],
        total=len(same),
        before=[_before(row, of) for row, of, this in same if row.on_utc < this.on_utc][:2],
        doubtful=bool(doubtful),
        doubtful_before=any(row.on_utc < this.on_utc for row, this in doubtful),
    )


def _alike(permit: Permit, result_id: UUID) -> Sequence[Row[Result, Report, Result]]:
    """Every value with its name or code, in its unit, newest first, with its report and the result itself."""
    permit.require(Area.RESULTS)
    named = or_(
        Result.name_key == _this.name_key,
        and_(_this.code_key.is_not(None), Result.code_key == _this.code_key),
    )
    query = (
        select(Result, Report, _this)
        .join(Report, and_(Report.person_id == Result.person_id, Report.id == Result.report_id))
        .join(_this, and_(_this.person_id == Result.person_id, _this.id == result_id))
        .where(
            visible(permit, Result),
            visible(permit, Report),
            named,
            Result.unit_key == _this.unit_key,
            Result.value != "",
            Report.void_at.is_(None),
            content_is_open(permit),
            counts(),
            ~is_replaced(),
        )
        .order_by(Result.on_utc.desc(), Result.id)
        .limit(MOST_READ)
    )
    return session().execute(query).all()


def _before(found: Result, report: Report) -> Before:
    said = found if found.taken_wall or found.until_wall else report
    drawn = found.value_kind == "number" and not found.comparator
    return Before(
        report_id=report.id,
        result_id=found.id,
        taken_wall=said.taken_wall,
        until_wall=said.until_wall,
        on_utc=found.on_utc,
        value=readable(found.value),
        range_text=readable(found.range_text),
        flag=in_line(found.flag),
        laboratory=in_line(report.laboratory),
        number=found.number if drawn else None,
        mark=stands(found.status, report.status),
        kind=found.value_kind,
    )
