"""Undoing what a laboratory's message did to a report that was there: the two stand apart again."""

from uuid import UUID, uuid4

from sqlalchemy import and_, select, update

from selfcare.appointments import about
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.filing import file_report, match_candidates, version_order
from selfcare.filing.models import Receipt
from selfcare.notifications import actions as notifications
from selfcare.people import queries as people
from selfcare.people import tells
from selfcare.results.actions import hold_in_force, professional, stand_again
from selfcare.results.models import Report
from selfcare.web.access import Permit


def may_set_apart(permit: Permit, report_id: UUID) -> bool:
    """Whether this report came in from a laboratory and stands in place of one that did, or was taken back by one."""
    return _undoing(permit, report_id, lock=False) is not None


def set_apart(permit: Permit, report_id: UUID) -> UUID | None:
    """Undo what the laboratory's message did: what it stands in place of, or took back, stands again beside it.

    What is newer goes with the later one. :returns: the report that stands again; None: there is nothing to undo.
    """
    professional(permit)
    found = _undoing(permit, report_id, lock=True)
    if found is None:
        return None
    later, below, newer, series_id = found
    later.replaces_id = None
    again = below[-1]
    if later.status == version_order.ENTERED_IN_ERROR:
        for one in below:
            if (
                one.void_at is not None
                and one.void_by is None
                and one.status != version_order.ENTERED_IN_ERROR
            ):
                one.void_at = one.void_name = one.void_reason = None
                about.name_again(permit.person_id, file_report.names(one))
    moved = [one.id for one in (later, *newer)]
    session().execute(
        update(Receipt)
        .where(
            Receipt.person_id == permit.person_id,
            Receipt.series_id == series_id,
            Receipt.report_id.in_(moved),
        )
        .values(series_id=uuid4())
    )
    session().flush()
    again = (match_candidates.standing_upon(permit, again, lock=True) or [again])[-1]
    trail.record(permit, "set apart", "report", later.id)
    if again.visible_from <= now():
        tells.tell(permit, people.accounts_of(permit), notifications.CORRECTED, again.id)
    elif again.void_at is None:
        stand_again(permit, again, hold_in_force(later, now()))
    return again.id


def _undoing(
    permit: Permit, report_id: UUID, *, lock: bool
) -> tuple[Report, list[Report], list[Report], UUID] | None:
    """The later message's report, the versions below it, those above it, and their series."""
    series_id = session().scalar(
        select(Receipt.series_id)
        .join(Report, and_(Report.person_id == Receipt.person_id, Report.id == Receipt.report_id))
        .where(
            Report.person_id == permit.person_id,
            Report.id == report_id,
            Report.removed_at.is_(None),
            Receipt.series_id.is_not(None),
        )
    )
    if series_id is None:
        return None
    versions = version_order.in_order(match_candidates.versions(permit, series_id, lock=lock))
    place = next(n for n, one in enumerate(versions) if one.id == report_id)
    if versions[place].void_at is not None and versions[place].status != version_order.ENTERED_IN_ERROR:
        # It was taken back: by the withdrawal that follows it.
        place = next(
            (
                n
                for n, one in enumerate(versions)
                if n > place and one.status == version_order.ENTERED_IN_ERROR
            ),
            0,
        )
    if place == 0 or versions[place - 1].void_by is not None:
        return None
    return versions[place], versions[:place], versions[place + 1 :], series_id
