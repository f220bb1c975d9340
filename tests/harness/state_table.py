"""Who may do what from where, as a table that people read: each state of a thing under each thing that can be done."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Move = TypeVar("Move")
State = TypeVar("State")


def cells(
    table: str, move: Callable[[str], Move], states: Sequence[State]
) -> dict[tuple[str, Move, State], str]:
    """(who, move, state) → what the table says. Its first line names the moves, its second the states under each."""
    rows = [line.split() for line in table.strip().splitlines()]
    columns = [(move(name), state) for name in rows[0] for state in states]
    return {
        (who, made, state): cell
        for who, *said in rows[2:]
        for (made, state), cell in zip(columns, said, strict=True)
    }
