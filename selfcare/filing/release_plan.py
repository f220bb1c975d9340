"""What a report would be given if it were filed now."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.appointments import queries as appointments
from selfcare.appointments.plain_values import Visit
from selfcare.database import session
from selfcare.people import queries as people
from selfcare.results import queries as results
from selfcare.results import release as rules
from selfcare.results import team
from selfcare.results.models import Report
from selfcare.web.access import Area, Permit, Role, visible

_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "nurse", "doctor", "the"})
_TEAM = "team"


@dataclass(frozen=True)
class Circumstances:
    """What decides a release besides the kind of test: read once, then pure. Instants are UTC."""

    choice: rules.Choice | None
    next_appointment: datetime | None
    modes: Mapping[str, str]  # the team's default per kind of test
    replaced_is_visible: bool = False
    replaced_talks: str = ""  # the kind of test of a report that still waits to be talked over
    replaced_latest_at: datetime | None = None
    replaced_restricted: bool = False  # its laboratory said so of it, or of one before it


def circumstances(
    permit: Permit, replaces_id: UUID | None, moment: datetime, read: Report | None = None
) -> Circumstances:
    """The person's standing choice, their team's defaults, their next talk with the team, and the report that is to be
    replaced. Six statements at the most.

    :param read: that report, where it was read already.
    :raises NotFound: when there is no such report to replace.
    """
    chosen = results.choice(permit)
    talk = next_talk(permit, moment)
    old = read or (replaceable(permit, replaces_id) if replaces_id else None)
    return Circumstances(
        choice=rules.Choice(chosen.how, frozenset(chosen.days)) if chosen else None,
        next_appointment=talk.utc if talk else None,
        modes=team.modes(permit),
        replaced_is_visible=old is not None and old.visible_from <= moment,
        replaced_talks=old.kind if old and old.waits_for == rules.TALK and old.visible_from > moment else "",
        replaced_latest_at=old.latest_at if old else None,
        replaced_restricted=old is not None and old.waits_for == rules.HAND,
    )


def next_talk(permit: Permit, moment: datetime) -> Visit | None:
    """When the person next talks with the team: a visit that is with somebody of it, by name, or that the team wrote
    down. One with a dentist explains no biopsy.
    """
    visits = appointments.upcoming(permit) if permit.may(Area.APPOINTMENTS) else []
    coming = [visit for visit in visits if visit.utc > moment]
    names = [_letters(name) for name in people.team_names(permit)] if coming else []
    for visit in coming:
        said = _letters(visit.with_whom)
        if visit.entered_as == Role.PROFESSIONAL.value or any(_is_named(name, said) for name in names):
            return visit
    return None


def _is_named(name: list[str], said: list[str]) -> bool:
    """Whether what was said names them: in full; or where it is one word, by the first or the last: Amina, Dr Yusuf.

    Another John or another Smith is somebody else, and a heart scan is not the heart team.
    """
    own, others = ([word for word in words if word != _TEAM] for words in (name, said))
    if not own or not others:
        return False
    if len(others) == 1:
        return others[0] in (own[0], own[-1])
    return set(own if len(own) > 1 else name) <= set(said)


def _letters(text: str) -> list[str]:
    """The words of a name, without its titles."""
    return [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if word not in _TITLES]


def plan(
    permit: Permit,
    kind: str,
    moment: datetime,
    around: Circumstances,
    *,
    talked_over: bool = False,
    restricted: bool = False,
) -> rules.Release:
    """The release of a report of this kind filed at `moment`.

    A correction of what the person can see already is seen at once: nobody should go on reading what is known to be
    wrong. A correction of what still waits never waits longer than the first report would have, and is talked over too;
    what a professional is to show is shown by one in every version, and stays unnamed in lists of news once it is.

    :param talked_over: wants talking over whatever its kind: nobody but the person chooses to see it without.
    :param restricted: its laboratory says so: a professional shows it, also where it corrects what was seen, which says
        meanwhile that there is a newer one.
    """
    if restricted or (around.replaced_restricted and not around.replaced_is_visible):
        kept = None if around.replaced_is_visible else around.replaced_latest_at
        return rules.by_hand(moment, latest_at=kept)
    mode, choice = rules.team_mode(kind, around.modes), around.choice
    if talked_over or kind == around.replaced_talks:
        mode = rules.TOGETHER
    if around.replaced_is_visible:
        mode, choice = rules.AT_ONCE, None
    fixed = rules.decide(
        mode,
        moment,
        choice,
        around.next_appointment,
        zone=permit.zone,
        latest_at=None if around.replaced_is_visible else around.replaced_latest_at,
    )
    return replace(fixed, waits_for=rules.HAND) if around.replaced_restricted else fixed


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
