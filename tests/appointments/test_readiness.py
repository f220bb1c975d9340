"""Readiness, in all its thirty-two ways."""

from itertools import product

import pytest
from flask import Flask

from selfcare.appointments.readiness import KEYS, left, readiness
from selfcare.config import Settings
from selfcare.factory import create_app

NAMES = ("results", "been", "matters", "questions", "shared")


@pytest.fixture(scope="module")
def plain_app() -> Flask:
    """Only for its languages: no database is touched."""
    return create_app(Settings(database_url="sqlite:////nowhere/none.db", secret_key="x" * 40, testing=True))


@pytest.mark.parametrize("facts", list(product([False, True], repeat=5)))
def test_each_step_counts_once_and_stands_for_its_own_fact(plain_app: Flask, facts: tuple[bool, ...]) -> None:
    found = readiness(**dict(zip(NAMES, facts, strict=True)))
    assert (
        tuple(step.key for step in found.steps)
        == KEYS
        == ("results", "been", "matters", "questions", "share")
    )
    assert tuple(step.done for step in found.steps) == facts
    assert (found.done, found.total) == (sum(facts), 5)
    assert [found.has(key) for key in KEYS] == list(facts)
    with plain_app.test_request_context():
        said = left(found, "Amina")
    words = ("the new results", "how things have been", "what matters most", "questions", "share with Amina")
    assert [word in said for word in words] == [not fact for fact in facts]
    assert said == "Everything is ready." if all(facts) else said.startswith("Still to do: ")
    assert "%" not in said


def test_what_is_left_reads_as_a_sentence(plain_app: Flask) -> None:
    found = readiness(results=True, been=True, matters=False, questions=True, shared=False)
    with plain_app.test_request_context():
        assert left(found, "Amina") == "Still to do: what matters most and share with Amina."
        assert left(found, None) == "Still to do: what matters most and share it."


def test_an_unknown_step_is_an_error() -> None:
    found = readiness(results=True, been=True, matters=True, questions=True, shared=True)
    with pytest.raises(KeyError):
        found.has("pain")
