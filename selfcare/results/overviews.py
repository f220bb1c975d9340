"""Results of many people at once, and results for the summary. Offered through `queries`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, case, func, or_, select

from selfcare.database import now, session
from selfcare.results.conditions import NOT_COUNTED, counts, is_known, is_open, is_replaced, of_report, stands
from selfcare.results.models import Report, ReportHold, Result
from selfcare.results.sent import Sent, columns
from selfcare.results.signs import in_line, readable
from selfcare.results.test_identity import is_same
from selfcare.web.access import Area, Panel, Permit, shareable, visible_to_panel

MOST_REPORTS = 50
# How many earlier values of one test are read to find the two before each.
MOST_BEFORE = MOST_REPORTS + 2


@dataclass(frozen=True)
class PanelReport:
    """A report on the key contact's list: not opened by the person yet, or not visible to them yet."""

    person_id: UUID
    id: UUID
    title: str
    laboratory: str
    taken_wall: datetime | None
    filed_at: datetime
    visible_from: datetime
    latest_at: datetime
    is_visible: bool
    held_until: datetime | None
    waits_for: str
    sooner_at: datetime | None


def unopened_for_panel(panel: Panel) -> dict[UUID, tuple[int, datetime]]:
    """Visible reports the person has not opened: how many, and since when the oldest waits. One statement."""
    return {person: (count, since) for person, count, since in session().execute(unopened_by_person(panel))}


def unopened_by_person(panel: Panel) -> Select[UUID, int, datetime]:
    """The same, to stand in a statement with others of its shape: person, how many, since when."""
    return (
        select(Report.person_id, func.count().label("count"), func.min(Report.visible_from).label("since"))
        .where(visible_to_panel(panel, Area.RESULTS, Report), is_open(), ~is_replaced(), ~is_known())
        .group_by(Report.person_id)
    )


def unopened_count(panel: Panel) -> ScalarSelect[int]:
    """How many visible reports the people of a panel have not opened, to stand in a statement with other counts."""
    return (
        select(func.count())
        .select_from(Report)
        .where(visible_to_panel(panel, Area.RESULTS, Report), is_open(), ~is_replaced(), ~is_known())
        .scalar_subquery()
    )


def held_for_panel(panel: Panel) -> dict[UUID, tuple[int, datetime]]:
    """Reports on hold: how many, and when the first of them becomes visible. One statement."""
    rows = session().execute(
        select(Report.person_id, func.count(), func.min(Report.visible_from))
        .join(
            ReportHold, and_(of_report(ReportHold), ReportHold.ended_at.is_(None), ReportHold.until > now())
        )
        .where(
            visible_to_panel(panel, Area.RESULTS, Report),
            Report.visible_from > now(),
            Report.void_at.is_(None),
            ~is_replaced(),
        )
        .group_by(Report.person_id)
    )
    return {person: (count, first) for person, count, first in rows}


def for_panel(panel: Panel, limit: int = 200) -> list[PanelReport]:
    """Reports the people of a panel cannot see yet, then those they have not opened; the longest on file first.

    What waits to be shown comes first, so that no number of unopened ones can push it off the list. One statement.
    """
    moment = now()
    query = (
        select(Report, ReportHold)
        .outerjoin(ReportHold, and_(of_report(ReportHold), ReportHold.ended_at.is_(None)))
        .where(
            visible_to_panel(panel, Area.RESULTS, Report),
            Report.void_at.is_(None),
            ~is_replaced(),
            ~is_known(),
        )
        .order_by(case((Report.visible_from > moment, 0), else_=1), Report.filed_at, Report.id)
        .limit(limit)
    )
    found = []
    for row in session().execute(query):
        report, held = row.Report, row.ReportHold
        is_visible = report.visible_from <= moment
        found.append(
            PanelReport(
                person_id=report.person_id,
                id=report.id,
                title=in_line(report.asked_for),
                laboratory=in_line(report.laboratory),
                taken_wall=report.taken_wall,
                filed_at=report.filed_at,
                visible_from=report.visible_from,
                latest_at=report.latest_at,
                is_visible=is_visible,
                held_until=held.until if held and held.until > moment and not is_visible else None,
                waits_for=report.waits_for,
                sooner_at=report.sooner_at,
            )
        )
    return found


def for_summary(permit: Permit, since: date) -> list[dict[str, Any]]:
    """What a shared summary says about results: the newest 50 reports that the person can see only since a day,
    whenever they were taken.

    :returns: JSON-able: title, taken and until (ISO wall times or None), laboratory, status, source, typed_by,
        typed_over, specimen, conclusion, note, more (older ones are left out; said at the last), results in the
        laboratory's order, each as `Sent.as_json`, with `group` (the name of what it stands in, or None) and `before`,
        the two values before. Groups of which nothing is said are left out. Three statements.
    """
    permit.require(Area.RESULTS)
    start = datetime.combine(since, time(), permit.zone).astimezone(UTC)
    reports = list(
        session().scalars(
            select(Report)
            .where(shareable(permit, Report), is_open(), ~is_replaced(), Report.visible_from >= start)
            .order_by(Report.on_utc.desc(), Report.id.desc())
            .limit(MOST_REPORTS + 1)
        )
    )
    more = len(reports) > MOST_REPORTS
    reports = reports[:MOST_REPORTS]
    if not reports:
        return []
    lines = list(
        session().scalars(
            select(Result)
            .where(shareable(permit, Result), Result.report_id.in_([report.id for report in reports]))
            .order_by(Result.place)
        )
    )
    by_report: dict[UUID, list[Result]] = {}
    for line in lines:
        by_report.setdefault(line.report_id, []).append(line)
    names = {line.id: in_line(line.name) for line in lines}
    history = _history(permit, lines)
    return [
        {
            "id": str(report.id),
            "title": in_line(report.asked_for),
            "taken": report.taken_wall.isoformat() if report.taken_wall else None,
            "taken_to_the_day": report.taken_to_the_day,
            "until": report.until_wall.isoformat() if report.until_wall else None,
            "until_to_the_day": report.until_to_the_day,
            "laboratory": in_line(report.laboratory),
            "status": report.status,
            "source": report.source,
            "typed_by": report.entered_name if report.source == "typed" else None,
            "typed_over": report.typed_over,
            "specimen": in_line(report.specimen),
            "conclusion": readable(report.conclusion),
            "note": readable(report.note),
            "more": more and report is reports[-1],
            "results": [
                {
                    **_sent(line).as_json(),
                    "group": names.get(line.within_id) if line.within_id else None,
                    "before": _before(line, report, history),
                }
                for line in by_report.get(report.id, [])
                if _sent(line).tells
            ],
        }
        for report in reports
    ]


def _sent(line: Result) -> Sent:
    """What a summary says of a result. It goes to others, so one that was taken back says nothing."""
    sent = Sent(**columns(line))
    return sent.emptied() if sent.in_error else sent


History = list[tuple[Result, Report]]


def _history(permit: Permit, lines: list[Result]) -> History:
    """Every visible value of the tests in `lines`, newest first, bounded per test and unit."""
    names = {line.name_key for line in lines}
    codes = {line.code_key for line in lines if line.code_key}
    rank = func.row_number().over(
        partition_by=(Result.name_key, Result.code_key, Result.unit_key),
        order_by=(Result.on_utc.desc(), Result.id),
    )
    ranked = (
        select(Result.id.label("id"), rank.label("rank"))
        .join(Report, and_(Report.person_id == Result.person_id, Report.id == Result.report_id))
        .where(
            shareable(permit, Result),
            shareable(permit, Report),
            is_open(),
            ~is_replaced(),
            counts(),
            Result.value != "",
            or_(Result.name_key.in_(names), Result.code_key.in_(codes)),
        )
        .subquery()
    )
    rows = session().execute(
        select(Result, Report)
        .join(ranked, ranked.c.id == Result.id)
        .join(Report, and_(Report.person_id == Result.person_id, Report.id == Result.report_id))
        .where(Result.person_id == permit.person_id, ranked.c.rank <= MOST_BEFORE)
        .order_by(Result.on_utc.desc(), Result.id)
    )
    return [(row, report) for row, report in rows]


def _before(line: Result, of: Report, history: History) -> list[dict[str, str]]:
    """The same rule as in `series`: the values of the two before, as they are kept, and how they stand."""
    if not line.value or stands(line.status, of.status) in NOT_COUNTED:
        return []
    same = [
        {
            "report": str(report.id),
            "kind": row.value_kind,
            "value": readable(row.value),
            "status": stands(row.status, report.status),
        }
        for row, report in history
        if row.on_utc < line.on_utc and is_same(row, line)
    ]
    return same[:2]
