"""Putting a report on file: the only way one gets in, is corrected, or is marked as entered in error."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.filing import file_report, release_plan, typed_over
from selfcare.filing.typed_over import TypedResult
from selfcare.results import release as rules
from selfcare.results.actions import check_hold, hold_in_force, moment_of, professional
from selfcare.results.models import Report, ReportHold, ReportNote
from selfcare.web.access import Permit
from selfcare.web.when import When

__all__ = ["AlreadyReplaced", "TypedHold", "TypedResult", "file_typed", "mark_in_error"]

TYPED = "typed"


@dataclass(frozen=True)
class TypedHold:
    """A hold from the start. `until` is aware and not after the hard latest date."""

    reason: str
    until: datetime


class AlreadyReplaced(Exception):
    """Somebody has filed a correction of this report already: `report_id`, typed by `name`."""

    def __init__(self, report_id: UUID, name: str) -> None:
        super().__init__(str(report_id))
        self.report_id, self.name = report_id, name


def file_typed(
    permit: Permit,
    *,
    asked_for: str,
    laboratory: str,
    results: Sequence[TypedResult],
    kind: str = "blood",
    taken: When | None = None,
    issued: When | None = None,
    status: str = "final",
    conclusion: str = "",
    specimen: str = "",
    note: str = "",
    hold: TypedHold | None = None,
    replaces_id: UUID | None = None,
    keep: Collection[str] = (),
    taken_to_the_day: bool = False,
    lets_go: str = "",
    title: str = "",
    filed_at: datetime | None = None,
) -> UUID:
    """File a report that a professional typed from a laboratory's report; fix its release; tell the person.

    A correction keeps what the form does not show, and a hold on what it corrects goes on (`typed_over`).

    :param kind: one of `results.release.KINDS`.
    :param status: FHIR R4 diagnostic-report-status.
    :param note: the professional's plain words about the whole report.
    :param hold: in place of the one that goes on.
    :param replaces_id: the report this one corrects.
    :param keep: `taken`, `issued`: what stays as it is in that report.
    :param lets_go: the hold on that report that does not go on.
    :param title: the professional's role title, kept beside their name.
    :param filed_at: for the demo's history only.
    :raises CannotHold: a hold that cannot be.
    :raises AlreadyReplaced: the report to replace has a correction already.
    """
    professional(permit)
    old = release_plan.replaceable(permit, replaces_id, lock=True) if replaces_id else None
    moment = moment_of(permit, filed_at)
    held: ReportHold | None = None
    if old is not None:
        _refuse_second(old)
        held = hold_in_force(old, moment)
    if held is not None and hold is not None and _is_unchanged(hold, held):
        hold = None
    elif hold is not None or (held is not None and str(held.id) == lets_go):
        held = None
    around = release_plan.circumstances(permit, replaces_id, moment)
    fixed = release_plan.plan(permit, kind, moment, around)
    if hold is not None:
        check_hold(None, fixed.latest_at, hold.until, moment)
    columns: dict[str, Any] = {
        "asked_for": asked_for,
        "kind": kind,
        "laboratory": laboratory,
        "specimen": specimen,
        "status": status,
        "conclusion": conclusion,
        "source": TYPED,
        "typed_title": title,
        "taken_wall": taken.wall if taken else None,
        "taken_zone": taken.zone if taken else None,
        "taken_utc": taken.utc if taken else None,
        "taken_to_the_day": taken_to_the_day,
        "issued_wall": issued.wall if issued else None,
        "issued_zone": issued.zone if issued else None,
        "issued_utc": issued.utc if issued else None,
    }
    before = typed_over.original(permit, old) if old is not None else None
    if before is None:
        rows = [typed_over.new_columns(row) for row in results]
    else:
        columns = typed_over.report_columns(before, columns, keep, permit.account_name)
        rows = typed_over.result_columns(before, results, kind, permit.account_name)
    report = file_report.put(
        permit,
        columns,
        rows,
        fixed,
        moment,
        files=typed_over.files(permit, old) if old is not None else (),
        hold_until=hold.until if hold else None,
        held=held,
        noted_at=release_plan.noted(permit, moment, around)
        if note and fixed.waits_for == rules.NOTE
        else None,
        replaces_id=replaces_id,
    )
    is_kept = before is not None and typed_over.keep_beside(permit, before, results, report, note)
    if note and not is_kept:
        session().add(
            ReportNote(
                **permit.stamp() | {"entered_at": moment},
                report_id=report.id,
                result_id=None,
                text=note,
                title=title,
            )
        )
    if hold is not None:
        session().add(
            ReportHold(
                **permit.stamp() | {"entered_at": moment},
                report_id=report.id,
                reason=hold.reason,
                until=hold.until,
                title=title,
            )
        )
    session().flush()
    file_report.tell(permit, report, old, moment)
    return report.id


def mark_in_error(permit: Permit, report_id: UUID, reason: str) -> None:
    """Mark a report as entered in error: its content is for professionals alone from now on. Twice is once.

    The person is told when they could see it; else it was never there for them.
    """
    professional(permit)
    report = release_plan.replaceable(permit, report_id, lock=True)
    moment = now()
    file_report.take_off(permit, report, moment, permit.account_name, by=permit.account_id, reason=reason)
    trail.record(permit, "entered in error", "report", report_id)
    file_report.tell_taken_off(permit, report, moment)


def _refuse_second(old: Report) -> None:
    newer = (
        session()
        .scalars(
            select(Report).where(
                Report.person_id == old.person_id, Report.replaces_id == old.id, Report.void_at.is_(None)
            )
        )
        .first()
    )
    if newer is not None:
        raise AlreadyReplaced(newer.id, newer.entered_name)


def _is_unchanged(hold: TypedHold, held: ReportHold) -> bool:
    """Whether a hold that was typed is the one that counts already: to the minute, as forms have it."""
    minute = held.until.replace(second=0, microsecond=0)
    return hold.until in (minute, held.until) and typed_over.is_same(hold.reason, held.reason)
