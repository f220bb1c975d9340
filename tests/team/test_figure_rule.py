"""What is said of counts gives away no group of one to four people, whatever is added to or taken from what."""

from collections.abc import Iterator
from itertools import combinations, product
from math import gcd

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.team.figure_words import number
from selfcare.web.figure_rule import Count, Said, said

# What there was: whose it was, in which month, in which language they are written to, and whether it was as hoped.
THINGS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 2), st.sampled_from(["en", "ur"]), st.booleans()),
    max_size=60,
)


def count(things: list[tuple[int, int, str, bool]]) -> Count:
    whose = [{person for person, _, _, done in things if done is hoped} for hoped in (True, False)]
    return Count(sum(done for *_, done in things), len(things), len(whose[0]), len(whose[1]))


def groups(things: list[tuple[int, int, str, bool]]) -> Iterator[Count]:
    """All of them, each month, each language, and each language in each month: wholes and their parts."""
    for month, language in product((None, 0, 1, 2), (None, "en", "ur")):
        yield count([one for one in things if month in (None, one[1]) and language in (None, one[2])])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(THINGS)
def test_no_sum_and_no_difference_of_what_is_said_is_one_to_four(
    things: list[tuple[int, int, str, bool]],
) -> None:
    """Alone catches: 16 of 20, which says that 4 did not; a month or a language that is what the whole has more
    than the others; the same figure on the day before, when one person less was counted.
    """
    before = [said(one) for one in groups(things[:-1])]
    figures = [
        each for one in [*before, *map(said, groups(things))] for each in (one.part, one.whole) if each
    ]
    for one, other in combinations(set(figures), 2):
        assert not 0 < abs(one - other) < 5, (one, other)
    assert gcd(*figures) % 5 == 0, "some sum of them, added and taken away, is no multiple of five"
    assert not any(0 < each < 5 for each in figures)
    for true in groups(things):
        out = said(true)
        assert out.part is None or true.people >= 5
        assert out.whole is None or (true.people >= 5 and true.others >= 5)
        assert out.whole is None or out.part is not None


def test_what_is_left_of_a_whole_could_be_five_or_more_and_is_never_known() -> None:
    """Alone catches: two numbers that, with the rule known, leave only one answer. Asked of all counts up to 42, one
    thing a person: the most that are said as 40.
    """
    behind: dict[Said, set[tuple[int, int]]] = {}
    for whole in range(43):
        for part in range(whole + 1):
            out = said(Count(part, whole, part, whole - part))
            behind.setdefault(out, set()).add((part, whole - part))
    for out, could in behind.items():
        parts, rests = {part for part, _ in could}, {rest for _, rest in could}
        if out.part is None:
            assert parts == {0, 1, 2, 3, 4}
        elif out.whole is None:
            assert rests == {0, 1, 2, 3, 4}
        else:
            assert min(parts) >= 5
            assert min(rests) >= 5
            assert min(len(parts), len(rests)) >= 3, (out, could)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_how_it_reads(app: Flask) -> None:
    """Alone catches: nine visits of four people, told as nine; a rest of four, told by its whole."""
    with app.test_request_context():
        for true, shown in (
            (Count(4, 20, 4, 16), "under 5"),
            (Count(9, 20, 4, 11), "under 5"),
            (Count(16, 20, 16, 4), "15"),
            (Count(20, 20, 20, 0), "20"),
            (Count(28, 42, 20, 9), "30 of 40"),
            (Count(7, None, 7, 0), "5"),
            (Count(0, 0, 0, 0), "under 5"),
        ):
            assert number(said(true)) == shown
