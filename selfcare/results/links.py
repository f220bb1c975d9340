"""Good information beside a report, or beside one result of it: put there, and taken off."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.information import queries as information
from selfcare.information.address import BadAddress, checked
from selfcare.results.actions import professional, report_of, result_of
from selfcare.results.models import ReportLink
from selfcare.web.access import Permit, visible


def add_link(
    permit: Permit,
    report_id: UUID,
    *,
    url: str,
    name: str,
    publisher: str,
    checked_on: date,
    result_id: UUID | None = None,
    **more: Any,
) -> UUID:
    """Attach a link to a report, or to one result of it. The same address twice is one.

    :param more: further columns of `information.models.Linked`. :raises BadAddress: see there.
    """
    professional(permit)
    report_of(permit, report_id, lock=True)
    if result_id is not None:
        result_of(permit, report_id, result_id)
    page = {"url": checked(url), "name": name, "publisher": publisher, "checked_on": checked_on}
    page |= {"checked_by": permit.account_name} | more
    of_report = visible(permit, ReportLink), ReportLink.report_id == report_id
    same = ReportLink.result_id == result_id, ReportLink.url == page["url"]
    row = session().scalars(select(ReportLink).where(*of_report, *same)).first()
    if row is None:
        if (
            session().scalar(select(func.count()).select_from(ReportLink).where(*of_report)) or 0
        ) >= information.MOST:
            raise BadAddress("many")
        row, verb = ReportLink(**permit.stamp(), report_id=report_id, result_id=result_id, **page), "added"
        session().add(row)
    else:
        for key, value in page.items():
            setattr(row, key, value)
        row.changed_at, verb = now(), "changed"
    session().flush()
    trail.record(permit, verb, "report_link", row.id)
    return row.id


def remove_link(permit: Permit, report_id: UUID, link_id: UUID) -> None:
    """Take a link off a report. :raises NotFound: there is none such; one taken off already is fine."""
    professional(permit)
    report_of(permit, report_id, lock=True)
    row = session().get(ReportLink, (permit.person_id, link_id))
    if row is None or row.report_id != report_id:
        raise NotFound
    if row.removed_at is None:
        row.removed_at = now()
        session().flush()
        trail.record(permit, "removed", "report_link", link_id)
