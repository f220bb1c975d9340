"""What a team says of itself, and by which its promises are counted. Only who runs its pages changes it here."""

from dataclasses import dataclass
from hashlib import sha256

from selfcare.database import session
from selfcare.people.models import Team
from selfcare.people.teams import MOST_HOLIDAYS
from selfcare.team import actions
from selfcare.team.seat import Seat

__all__ = ["MOST_HOLIDAYS", "ChangedMeanwhile", "Settings", "of", "save", "sign"]


class ChangedMeanwhile(Exception):
    """Somebody changed the team's settings since the form was filled."""


@dataclass(frozen=True)
class Settings:
    """A team's settings. `holidays`: ISO dates, in order, each once."""

    phone: str
    hours: str
    reply_days: int
    holidays: tuple[str, ...]


def of(team: Team) -> Settings:
    return Settings(team.phone, team.hours, team.reply_days, tuple(sorted(team.holidays)))


def sign(team: Team) -> str:
    """A short sign of how things stand, to notice that somebody changed them meanwhile."""
    return sha256(repr(of(team)).encode()).hexdigest()[:16]


def save(seat: Seat, chosen: Settings, sign_read: str) -> None:
    """Set them. Every promise that is counted from now on is counted by them.

    :param sign_read: `sign` as it was when the form was filled. :raises ChangedMeanwhile: when it is another by now.
    """
    team = seat.team
    if of(team) == chosen:
        return
    if sign(team) != sign_read:
        raise ChangedMeanwhile
    team.phone, team.hours, team.reply_days = chosen.phone, chosen.hours, chosen.reply_days
    team.holidays = list(chosen.holidays)
    session().flush()
    actions.keep(seat, None, "settings")
