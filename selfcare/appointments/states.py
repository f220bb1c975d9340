"""Where a question stands, and what may be done with it there. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

# Who a question is for: the person alone, those who see the list, the key contact now.
ME, HELPERS, NOW = "me", "helpers", "now"


def readers(*, only_me: bool, asked_at: datetime | None) -> str:
    """Which of the three it is."""
    return ME if only_me else NOW if asked_at else HELPERS


class State(StrEnum):
    """A question goes one way, from `kept` to `answered`; only *put it back* leads back."""

    KEPT = "kept"  # written down, not sent yet
    SHARED = "shared"  # went along for the visit, to be talked about there
    SENT = "sent"  # asked now: it waits for a reply
    REPLIED = "replied"
    DISCUSSED = "discussed"
    ANSWERED = "answered"


class Move(StrEnum):
    CHANGE = "change"
    ORDER = "order"
    SEND = "send"
    UNASK = "unask"  # *ask now* taken back: for the visit again
    REPLY = "reply"
    DISCUSS = "discuss"
    ANSWER = "answer"
    SETTLE = "settle"  # the reply answers it
    REOPEN = "reopen"


_OPEN = frozenset({Move.CHANGE, Move.ORDER, Move.DISCUSS, Move.ANSWER})

MOVES: Mapping[State, frozenset[Move]] = {
    State.KEPT: _OPEN | {Move.SEND},
    State.SHARED: _OPEN | {Move.SEND, Move.REPLY},
    State.SENT: (_OPEN - {Move.ORDER})
    | {Move.REPLY, Move.UNASK},  # it stands in no order: it waits for a reply
    State.REPLIED: (_OPEN - {Move.ORDER}) | {Move.REPLY, Move.SETTLE},
    State.DISCUSSED: frozenset({Move.ANSWER, Move.REOPEN}),
    State.ANSWERED: frozenset({Move.ANSWER, Move.REOPEN}),
}


class NotNow(Exception):
    """The question stands where this cannot be done."""

    def __init__(self, state: State, move: Move) -> None:
        super().__init__(f"{move} while {state}")
        self.state, self.move = state, move


class ReadersChanged(Exception):
    """Who the question is for is not what it was on the page it was chosen on."""


class Begun(Exception):
    """The visit has begun: what was to be said before it comes too late."""


class TheirWords(Exception):
    """The person's own words would be written over, or taken out with something: that is not this account's to do."""


def state(
    *,
    sent_at: datetime | None,
    asked_at: datetime | None,
    replied_at: datetime | None,
    discussed_at: datetime | None,
    answered_at: datetime | None,
) -> State:
    """Where a question stands: the furthest it has come."""
    if answered_at:
        return State.ANSWERED
    if discussed_at:
        return State.DISCUSSED
    if replied_at:
        return State.REPLIED
    if asked_at:
        return State.SENT
    return State.SHARED if sent_at else State.KEPT


def check(now: State, move: Move) -> None:
    """:raises NotNow: when `move` is not possible."""
    if move not in MOVES[now]:
        raise NotNow(now, move)
