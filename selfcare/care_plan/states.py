"""Where a change to the plan stands, what may be done with it there, and who may. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"  # the person's own, agreed with nobody yet
    SUGGESTED = "suggested"
    AGREED = "agreed"
    KEPT = "kept"  # the plan stays as it is
    COUNTERED = "countered"  # said in other words, which wait now
    TAKEN_BACK = "taken_back"
    SUPERSEDED = "superseded"  # another change to the same line was agreed meanwhile
    LAPSED = "lapsed"  # who suggested it may not any more


class Move(StrEnum):
    CHANGE = "change"  # the words of a draft
    SEND = "send"  # ask the team to agree to a draft
    AGREE = "agree"
    KEEP = "keep"
    COUNTER = "counter"
    TAKE_BACK = "take_back"
    SUPERSEDE = "supersede"
    LAPSE = "lapse"


class Side(StrEnum):
    """Whose words, or whose yes. What a carer suggests becomes the person's own with their yes."""

    PERSON = "person"
    TEAM = "team"
    CARER = "carer"


class Who(StrEnum):
    """Whoever acts, by what ties them to a change."""

    OWN = "own"  # the words are the person's, and they are the person, or act for them by law
    WRITER = "writer"  # they suggested it, and still may
    ASKED = "asked"  # their yes is missing
    HOUSE = "house"  # the app, as a consequence of something else


FROM: Mapping[Move, frozenset[State]] = {
    Move.CHANGE: frozenset({State.DRAFT}),
    Move.SEND: frozenset({State.DRAFT}),
    Move.AGREE: frozenset({State.SUGGESTED}),
    Move.KEEP: frozenset({State.SUGGESTED}),
    Move.COUNTER: frozenset({State.SUGGESTED}),
    Move.TAKE_BACK: frozenset({State.DRAFT, State.SUGGESTED}),
    Move.SUPERSEDE: frozenset({State.SUGGESTED}),
    Move.LAPSE: frozenset({State.SUGGESTED}),
}

# A yes to a carer's words leads on to the team, or to a draft where no team may agree.
TO: Mapping[Move, frozenset[State]] = {
    Move.CHANGE: frozenset({State.DRAFT}),
    Move.SEND: frozenset({State.SUGGESTED}),
    Move.AGREE: frozenset({State.AGREED, State.SUGGESTED, State.DRAFT}),
    Move.KEEP: frozenset({State.KEPT}),
    Move.COUNTER: frozenset({State.COUNTERED}),
    Move.TAKE_BACK: frozenset({State.TAKEN_BACK}),
    Move.SUPERSEDE: frozenset({State.SUPERSEDED}),
    Move.LAPSE: frozenset({State.LAPSED}),
}

MAY: Mapping[Who, frozenset[Move]] = {
    Who.OWN: frozenset({Move.CHANGE, Move.SEND, Move.TAKE_BACK}),
    Who.WRITER: frozenset({Move.TAKE_BACK}),
    Who.ASKED: frozenset({Move.AGREE, Move.KEEP, Move.COUNTER}),
    Who.HOUSE: frozenset({Move.SUPERSEDE, Move.LAPSE}),
}


class NotNow(Exception):
    """The change stands where this cannot be done. `state`: where; `by`: who brought it there."""

    def __init__(self, state: State, by: str) -> None:
        super().__init__(state)
        self.state, self.by = state, by


class Unseen(Exception):
    """What was agreed to is not what stands there now."""


class Over(Exception):
    """The person has died: the plan stays as it is."""


class Full(Exception):
    """There is no room for another line."""


def may(who: frozenset[Who], move: Move) -> bool:
    return any(move in MAY[each] for each in who)


def possible(state: State, move: Move) -> bool:
    return state in FROM[move]
