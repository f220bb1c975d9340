"""A long text begun in a list: cut where a word ends, and never inside a letter."""

import pytest
from flask import Flask

from selfcare.i18n import beginning, in_a_row

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("short", 10, "short"),
        ("two  words\nhere", 40, "two words here"),
        ("one two three", 9, "one two…"),
        ("啊啊啊啊啊啊", 3, "啊啊啊…"),
        ("ab" + FAMILY * 2, 5, "ab…"),
        ("aaae\u0301a", 4, "aaa…"),
        ("abc👍🏽d", 4, "abc…"),
        ("नमस्ते" * 3, 5, "नमस्…"),
    ],
)
def test_it_ends_between_letters(text: str, most: int, shown: str) -> None:
    assert beginning(text, most) == shown


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_sentences_in_a_row_keep_no_stop_before_a_comma(app: Flask, engine_kind: str) -> None:
    """Alone catches: “running., Rest” in what can be shared, or a stop twice at the end of a sentence around it."""
    with app.test_request_context():
        assert (
            in_a_row(["I go running.", "Which way?", "Rest", " ", "Walk."])
            == "I go running, Which way? Rest, Walk"
        )
