"""Where an agreed line stands, what may be done with it there, and who may. Pure.

A day that has passed is no state: nobody is shamed by a date, and a line stays open until it is done or let go.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    DONE = "done"
    LET_GO = "let_go"


class Move(StrEnum):
    TICK = "tick"
    UNDO = "undo"  # it was not done after all
    CHANGE = "change"  # the words, who does it, the day
    LET_GO = "let_go"
    TAKE_UP = "take_up"  # what was let go is to be done after all
    REMOVE = "remove"


class Who(StrEnum):
    """Whoever acts, by what ties them to the line: the first that fits."""

    SELF = "self"  # whose record it is
    OWNER = "owner"  # they do it
    WRITER = "writer"  # they wrote it down, and may add
    MANAGE = "manage"
    ADD = "add"
    SEE = "see"


FROM: Mapping[Move, State] = {
    Move.TICK: State.OPEN,
    Move.UNDO: State.DONE,
    Move.CHANGE: State.OPEN,
    Move.LET_GO: State.OPEN,
    Move.TAKE_UP: State.LET_GO,
}  # removing is possible from anywhere

TO: Mapping[Move, State] = {
    Move.TICK: State.DONE,
    Move.UNDO: State.OPEN,
    Move.LET_GO: State.LET_GO,
    Move.TAKE_UP: State.OPEN,
}

_TICKS = frozenset({Move.TICK, Move.UNDO})
_TURNS = _TICKS | {Move.CHANGE, Move.LET_GO, Move.TAKE_UP}

MAY: Mapping[Who, frozenset[Move]] = {
    Who.SELF: _TURNS | {Move.REMOVE},
    Who.OWNER: _TURNS,
    Who.WRITER: _TURNS | {Move.REMOVE},
    Who.MANAGE: _TURNS,
    Who.ADD: _TICKS,
    Who.SEE: frozenset(),
}


class NotNow(Exception):
    """The line stands where this cannot be done. `item` is the row as it is now."""

    def __init__(self, item: object, move: Move) -> None:
        super().__init__(move)
        self.item, self.move = item, move


def may(who: frozenset[Who], move: Move) -> bool:
    """Whether any of what ties somebody to a line lets them make a move."""
    return any(move in MAY[each] for each in who)


def possible(state: State, move: Move) -> bool:
    """Whether a move leads on from where the line stands, whoever asks."""
    return move is Move.REMOVE or FROM[move] is state
