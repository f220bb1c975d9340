"""Numbers as they were told: out of the same, or words. Nothing is worked out."""

import pytest

from selfcare.decisions.numbers import Wrong, read


def _n(number: int, tail: str = "") -> dict[str, object]:
    return {"n": number, "tail": tail}


@pytest.mark.parametrize(
    ("typed", "of", "cells", "all_"),
    [
        ({"a": "45 of 100", "b": "30 out of 100"}, "", {"a": _n(45), "b": _n(30)}, 100),
        ({"a": "45", "b": "30 / 100", "leave": ""}, "100", {"a": _n(45), "b": _n(30)}, 100),
        ({"a": "۴۵/۱۰۰", "b": "100 میں سے 30", "leave": "5 o bob 100"}, "",
         {"a": _n(45), "b": _n(30), "leave": _n(5)}, 100),
        ({"a": "450 of 1,000 people", "b": "0 of 1000"}, "", {"a": _n(450, "people"), "b": _n(0)}, 1000),
        ({"a": "45 %", "b": "You meet people"}, "", {"a": {"text": "45 %"}, "b": {"text": "You meet people"}}, None),
        ({"a": "45 %", "b": "30/100", "c": "People"}, "", {"a": _n(45), "b": _n(30), "c": {"text": "People"}}, 100),
        ({"a": "2", "b": "3 hours a week"}, "", {"a": {"text": "2"}, "b": {"text": "3 hours a week"}}, None),
        ({"a": "2.5 mg", "b": "Tuesdays, at 10:00"}, "", {"a": {"text": "2.5 mg"}, "b": {"text": "Tuesdays, at 10:00"}},
         None),
    ],
)  # fmt: skip
def test_what_was_told_is_kept_as_it_was(
    typed: dict[str, str], of: str, cells: dict[str, object], all_: int | None
) -> None:
    """Alone catches: a number turned into another, a missing one become 0, words taken for a number."""
    assert read(typed, of) == (cells, all_)


@pytest.mark.parametrize("of", ["", "100"])
@pytest.mark.parametrize(
    "typed", ["1/2/2026", "1 in 10 to 20", "120/80", "45 of 100 or 50 of 1000", "1/2 a pill"]
)
def test_what_only_looks_like_a_number_stays_as_it_was_typed(typed: str, of: str) -> None:
    """Alone catches: a day, a dose or a whole sentence that is read as so many of so many."""
    cells = {"a": typed, "b": "30 of 100", "leave": "2 of 100"}
    assert read(cells, of)[0]["a"] == {"text": typed}
    assert read({"a": typed, "b": typed}, "") == ({"a": {"text": typed}, "b": {"text": typed}}, None)
    assert read({"a": "2 of 3 weeks", "b": typed}, "") == (
        {"a": {"text": "2 of 3 weeks"}, "b": {"text": typed}},
        None,
    )


@pytest.mark.parametrize(
    ("typed", "of", "why", "cell"),
    [
        ({"a": "45 of 100", "b": "300 of 1,000"}, "", "same", "b"),
        ({"a": "45 of 100", "b": "30"}, "", "same", "b"),
        ({"a": "450 of 1,000"}, "100", "same", "a"),
        ({"a": "45%", "b": "1 in 10"}, "", "same", "b"),
        ({"a": "101 of 100", "b": "1 of 100"}, "", "more", "a"),
        ({"a": "101"}, "100", "more", "a"),
        ({"a": "0 of 0", "b": "0 of 0"}, "", "nothing", "a"),
        ({"a": "1"}, "0", "nothing", None),
        ({"a": "1"}, "many", "whole", None),
        ({"a": "4.5 of 100", "b": "3"}, "", "whole", "a"),
        ({"a": "1 of 99999999"}, "100", "whole", "a"),
    ],
)
def test_what_cannot_be_held_against_each_other_is_asked_about(
    typed: dict[str, str], of: str, why: str, cell: str | None
) -> None:
    """Alone catches: two denominators in one row, more than all of them, something out of nothing."""
    with pytest.raises(Wrong) as wrong:
        read(typed, of)
    assert (wrong.value.why, wrong.value.cell) == (why, cell)
