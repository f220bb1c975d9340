"""The same test over time: the two values before, and all of them for a chart. Offered through `queries`.

The same test has the same code, or the same name whatever its case, and the same unit. Nothing is converted, and urine
is never put beside blood.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from selfcare.database import session
from selfcare.results.conditions import content_is_open, counts, is_replaced
from selfcare.results.models import Report, Result
from selfcare.web.access import Area, Permit, visible
from selfcare.web.chart import MOST


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
    mark: str  # the laboratory's own status, where the value is not final


def two_before(permit: Permit, result_id: UUID) -> list[Before]:
    """The two earlier values of the same test in the same unit. One statement."""
    query = _same(permit, result_id, earlier=True).limit(2)
    return [_before(*row) for row in session().execute(query)]


def series(permit: Permit, result_id: UUID) -> tuple[list[Before], int]:
    """The newest 200 values of the same test in the same unit, newest first, and how many there are. One statement."""
    query = _same(permit, result_id).add_columns(func.count().over()).limit(MOST)
    rows = session().execute(query).all()
    return [_before(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def _alike(found: Any, this: Any, of_found: Any, of_this: Any) -> ColumnElement[bool]:
    code = and_(this.code_key.is_not(None), found.code_key == this.code_key)
    return and_(
        or_(found.name_key == this.name_key, code),
        found.unit_key == this.unit_key,
        (of_found.kind == "urine") == (of_this.kind == "urine"),
    )


def _same(permit: Permit, result_id: UUID, *, earlier: bool = False) -> Any:
    permit.require(Area.RESULTS)
    this, of = aliased(Result), aliased(Report)
    query = (
        select(Result, Report)
        .join(Report, and_(Report.person_id == Result.person_id, Report.id == Result.report_id))
        .join(this, and_(this.person_id == Result.person_id, this.id == result_id))
        .join(of, and_(of.person_id == this.person_id, of.id == this.report_id))
        .where(
            visible(permit, Result),
            visible(permit, Report),
            _alike(Result, this, Report, of),
            Result.value != "",
            Report.void_at.is_(None),
            ~is_replaced(),
            content_is_open(permit),
            counts(),
        )
        .order_by(Report.on_utc.desc(), Result.id)
    )
    return query.where(Report.on_utc < of.on_utc) if earlier else query


def _before(found: Result, report: Report) -> Before:
    drawn = found.value_kind == "number" and not found.comparator
    return Before(
        report_id=report.id,
        result_id=found.id,
        taken_wall=found.taken_wall or report.taken_wall,
        on_utc=report.on_utc,
        value=found.value,
        range_text=found.range_text,
        flag=found.flag,
        laboratory=report.laboratory,
        number=found.number if drawn else None,
        mark=report.status,
    )
