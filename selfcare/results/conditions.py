"""SQL conditions that the queries of this room share."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, true

from selfcare.database import now
from selfcare.results.models import ReadOut, Report, ReportFile, ReportSeen, Result
from selfcare.web.access import Permit, Role
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_newer = shared_alias(Report)

# What professionals (and the app on their behalf) read is never hidden from them.
READS_ALL = (Role.PROFESSIONAL, Role.SYSTEM)

# The status, of a result or of its whole report, with which it says nothing any more: it is neither drawn nor one of
# the two before.
NOT_COUNTED = ("entered-in-error", "cancelled")

# The status with which the laboratory may still change what it sent.
NOT_FINAL = ("registered", "partial", "preliminary")


def of_report(table: Any) -> ColumnElement[bool]:
    """Rows of `table` that belong to the report."""
    return and_(table.person_id == Report.person_id, table.report_id == Report.id)


def is_replaced() -> ColumnElement[bool]:
    """A correction stands in the report's place. One entered in error replaces nothing."""
    return exists().where(
        _newer.person_id == Report.person_id, _newer.replaces_id == Report.id, _newer.void_at.is_(None)
    )


def is_begun(report: Any = Report) -> ColumnElement[bool]:
    """The laboratory said no more than that a test was begun. :param report: Report, or an alias of it."""
    within = (
        exists().where(table.person_id == report.person_id, table.report_id == report.id)
        for table in (Result, ReportFile)
    )
    says = or_(report.conclusion != "", report.note != "", *within)
    return and_(report.status.in_(NOT_FINAL), ~says)


def counts() -> ColumnElement[bool]:
    """The laboratory stands by the result, and by its report."""
    return and_(
        or_(Result.status.is_(None), Result.status.not_in(NOT_COUNTED)), Report.status.not_in(NOT_COUNTED)
    )


def stands(status: str | None, report_status: str) -> str:
    """How a result stands: its own status counts, where it has one. What its report lost it lost too; and one that is
    final may be what was corrected in its report.
    """
    if report_status in NOT_COUNTED or (status == "final" and report_status in ("amended", "corrected")):
        return report_status
    return status or report_status


def was_there(permit: Permit) -> ColumnElement[bool]:
    """The reader may know of it: one entered in error before the person could see it was never there for them."""
    if permit.role in READS_ALL:
        return true()
    return or_(Report.void_at.is_(None), Report.void_at >= Report.visible_from)


def is_open() -> ColumnElement[bool]:
    """The person can see the report's content now."""
    return and_(Report.visible_from <= now(), Report.void_at.is_(None))


def content_is_open(permit: Permit) -> ColumnElement[bool]:
    """The reader can see the report's content now."""
    return true() if permit.role in READS_ALL else is_open()


def seen_row(permit: Permit | None) -> ColumnElement[bool]:
    """The row that says who opened it: the reader's own; for professionals, the person's own and nobody else's."""
    if permit is None or permit.role in READS_ALL:
        return ReportSeen.role == Role.SELF.value
    return ReportSeen.account_id == permit.account_id


def is_seen(permit: Permit | None) -> ColumnElement[bool]:
    """Opened by the reader, or there before they could see anything: to a new helper old results are not new."""
    opened = exists().where(of_report(ReportSeen), seen_row(permit))
    if permit is None or permit.since is None:
        return opened
    return or_(opened, Report.visible_from < permit.since)


def stands_read_out() -> ColumnElement[bool]:
    """The row that says that it was read out to the person."""
    return and_(of_report(ReadOut), ReadOut.removed_at.is_(None))


def is_known() -> ColumnElement[bool]:
    """The person has opened it, or it was read out to them: nobody waits for them to look."""
    # Of the report outside: left to itself, one that stands in a query that joins both would have no table of its own.
    return or_(is_seen(None), exists().where(stands_read_out()).correlate(Report))
