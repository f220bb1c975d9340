"""What 0 and what 10 mean: each thing on the own list names its two ends, and they stand wherever its numbers do.

The ends are kept with the tracker, as a code or as the person's own words, and never change: what was logged before
must not come to mean something else.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Protocol, cast

from flask_babel import gettext, lazy_gettext, lazy_pgettext

OWN = "own"  # the person's own words, in `low` and `high`
BAD = "bad"  # what every one asked for before they named their ends
WORST = "worst"

ENDS = {
    BAD: (
        lazy_pgettext("end of a scale", "not at all"),
        lazy_pgettext("end of a scale", "as bad as it can be"),
    ),
    WORST: (
        lazy_pgettext("end of a scale", "none"),
        lazy_pgettext("end of a scale", "the worst I can imagine"),
    ),
    "mood": (lazy_pgettext("end of a scale", "very low"), lazy_pgettext("end of a scale", "very good")),
    "sleep": (lazy_pgettext("end of a scale", "very bad"), lazy_pgettext("end of a scale", "very good")),
    "breathing": (
        lazy_pgettext("end of a scale", "easy"),
        lazy_pgettext("end of a scale", "the hardest I can imagine"),
    ),
}


class Ended(Protocol):
    """What has two ends: a tracker, or a row with its columns."""

    @property
    def kind(self) -> str: ...
    @property
    def ends(self) -> str: ...
    @property
    def low(self) -> str: ...
    @property
    def high(self) -> str: ...


def of(item: Ended) -> tuple[str, str]:
    """What 0 and what 10 is called, in the reader's language or the person's words."""
    if item.ends in ENDS:
        low, high = ENDS[item.ends]
        return str(low), str(high)
    return item.low, item.high


def in_words(item: Ended) -> str:
    """Both ends in one line, for charts, lists and texts; empty for what is not counted from 0 to 10."""
    if item.kind != "symptom":
        return ""
    low, high = of(item)
    return gettext("0 %(low)s, 10 %(high)s", low=low, high=high)


def asked(item: Ended) -> str:
    """The same as a hint under the question, put into words when a page shows it: a save shows none."""
    low, high = ENDS.get(item.ends, (item.low, item.high))
    return cast("str", lazy_gettext("0 is %(low)s. 10 is %(high)s.", low=low, high=high))


def worse_is_more(item: Ended) -> bool:
    """Whether a greater number is worse, so that the question can be how bad it is."""
    return item.ends in (BAD, WORST, "breathing")


def from_summary(kept: Mapping[str, str] | None) -> str:
    """Both ends of what a summary holds, in one line; empty in summaries of before they were named."""
    return in_words(SimpleNamespace(**kept)) if kept else ""
