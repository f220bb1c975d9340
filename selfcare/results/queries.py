"""Reading results. What the person may not see yet leaves here without its content, for carers too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.results.conditions import (
    STAFF,
    content_is_open,
    is_open,
    is_replaced,
    is_seen,
    of_report,
    seen_row,
)
from selfcare.results.models import Report, ReportHold, ReportNote, ReportSeen, Result, ResultChoice
from selfcare.results.overviews import PanelReport, for_panel, for_summary, held_for_panel, unopened_for_panel
from selfcare.web.access import Area, Permit, visible

__all__ = [
    "PanelReport",
    "ReportBrief",
    "Sheet",
    "choice",
    "for_panel",
    "for_summary",
    "held_for_panel",
    "place",
    "reports",
    "sheet",
    "since",
    "two_before",
    "unopened",
    "unopened_for_panel",
]

MOST_RESULTS = 1000


@dataclass(frozen=True)
class ReportBrief:
    """One report in a list. `count`, `laboratory` and `status` are empty while the reader may not see its content.

    `seen_at`: opened by the reader; for a professional, opened by the person themself. Instants are UTC, walls local.
    """

    id: UUID
    title: str
    laboratory: str
    taken_wall: datetime | None
    issued_wall: datetime | None
    status: str
    count: int
    visible_from: datetime
    held_until: datetime | None
    is_visible: bool
    seen_at: datetime | None
    replaces_id: UUID | None
    replaced: bool
    noted: bool
    waits_for: str
    filed_at: datetime
    void_at: datetime | None
    sooner_at: datetime | None
    on_utc: datetime
    taken_to_the_day: bool

    @property
    def key(self) -> tuple[datetime, UUID]:
        """Where the list goes on after this one."""
        return self.on_utc, self.id


@dataclass(frozen=True)
class Line:
    """One result of a report, word for word."""

    id: UUID
    name: str
    value: str
    unit: str
    range_text: str
    flag: str
    note: str
    absent_reason: str
    within_id: UUID | None
    value_kind: str


@dataclass(frozen=True)
class Note:
    """Plain words of a professional. `result_id`: about this result; None: about the whole report."""

    id: UUID
    result_id: UUID | None
    text: str
    name: str
    title: str
    at: datetime
    version: int


@dataclass(frozen=True)
class Hold:
    """The hold that counts."""

    reason: str
    name: str
    title: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Sheet:
    """A report whole. Without its content (`content` False) where the reader may not see it yet."""

    brief: ReportBrief
    content: bool
    kind: str
    specimen: str
    conclusion: str
    source: str
    typed_by: str
    typed_title: str
    latest_at: datetime
    results: tuple[Line, ...]
    notes: dict[UUID | None, Note]
    hold: Hold | None
    replaced_by: UUID | None
    sooner_name: str | None
    void_name: str | None
    void_reason: str | None

    @property
    def id(self) -> UUID:
        return self.brief.id


@dataclass(frozen=True)
class Before:
    """An earlier value of the same test in the same unit."""

    report_id: UUID
    result_id: UUID
    taken_wall: datetime | None
    on_utc: datetime
    value: str
    range_text: str
    flag: str


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
    query = (
        _briefs(permit).where(~is_replaced()).order_by(Report.on_utc.desc(), Report.id.desc()).limit(limit)
    )
    if before:
        query = query.where(tuple_(Report.on_utc, Report.id) < before)
    return _read(permit, query)


def unopened(permit: Permit, limit: int = 50) -> list[ReportBrief]:
    """What the reader can see and has not opened (for a professional: the person has not), newest first."""
    query = (
        _briefs(permit)
        .where(is_open(), ~is_replaced(), ~is_seen(permit))
        .order_by(Report.visible_from.desc(), Report.id.desc())
        .limit(limit)
    )
    return _read(permit, query)


def since(permit: Permit, moment: datetime, limit: int = 50) -> list[ReportBrief]:
    """Reports the person has been able to see only since `moment`, newest first."""
    query = (
        _briefs(permit)
        .where(is_open(), ~is_replaced(), Report.visible_from >= moment)
        .order_by(Report.visible_from.desc(), Report.id.desc())
        .limit(limit)
    )
    return _read(permit, query)


def sheet(permit: Permit, report_id: UUID, only: UUID | None = None) -> Sheet:
    """A report with its results (only one of them, where `only` is given). Three statements at the most.

    :raises NotFound: no such report, or none this reader may know of; or no such result the reader may see.
    """
    row = session().execute(_briefs(permit).where(Report.id == report_id)).first()
    if row is None:
        raise NotFound
    report: Report = row[0]
    brief = _brief(permit, row)
    content = shows_content(permit, report)
    lines: list[Line] = []
    notes: dict[UUID | None, Note] = {}
    if content:
        query = (
            select(Result)
            .where(visible(permit, Result), Result.report_id == report_id)
            .order_by(Result.place)
        )
        if only:
            query = query.where(Result.id == only)
        lines = [_line(found) for found in session().scalars(query.limit(MOST_RESULTS))]
        found_notes = session().scalars(
            select(ReportNote)
            .where(visible(permit, ReportNote), ReportNote.report_id == report_id)
            .order_by(ReportNote.entered_at.desc(), ReportNote.id)
            .limit(MOST_RESULTS)
        )
        notes = {note.result_id: _note(note) for note in found_notes}
    if only and not lines:
        raise NotFound
    hold = row.ReportHold
    return Sheet(
        brief=brief,
        content=content,
        kind=report.kind,
        specimen=report.specimen if content else "",
        conclusion=report.conclusion if content else "",
        source=report.source,
        typed_by=report.entered_name,
        typed_title=report.typed_title,
        latest_at=report.latest_at,
        results=tuple(lines),
        notes=notes,
        hold=Hold(hold.reason, hold.entered_name, hold.title, hold.entered_at, hold.until)
        if hold and brief.held_until
        else None,
        replaced_by=row.replaced_by,
        sooner_name=report.sooner_name,
        void_name=report.void_name,
        void_reason=report.void_reason,
    )


def two_before(permit: Permit, result_id: UUID) -> list[Before]:
    """The two earlier values of the same test (same code, or same name whatever its case) in the same unit."""
    this, of = aliased(Result), aliased(Report)
    same = or_(
        Result.name_key == this.name_key, and_(this.code_key.is_not(None), Result.code_key == this.code_key)
    )
    rows = session().execute(
        select(Result, Report.taken_wall, Report.on_utc)
        .join(Report, and_(Report.person_id == Result.person_id, Report.id == Result.report_id))
        .join(this, and_(this.person_id == Result.person_id, this.id == result_id))
        .join(of, and_(of.person_id == this.person_id, of.id == this.report_id))
        .where(
            visible(permit, Result),
            visible(permit, Report),
            same,
            Result.unit_key == this.unit_key,
            Result.value != "",
            Report.on_utc < of.on_utc,
            Report.void_at.is_(None),
            ~is_replaced(),
            content_is_open(permit),
        )
        .order_by(Report.on_utc.desc(), Result.id)
        .limit(2)
    )
    return [
        Before(found.report_id, found.id, wall, on_utc, found.value, found.range_text, found.flag)
        for found, wall, on_utc in rows
    ]


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


def shows_content(permit: Permit, report: Report) -> bool:
    """Whether this reader may see more of a report than that it exists."""
    return permit.role in STAFF or (report.void_at is None and report.visible_from <= now())


def _briefs(permit: Permit) -> Select[Any]:
    """Reports this reader may know of, each with what a list says about it."""
    permit.require(Area.RESULTS)
    newer = aliased(Report)
    query = (
        select(
            Report,
            ReportHold,
            select(func.count())
            .where(Result.person_id == Report.person_id, Result.report_id == Report.id)
            .scalar_subquery()
            .label("count"),
            select(func.min(ReportSeen.at))
            .where(of_report(ReportSeen), seen_row(permit))
            .scalar_subquery()
            .label("seen_at"),
            exists().where(of_report(ReportNote), ReportNote.removed_at.is_(None)).label("noted"),
            select(newer.id)
            .where(
                newer.person_id == Report.person_id, newer.replaces_id == Report.id, newer.void_at.is_(None)
            )
            .limit(1)
            .scalar_subquery()
            .label("replaced_by"),
        )
        .outerjoin(ReportHold, and_(of_report(ReportHold), ReportHold.ended_at.is_(None)))
        .where(visible(permit, Report))
    )
    if permit.role not in STAFF:
        # One entered in error before the person could see it was never there for them.
        query = query.where(or_(Report.void_at.is_(None), Report.void_at >= Report.visible_from))
    return query


def _read(permit: Permit, query: Select[Any]) -> list[ReportBrief]:
    return [_brief(permit, row) for row in session().execute(query)]


def _brief(permit: Permit, row: Any) -> ReportBrief:
    report, hold, moment = row.Report, row.ReportHold, now()
    content = shows_content(permit, report)
    is_visible = report.visible_from <= moment
    return ReportBrief(
        id=report.id,
        title=report.asked_for,
        laboratory=report.laboratory if content else "",
        taken_wall=report.taken_wall,
        issued_wall=report.issued_wall if content else None,
        status=report.status if content else "",
        count=row.count if content else 0,
        visible_from=report.visible_from,
        held_until=hold.until if hold and hold.until > moment and not is_visible else None,
        is_visible=is_visible,
        seen_at=row.seen_at,
        replaces_id=report.replaces_id,
        replaced=row.replaced_by is not None,
        noted=bool(row.noted) and content,
        waits_for=report.waits_for,
        filed_at=report.filed_at,
        void_at=report.void_at,
        sooner_at=report.sooner_at,
        on_utc=report.on_utc,
        taken_to_the_day=report.taken_to_the_day,
    )


def _line(row: Result) -> Line:
    return Line(
        id=row.id,
        name=row.name,
        value=row.value,
        unit=row.unit,
        range_text=row.range_text,
        flag=row.flag,
        note=row.note,
        absent_reason=row.absent_reason,
        within_id=row.within_id,
        value_kind=row.value_kind,
    )


def _note(row: ReportNote) -> Note:
    name = row.changed_name or row.entered_name
    return Note(
        row.id, row.result_id, row.text, name, row.title, row.changed_at or row.entered_at, row.version
    )
