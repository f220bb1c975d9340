"""What a report would be given if it were filed now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.appointments import queries as appointments
from selfcare.database import session
from selfcare.results import queries as results
from selfcare.results import release as rules
from selfcare.results import team
from selfcare.results.models import Report
from selfcare.web.access import Area, Permit, visible


@dataclass(frozen=True)
class Circumstances:
    """What decides a release besides the kind of test: read once, then pure. Instants are UTC."""

    choice: rules.Choice | None
    next_appointment: datetime | None
    modes: Mapping[str, str]  # the team's default per kind of test
    replaced_is_visible: bool = False
    replaced_latest_at: datetime | None = None


def circumstances(permit: Permit, replaces_id: UUID | None, moment: datetime) -> Circumstances:
    """The person's standing choice, their team's defaults, their next appointment, and the report that is to be
    replaced. Five statements.

    :raises NotFound: when there is no such report to replace.
    """
    chosen = results.choice(permit)
    visit = appointments.next_visit(permit) if permit.may(Area.APPOINTMENTS) else None
    old = replaceable(permit, replaces_id) if replaces_id else None
    return Circumstances(
        choice=rules.Choice(chosen.how, frozenset(chosen.days)) if chosen else None,
        next_appointment=visit.utc if visit else None,
        modes=team.modes(permit),
        replaced_is_visible=old is not None and old.visible_from <= moment,
        replaced_latest_at=old.latest_at if old else None,
    )


def plan(
    permit: Permit, kind: str, moment: datetime, around: Circumstances, *, talked_over: bool = False
) -> rules.Release:
    """The release of a report of this kind filed at `moment`.

    A correction of what the person can see already is seen at once: nobody should go on reading what is known to be
    wrong. A correction of what still waits never waits longer than the first report would have.

    :param talked_over: wants talking over whatever its kind: nobody but the person chooses to see it without.
    """
    mode, choice = rules.team_mode(kind, around.modes), around.choice
    if talked_over:
        mode = rules.TOGETHER
    if around.replaced_is_visible:
        mode, choice = rules.AT_ONCE, None
    return rules.decide(
        mode,
        moment,
        choice,
        around.next_appointment,
        zone=permit.zone,
        latest_at=None if around.replaced_is_visible else around.replaced_latest_at,
    )


def noted(permit: Permit, moment: datetime, around: Circumstances) -> datetime:
    """From when a note written at `moment` opens a report that waits for one."""
    return rules.hear_from(moment, around.choice, permit.zone)


def replaceable(permit: Permit, report_id: UUID, *, lock: bool = False) -> Report:
    """The report that a correction would replace. :raises NotFound: unknown, or entered in error."""
    query = select(Report).where(visible(permit, Report), Report.id == report_id, Report.void_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found
