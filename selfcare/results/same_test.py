"""The same test over time: the two values before, and all of them for a chart. Offered through `queries`.

What is the same test is said in `test_identity`: nothing is converted, and what is not certain is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import aliased

from selfcare.database import session
from selfcare.results.conditions import content_is_open, counts, is_replaced, stands
from selfcare.results.models import Report, Result
from selfcare.results.signs import in_line, readable
from selfcare.results.test_identity import is_same
from selfcare.web.access import Area, Permit, visible
from selfcare.web.chart import MOST

# The most values of a name or code that are read to find the same test among them.
MOST_READ = 2000


@dataclass(frozen=True)
class Before:
    """A value of the same test in the same unit. `number`: what can be drawn; None for words and after a comparator."""

    report_id: UUID
    result_id: UUID
    taken_wall: datetime | None
    on_utc: datetime
    value: str
    range_text: str
    flag: str
    laboratory: str
    number: Decimal | None
    mark: str  # how it stands, see conditions.stands
    kind: str


def two_before(permit: Permit, result_id: UUID) -> list[Before]:
    """The two earlier values of the same test in the same unit. One statement."""
    return [_before(row, of) for row, of, since in _same(permit, result_id) if row.on_utc < since][:2]


def series(permit: Permit, result_id: UUID) -> tuple[list[Before], int]:
    """The newest 200 values of the same test in the same unit, newest first, and how many there are. One statement."""
    found = _same(permit, result_id)
    return [_before(row, of) for row, of, _ in found[:MOST]], len(found)


def has_doubtful(permit: Permit, result_id: UUID, *, earlier: bool) -> bool:
    """Whether a value that has its name or code, and its unit, may still be of another test. One statement.

    :param earlier: of those that were there before it alone.
    """
    return any(
        of.id != this.report_id and not is_same(row, this) and (row.on_utc < this.on_utc or not earlier)
        for row, of, this in _alike(permit, result_id)
    )


def _same(permit: Permit, result_id: UUID) -> list[tuple[Result, Report, datetime]]:
    """Every value that is certainly of the same test, newest first, with its report and the time of this one."""
    found = _alike(permit, result_id)
    return [(row, of, this.on_utc) for row, of, this in found if row.id == this.id or is_same(row, this)]


def _alike(permit: Permit, result_id: UUID) -> Sequence[Row[Result, Report, Result]]:
    """Every value with its name or code, in its unit, newest first, with its report and the result itself."""
    permit.require(Area.RESULTS)
    this = aliased(Result)
    named = or_(
        Result.name_key == this.name_key, and_(this.code_key.is_not(None), Result.code_key == this.code_key)
    )
    query = (
        select(Result, Report, this)
        .join(Report, and_(Report.person_id == Result.person_id, Report.id == Result.report_id))
        .join(this, and_(this.person_id == Result.person_id, this.id == result_id))
        .where(
            visible(permit, Result),
            visible(permit, Report),
            named,
            Result.unit_key == this.unit_key,
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
    drawn = found.value_kind == "number" and not found.comparator
    return Before(
        report_id=report.id,
        result_id=found.id,
        taken_wall=found.taken_wall or report.taken_wall,
        on_utc=found.on_utc,
        value=readable(found.value),
        range_text=readable(found.range_text),
        flag=in_line(found.flag),
        laboratory=in_line(report.laboratory),
        number=found.number if drawn else None,
        mark=stands(found.status, report.status),
        kind=found.value_kind,
    )
