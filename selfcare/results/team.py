"""A team's default per kind of test: how people hear, where they chose nothing themselves."""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select

from selfcare.audit import trail
from selfcare.database import session
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.people.models import Team
from selfcare.results import release as rules
from selfcare.results.models import TeamRelease
from selfcare.web.access import Panel, Permit

MODES = (rules.AT_ONCE, rules.WITH_NOTE, rules.TOGETHER)


class ChangedMeanwhile(Exception):
    """Somebody changed the team's ways since the form was filled."""


def modes(permit: Permit) -> dict[str, str]:
    """The defaults that count for a person: those of their key contact's team. One statement, two at the first time."""
    lead = people.lead(permit)
    return of_team(lead.team_id) if lead else _whole({})


def of_team(team_id: UUID) -> dict[str, str]:
    """A team's default for every kind of test. One statement."""
    rows = session().execute(select(TeamRelease.kind, TeamRelease.how).where(TeamRelease.team_id == team_id))
    return _whole({row.kind: row.how for row in rows})


def sign(team: Team, found: Mapping[str, str]) -> str:
    """A short sign of how things stand, to notice that somebody changed them meanwhile."""
    said = [f"{kind}={found[kind]}" for kind in rules.KINDS] + [str(team.reply_days)]
    return sha256("|".join(said).encode()).hexdigest()[:16]


def save(
    panel: Panel, team_id: UUID, chosen: Mapping[str, str], reply_days: int | None, sign_read: str
) -> None:
    """Set a team's defaults for all kinds, and within how many working days it replies. What is on file stays as it is.

    :param reply_days: None leaves them. Only who runs the team's pages sets them: for anybody else they stay.
    :param sign_read: `sign` as it was when the form was filled.
    :raises ChangedMeanwhile: when it is another by now.
    """
    team = teams.own(panel, team_id, lock=True)
    found = of_team(team_id)
    if reply_days is None or not teams.runs(panel, team_id):
        reply_days = team.reply_days
    if all(found[kind] == chosen[kind] for kind in rules.KINDS) and team.reply_days == reply_days:
        return
    if sign(team, found) != sign_read:
        raise ChangedMeanwhile
    teams.set_reply_days(panel, team, reply_days)
    if any(found[kind] != chosen[kind] for kind in rules.KINDS):
        session().execute(delete(TeamRelease).where(TeamRelease.team_id == team_id))
        session().add_all(
            TeamRelease(team_id=team_id, kind=kind, how=chosen[kind])
            for kind in rules.KINDS
            if chosen[kind] != rules.team_mode(kind)
        )
        trail.note_team(panel, team_id, "changed", "team_release")
    session().flush()


def set_modes(seat: trail.Holder, team_id: UUID, chosen: Mapping[str, str]) -> None:
    """Set the defaults of some kinds, from a starter set. The team's row is held."""
    found = of_team(team_id) | dict(chosen)
    session().execute(delete(TeamRelease).where(TeamRelease.team_id == team_id))
    differ = [kind for kind in rules.KINDS if found[kind] != rules.team_mode(kind)]
    session().add_all(TeamRelease(team_id=team_id, kind=kind, how=found[kind]) for kind in differ)
    session().flush()
    trail.note_team(seat, team_id, "changed", "team_release")


def _whole(rows: Mapping[str, str]) -> dict[str, str]:
    return {kind: rows.get(kind, rules.team_mode(kind)) for kind in rules.KINDS}
