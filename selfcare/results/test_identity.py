"""What makes two results the same test. Nothing is better than a wrong neighbour: what is not certain is not the same.

Both engines index the keys, and PostgreSQL's index rows have a limit.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEY_LENGTH = 200

# Code systems in which a code means the same test whoever sends it. With a laboratory's own, the name must agree.
SHARED_SYSTEMS = frozenset(
    {
        "http://loinc.org",
        "urn:oid:2.16.840.1.113883.6.1",
        "http://snomed.info/sct",
        "urn:oid:2.16.840.1.113883.6.96",
        "urn:iso:std:iso:11073:10101",
    }
)

# Said of a blood test that a professional typed, it may be any of these.
BLOOD = frozenset(
    {"blood", "whole blood", "serum", "plasma", "edta blood", "edta whole blood", "edta plasma"}
)
_SAME_SAMPLE = {"venous blood": "blood", "blood venous": "blood"}
_NO_SAMPLE_WORDS = frozenset({"specimen", "sample", "of", "from", "the"})

# Names that say nothing without the group they stand in: the minutes of a tolerance test, "Result".
_VAGUE = re.compile(
    r"(?:[a-z]{1,5}\s*)?[+\-−]?\s*\d+(?:[.,]\d+)?\s*(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|'|′)?"
    r"(?:\s*(?:post|pre|after|before)\b.*)?"
    r"|baseline|basal|fasting|random|pre|post|pre[ -]?dose|post[ -]?dose|peak|trough|result|results|value|values|level"
    r"|concentration|count|total|ratio|percent|percentage|%|index|comment|interpretation|first|second|third"
    r"|(?:sample|specimen|tube|time|test)\s*\w?"
)


def key(text: str) -> str:
    """Text without the accidents of white space."""
    return " ".join(text.split())[:KEY_LENGTH]


def name_key(name: str) -> str:
    """The name of a test, whatever its case and white space."""
    return key(name.casefold())


def sample_key(text: str) -> str:
    """A specimen's words, whatever their case and signs."""
    words = [word for word in re.findall(r"\w+", text.casefold()) if word not in _NO_SAMPLE_WORDS]
    plain = " ".join(words)[:KEY_LENGTH]
    return _SAME_SAMPLE.get(plain, plain)


@dataclass(frozen=True)
class Kept:
    """A result that is to be kept, as far as it says which test it is.

    sample: what it was made from, where that is not the report's; within: the place of its group, an earlier one.
    counts: it has a value, and the laboratory stands by it.
    """

    name_key: str
    unit_key: str
    codes: Sequence[Mapping[str, str]]
    sample: str
    taken: datetime | None
    within: int | None
    component: bool
    counts: bool


def identities(rows: Sequence[Kept], sample: str) -> list[tuple[dict[str, Any] | None, str | None]]:
    """What each result of a report is known by, for `is_same`; None where nothing identifies it. And its code to look
    it up by, "system|code", where it has one that means the same whoever sends it.

    :param sample: of the report, as `sample_key` has it, or `unsaid`.
    """
    names: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for pair in _pairs(row):
            names.setdefault(pair, set()).add(row.name_key)
    samples: list[str] = []
    paths: list[str] = []
    for row in rows:
        above = row.within
        inherited = sample if above is None else samples[above]
        samples.append(sample_key(row.sample) or inherited)
        paths.append("" if above is None else "/".join(filter(None, (paths[above], rows[above].name_key))))
    tests = [(row.name_key, row.unit_key, samples[place]) for place, row in enumerate(rows)]
    places: dict[tuple[str, str, str], list[int]] = {}
    for place, row in enumerate(rows):
        if row.counts:
            places.setdefault(tests[place], []).append(place)
    found: list[tuple[dict[str, Any] | None, str | None]] = []
    for place, row in enumerate(rows):
        codes: dict[str, list[str]] = {}
        for pair in _pairs(row):
            if len(names[pair]) == 1:
                codes.setdefault(pair[0], []).append(pair[1])
        known = next((f"{system}|{codes[system][0]}" for system in codes if system in SHARED_SYSTEMS), None)
        part = _part(place, places.get(tests[place], []), rows, paths)
        same = None if part is None else {"sample": samples[place], "part": part, "codes": codes}
        found.append((same, key(known) if known else None))
    return found


def unsaid(kind: str, *, typed: bool) -> str:
    """What stands for the specimen of a report that names none."""
    return f"{'typed' if typed else 'sent'}:{kind if kind in ('blood', 'urine') else ''}"


def is_same(one: Any, other: Any) -> bool:
    """Whether two results (rows of Result) are the same test, in one unit, of one kind of specimen."""
    if one.same is None or other.same is None or one.unit_key != other.unit_key:
        return False
    if one.same["part"] != other.same["part"] or not _agree(one.same["sample"], other.same["sample"]):
        return False
    codes, others = one.same["codes"], other.same["codes"]
    shared = {system: set(codes[system]) & set(others[system]) for system in codes if system in others}
    if not all(shared.values()):
        return False  # two codes of one system are two tests
    return one.name_key == other.name_key or any(system in SHARED_SYSTEMS for system in shared)


def _agree(one: str, other: str) -> bool:
    if one == other:
        return True
    said = {one, other}
    if "typed:blood" in said:
        return bool((said - {"typed:blood"}) <= (BLOOD | {"sent:blood"}))
    return said == {"typed:urine", "urine"} or said == {"typed:urine", "sent:urine"}


def _pairs(row: Kept) -> set[tuple[str, str]]:
    return {(one.get("system", ""), one["code"]) for one in row.codes if one.get("code")}


def _part(place: int, alike: Sequence[int], rows: Sequence[Kept], paths: Sequence[str]) -> str | None:
    """Which of several results of one test in one report it is: by its group, else by its minute; "" for the only one.

    None where they cannot be told apart. A part of a result, and a name that says nothing alone, need their group.
    """
    row = rows[place]
    if len(alike) < 2:
        return paths[place] if row.component or _VAGUE.fullmatch(row.name_key) else ""
    if max(Counter(paths[one] for one in alike).values()) == 1:
        return f"in {paths[place]}"
    times = [rows[one].taken for one in alike]
    known = [time for time in times if time is not None]
    if row.taken is None or len(set(known)) < len(alike):
        return None
    return (
        f"{paths[place] if row.component else ''}+{round((row.taken - min(known)).total_seconds() / 60)} min"
    )
