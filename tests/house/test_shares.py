"""A folder that takes more than its share of a whole run is red."""

from collections import Counter
from dataclasses import dataclass

from tests.harness.shares import MOST, OTHERS, WHOLE, beyond, spent


@dataclass
class Report:
    nodeid: str
    duration: float
    when: str = "call"


def test_a_folder_beyond_its_share_is_named() -> None:
    """Would fail where a room's tests could grow dear without anybody being told."""
    number = Counter({"house": WHOLE})
    within = Counter({"house": MOST["house"], "goals": OTHERS, "phone": 100 - MOST["house"] - OTHERS})
    assert beyond(within, number) == {"phone": 100 - MOST["house"] - OTHERS}
    assert beyond(within + Counter(goals=2), number)["goals"] == OTHERS + 2
    assert beyond(within + Counter(goals=2), Counter(house=WHOLE - 1)) == {}, "a part of a run says nothing"


def test_all_that_a_test_takes_counts() -> None:
    reports = [
        Report("tests/goals/test_views.py::a", 1.0, "setup"),
        Report("tests/goals/test_views.py::a", 2.0),
        Report("tests/goals/test_views.py::b", 4.0),
    ]
    assert spent(reports) == (Counter(goals=7.0), Counter(goals=2))
