"""Good information beside a report: links that a professional has checked, for the person to open."""

import unicodedata
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.results.actions import professional, report_of, result_of
from selfcare.results.models import ReportLink
from selfcare.web.access import Permit, visible

# More than these and nobody reads any of them.
MOST_LINKS = 20
LONGEST_URL = 2000


class BadAddress(ValueError):
    """An address that cannot be offered. `why`: `scheme` (not https), `shape` (not an address) or `many`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def host(url: str) -> str:
    """The place an address leads to, as people know it: nhs.uk rather than https://www.nhs.uk/tests?a=b."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def checked(url: str) -> str:
    """An address a person can be sent to: https, with a host, nothing hidden. :raises BadAddress: any other."""
    url = url.strip()
    if any(letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf") for letter in url):
        raise BadAddress("shape")
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname, parts.port
    except ValueError:
        raise BadAddress("shape") from None
    if parts.scheme.lower() != "https":
        raise BadAddress("scheme")
    if not name or "." not in name or parts.username is not None or "\\" in url or len(url) > LONGEST_URL:
        raise BadAddress("shape")
    return url


def add_link(
    permit: Permit,
    report_id: UUID,
    *,
    url: str,
    name: str,
    publisher: str,
    checked_on: date,
    result_id: UUID | None = None,
) -> UUID:
    """Attach a link to a report, or to one result of it. The same address twice is one.

    :raises BadAddress: see there.
    """
    professional(permit)
    report_of(permit, report_id, lock=True)
    if result_id is not None:
        result_of(permit, report_id, result_id)
    url = checked(url)
    there = (
        session()
        .scalars(
            select(ReportLink).where(
                visible(permit, ReportLink),
                ReportLink.report_id == report_id,
                ReportLink.result_id == result_id,
                ReportLink.url == url,
            )
        )
        .first()
    )
    if there is not None:
        there.name, there.publisher, there.checked_on = name, publisher, checked_on
        there.changed_at = now()
        session().flush()
        trail.record(permit, "changed", "report_link", there.id)
        return there.id
    have = session().scalar(
        select(func.count())
        .select_from(ReportLink)
        .where(visible(permit, ReportLink), ReportLink.report_id == report_id)
    )
    if (have or 0) >= MOST_LINKS:
        raise BadAddress("many")
    row = ReportLink(
        **permit.stamp(),
        report_id=report_id,
        result_id=result_id,
        url=url,
        name=name,
        publisher=publisher,
        checked_on=checked_on,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "report_link", row.id)
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
