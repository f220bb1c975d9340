"""Where it is not certain which report a received one is, a professional says: these they choose from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from selfcare.filing import identity, match_candidates, version_order
from selfcare.filing.identity import Facts
from selfcare.web.access import Permit


@dataclass(frozen=True)
class Choice:
    """A report on file that another may stand in place of, or take back. `sender`: who sent it."""

    id: UUID
    title: str
    sender: str
    taken: datetime | None
    report_id: UUID


def choices(permit: Permit, new: Facts) -> list[Choice]:
    """The reports in this record with a name in common with `new`, whoever sent them; the latest first."""
    found = []
    for series in match_candidates.series(new, permit.person_id):
        if not identity.related(new, series):
            continue
        versions = version_order.in_order(match_candidates.versions(permit, series.id))
        if versions:
            newest = versions[-1]
            found.append(
                Choice(series.id, newest.asked_for, newest.entered_name, newest.taken_wall, newest.id)
            )
    return sorted(found, key=lambda one: str(one.taken or ""), reverse=True)
