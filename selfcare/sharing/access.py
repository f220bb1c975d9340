"""Who can see things now, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from selfcare.audit import trail
from selfcare.database import now
from selfcare.people import queries as people
from selfcare.sharing import words
from selfcare.web.access import Area, Permit, Role

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
    ends_soon: bool


def helpers(permit: Permit) -> list[Helper]:
    """Everyone with access, the key contact first; nobody where the permit may not see who."""
    if not permit.may(Area.PEOPLE):
        return []
    looks = trail.last_looks(permit)
    found = []
    for grant in sorted(people.grants(permit), key=lambda grant: (not grant.lead, grant.kind == Role.CARER)):
        professional = grant.kind == Role.PROFESSIONAL
        looked = looks.get(grant.account_id) if grant.account_id else None
        found.append(
            Helper(
                grant=grant,
                professional=professional,
                sentences=words.team_rights(grant.rights) if professional else words.rights(grant.rights),
                since=permit.local(grant.since),
                until=permit.local(grant.until) if grant.until else None,
                looked=permit.local(looked) if looked else None,
                ends_soon=grant.until is not None and grant.until - now() < SOON,
            )
        )
    return found
