"""Where the time of a run went, by folder; and the share of it that each may have.

A share is of the whole run, so that it holds on a fast machine and on a slow one.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

# In hundredths of the whole. A folder that is not named may have OTHERS.
MOST = {"house": 42, "phone": 16, "fhir": 10, "journeys": 10}
OTHERS = 9
# Folders whose tests take seconds each.
LONG = {"house", "phone", "journeys"}
# Less than this is no whole run, and says nothing of shares.
WHOLE = 3000


def spent(reports: Iterable[Any]) -> tuple[Counter[str], Counter[str]]:
    """Seconds by folder, summed over the workers; and how many tests."""
    seconds: Counter[str] = Counter()
    number: Counter[str] = Counter()
    for report in reports:
        folder = report.nodeid.split("/")[1]
        seconds[folder] += report.duration
        number[folder] += report.when == "call"
    return seconds, number


def is_whole(number: Counter[str]) -> bool:
    """Whether so many tests were a whole run."""
    return sum(number.values()) >= WHOLE


def beyond(seconds: Counter[str], number: Counter[str]) -> dict[str, int]:
    """The folders that took more than their share of a whole run, and what they took, in hundredths."""
    whole = sum(seconds.values())
    if not is_whole(number):
        return {}
    took = {folder: round(100 * each / whole) for folder, each in seconds.items()}
    return {folder: share for folder, share in took.items() if share > MOST.get(folder, OTHERS)}
