"""In which order tests are asked."""

import pytest

from tests.harness.shares import LONG


def _turn(item: pytest.Item) -> int:
    """When a test has its turn in a worker: first those that drive a browser, which then ends; those of one kind of
    browser before those of the other; then the others of folders whose tests are long; then short ones, so that at the
    end of a run no worker waits long for another.
    """
    if item.get_closest_marker("browser"):
        return 1 if "chromium" in getattr(item, "fixturenames", ()) else 0
    return 2 if item.nodeid.split("/")[1] in LONG else 3


def in_turn(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Each worker begins with an even part of these, and takes over from the end of another's: each is in turn."""
    turns = [[item for item in items if _turn(item) == turn] for turn in range(4)]
    for driven in turns[
        :2
    ]:  # of one engine before those of the other: of shared servers one stands at a time
        driven.sort(key=lambda item: item.get_closest_marker("postgresql") is not None)
    return [
        item
        for worker in range(workers)
        for some in turns
        for item in some[len(some) * worker // workers : len(some) * (worker + 1) // workers]
    ]
