"""A report's results as the laboratory grouped them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from selfcare.results.result_groups import DEEPEST, grouped


@dataclass(frozen=True)
class Row:
    """The least a result has to have."""

    id: UUID
    within_id: UUID | None
    name: str = ""


def rows(*within: int | None) -> list[Row]:
    """A row for each number: the place of the group it stands in."""
    ids = [uuid4() for _ in within]
    return [Row(ids[place], None if of is None else ids[of], str(place)) for place, of in enumerate(within)]


def shape(*within: int | None) -> list[tuple[str | None, int, str, bool]]:
    found = grouped(rows(*within))
    return [
        (group.head.name if group.head else None, group.level, "".join(row.name for row in group.lines), group.rest)
        for group in found
    ]  # fmt: skip


def test_results_in_no_group_are_one_run() -> None:
    assert shape(None, None, None) == [(None, 2, "012", False)]
    assert shape() == []


def test_groups_stand_in_the_order_sent_and_what_follows_one_is_told_apart() -> None:
    assert shape(None, None, 1, 1, None) == [
        (None, 2, "0", False),
        ("1", 2, "23", False),
        (None, 2, "4", True),
    ]


def test_a_group_in_a_group_stands_where_it_was_sent_one_level_down() -> None:
    """First, a small panel, third: what comes after the small panel goes on in the large one."""
    assert shape(None, 0, 0, 2, 0) == [("0", 2, "1", False), ("2", 3, "3", False), ("0", 2, "4", True)]
    assert shape(None, 0, 1, 0) == [("0", 2, "", False), ("1", 3, "2", False), ("0", 2, "3", True)]


def test_headings_go_no_deeper_than_there_are() -> None:
    levels = [group.level for group in grouped(rows(None, *range(9)))]
    assert levels == [2, 3, 4, 5, 6, 6, 6, 6, 6]


def test_one_that_holds_itself_or_another_in_a_circle_is_in_none() -> None:
    one, two = uuid4(), uuid4()
    circle = [Row(one, two, "a"), Row(two, one, "b"), Row(uuid4(), uuid4(), "c")]
    found = grouped(circle)
    assert [(group.head, [row.name for row in group.lines]) for group in found] == [(None, ["a", "b", "c"])]


def test_very_deep_groups_are_no_trouble() -> None:
    found = grouped(rows(None, *range(999)))
    assert len(found) == 999
    assert found[-1].level == DEEPEST


@given(st.lists(st.integers(-1, 30), max_size=30))
def test_nothing_is_ever_left_out_or_doubled(within: list[int]) -> None:
    made = rows(*(of if 0 <= of < len(within) else None for of in within))
    found = grouped(made)
    assert [row.name for row in _read(found)] == [row.name for row in _walk(made)]
    shown = [row for group in found for row in group.lines] + [
        group.head for group in found if group.head and not group.rest
    ]
    assert sorted(row.name for row in shown) == sorted(row.name for row in made)


def _read(found: list[Any]) -> list[Row]:
    """The results as the page has them, from top to bottom."""
    order: list[Row] = []
    for group in found:
        order += [group.head] if group.head and not group.rest else []
        order += group.lines
    return order


def _walk(made: list[Row]) -> list[Row]:
    """Each result before what stands in it, in the order sent: written apart."""
    known = {row.id: row for row in made}

    def ends(row: Row) -> bool:
        met = {row.id}
        step = row.within_id
        while step in known:
            if step in met:
                return False
            met.add(step)
            step = known[step].within_id
        return True

    parent = {row.id: row.within_id if row.within_id in known and ends(row) else None for row in made}

    def below(above: UUID | None) -> list[Row]:
        return [each for row in made if parent[row.id] == above for each in (row, *below(row.id))]

    return below(None)
