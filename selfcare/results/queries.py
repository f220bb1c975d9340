"""Reading results. What the person may not see yet leaves here without its content, for carers too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.database import session
from selfcare.results.conditions import READS_ALL, is_known, is_open, is_replaced, is_seen
from selfcare.results.models import Report, Result, ResultChoice
from selfcare.results.overviews import (
    PanelReport,
    for_panel,
    for_summary,
    held_for_panel,
    unopened_by_person,
    unopened_count,
    unopened_for_panel,
)
from selfcare.results.report_list import ReportBrief, ToldBy, brief_of, briefs, shows_content
from selfcare.results.report_page import FileBrief, Line, Note, Sheet, file, sheet
from selfcare.results.same_test import Before, OverTime, over_time
from selfcare.web.access import Permit, visible

__all__ = [
    "Before",
    "FileBrief",
    "Line",
    "Note",
    "OverTime",
    "PanelReport",
    "ReportBrief",
    "Sheet",
    "ToldBy",
    "choice",
    "file",
    "for_panel",
    "for_summary",
    "held_for_panel",
    "over_time",
    "place",
    "reports",
    "sheet",
    "shows_content",
    "since",
    "unopened",
    "unopened_by_person",
    "unopened_count",
    "unopened_for_panel",
]


@dataclass(frozen=True)
class Chosen:
    """The person's standing choice, with the version a form is filled from."""

    how: str
    days: tuple[int, ...]
    version: int


def reports(permit: Permit, limit: int, before: tuple[datetime, UUID] | None = None) -> list[ReportBrief]:
    """Reports that no correction has replaced, newest taken first, by key. One statement.

    :param before: the `key` of the last one shown.
    """
    query = briefs(permit).where(~is_replaced()).order_by(Report.on_utc.desc(), Report.id.desc()).limit(limit)
    if before:
        query = query.where(tuple_(Report.on_utc, Report.id) < before)
    return _read(permit, query)


def unopened(permit: Permit, limit: int = 50) -> list[ReportBrief]:
    """What the reader can see and has not opened, newest first. For a professional: what the person has not opened, and
    nobody has read to them.
    """
    done = is_known() if permit.role in READS_ALL else is_seen(permit)
    query = (
        briefs(permit)
        .where(is_open(), ~is_replaced(), ~done)
        .order_by(Report.visible_from.desc(), Report.id.desc())
        .limit(limit)
    )
    return _read(permit, query)


def since(permit: Permit, moment: datetime, limit: int = 50) -> list[ReportBrief]:
    """Reports the person has been able to see only since `moment`, newest first."""
    query = (
        briefs(permit)
        .where(is_open(), ~is_replaced(), Report.visible_from >= moment)
        .order_by(Report.visible_from.desc(), Report.id.desc())
        .limit(limit)
    )
    return _read(permit, query)


def choice(permit: Permit) -> Chosen | None:
    """How the person chose to hear about results; None while they chose nothing."""
    row = session().scalars(select(ResultChoice).where(visible(permit, ResultChoice))).first()
    return Chosen(row.how, tuple(row.days), row.version) if row else None


def place(permit: Permit, item_id: UUID) -> tuple[UUID, UUID | None]:
    """Where a report or a result stands: (report, result). :raises NotFound: unknown to this reader."""
    found = session().scalar(select(Report.id).where(visible(permit, Report), Report.id == item_id))
    if found:
        return found, None
    report_id = session().scalar(
        select(Result.report_id).where(visible(permit, Result), Result.id == item_id)
    )
    if report_id is None:
        raise NotFound
    return report_id, item_id


def _read(permit: Permit, query: Select[Any]) -> list[ReportBrief]:
    return [brief_of(permit, row) for row in session().execute(query)]
