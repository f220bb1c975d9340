"""Where a request stands, and who may do what with it there. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from selfcare.web.access import Role


class State(StrEnum):
    """A request goes one way. What is added makes it unread again; a contact that is taken back, open again."""

    ASKED = "asked"
    READ = "read"
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class Move(StrEnum):
    ADD = "add"
    CANCEL = "cancel"
    READ = "read"
    PLAN = "plan"
    FINISH = "finish"


OPEN = frozenset({State.ASKED, State.READ, State.PLANNED})
MOVES: Mapping[State, frozenset[Move]] = {
    state: frozenset(Move) if state in OPEN else frozenset() for state in State
}
# Who does it. The person asks and the team acts: nobody does the other's part.
ASKING, ACTING = (Role.SELF, Role.CARER), (Role.PROFESSIONAL,)
WHO: Mapping[Move, tuple[Role, ...]] = {
    Move.ADD: ASKING,
    Move.CANCEL: ASKING,
    Move.READ: ACTING,
    Move.PLAN: ACTING,
    Move.FINISH: ACTING,
}


class NotNow(Exception):
    """The request stands where this cannot be done."""

    def __init__(self, state: State, move: Move) -> None:
        super().__init__(f"{move} while {state}")
        self.state, self.move = state, move


def state(*, done: bool, cancelled: bool, planned: bool, read: bool) -> State:
    """Where a request stands: the furthest it has come."""
    if done:
        return State.DONE
    if cancelled:
        return State.CANCELLED
    if planned:
        return State.PLANNED
    return State.READ if read else State.ASKED


def check(now: State, move: Move) -> None:
    """:raises NotNow: when `move` is not possible."""
    if move not in MOVES[now]:
        raise NotNow(now, move)
