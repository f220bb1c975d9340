"""A professional reads a report out to somebody who does not open it themself, and says so; it is taken back again."""

from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.results.actions import professional, report_of
from selfcare.results.models import ReadOut
from selfcare.web.access import Area, Level, Permit, Role, visible


def read_out(permit: Permit, report_id: UUID, *, how: str) -> UUID:
    """Say that a report was read out, to whom was asked who they are: it waits for nobody any more. Twice is once.

    :raises NotFound: the person may not see it yet, or it was entered in error, or they have died.
    """
    professional(permit)
    report = report_of(permit, report_id, lock=True)
    if report.visible_from > now() or permit.subject.died_on:
        raise NotFound
    row = _standing(permit, report_id)
    if row is None:
        row = ReadOut(**permit.stamp(), report_id=report_id, how=how, identity=True)
        session().add(row)
        session().flush()
        trail.record(permit, "read out", "report", report_id)
    return row.id


def take_back(permit: Permit, report_id: UUID, read_out_id: UUID | None) -> bool:
    """It was not so: the person says that, or the team. What is another by now stays as it is.

    :param read_out_id: the one that stood on the page. :returns: whether it stood still, and does no longer.
    """
    permit.require(Area.RESULTS, Level.MANAGE)
    if permit.role not in (Role.SELF, Role.PROFESSIONAL):
        raise NotFound
    report_of(permit, report_id, lock=True, void=True)
    row = _standing(permit, report_id)
    if row is None or row.id != read_out_id:
        return False
    row.removed_at = now()
    trail.record(permit, "not read out", "report", report_id)
    session().flush()
    return True


def _standing(permit: Permit, report_id: UUID) -> ReadOut | None:
    return session().scalar(
        select(ReadOut).where(visible(permit, ReadOut), ReadOut.report_id == report_id).limit(1)
    )
