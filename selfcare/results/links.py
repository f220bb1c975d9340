"""Good information beside a report, or beside one result of it: put there, and taken off."""

from datetime import date
from typing import Any
from uuid import UUID

from werkzeug.exceptions import NotFound

from selfcare.database import session
from selfcare.information import actions as information
from selfcare.results.actions import professional, report_of, result_of
from selfcare.results.models import ReportLink
from selfcare.web.access import Permit


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
    page = {"url": url, "name": name, "publisher": publisher, "checked_on": checked_on}
    page |= {"checked_by": permit.account_name} | more
    here = (ReportLink.report_id == report_id,)
    return information.keep(permit, ReportLink, here, page, report_id=report_id, result_id=result_id)


def remove_link(permit: Permit, report_id: UUID, link_id: UUID) -> None:
    """Take a link off a report. :raises NotFound: there is none such; one taken off already is fine."""
    professional(permit)
    report_of(permit, report_id, lock=True)
    row = session().get(ReportLink, (permit.person_id, link_id))
    if row is None or row.report_id != report_id:
        raise NotFound
    information.let_go(permit, row)
