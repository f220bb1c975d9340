"""A received report comes on file: its release, its place among its versions, and who is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.filing import file_report, kind_of_test, match_candidates, release_plan, version_order
from selfcare.filing.received_report import NUMBER, Coding, ReceivedReport, ReceivedResult, ReceivedTime
from selfcare.results import release as rules
from selfcare.results import words
from selfcare.results.actions import hold_in_force, professional
from selfcare.results.conditions import is_begun
from selfcare.results.models import Report
from selfcare.results.test_identity import key, name_key
from selfcare.web.access import Permit
from selfcare.web.when import When, at_instant

RECEIVED = "received"
_GOES_ON = frozenset({"registered", "partial", "preliminary", "final", "appended"})  # puts nothing right


def file_received(permit: Permit, received: ReceivedReport, known: Sequence[Report] = ()) -> UUID:
    """File a report that was received, in the record the permit is for. :returns: its id.

    :param known: the versions of it that are on file, locked; none: it is a report of its own.

    The newest version replaces the one before, a hold on that goes on, and the person is told again. One that comes
    late, after a newer one, is kept beneath it and told to nobody. One the laboratory entered in error takes all of its
    versions off.
    """
    professional(permit)
    moment = now()
    newer = _newer(permit, received, known, moment)
    if _is_off(received, newer):
        return _file_off(permit, received, known, newer, moment)
    newer = [one for one in newer if one.void_at is None]
    if newer:
        return _file_beneath(permit, received, newer, moment)
    old = _head(permit, known, lock=True)
    moment = now()  # it may have been let go until it was ours
    fixed = release_of(permit, received, old, moment)
    report = file_report.put(
        permit,
        _columns(permit, received),
        [_result(permit, row) for row in received.results],
        fixed,
        moment,
        files=received.files,
        sample=received.sample,
        replaces_id=old.id if old else None,
        held=hold_in_force(old, moment) if old else None,
    )
    was_begun = old is not None and _is_begun(old)
    # That a test was begun is no result: they are told when there is one.
    is_news = (
        _says_something(received) or not words.not_final(received.status) or not (old is None or was_begun)
    )
    goes_on = old is not None and words.not_final(old.status) and received.status in _GOES_ON
    file_report.tell(permit, report, old, moment, completes=goes_on or was_begun, is_news=is_news)
    return report.id


def _says_something(received: ReceivedReport) -> bool:
    return bool(received.results or received.files or received.conclusion or received.note)


def _is_begun(report: Report) -> bool:
    """The same of one on file: it says no more than that a test was begun."""
    mine = Report.person_id == report.person_id, Report.id == report.id
    return session().scalar(select(Report.id).where(*mine, is_begun())) is not None


def release_of(
    permit: Permit,
    received: ReceivedReport,
    old: Report | None,
    moment: datetime,
    *,
    restricted: bool = False,
) -> rules.Release:
    """The release of a received report that replaces `old`, as for typed ones. What still waits to be talked over is
    talked over in every version: that the next one names no section says nothing new.

    :param restricted: also where it does not say so itself.
    """
    around = release_plan.circumstances(permit, old.id if old else None, moment)
    kind = kind_of_test.of_report(received)
    talked_over = kind_of_test.is_talked_over(received) or bool(around.replaced_talks)
    restricted = restricted or received.restricted
    return release_plan.plan(permit, kind, moment, around, talked_over=talked_over, restricted=restricted)


def foreseen(
    permit: Permit, received: ReceivedReport, known: Sequence[Report], moment: datetime
) -> tuple[rules.Release, datetime | None] | None:
    """The release it would have if it were filed now, upon `known`, and the end of the hold that goes on with it.

    None where it would be told to nobody.
    """
    newer = _newer(permit, received, known, moment)
    if received.status == version_order.ENTERED_IN_ERROR or any(
        one.void_at is None or one.status == version_order.ENTERED_IN_ERROR for one in newer
    ):
        return None
    old = _head(permit, known)
    held = hold_in_force(old, moment) if old else None
    return release_of(permit, received, old, moment), held.until if held else None


def takes_off(permit: Permit, received: ReceivedReport, known: Sequence[Report], moment: datetime) -> bool:
    """Whether filing it now would take off something that stands."""
    newer = _newer(permit, received, known, moment)
    above = {one.id for one in newer}
    return _is_off(received, newer) and any(one.void_at is None and one.id not in above for one in known)


def _is_off(received: ReceivedReport, newer: list[Report]) -> bool:
    """Whether the laboratory takes the report back: with this version, or with one that came before it."""
    return version_order.ENTERED_IN_ERROR in (received.status, *(one.status for one in newer))


def _newer(
    permit: Permit, received: ReceivedReport, known: Sequence[Report], moment: datetime
) -> list[Report]:
    issued = _when(received.issued, permit)
    version = version_order.Version(received.status, issued.utc if issued else None, moment)
    return version_order.newer_than(version, known)


def _head(permit: Permit, known: Sequence[Report], *, lock: bool = False) -> Report | None:
    """What stands today where these versions stand: the newest of them, or a correction of it that was typed."""
    live = [one for one in version_order.in_order(known) if one.void_at is None]
    return (match_candidates.standing_upon(permit, live[-1], lock=lock) or live)[-1] if live else None


def _file_beneath(permit: Permit, received: ReceivedReport, newer: list[Report], moment: datetime) -> UUID:
    """A version that came late: kept where it belongs, seen no sooner than what stands above it; and if that goes, only
    when a professional shows it, where that one waits for it.
    """
    above = newer[0]
    restricted = above.waits_for == rules.HAND and above.visible_from > moment
    report = file_report.put(
        permit,
        _columns(permit, received),
        [_result(permit, row) for row in received.results],
        release_of(permit, received, None, moment, restricted=restricted),
        moment,
        files=received.files,
        sample=received.sample,
        replaces_id=above.replaces_id,
    )
    report.visible_from = max(report.visible_from, above.visible_from)
    above.replaces_id = report.id
    session().flush()
    return report.id


def _file_off(
    permit: Permit, received: ReceivedReport, known: Sequence[Report], newer: list[Report], moment: datetime
) -> UUID:
    """The laboratory takes the report back: this version is on file for professionals alone, and so are all before it.

    What the laboratory sent anew after that, in its own order, stays.
    """
    above = {one.id for one in newer}
    older = [one for one in version_order.in_order(known) if one.void_at is None and one.id not in above]
    head: Report | None = None
    gone: dict[UUID, Report] = {}
    for one in older:
        gone[one.id] = head = one
        for upon in match_candidates.standing_upon(permit, one, lock=True):
            if upon.id in above:
                head = None  # seen by nobody as the present one
                break
            gone[upon.id] = head = upon
    name = received.laboratory or permit.account_name
    for one in gone.values():
        file_report.take_off(permit, one, moment, name)
        trail.record(permit, "entered in error", "report", one.id)
    latest = release_of(permit, received, None, moment).latest_at
    report = file_report.put(
        permit,
        _columns(permit, received),
        [_result(permit, row) for row in received.results],
        # Void before it could be seen, it was never there for the person; what they saw says that it was taken back.
        rules.Release(latest, latest, rules.NOTHING),
        moment,
        files=received.files,
        sample=received.sample,
        replaces_id=older[-1].id if older else None,
    )
    file_report.take_off(permit, report, moment, name)
    if head is not None:
        file_report.tell_taken_off(permit, head, moment)
    return report.id


def _columns(permit: Permit, received: ReceivedReport) -> dict[str, Any]:
    taken, issued = _when(received.taken, permit), _when(received.issued, permit)
    return {
        "asked_for": received.title,
        "kind": kind_of_test.of_report(received),
        "laboratory": received.laboratory,
        "specimen": received.specimen,
        "status": received.status,
        "conclusion": received.conclusion,
        "note": received.note,
        "source": RECEIVED,
        "codes": _codes((*received.codes, *received.categories)),
        "identifiers": [{"system": one.system, "value": one.value} for one in received.identifiers],
        "content_hash": received.content_hash,
        "taken_wall": taken.wall if taken else None,
        "taken_zone": taken.zone if taken else None,
        "taken_utc": taken.utc if taken else None,
        "taken_to_the_day": _to_the_day(received.taken),
        **_until(permit, received.taken),
        "issued_wall": issued.wall if issued else None,
        "issued_zone": issued.zone if issued else None,
        "issued_utc": issued.utc if issued else None,
    }


def _result(permit: Permit, row: ReceivedResult) -> dict[str, Any]:
    comparator, number = file_report.compared(row.value) if row.kind == NUMBER else ("", None)
    taken, end = _when(row.taken, permit), _when(row.taken.until if row.taken else None, permit)
    return {
        "name": row.name,
        "name_key": name_key(row.name),
        "codes": _codes(row.codes),
        "value_kind": row.kind,
        "value": row.value,
        "comparator": comparator,
        "number": number,
        "unit": row.unit,
        "unit_key": key(row.unit),
        "range_text": row.range_text,
        "flag": row.flag,
        "note": row.note,
        "absent_reason": row.absent_reason,
        "method": row.method,
        "specimen": row.specimen,
        "status": row.status or None,
        "taken_wall": taken.wall if taken else None,
        "taken_utc": taken.utc if taken else end.utc if end else None,
        "taken_to_the_day": _to_the_day(row.taken),
        **_until(permit, row.taken),
        "within": row.within,
        "sample": row.sample,
        "component": row.component,
    }


def _codes(codes: tuple[Coding, ...]) -> list[dict[str, str]]:
    return [
        {"system": one.system, "code": one.code, "display": one.display, "text": one.text} for one in codes
    ]


def _when(time: ReceivedTime | None, permit: Permit) -> When | None:
    """Where the person lives; a day without a time begins at its midnight."""
    if time is None:
        return None
    if time.instant is not None:
        return at_instant(time.instant, permit.zone)
    if time.day is None:
        return None
    midnight = datetime.combine(time.day, datetime.min.time())
    return When(midnight, permit.zone.key, midnight.replace(tzinfo=permit.zone))


def _until(permit: Permit, time: ReceivedTime | None) -> dict[str, Any]:
    """The columns of a period's end."""
    end = _when(time.until if time else None, permit)
    return {
        "until_wall": end.wall if end else None,
        "until_to_the_day": _to_the_day(time.until if time else None),
    }


def _to_the_day(time: ReceivedTime | None) -> bool:
    return time is not None and time.day is not None
