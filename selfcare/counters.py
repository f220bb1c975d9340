"""What is counted while people work: by names of ours alone, never by a person, an account or an address.

`serve` runs several processes. Each counts in files of its own in one folder (`share`), and `metrics` adds them up.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import Counter, Histogram, values

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # by which prometheus-client finds the files, in this process and those it starts

# Seconds. What a page may take is 0.25; a writer waits 8 at most.
_ANSWERED = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_WAITED = (0.001, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Counters:
    """All that is counted. `route` is the name of a view, `what` and `state` are words of the code."""

    requests: Histogram
    waits: Histogram
    busy: Counter
    security: Counter
    throttled: Counter
    deliveries: Counter


def _make() -> Counters:
    def counter(name: str, said: str, *labels: str) -> Counter:
        return Counter(f"selfcare_{name}", said, labels, registry=None)

    return Counters(
        Histogram(
            "selfcare_request_seconds",
            "Requests answered, and how long each took, by the view that answered and the class of its status.",
            ("route", "status"),
            registry=None,
            buckets=_ANSWERED,
        ),
        Histogram(
            "selfcare_write_wait_seconds",
            "How long writers waited for their turn (SQLite).",
            registry=None,
            buckets=_WAITED,
        ),
        counter("write_refused", "Writers whose turn did not come in time (SQLite)."),
        counter("security_events", "Security events, as the log names them.", "what"),
        counter("throttled", "Tries that were refused because there had been too many.", "what"),
        counter("deliveries", "Messages seen through, by how that ended.", "state"),
    )


_now = _make()


def now() -> Counters:
    """The counters of this process."""
    return _now


def share(folder: Path) -> None:
    """From here on count in files in `folder`, as the processes that this one starts will; forget what was before."""
    global _now
    os.environ[FOLDER] = str(folder)
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
    _now = _make()
