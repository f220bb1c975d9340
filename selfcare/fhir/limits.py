"""How much a message may hold, and from when to when things can have happened."""

from dataclasses import dataclass
from datetime import date, timedelta

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The bounds of one message.

    body, file: bytes; of the whole message as sent, and of one file in a report after decoding.
    entries, observations, files, depth, panels: entries of a bundle; results of one report, groups and components
    counted; files of one report; how deep elements stand in each other; how deep groups of results do.
    reports, whole: reports of one message, each kept by itself; of one transaction, which are kept in one turn.
    effort: resources that all reports of a message lead to; one that several lead to counts for each of them.
    problems: how many are named in an answer; the rest are counted.
    first_day: nothing was taken, collected or issued before it: 1900 stands in many systems for "not known".
    first_birth: nobody was born before it.
    ahead: how far a clock may be in front of ours.
    """

    body: int = 10 * MEGABYTE
    file: int = 5 * MEGABYTE
    entries: int = 20_000
    observations: int = 5_000
    files: int = 20
    depth: int = 50
    panels: int = 10
    reports: int = 1_000
    whole: int = 50
    effort: int = 50_000
    problems: int = 100
    first_day: date = date(1901, 1, 1)
    first_birth: date = date(1900, 1, 1)
    ahead: timedelta = timedelta(days=1)
