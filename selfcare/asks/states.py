"""Where an ask stands, and who may do what with it there. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """An ask goes from a wish to an end, and has somebody's name beside it all the way."""

    ASKED = "asked"  # the team's link workers have it; nobody has taken it yet
    PROPOSED = "proposed"  # it could go to a body, and waits for the person's yes
    OFFERED = "offered"  # a body has it; nobody there has taken it yet
    ACCEPTED = "accepted"  # by a named person
    FOUND = "found"  # there is a place; the person's turn
    GOING = "going"
    WENT = "went"
    NOT_FOR_ME = "not_for_me"
    NOT_FOUND = "not_found"
    NOT_NEEDED = "not_needed"


class Move(StrEnum):
    ADD = "add"
    CANCEL = "cancel"
    AGREE = "agree"  # that a body gets it
    KEEP = "keep"  # with the team
    GO = "go"
    NOT_FOR_ME = "not_for_me"
    WENT = "went"
    ACCEPT = "accept"
    OFFER = "offer"
    FOUND = "found"
    NOT_FOUND = "not_found"
    BACK = "back"


class Who(StrEnum):
    PERSON = "person"  # or who may add for them
    TEAM = "team"  # a link worker, the key contact, or who has it
    BODY = "body"


OPEN = frozenset(
    {State.ASKED, State.PROPOSED, State.OFFERED, State.ACCEPTED, State.FOUND, State.GOING}
)  # fmt: skip
_NOT_BEGUN = frozenset({State.ASKED, State.PROPOSED, State.OFFERED})

# From where a move is possible.
FROM: Mapping[Move, frozenset[State]] = {
    Move.ADD: OPEN,
    Move.CANCEL: OPEN,
    Move.AGREE: frozenset({State.PROPOSED}),
    Move.KEEP: frozenset({State.PROPOSED}),
    Move.GO: frozenset({State.FOUND}),
    Move.NOT_FOR_ME: frozenset({State.FOUND, State.GOING}),
    Move.WENT: frozenset({State.GOING}),
    Move.ACCEPT: _NOT_BEGUN,
    Move.OFFER: frozenset({State.ASKED, State.PROPOSED, State.OFFERED, State.ACCEPTED}),
    Move.FOUND: frozenset({State.ACCEPTED, State.FOUND, State.GOING}),
    Move.NOT_FOUND: frozenset({State.ACCEPTED, State.FOUND}),
    Move.BACK: frozenset({State.OFFERED, State.ACCEPTED, State.FOUND}),
}
WHO: Mapping[Move, frozenset[Who]] = {
    Move.ADD: frozenset(Who),
    **dict.fromkeys(
        (Move.CANCEL, Move.AGREE, Move.KEEP, Move.GO, Move.NOT_FOR_ME, Move.WENT), frozenset({Who.PERSON})
    ),
    **dict.fromkeys((Move.ACCEPT, Move.FOUND, Move.BACK), frozenset({Who.TEAM, Who.BODY})),
    **dict.fromkeys((Move.OFFER, Move.NOT_FOUND), frozenset({Who.TEAM})),
}


class NotNow(Exception):
    """The ask stands where this cannot be done."""

    def __init__(self, state: State, move: Move) -> None:
        super().__init__(f"{move} while {state}")
        self.state, self.move = state, move


def possible(state: State, move: Move, who: Who, *, at_body: bool) -> bool:
    """Whether `who` can make a move where an ask stands.

    :param at_body: a body has it. What somebody there has taken is not taken out of their hands.
    """
    if who not in WHO[move] or state not in FROM[move]:
        return False
    if who is Who.BODY:
        return at_body and state in OPEN
    if who is Who.TEAM and at_body and state is not State.OFFERED:
        return move is Move.ADD
    if who is Who.TEAM and move is Move.BACK:
        return state is State.ACCEPTED
    return True


def check(state: State, move: Move, who: Who, *, at_body: bool) -> None:
    """:raises NotNow: when the move is not possible."""
    if not possible(state, move, who, at_body=at_body):
        raise NotNow(state, move)
