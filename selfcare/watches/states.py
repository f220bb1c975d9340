"""Where a watch stands, what may be done with it there, and who may. Pure.

That its end has come is no move: a watch that is on or paused is over by the clock, without anybody doing anything.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from selfcare.web.access import Area, Level, Permit, Role


class State(StrEnum):
    NONE = "none"  # nothing is watched, nothing proposed
    PROPOSED = "proposed"
    ON = "on"
    PAUSED = "paused"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    OVER = "over"  # by itself


class Move(StrEnum):
    PROPOSE = "propose"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"  # as it is, or with another end
    DECLINE = "decline"
    START = "start"
    CHANGE = "change"  # the end
    PAUSE = "pause"
    GO_ON = "go_on"
    STOP = "stop"


class Who(StrEnum):
    SELF = "self"
    MANAGE = "manage"  # a carer who may change the diary
    TEAM = "team"  # a professional who may write down contacts: who proposes
    OTHER = "other"


FROM: Mapping[Move, frozenset[State]] = {
    Move.PROPOSE: frozenset({State.NONE}),
    Move.WITHDRAW: frozenset({State.PROPOSED}),
    Move.ACCEPT: frozenset({State.PROPOSED}),
    Move.DECLINE: frozenset({State.PROPOSED}),
    Move.START: frozenset({State.NONE}),
    Move.CHANGE: frozenset({State.ON, State.PAUSED}),
    Move.PAUSE: frozenset({State.ON}),
    Move.GO_ON: frozenset({State.PAUSED}),
    Move.STOP: frozenset({State.ON, State.PAUSED}),
}
TO: Mapping[Move, State] = {
    Move.PROPOSE: State.PROPOSED,
    Move.WITHDRAW: State.WITHDRAWN,
    Move.ACCEPT: State.ON,
    Move.DECLINE: State.DECLINED,
    Move.START: State.ON,
    Move.PAUSE: State.PAUSED,
    Move.GO_ON: State.ON,
    Move.STOP: State.STOPPED,
}
_OWN = frozenset(Move) - {Move.PROPOSE, Move.WITHDRAW}
MAY: Mapping[Who, frozenset[Move]] = {
    Who.SELF: _OWN,
    Who.MANAGE: _OWN,
    Who.TEAM: frozenset({Move.PROPOSE, Move.WITHDRAW}),
    Who.OTHER: frozenset(),
}


class NotNow(Exception):
    """The watch stands where this cannot be done. `item` is the row as it is now."""

    def __init__(self, item: object, state: State, move: Move) -> None:
        super().__init__(f"{move} while {state}")
        self.item, self.state, self.move = item, state, move


def who(permit: Permit) -> Who:
    """As whom somebody acts on watches. *Only me* and other areas are the query's to ask."""
    if permit.role is Role.PROFESSIONAL:
        return Who.TEAM if permit.may(Area.CONTACTS, Level.MANAGE) else Who.OTHER
    if permit.is_self:
        return Who.SELF
    return Who.MANAGE if permit.may(Area.DIARY, Level.MANAGE) else Who.OTHER


def may(permit: Permit, move: Move) -> bool:
    """Whether somebody may make a move at all."""
    return move in MAY[who(permit)]


def possible(state: State, move: Move) -> bool:
    """Whether a move leads on from where the watch stands, whoever asks."""
    return state in FROM[move]


def now_in(state: str, until: datetime | None, moment: datetime) -> State:
    """Where a watch stands at a moment: one that runs is over when its end has come."""
    found = State(state)
    if found in (State.ON, State.PAUSED) and until is not None and until <= moment:
        return State.OVER
    return found
