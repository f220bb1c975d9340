"""What has become of the reports in a shared summary since it was shared. The summary itself never changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from selfcare.database import session
from selfcare.results.conditions import is_seen
from selfcare.results.models import Report
from selfcare.web.access import Permit
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_newer = shared_alias(Report)

REPLACED, TAKEN_BACK = "replaced", "taken back"
# What the person has opened of the reports in a summary: each, each that still stands, or not even those.
ALL, STANDING, SOME = "all", "standing", "some"


@dataclass(frozen=True)
class Standing:
    """A report in the summary no longer stands as it is there: replaced by a newer one, or taken back. `wall`: when."""

    how: str
    wall: datetime


def since(permit: Permit, body: dict[str, Any]) -> dict[str, Standing]:
    """The reports of a body that are out of date, by their id in it. One statement; none where it holds no results."""
    return stand(permit, body)[0]


def stand(permit: Permit, body: dict[str, Any]) -> tuple[dict[str, Standing], str | None]:
    """The same, and what the person has opened of the reports in it: ALL, STANDING or SOME; None where there is none,
    or none that still stands. Nobody can open what was taken back.
    """
    ids = [_id(report.get("id")) for report in body.get("results", [])]
    known = {one for one in ids if one is not None}
    if not known:
        return {}, None
    rows = session().execute(
        select(Report.id, Report.void_at, _newer.filed_at, is_seen(None))
        .outerjoin(
            _newer,
            and_(
                _newer.person_id == Report.person_id,
                _newer.replaces_id == Report.id,
                _newer.void_at.is_(None),
            ),
        )
        .where(Report.person_id == permit.person_id, Report.id.in_(known))
    )
    found, shut = {}, set()
    for report_id, void_at, replaced_at, was_seen in rows:
        if void_at is not None:
            found[str(report_id)] = Standing(TAKEN_BACK, permit.local(void_at))
        elif replaced_at is not None:
            found[str(report_id)] = Standing(REPLACED, permit.local(replaced_at))
        if not was_seen:
            shut.add(str(report_id))
    if not shut:
        return found, ALL
    if shut - found.keys():
        return found, SOME
    return found, STANDING if len(found) < len(known) else None


def _id(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
