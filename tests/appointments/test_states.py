"""Where a question can stand, and every move from there."""

from datetime import UTC, datetime
from itertools import product

import pytest

from selfcare.appointments.states import MOVES, Move, NotNow, State, check, state

NOW = datetime(2026, 3, 10, tzinfo=UTC)

# Written out by hand, not worked out from the table it tests.
ALLOWED = {
    ("kept", "change"), ("kept", "order"), ("kept", "send"), ("kept", "discuss"), ("kept", "answer"),
    ("shared", "change"), ("shared", "order"), ("shared", "send"), ("shared", "reply"), ("shared", "discuss"),
    ("shared", "answer"), ("replied", "settle"),
    ("sent", "change"), ("sent", "reply"), ("sent", "discuss"), ("sent", "answer"),
    ("sent", "unask"),
    ("replied", "change"), ("replied", "reply"), ("replied", "discuss"), ("replied", "answer"),
    ("discussed", "answer"), ("discussed", "reopen"),
    ("answered", "answer"), ("answered", "reopen"),
}  # fmt: skip


@pytest.mark.parametrize(("where", "move"), list(product(State, Move)))
def test_every_move_from_everywhere(where: State, move: Move) -> None:
    if (where.value, move.value) in ALLOWED:
        check(where, move)
    else:
        with pytest.raises(NotNow):
            check(where, move)
    assert set(MOVES) == set(State)


@pytest.mark.parametrize("facts", list(product([None, NOW], repeat=5)))
def test_a_question_stands_as_far_as_it_has_come(facts: tuple[datetime | None, ...]) -> None:
    shared, asked, replied, discussed, answered = facts
    found = state(
        sent_at=shared, asked_at=asked, replied_at=replied, discussed_at=discussed, answered_at=answered
    )
    names = ("shared", "sent", "replied", "discussed", "answered")
    furthest = [name for name, fact in zip(names, facts, strict=True) if fact]
    assert found == (furthest[-1] if furthest else "kept")
