"""Systems that may send reports. Each has a token, shown once, or two while it changes them over; of them only digests
are kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from selfcare import security_log
from selfcare.database import after_commit, now, session
from selfcare.filing.models import Sender, SenderToken
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


class TwoAlready(ValueError):
    """The sender has two tokens; the older has to end first."""


class OneAlone(ValueError):
    """The sender has one token only."""


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
    """A sender for `senders list`. `refused`: how often a token of its that has ended was tried, of late."""

    name: str
    team: str
    made_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None
    refused: int
    tokens: int


def add(name: str, team_name: str) -> str:
    """Let a system send for a team. :returns: its token, which nobody can look up again."""
    team = team_named(team_name)
    if session().scalar(select(Sender.id).where(Sender.name == name)):
        raise NameTaken(name)
    row = Sender(id=uuid4(), name=name, team_id=team.id, made_at=now())
    session().add(row)
    session().flush()
    return _new_token(row)


def another(name: str) -> str:
    """A second token for a sender; the first goes on until `end_older`. :returns: the new one, shown this once.

    :raises TwoAlready: it has two.
    """
    row = _active(name)
    if len(_tokens(row)) > 1:
        raise TwoAlready(name)
    return _new_token(row)


def end_older(name: str) -> None:
    """The change-over is done: only the sender's newest token opens the door. :raises OneAlone: it has no other."""
    tokens = _tokens(_active(name))
    if len(tokens) < 2:
        raise OneAlone(name)
    for one in tokens[:-1]:
        one.ended_at = now()
    session().flush()


def withdraw(name: str) -> None:
    """From now on the sender's tokens open nothing."""
    row = _active(name)
    row.withdrawn_at = now()
    for one in _tokens(row):
        one.ended_at = row.withdrawn_at
    session().flush()


def listed() -> tuple[Sequence[Listed], int]:
    """Every sender, and how often a token nobody has was tried, of late."""
    rows = session().execute(
        select(Sender, Team.name).join(Team, Team.id == Sender.team_id).order_by(Sender.name)
    )
    tokens: dict[UUID, list[SenderToken]] = {}
    for one in session().scalars(select(SenderToken)):
        tokens.setdefault(one.sender_id, []).append(one)
    found = [
        Listed(
            row.name,
            team,
            row.made_at,
            max((one.used_at for one in tokens.get(row.id, ()) if one.used_at), default=None),
            row.withdrawn_at,
            throttle.count("sender refused", str(row.id)),
            sum(one.ended_at is None for one in tokens.get(row.id, ())),
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
    found = session().execute(
        select(SenderToken, Sender)
        .join(Sender, Sender.id == SenderToken.sender_id)
        .where(SenderToken.token_hash == _digest(token))
    )
    key, row = found.first() or (None, None)
    if row is None or row.withdrawn_at is not None or key is None or key.ended_at is not None:
        refused(str(row.id) if row else _UNKNOWN)
        return None
    token_id, moment = key.id, now()

    def used(ledger: Session) -> None:
        stale = or_(SenderToken.used_at.is_(None), SenderToken.used_at < moment - timedelta(minutes=1))
        ledger.execute(update(SenderToken).where(SenderToken.id == token_id, stale).values(used_at=moment))

    after_commit(used)
    return Sending(row.id, row.name, row.team_id)


def refused(who: str = _UNKNOWN) -> None:
    """Count a call without a right token: for the list, and against its network."""
    session().rollback()  # counted in transactions of their own
    security_log.note("sender-refused", None, sender=None if who == _UNKNOWN else UUID(who))
    throttle.spend("sender refused", who, limit=2**31, minutes=COUNTED_DAYS * 24 * 60)
    throttle.spend("sender", throttle.network(), limit=MOST_WRONG, minutes=WRONG_MINUTES)


def _active(name: str) -> Sender:
    """The sender, locked. :raises NoSuchSender: see there."""
    query = select(Sender).where(Sender.name == name, Sender.withdrawn_at.is_(None)).with_for_update()
    row = session().scalars(query).first()
    if row is None:
        raise NoSuchSender(name)
    return row


def _tokens(row: Sender) -> list[SenderToken]:
    """Those that open the door, the newest last."""
    query = select(SenderToken).where(SenderToken.sender_id == row.id, SenderToken.ended_at.is_(None))
    return list(session().scalars(query.order_by(SenderToken.made_at, SenderToken.id)))


def _new_token(row: Sender) -> str:
    token = secrets.token_urlsafe(32)
    session().add(SenderToken(id=uuid4(), sender_id=row.id, token_hash=_digest(token), made_at=now()))
    session().flush()
    return token


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
