"""Where a decision stands, what may be done with it there, and who may. Pure.

To lean is no step that has to come before deciding, and *not yet* is as good as any other answer: it leaves a decision
open. Nothing is ever late here.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    LEANING = "leaning"
    DECIDED = "decided"
    NOT_NOW = "not_now"


class Move(StrEnum):
    TELL = "tell"  # a row of what was told, or another word in one
    CHANGE = "change"  # the question, the options
    LEAN = "lean"  # to one of the options
    NOT_YET = "not_yet"
    DECIDE = "decide"
    NOT_NOW = "not_now"
    REOPEN = "reopen"
    REMOVE = "remove"


class Who(StrEnum):
    """Whoever acts, by what ties them to the decision."""

    SELF = "self"  # whose record it is
    MANAGE = "manage"
    WRITER = "writer"  # they help, they began it, and nobody else has put words into it
    BEGAN = "began"  # the same, of a professional: what somebody wants is not theirs to say
    ADD = "add"
    SEE = "see"


_OPEN = frozenset({State.OPEN, State.LEANING})
_ALL = frozenset(State)
FROM: Mapping[Move, frozenset[State]] = {
    Move.TELL: _OPEN,
    Move.CHANGE: _OPEN,
    Move.LEAN: _OPEN,
    Move.NOT_YET: _OPEN,
    Move.DECIDE: _ALL,  # once more: what was written of it can be put right
    Move.NOT_NOW: _ALL,
    Move.REOPEN: _ALL - _OPEN,
    Move.REMOVE: _ALL,
}
TO: Mapping[Move, State] = {
    Move.LEAN: State.LEANING,
    Move.NOT_YET: State.OPEN,
    Move.DECIDE: State.DECIDED,
    Move.NOT_NOW: State.NOT_NOW,
}  # to open again leads to where it stood: see `again`

_TURNS = frozenset(Move) - {Move.REMOVE}
MAY: Mapping[Who, frozenset[Move]] = {
    Who.SELF: frozenset(Move),
    Who.MANAGE: _TURNS,
    Who.WRITER: frozenset(Move),
    Who.BEGAN: frozenset({Move.TELL, Move.CHANGE, Move.REMOVE}),
    Who.ADD: frozenset({Move.TELL}),
    Who.SEE: frozenset(),
}


class NotNow(Exception):
    """The decision stands where this cannot be done."""

    def __init__(self, item: object, move: Move) -> None:
        super().__init__(move)
        self.item, self.move = item, move


def may(who: frozenset[Who], move: Move) -> bool:
    """Whether any of what ties somebody to a decision lets them make a move."""
    return any(move in MAY[each] for each in who)


def possible(state: State, move: Move) -> bool:
    """Whether a move leads on from where the decision stands, whoever asks."""
    return state in FROM[move]


def again(leans: bool) -> State:
    """Where a decision stands that is opened again: as it was, with what the person leaned to."""
    return State.LEANING if leans else State.OPEN
