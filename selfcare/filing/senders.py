"""Systems that may send reports. Each has a token, shown once; of it only a digest is kept."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from selfcare.database import after_commit, now, session
from selfcare.filing.models import Sender
from selfcare.people.models import Team
from selfcare.web import throttle

# Wrong tokens from one network before it is told to wait. A right one is never made to wait: a stranger in the same
# building must not be able to keep a laboratory out.
MOST_WRONG, WRONG_MINUTES = 20, 10
# For so long the refusals are counted together for `senders list`.
COUNTED_DAYS = 7
_UNKNOWN = "no sender"


class NameTaken(ValueError):
    """Another sender has this name, withdrawn or not: names stand in records."""


class NoSuchTeam(ValueError):
    """There is no team of this name, or more than one."""


class NoSuchSender(ValueError):
    """There is no sender of this name, or it was withdrawn before."""


@dataclass(frozen=True)
class Sending:
    """A sender whose token was right."""

    id: UUID
    name: str
    team_id: UUID


@dataclass(frozen=True)
class Listed:
    """A sender for `senders list`. `refused`: how often its withdrawn token was tried, of late."""

    name: str
    team: str
    made_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None
    refused: int


def add(name: str, team_name: str) -> str:
    """Let a system send for a team. :returns: its token, which nobody can look up again."""
    team = team_named(team_name)
    if session().scalar(select(Sender.id).where(Sender.name == name)):
        raise NameTaken(name)
    token = secrets.token_urlsafe(32)
    session().add(Sender(id=uuid4(), name=name, team_id=team.id, token_hash=_digest(token), made_at=now()))
    session().flush()
    return token


def withdraw(name: str) -> None:
    """From now on the sender's token opens nothing."""
    done = session().execute(
        update(Sender)
        .where(Sender.name == name, Sender.withdrawn_at.is_(None))
        .values(withdrawn_at=now())
        .returning(Sender.id)
    )
    if done.first() is None:
        raise NoSuchSender(name)


def listed() -> tuple[Sequence[Listed], int]:
    """Every sender, and how often a token nobody has was tried, of late."""
    rows = session().execute(
        select(Sender, Team.name).join(Team, Team.id == Sender.team_id).order_by(Sender.name)
    )
    found = [
        Listed(
            row.name,
            team,
            row.made_at,
            row.used_at,
            row.withdrawn_at,
            throttle.count("sender refused", str(row.id)),
        )
        for row, team in rows
    ]
    return found, throttle.count("sender refused", _UNKNOWN)


def team_named(name: str) -> Team:
    """:raises NoSuchTeam: where the name is not that of one team."""
    found = session().scalars(select(Team).where(Team.name == name)).all()
    if len(found) != 1:
        raise NoSuchTeam(name)
    return found[0]


def by_token(token: str) -> Sending | None:
    """The sender of a token; None for one nobody has, or that was withdrawn, which is counted.

    :raises TooManyRequests: when too many wrong ones came from the same network.
    """
    row = session().scalars(select(Sender).where(Sender.token_hash == _digest(token))).first()
    if row is None or row.withdrawn_at is not None:
        refused(str(row.id) if row else _UNKNOWN)
        return None
    sender_id, moment = row.id, now()

    def used(ledger: Session) -> None:
        stale = or_(Sender.used_at.is_(None), Sender.used_at < moment - timedelta(minutes=1))
        ledger.execute(update(Sender).where(Sender.id == sender_id, stale).values(used_at=moment))

    after_commit(used)
    return Sending(row.id, row.name, row.team_id)


def refused(who: str = _UNKNOWN) -> None:
    """Count a call without a right token: for the list, and against its network."""
    session().rollback()  # counted in transactions of their own
    throttle.spend("sender refused", who, limit=2**31, minutes=COUNTED_DAYS * 24 * 60)
    throttle.spend("sender", throttle.network(), limit=MOST_WRONG, minutes=WRONG_MINUTES)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
