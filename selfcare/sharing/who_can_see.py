"""Who can see things now, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext

from selfcare.audit import trail
from selfcare.database import now
from selfcare.people import bases, presets, unused
from selfcare.people import queries as people
from selfcare.sharing import words
from selfcare.web.access import Area, Level, Permit, Role

# Both are told before access ends: from this long before, the person is asked what should happen.
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Helper:
    """Somebody with access. Times are on the clock where the person lives."""

    grant: people.Grant
    professional: bool
    sentences: list[str]
    since: datetime
    until: datetime | None
    looked: datetime | None
    looked_by: str | None  # of a team: who it was, where it was not the key contact
    ends_soon: bool
    unused: bool  # nobody has seen them here for a year
    acts: str | None  # on what it rests that they act by law
    preset: (
        str | None
    )  # of somebody who helps: the usual way that these rights are, or that they were chosen one by one


def helpers(permit: Permit) -> list[Helper]:
    """Everyone with access, the key contact first; nobody where the permit may not see who."""
    if not permit.may(Area.PEOPLE):
        return []
    looks = trail.last_looks(permit)
    lookers = people.named(looks)
    found = []
    grants = people.grants(permit)
    asked_about = unused.asked_about(permit, grants)
    for grant in sorted(grants, key=lambda grant: (not grant.lead, grant.kind == Role.CARER)):
        professional = grant.kind == Role.PROFESSIONAL
        looked, by = _last(grant, looks, lookers)
        found.append(
            Helper(
                grant=grant,
                professional=professional,
                sentences=words.team_rights(grant.rights) if professional else words.rights(grant.rights),
                since=permit.local(grant.since),
                until=permit.local(grant.until) if grant.until else None,
                looked=permit.local(looked) if looked else None,
                looked_by=by,
                ends_soon=grant.until is not None and grant.until - now() < SOON,
                unused=grant.id in asked_about,
                acts=bases.said(grant.basis) if grant.basis in bases.BASES else None,
                preset=None if professional else _preset(grant.rights),
            )
        )
    return found


def _preset(rights: Mapping[Area, Level]) -> str:
    code = presets.of(rights)
    return gettext("Chosen one by one") if code == presets.OWN else presets.name(code)


def _last(
    grant: people.Grant, looks: dict[UUID, datetime], lookers: dict[UUID, people.Somebody]
) -> tuple[datetime | None, str | None]:
    """When a helper, or anybody of a team, last looked; and who it was where it was not the one who is named."""
    team = [
        (at, by)
        for by, at in looks.items()
        if by == grant.account_id
        or (grant.team_id and by in lookers and grant.team_id in dict(lookers[by].teams))
    ]
    if not team:
        return None, None
    at, by = max(team, key=lambda look: look[0])
    return at, None if by == grant.account_id or by not in lookers else lookers[by].name
