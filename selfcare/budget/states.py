"""Where *May I spend on this?* stands, and who may do what with it there. Pure.

Nothing here ever stops a spend.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class State(StrEnum):
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    AGAIN = "again"  # asked once more, as another ask
    SPEND = "spend"  # written down as what was said yes to


class Who(StrEnum):
    """Whoever acts, by what ties them to it."""

    TEAM = "team"  # a professional with the right to add
    ASKER = "asker"  # the person; a carer who asked, or may change everything
    ADDS = "adds"  # a carer who may add


FROM: Mapping[Move, frozenset[State]] = {
    Move.ANSWER: frozenset({State.ASKED, State.YES, State.NO}),  # an answer may be put right
    Move.WITHDRAW: frozenset({State.ASKED}),
    Move.AGAIN: frozenset({State.NO, State.WITHDRAWN}),
    Move.SPEND: frozenset({State.YES}),
}
MAY: Mapping[Who, frozenset[Move]] = {
    Who.TEAM: frozenset({Move.ANSWER}),
    Who.ASKER: frozenset({Move.WITHDRAW, Move.AGAIN, Move.SPEND}),
    Who.ADDS: frozenset({Move.AGAIN, Move.SPEND}),
}


class NotNow(Exception):
    """It stands where this cannot be done."""

    def __init__(self, state: State, move: Move) -> None:
        super().__init__(f"{move} while {state}")
        self.state, self.move = state, move


def state(*, answer: str, withdrawn: bool) -> State:
    """Where an ask stands. :param answer: yes, no; empty while nobody has answered."""
    if withdrawn:
        return State.WITHDRAWN
    return State(answer) if answer else State.ASKED


def missed(now: State, answer_by: date, today: date) -> bool:
    """Whether the day that was promised has gone, and nobody answered."""
    return now is State.ASKED and answer_by < today


def may(who: frozenset[Who], move: Move) -> bool:
    """Whether somebody with these ties may ever make a move."""
    return any(move in MAY[each] for each in who)


def check(now: State, move: Move) -> None:
    """:raises NotNow: where `move` is not possible."""
    if now not in FROM[move]:
        raise NotNow(now, move)
