"""A folder that takes more than its share of a whole run is red; and what a run takes is said."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.harness import spending
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


@pytest.mark.skipif(not spending.PROC.is_dir(), reason="says what processes take")
def test_what_is_begun_from_here_counts_as_long_as_it_is_there() -> None:
    """Alone catches: memory of the first process alone, which begins all others; or of processes long gone."""
    much = 50_000_000
    program = f"x = 'x' * {much}; print(flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    watch = spending.Watch()
    assert child.pid in watch._found()
    assert spending.shared_out(child.pid) > much
    child.communicate(b"\n", timeout=30)
    assert child.pid not in watch._found()
    assert spending.processor(None) > 0
