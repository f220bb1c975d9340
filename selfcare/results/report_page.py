"""A report whole: the laboratory's words, what stands beside them, its files. Offered through `queries`.

Nothing of a report's content leaves here before the reader may see it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import undefer
from werkzeug.exceptions import NotFound

from selfcare.database import session
from selfcare.information import queries as information
from selfcare.information import team_list
from selfcare.information.queries import Hung, Page
from selfcare.information.team_list import Listed
from selfcare.own_view import queries as own_view
from selfcare.own_view.models import OwnView
from selfcare.own_view.queries import View
from selfcare.results import conditions, result_groups
from selfcare.results.conditions import READS_ALL, content_is_open
from selfcare.results.models import Report, ReportFile, ReportLink, ReportNote, Result
from selfcare.results.report_list import ReportBrief, brief_of, briefs, shows_content
from selfcare.results.sent import Sent, columns
from selfcare.results.signs import in_line, readable
from selfcare.web.access import Area, Permit, visible

# The most results of a report that one page shows; further ones stand on further pages.
MOST_RESULTS = 1000
MOST_BESIDE = 200
NOTE_KIND = "report_note"  # as own views know it


@dataclass(frozen=True)
class Line(Sent):
    """One result of a report."""

    id: UUID
    within_id: UUID | None
    name_key: str
    code_key: str | None
    on_utc: datetime


@dataclass(frozen=True)
class Note:
    """Plain words of a professional. `result_id`: about this result; None: about the whole report.

    `texts`: where it is one of the team's sentences, by language, as it stood when it was attached.
    """

    id: UUID
    result_id: UUID | None
    text: str
    name: str
    title: str
    at: datetime
    version: int
    texts: dict[str, str]
    view: View | None = None  # what the person says beside it

    def said(self, language: str) -> tuple[str, str | None]:
        """The words for a reader of `language`, and the language they are in (None: nobody said)."""
        if language in self.texts:
            return self.texts[language], language
        written = next((code for code, text in self.texts.items() if text == self.text), None)
        return self.text, written


@dataclass(frozen=True)
class Hold:
    """The hold that counts. `goes_on`: it was put on a version before this one."""

    reason: str
    name: str
    title: str
    since: datetime
    until: datetime
    goes_on: bool
    id: UUID


@dataclass(frozen=True)
class FileBrief:
    """A file that came with a report. `size` in bytes."""

    id: UUID
    title: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Sheet:
    """A report whole. Without its content (`content` False) where the reader may not see it yet."""

    brief: ReportBrief
    content: bool
    kind: str
    specimen: str
    conclusion: str
    note: str
    source: str
    typed_by: str
    typed_title: str
    latest_at: datetime
    results: tuple[Line, ...]
    start: int
    total: int
    notes: dict[UUID | None, Note]
    files: tuple[FileBrief, ...]
    links: tuple[Page, ...]
    by_test: tuple[Listed, ...]  # of the team's list: what stands beside each result of a test
    hold: Hold | None
    replaced_by: UUID | None
    corrected_by_hand: bool  # by what was typed, not by the laboratory
    typed_over: dict[str, str] | None
    sooner_by: UUID | None
    sooner_name: str | None
    void_name: str | None
    void_by_lab: bool
    void_reason: str | None

    @property
    def id(self) -> UUID:
        return self.brief.id

    @property
    def next_start(self) -> int | None:
        """Where its next page of results begins; None where this is the last."""
        return self.start + MOST_RESULTS if self.start + MOST_RESULTS < self.total else None

    @property
    def groups(self) -> list[result_groups.Group[Line]]:
        """The results as the laboratory grouped them."""
        return result_groups.grouped(self.results)

    def links_about(self, result_id: UUID | None) -> list[Page]:
        """Links about one result (None: about the whole report): those put there, then the team's for such a test."""
        own = [link for link in self.links if link.about_id == result_id]
        names = [line.name for line in self.results if line.id == result_id or self.total == 1]
        names += [] if result_id else [self.brief.title]
        keys, there = {team_list.test_key(name) for name in names}, {link.url for link in self.links}
        theirs = team_list.about_test(list(self.by_test), keys)
        return own + [information.of_list(one) for one in theirs if one.url not in there]


def sheet(
    permit: Permit, report_id: UUID, only: UUID | None = None, *, beside: bool = True, start: int = 0
) -> Sheet:
    """A report with its results (only one of them, where `only` is given). Six statements at the most, two without
    what stands beside the laboratory's words: notes, links and files. One more on a further page of results.

    :param start: which result the page begins with; the groups it stands in come before it.
    :raises NotFound: no such report, or none this reader may know of; or no such result the reader may see.
    """
    row = session().execute(briefs(permit).where(Report.id == report_id)).first()
    if row is None:
        raise NotFound
    report: Report = row[0]
    brief = brief_of(permit, row)
    content = shows_content(permit, report)
    lines = _lines(permit, report_id, only, start) if content else []
    if only and not lines:
        raise NotFound
    hold = row.ReportHold
    return Sheet(
        brief=brief,
        content=content,
        kind=report.kind,
        specimen=in_line(report.specimen) if content else "",
        conclusion=readable(report.conclusion) if content else "",
        note=readable(report.note) if content else "",
        source=report.source,
        typed_by=report.entered_name,
        typed_title=report.typed_title,
        latest_at=report.latest_at,
        results=tuple(lines),
        start=start,
        total=row.total if content else 0,
        notes=_notes(permit, report_id) if content and beside else {},
        files=_files(permit, report_id) if content and beside and only is None else (),
        links=_links(permit, report_id) if content and beside else (),
        by_test=tuple(one for one in team_list.of_person(permit) if one.test) if content and beside else (),
        hold=Hold(
            hold.reason,
            hold.entered_name,
            hold.title,
            hold.entered_at,
            hold.until,
            hold.entered_at < report.filed_at,
            hold.id,
        )
        if hold and brief.held_until
        else None,
        replaced_by=row.replaced_by,
        corrected_by_hand=row.corrected_by_hand,
        typed_over=report.typed_over if content else None,
        sooner_by=report.sooner_by,
        sooner_name=report.sooner_name,
        void_name=report.void_name,
        void_by_lab=report.void_at is not None and report.void_by is None,
        void_reason=report.void_reason,
    )


def file(permit: Permit, report_id: UUID, file_id: UUID) -> tuple[FileBrief, bytes]:
    """A file with its bytes. One statement.

    :raises NotFound: unknown, or the reader may not see the report's content now.
    """
    permit.require(Area.RESULTS)
    query = (
        select(ReportFile)
        .join(Report, and_(Report.person_id == ReportFile.person_id, Report.id == ReportFile.report_id))
        .where(
            visible(permit, ReportFile),
            visible(permit, Report),
            ReportFile.report_id == report_id,
            ReportFile.id == file_id,
            content_is_open(permit),
        )
        .options(undefer(ReportFile.body))
    )
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return FileBrief(found.id, found.title, found.content_type, found.size), found.body


def _lines(permit: Permit, report_id: UUID, only: UUID | None, start: int) -> list[Line]:
    of_report = select(Result).where(visible(permit, Result), Result.report_id == report_id)
    query = of_report.where(Result.id == only) if only else of_report.where(Result.place >= start)
    found = list(session().scalars(query.order_by(Result.place).limit(MOST_RESULTS)))
    if start and found:
        heads = select(Result.within_id).where(
            visible(permit, Result), Result.report_id == report_id, Result.within_id.is_not(None)
        )
        above = of_report.where(Result.place < start, Result.id.in_(heads))
        known = {row.id: row for row in session().scalars(above)}
        found = sorted(_with_groups(found, known), key=lambda row: row.place)
    return [_line(row, permit.role in READS_ALL) for row in found]


def _with_groups(rows: list[Result], known: dict[UUID, Result]) -> list[Result]:
    """The rows, and those of `known` that they stand in."""
    needed: dict[UUID, Result] = {}
    for row in rows:
        step = known.get(row.within_id) if row.within_id else None
        while step is not None and step.id not in needed:
            needed[step.id] = step
            step = known.get(step.within_id) if step.within_id else None
    return [*needed.values(), *rows]


def left_alone(permit: Permit, report_id: UUID) -> list[OwnView]:
    """What the person said beside the notes on a report that was entered by mistake. One statement."""
    return list(
        session().scalars(
            select(OwnView)
            .join(ReportNote, own_view.beside(NOTE_KIND, ReportNote))
            .where(visible(permit, OwnView), ReportNote.report_id == report_id)
            .order_by(OwnView.entered_at.desc(), OwnView.id)
            .limit(MOST_RESULTS)
        )
    )


def _notes(permit: Permit, report_id: UUID) -> dict[UUID | None, Note]:
    found = session().execute(
        select(ReportNote, OwnView)
        .outerjoin(OwnView, own_view.beside(NOTE_KIND, ReportNote))
        .where(visible(permit, ReportNote), ReportNote.report_id == report_id)
        .order_by(ReportNote.entered_at.desc(), ReportNote.id)
        .limit(MOST_RESULTS)
    )
    return {note.result_id: _note(note, view) for note, view in found}


def _files(permit: Permit, report_id: UUID) -> tuple[FileBrief, ...]:
    found = session().scalars(
        select(ReportFile)
        .where(visible(permit, ReportFile), ReportFile.report_id == report_id)
        .order_by(ReportFile.place, ReportFile.id)
        .limit(MOST_BESIDE)
    )
    return tuple(FileBrief(row.id, row.title, row.content_type, row.size) for row in found)


def _links(permit: Permit, report_id: UUID) -> tuple[Page, ...]:
    found = session().execute(
        information.with_list(ReportLink)
        .where(visible(permit, ReportLink), ReportLink.report_id == report_id)
        .order_by(ReportLink.entered_at, ReportLink.id)
        .limit(MOST_BESIDE)
    )
    return tuple(information.page(row, row[0].result_id) for row in found)


@information.hangs("results", Area.RESULTS)
def hung(permit: Permit, most: int) -> list[Hung]:
    """The links beside reports that the reader sees the content of, the newest first. One statement."""
    found = (
        information.with_list(ReportLink)
        .add_columns(Report.id, Report.asked_for, Result.name)
        .join(Report, conditions.of_report(ReportLink))
        .outerjoin(Result, and_(Result.person_id == ReportLink.person_id, Result.id == ReportLink.result_id))
        .where(
            visible(permit, ReportLink),
            visible(permit, Report),
            conditions.content_is_open(permit),
            Report.void_at.is_(None),
            ~conditions.is_replaced(),
        )
        .order_by(ReportLink.entered_at.desc(), ReportLink.id.desc())
        .limit(most)
    )
    return [
        Hung(
            information.page(row, row[0].result_id),
            row.name or row.asked_for,
            url_for(
                "results.result", person_id=permit.person_id, report_id=row.id, result_id=row[0].result_id
            )
            if row[0].result_id
            else url_for("results.report", person_id=permit.person_id, report_id=row.id),
            row[0].entered_at,
        )
        for row in session().execute(found)
    ]


def _line(row: Result, staff: bool) -> Line:
    line = Line(
        **columns(row),
        id=row.id,
        within_id=row.within_id,
        name_key=row.name_key,
        code_key=row.code_key,
        on_utc=row.on_utc,
    )
    return line if staff or not line.in_error else line.emptied()


def _note(row: ReportNote, view: OwnView | None) -> Note:
    return Note(
        id=row.id,
        result_id=row.result_id,
        text=row.text,
        name=row.changed_name or row.entered_name,
        title=row.title,
        at=row.changed_at or row.entered_at,
        version=row.version,
        texts=row.texts or {},
        view=own_view.plain(view, row.text),
    )
