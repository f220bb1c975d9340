"""The one place where a report comes onto the shelf, typed or received, and where those concerned are told of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from selfcare.appointments import about
from selfcare.audit import trail
from selfcare.database import session
from selfcare.filing.received_report import GROUP, NONE, ReceivedFile
from selfcare.notifications import actions as notifications
from selfcare.people import queries as people
from selfcare.people import tells
from selfcare.results import release as rules
from selfcare.results.actions import end_holds, hand_on, hold_in_force, not_before, stand_again
from selfcare.results.conditions import NOT_COUNTED
from selfcare.results.models import Report, ReportFile, ReportHold, Result
from selfcare.results.signs import in_line
from selfcare.results.test_identity import Kept, identities, sample_key, unsaid
from selfcare.web.access import Permit
from selfcare.web.digits import BadNumber, read_number

# A comparator before the number, as laboratories print it.
_COMPARED = re.compile(r"\s*(<=|>=|<|>|≤|≥)?\s*(.*?)\s*", re.DOTALL)


def put(
    permit: Permit,
    report: Mapping[str, Any],
    results: Sequence[Mapping[str, Any]],
    fixed: rules.Release,
    moment: datetime,
    *,
    files: Sequence[ReceivedFile] = (),
    hold_until: datetime | None = None,
    held: ReportHold | None = None,
    noted_at: datetime | None = None,
    replaces_id: UUID | None = None,
    sample: str = "",
) -> Report:
    """Put a report with its results and files on file, noted in the trail.

    :param sample: what its specimen is, where `specimen` says more than that.
    :param report: columns of Report that say what the laboratory sent; `taken_*` and `issued_*` may be left out.
    :param results: columns of Result, in order, and `taken_utc` where it has a time of its own. `within` is the place
        of the group a result stands in, an earlier one; `sample` and `component` as in `received`; `same` and
        `code_key`, where it is known which test it is.
    :param fixed: the release that was decided for it.
    :param held: the hold of what it replaces, which goes on with it.
    """
    stamp = permit.stamp() | {"entered_at": moment}
    row = Report(
        **stamp,
        **report,
        id=uuid4(),
        on_utc=report.get("taken_utc") or report.get("issued_utc") or moment,
        filed_at=moment,
        release_at=fixed.release_at,
        latest_at=fixed.latest_at,
        waits_for=fixed.waits_for,
        noted_at=noted_at,
        visible_from=rules.visible_from(
            fixed.release_at, fixed.latest_at, held.until if held else hold_until, None, noted_at
        ),
        replaces_id=replaces_id,
    )
    session().add(row)
    session().flush()
    ids = [uuid4() for _ in results]
    known = identities([_kept(one, row.taken_wall) for one in results], _sample(row, sample))
    groups = {columns.get("within") for columns in results}
    for place, columns in enumerate(results):
        kept = {
            name: value for name, value in columns.items() if name not in ("within", "sample", "component")
        }
        within = columns.get("within")
        if "same" not in kept:
            kept["same"], kept["code_key"] = known[place]
        kept["on_utc"] = kept.pop("taken_utc", None) or row.on_utc
        if place in groups and kept["value_kind"] == NONE and not kept.get("absent_reason"):
            kept["value_kind"] = GROUP
        session().add(
            Result(
                **stamp,
                **kept,
                id=ids[place],
                report_id=row.id,
                place=place,
                within_id=None if within is None else ids[within],
            )
        )
    session().add_all(
        ReportFile(
            **stamp,
            report_id=row.id,
            place=place,
            title=file.title,
            content_type=file.content_type,
            size=len(file.body),
            digest=sha256(file.body).hexdigest(),
            body=file.body,
        )
        for place, file in enumerate(files)
    )
    session().flush()
    if held is not None:
        hand_on(held, row)
    trail.record(permit, "added", "report", row.id)
    return row


def tell(
    permit: Permit,
    report: Report,
    old: Report | None,
    moment: datetime,
    *,
    completes: bool = False,
    is_news: bool = True,
) -> None:
    """Tell the person of a new report; of a corrected one where they could see what it replaces.

    :param completes: what it replaces was not final and goes on, or had nothing to say: a new result, and nothing that
        was corrected.
    :param is_news: there is something to tell the person; else it takes the place of the old one, and that is all.
    """
    kind = notifications.RESULT
    if old is not None:
        if old.visible_from <= moment and not completes:
            kind = notifications.CORRECTED
        end_holds(old)
        not_before(report)
        notifications.take_back(permit.person_id, old.id)
        if old.sooner_at is not None and report.visible_from > moment:
            # Whoever asked to see it sooner asked for what stands in its place too.
            report.sooner_at, report.sooner_by = old.sooner_at, old.sooner_by
            report.sooner_name = old.sooner_name
            contacts = people.key_contact_accounts(permit)
            tells.tell(permit, contacts, notifications.SOONER, report.id)
    if is_news:
        tells.tell(permit, people.accounts_of(permit), kind, report.id, report.visible_from)


def take_off(
    permit: Permit,
    report: Report,
    moment: datetime,
    name: str,
    *,
    by: UUID | None = None,
    reason: str = "",
) -> None:
    """Mark a report as entered in error, by a professional or by the laboratory itself (`by` None).

    What it was called leaves the questions about it: it was another's, or never was. A hold it had goes on with what
    stands in its place again.
    """
    held = hold_in_force(report, moment)
    report.void_at, report.void_by, report.void_name, report.void_reason = moment, by, name, reason
    end_holds(report)
    session().flush()
    again = _close_gap(report)
    about.forget(report.person_id, names(report))
    notifications.take_back(report.person_id, report.id)
    if again is not None:
        stand_again(permit, again, held)


def names(report: Report) -> dict[UUID, str]:
    """What a report and its results are called, by id."""
    rows = session().execute(
        select(Result.id, Result.name).where(
            Result.person_id == report.person_id, Result.report_id == report.id
        )
    )
    return {report.id: in_line(report.asked_for)} | {row.id: in_line(row.name) for row in rows}


def _close_gap(report: Report) -> Report | None:
    """What stood in place of a report that is taken off stands in place of what that one had replaced.

    Else the older would count as replaced by nothing, and stand again beside the newest.

    :returns: the older, where nothing is newer: it does stand again.
    """
    below = report
    while below.void_at is not None:
        if below.replaces_id is None:
            return None
        below = session().get_one(Report, (report.person_id, below.replaces_id))
    newer = session().scalars(
        update(Report)
        .where(
            Report.person_id == report.person_id, Report.replaces_id == report.id, Report.void_at.is_(None)
        )
        .values(replaces_id=below.id)
        .returning(Report.id)
    )
    return None if newer.all() else below


def tell_taken_off(permit: Permit, report: Report, moment: datetime) -> None:
    """Tell the person that a report is gone, when they could see it; else it was never there for them."""
    if report.visible_from <= moment:
        tells.tell(permit, people.accounts_of(permit), notifications.CORRECTED, report.id)


def _kept(columns: Mapping[str, Any], taken: datetime | None) -> Kept:
    return Kept(
        name_key=columns["name_key"],
        unit_key=columns["unit_key"],
        codes=columns.get("codes") or (),
        sample=columns.get("sample") or columns.get("specimen") or "",
        taken=columns.get("taken_wall") or taken,
        within=columns.get("within"),
        component=columns.get("component", False),
        counts=bool(columns["value"]) and columns.get("status") not in NOT_COUNTED,
    )


def _sample(report: Report, sample: str) -> str:
    typed = report.source == "typed" and report.typed_over is None
    return sample_key(sample or report.specimen) or unsaid(report.kind, typed=typed)


def compared(value: str) -> tuple[str, Decimal | None]:
    """The comparator and the number in a value such as `<0.5`; ('', None) where it is not a number."""
    match = _COMPARED.fullmatch(value)
    if match is None:
        return "", None
    try:
        return match[1] or "", read_number(match[2])
    except BadNumber:
        return "", None
