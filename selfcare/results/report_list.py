"""One report in a list, and whether a reader may see more of it than that it exists. Offered through `queries`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import pgettext
from sqlalchemy import Select, and_, exists, func, or_, select

from selfcare.database import now
from selfcare.results.conditions import READS_ALL, is_begun, of_report, seen_row, stands_read_out, was_there
from selfcare.results.models import ReadOut, Report, ReportHold, ReportNote, ReportSeen, Result
from selfcare.results.release import HAND
from selfcare.results.sent import GROUP
from selfcare.results.signs import in_line
from selfcare.web.access import Area, Permit, visible
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_newer, _older = shared_alias(Report), shared_alias(Report)


@dataclass(frozen=True)
class ToldBy:
    """Who read a report out to the person, when and how."""

    id: UUID
    name: str
    at: datetime
    how: str


@dataclass(frozen=True)
class ReportBrief:
    """One report in a list. `count`, `laboratory` and `status` are empty while the reader may not see its content.

    `count`: its results, without groups that have no value. `seen_at`: opened by the reader; for a professional, opened
    by the person themself. `is_new`: not opened, and it came after the reader could see it. Instants are UTC, walls
    local. `is_restricted`: its laboratory says so; only for who is no professional. Until they can see it `title` does
    not name it.
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
    is_new: bool
    replaces_id: UUID | None
    replaced: bool
    noted: bool
    waits_for: str
    filed_at: datetime
    void_at: datetime | None
    sooner_at: datetime | None
    on_utc: datetime
    taken_to_the_day: bool
    until_wall: datetime | None
    until_to_the_day: bool
    source: str
    read_out: ToldBy | None
    is_restricted: bool
    replaces_begun: bool  # what it stands in place of said only that a test was begun

    @property
    def title_in_news(self) -> str:
        """What it is called among things to look at: a restricted one is named there once the reader opened it."""
        return unnamed() if self.is_restricted and self.seen_at is None else self.title

    @property
    def is_corrected(self) -> bool:
        """Whether it puts right the one it stands in place of: not one that only went on."""
        puts_right = self.source == "typed" or self.status in ("corrected", "amended")
        return self.replaces_id is not None and puts_right and not self.replaces_begun

    @property
    def is_unknown(self) -> bool:
        """Whether there is still something to look at: it is new, and nobody has read it to the person."""
        return self.is_new and self.read_out is None

    @property
    def waits_to_be_read(self) -> bool:
        """For a professional, whether it can be read to the person: they may see it, and have not looked."""
        stands = self.is_visible and self.void_at is None and not self.replaced
        return stands and self.seen_at is None and self.read_out is None

    @property
    def was_there(self) -> bool:
        """Whether the person could ever see it: not one that was taken off before."""
        return self.void_at is None or self.void_at >= self.visible_from

    @property
    def key(self) -> tuple[datetime, UUID]:
        """Where the list goes on after this one."""
        return self.on_utc, self.id


def shows_content(permit: Permit, report: Report) -> bool:
    """Whether this reader may see more of a report than that it exists."""
    return permit.role in READS_ALL or (report.void_at is None and report.visible_from <= now())


def unnamed() -> str:
    """What stands in place of the name of a report that is not to be named."""
    return pgettext("report", "A test result")


def is_restricted(permit: Permit, report: Report) -> bool:
    """Whether its laboratory says that it is restricted. To professionals that changes nothing."""
    return report.waits_for == HAND and permit.role not in READS_ALL


def briefs(permit: Permit) -> Select[Any]:
    """Reports this reader may know of, each with what a list says about it."""
    permit.require(Area.RESULTS)
    return (
        select(
            Report,
            ReportHold,
            ReadOut,
            select(func.count())
            .where(
                Result.person_id == Report.person_id,
                Result.report_id == Report.id,
                or_(
                    Result.value_kind != GROUP,
                    *(column != "" for column in (Result.absent_reason, Result.range_text, Result.flag)),
                ),
            )
            .scalar_subquery()
            .label("count"),
            select(func.count())
            .where(Result.person_id == Report.person_id, Result.report_id == Report.id)
            .scalar_subquery()
            .label("total"),
            select(func.min(ReportSeen.at))
            .where(of_report(ReportSeen), seen_row(permit))
            .scalar_subquery()
            .label("seen_at"),
            exists().where(of_report(ReportNote), ReportNote.removed_at.is_(None)).label("noted"),
            select(_newer.id)
            .where(
                _newer.person_id == Report.person_id,
                _newer.replaces_id == Report.id,
                _newer.void_at.is_(None),
            )
            .limit(1)
            .scalar_subquery()
            .label("replaced_by"),
            exists()
            .where(
                _newer.person_id == Report.person_id,
                _newer.replaces_id == Report.id,
                _newer.void_at.is_(None),
                _newer.source == "typed",
            )
            .label("corrected_by_hand"),
            exists()
            .where(_older.person_id == Report.person_id, _older.id == Report.replaces_id, is_begun(_older))
            .label("replaces_begun"),
        )
        .outerjoin(ReportHold, and_(of_report(ReportHold), ReportHold.ended_at.is_(None)))
        .outerjoin(ReadOut, stands_read_out())
        .where(visible(permit, Report), was_there(permit))
    )


def brief_of(permit: Permit, row: Any) -> ReportBrief:
    """What a row of `briefs` says to this reader."""
    report, hold, told, moment = row.Report, row.ReportHold, row.ReadOut, now()
    content = shows_content(permit, report)
    is_visible = report.visible_from <= moment
    restricted = is_restricted(permit, report)
    return ReportBrief(
        id=report.id,
        title=unnamed() if restricted and not is_visible else in_line(report.asked_for),
        laboratory=in_line(report.laboratory) if content else "",
        taken_wall=report.taken_wall,
        issued_wall=report.issued_wall if content else None,
        status=report.status if content else "",
        count=row.count if content else 0,
        visible_from=report.visible_from,
        held_until=hold.until if hold and hold.until > moment and not is_visible else None,
        is_visible=is_visible,
        seen_at=row.seen_at,
        is_new=row.seen_at is None and (permit.since is None or report.visible_from >= permit.since),
        replaces_id=report.replaces_id,
        replaced=row.replaced_by is not None,
        noted=bool(row.noted) and content,
        waits_for=report.waits_for,
        filed_at=report.filed_at,
        void_at=report.void_at,
        sooner_at=report.sooner_at,
        on_utc=report.on_utc,
        taken_to_the_day=report.taken_to_the_day,
        until_wall=report.until_wall,
        until_to_the_day=report.until_to_the_day,
        source=report.source,
        read_out=ToldBy(told.id, told.entered_name, told.entered_at, told.how) if told and content else None,
        is_restricted=restricted,
        replaces_begun=row.replaces_begun,
    )
