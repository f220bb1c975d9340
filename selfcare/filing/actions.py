"""Putting a report on file: the only way one gets in, is corrected, or is marked as entered in error."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.filing import queries
from selfcare.notifications import actions as notifications
from selfcare.people import queries as people
from selfcare.results import release as rules
from selfcare.results.actions import check_hold, end_holds, moment_of, professional
from selfcare.results.models import Report, ReportHold, ReportNote, Result
from selfcare.web.access import Permit
from selfcare.web.digits import BadNumber, read_number
from selfcare.web.when import When

TYPED = "typed"

# A comparator before the number, as laboratories print it.
_COMPARED = re.compile(r"\s*(<=|>=|<|>|≤|≥)?\s*(.*?)\s*", re.DOTALL)
# Keys only find the same test again; both engines index them, and PostgreSQL's index rows have a limit.
KEY_LENGTH = 200


@dataclass(frozen=True)
class TypedResult:
    """One result as typed: words, exactly as they stand on the laboratory's report."""

    name: str
    value: str
    unit: str = ""
    range_text: str = ""
    flag: str = ""
    note: str = ""


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
    title: str = "",
    filed_at: datetime | None = None,
) -> UUID:
    """File a report that a professional typed from a laboratory's report; fix its release; tell the person.

    :param kind: one of `results.release.KINDS`.
    :param status: FHIR R4 diagnostic-report-status.
    :param note: the professional's plain words about the whole report.
    :param replaces_id: the report this one corrects.
    :param title: the professional's role title, kept beside their name.
    :param filed_at: for the demo's history only.
    :raises CannotHold: a hold that cannot be.
    :raises AlreadyReplaced: the report to replace has a correction already.
    """
    professional(permit)
    moment = moment_of(permit, filed_at)
    old = queries.replaceable(permit, replaces_id, lock=True) if replaces_id else None
    if old is not None:
        _refuse_second(old)
    fixed = queries.plan(permit, kind, moment, queries.circumstances(permit, replaces_id, moment))
    if hold is not None:
        check_hold(None, fixed.latest_at, hold.until, moment)
    noted_at = moment if note and fixed.waits_for == rules.NOTE else None
    report = Report(
        **permit.stamp() | {"entered_at": moment},
        id=uuid4(),
        asked_for=asked_for,
        kind=kind,
        laboratory=laboratory,
        specimen=specimen,
        status=status,
        conclusion=conclusion,
        source=TYPED,
        typed_title=title,
        taken_wall=taken.wall if taken else None,
        taken_zone=taken.zone if taken else None,
        taken_utc=taken.utc if taken else None,
        issued_wall=issued.wall if issued else None,
        issued_zone=issued.zone if issued else None,
        issued_utc=issued.utc if issued else None,
        on_utc=taken.utc if taken else issued.utc if issued else moment,
        filed_at=moment,
        release_at=fixed.release_at,
        latest_at=fixed.latest_at,
        waits_for=fixed.waits_for,
        noted_at=noted_at,
        visible_from=rules.visible_from(
            fixed.release_at, fixed.latest_at, hold.until if hold else None, None, noted_at
        ),
        replaces_id=replaces_id,
    )
    session().add(report)
    session().flush()
    session().add_all(
        Result(**permit.stamp() | {"entered_at": moment}, **_columns(row), report_id=report.id, place=place)
        for place, row in enumerate(results)
    )
    if note:
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
    trail.record(permit, "added", "report", report.id)
    _tell(permit, report, old, moment)
    return report.id


def mark_in_error(permit: Permit, report_id: UUID, reason: str) -> None:
    """Mark a report as entered in error: its content is for professionals alone from now on. Twice is once.

    The person is told when they could see it; else it was never there for them.
    """
    professional(permit)
    report = queries.replaceable(permit, report_id, lock=True)
    moment = now()
    report.void_at, report.void_by, report.void_name = moment, permit.account_id, permit.account_name
    report.void_reason = reason
    end_holds(report)
    session().flush()
    trail.record(permit, "entered in error", "report", report_id)
    notifications.take_back(permit.person_id, report_id)
    if report.visible_from <= moment:
        notifications.tell(permit, people.accounts_of(permit), notifications.CORRECTED, report_id)


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


def _tell(permit: Permit, report: Report, old: Report | None, moment: datetime) -> None:
    kind = notifications.RESULT
    if old is not None:
        if old.visible_from <= moment:
            kind = notifications.CORRECTED
        end_holds(old)
        notifications.take_back(permit.person_id, old.id)
    notifications.tell(permit, people.accounts_of(permit), kind, report.id, report.visible_from)


def _columns(row: TypedResult) -> dict[str, object]:
    comparator, number = compared(row.value)
    return {
        "name": row.name,
        "name_key": key(row.name.casefold()),
        "value_kind": "number" if number is not None else "text" if row.value else "none",
        "value": row.value,
        "comparator": comparator,
        "number": number,
        "unit": row.unit,
        "unit_key": key(row.unit),
        "range_text": row.range_text,
        "flag": row.flag,
        "note": row.note,
    }


def compared(value: str) -> tuple[str, Decimal | None]:
    """The comparator and the number in a value such as `<0.5`; ('', None) where it is not a number."""
    match = _COMPARED.fullmatch(value)
    if match is None:
        return "", None
    try:
        return match[1] or "", read_number(match[2])
    except BadNumber:
        return "", None


def key(text: str) -> str:
    """Text without the accidents of white space, to find the same again."""
    return " ".join(text.split())[:KEY_LENGTH]
