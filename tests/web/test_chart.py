"""Charts draw what was entered and nothing else."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from selfcare.web import chart
from selfcare.web.chart import Reading

DAY = date(2026, 3, 1)


def readings(*days_and_values: tuple[int, float], mark: str = "me") -> list[Reading]:
    start = datetime(2026, 3, 1, 9)  # noqa: DTZ001 - wall time
    return [
        Reading(start + timedelta(days=day), Decimal(str(value)), None, mark)
        for day, value in days_and_values
    ]


@pytest.fixture(autouse=True)
def _in_an_answer(app: Flask) -> object:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def drawn(points: list[Reading], days: int = 14, *, symptom: bool = True) -> chart.Chart:
    return chart.draw(points, DAY, DAY + timedelta(days=days - 1), label="Tiredness", symptom=symptom)


def test_a_line_joins_the_same_or_the_next_day_only() -> None:
    made = drawn(readings((0, 5), (1, 6), (3, 4), (4, 4), (9, 2)))
    assert [len(line) for line in made.lines] == [2, 2]
    assert len(made.points) == 5


def test_longer_than_a_month_shows_points_alone() -> None:
    assert drawn(readings((0, 5), (1, 6)), days=40).lines == []


def test_a_symptom_runs_from_0_to_10_whatever_was_entered() -> None:
    assert [label for _, label in drawn(readings((0, 5), (1, 5))).y_ticks] == ["0", "5", "10"]


@pytest.mark.parametrize("values", [(119, 121, 118), (5.1, 5.2), (0.004, 0.005), (71.4, 71.4)])
def test_small_changes_look_small(values: tuple[float, ...]) -> None:
    """A fifth of the greatest value stays free each way (or it starts at zero): 118 to 121 are no mountain."""
    made = drawn(readings(*((day, value) for day, value in enumerate(values))), symptom=False)
    ticks = [float(label) for _, label in made.y_ticks]
    assert ticks[0] <= max(0.0, min(values) - max(values) / 5)
    assert ticks[-1] >= max(values) * 1.2
    assert ticks[0] >= 0
    heights = [point["y"] for point in made.points]
    top, bottom = made.plot[1], made.plot[3]
    share = (max(values) - min(values)) / max(values)
    assert max(heights) - min(heights) <= (bottom - top) * share * 2.5 + 0.1  # type: ignore[type-var]


def test_what_can_be_below_zero_has_room_below() -> None:
    made = drawn(readings((0, -3), (1, 4)), symptom=False)
    ticks = [float(label) for _, label in made.y_ticks]
    assert ticks[0] <= -3.8
    assert ticks[-1] >= 4.8


def test_another_scale_rounds_outwards() -> None:
    made = drawn(readings((0, 71.4), (1, 72.9), (2, 70.2)), symptom=False)
    ticks = [float(label) for _, label in made.y_ticks]
    assert ticks[0] <= 70.2
    assert ticks[-1] >= 72.9


def test_who_entered_it_is_the_shape() -> None:
    made = drawn(readings((0, 5)) + readings((1, 6), mark="other"))
    assert [point["shape"] for point in made.points] == ["me", "other"]


def test_a_pair_is_one_bar() -> None:
    start = datetime(2026, 3, 1, 9)  # noqa: DTZ001 - wall time
    made = drawn([Reading(start, Decimal(128), Decimal(82))], symptom=False)
    assert len(made.bars) == 1
    assert made.points == []
    assert made.bars[0]["y1"] < made.bars[0]["y2"]  # type: ignore[operator]


def test_the_newest_200_are_drawn_and_the_rest_is_said() -> None:
    made = drawn(readings(*((day, 5) for day in range(250))), days=250)
    assert (made.shown, made.total, len(made.points)) == (200, 250, 200)


def test_nothing_but_zeros_has_numbers_people_count_in() -> None:
    """They were 0, 0 and 0.000001."""
    made = drawn(readings((1, 0), (2, 0)), symptom=False)
    assert [text for _, text in made.y_ticks] == ["0", "0.5", "1"]


def test_long_numbers_of_the_scale_have_room() -> None:
    made = drawn(readings((1, 9000), (2, 100000)), symptom=False)
    longest = max(len(text) for _, text in made.y_ticks)
    assert made.x0 >= 8 + 7.5 * longest
    assert all(made.x0 <= point["x"] for point in made.points)  # type: ignore[operator]


@given(st.lists(st.decimals(min_value=-1000000, max_value=1000000, places=3), min_size=1, max_size=30))
def test_every_point_lies_inside_the_plot(values: list[Decimal]) -> None:
    points = readings(*((number % 14, 0) for number in range(len(values))))
    points = [Reading(reading.wall, value) for reading, value in zip(points, values, strict=True)]
    made = drawn(points, symptom=False)
    x0, y0, x1, y1 = made.plot
    assert all(x0 <= p["x"] <= x1 and y0 - 1 <= p["y"] <= y1 + 1 for p in made.points)  # type: ignore[operator]
