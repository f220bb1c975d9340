"""The hazard log (DCB0129), made of `docs/safety/hazards/`: hazards, controls, the tests that hold them, a rating.

Likelihood and severity are *proposed* by those who wrote the app: a clinical safety officer settles them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.from_code import table

LIKELIHOODS = ("very low", "low", "medium", "high", "very high")
SEVERITIES = ("minor", "significant", "considerable", "major", "catastrophic")
# By likelihood, then severity: 1 (least) to 5. The matrix commonly used with DCB0129; whoever runs it may have another.
RISKS = ((1, 1, 2, 2, 3), (1, 2, 2, 3, 4), (2, 2, 3, 3, 4), (2, 3, 3, 4, 5), (3, 4, 4, 5, 5))
FOLDER = Path("docs/safety/hazards")
_SAYS = re.compile(
    r"# (?P<number>\d+)\. (?P<name>.+)\n\n\*\*Cause\.\*\* (?P<cause>.+?)\s\*\*Harm\.\*\* (?P<harm>.+?)\n\n"
    r"\*\*Control\.\*\* (?P<control>.+?)\n\n\*\*Proof\.\*\* (?P<proof>.+?)\n\n"
    r"\*\*Proposed\.\*\* Before the control: (?P<before>[\w ]+, [\w ]+)\. With it: (?P<after>[\w ]+, [\w ]+)\.\n",
    re.DOTALL,
)


@dataclass(frozen=True)
class Hazard:
    """One file. `before` and `after`: severity and likelihood, as proposed."""

    number: int
    name: str
    cause: str
    harm: str
    control: str
    tests: tuple[str, ...]
    before: tuple[str, str]
    after: tuple[str, str]


def hazards(root: Path) -> Iterator[Hazard]:
    """Each hazard, in order. :raises ValueError: for a file that does not say all of it."""
    for path in sorted((root / FOLDER).glob("*.md")):
        found = _SAYS.fullmatch(path.read_text(encoding="utf-8"))
        if not found:
            raise ValueError(f"{path.name} takes Cause, Harm, Control, Proof and Proposed, in this order")
        severity, _, likelihood = found["before"].partition(", ")
        left, _, likely = found["after"].partition(", ")
        yield Hazard(
            int(found["number"]), found["name"],
            *(" ".join(found[part].split()) for part in ("cause", "harm", "control")),
            tuple(re.findall(r"`(tests/[^`]+)`", found["proof"])), (severity, likelihood), (left, likely),
        )  # fmt: skip


def risk(severity: str, likelihood: str) -> int:
    """:raises ValueError: for a word that is none of the scale."""
    if severity not in SEVERITIES or likelihood not in LIKELIHOODS:
        raise ValueError(f"{severity}, {likelihood}: not of the scale")
    return RISKS[LIKELIHOODS.index(likelihood)][SEVERITIES.index(severity)]


def faults(root: Path) -> Iterator[str]:
    """What is wrong with the files, a line each."""
    try:
        known = list(hazards(root))
        for one in known:
            risk(*one.before), risk(*one.after)
    except ValueError as fault:
        yield f"{FOLDER}: {fault}"
        return
    if [one.number for one in known] != list(range(1, len(known) + 1)):
        yield f"{FOLDER}: the numbers do not follow one another"
    for one in known:
        if not one.tests:
            yield f"{FOLDER}: hazard {one.number} is held by no test"
        for test in one.tests:
            path = root / test
            if not path.is_file() or "def test_" not in path.read_text(encoding="utf-8"):
                yield f"{FOLDER}: hazard {one.number} names {test}, and no test is there"


def log(root: Path) -> str:
    """A section for each hazard."""
    parts = []
    for one in hazards(root):
        facts = [
            ("cause", one.cause),
            ("harm", one.harm),
            ("proposed before controls", _rated(*one.before)),
            ("controls in the app", one.control),
            ("held by", ", ".join(f"`{test}`" for test in one.tests)),
            ("proposed with them", _rated(*one.after)),
        ]
        parts.append(f"### H{one.number:02} {one.name}\n\n" + table(("", ""), facts))
    return "\n\n".join(parts)


def _rated(severity: str, likelihood: str) -> str:
    return f"severity *{severity}*, likelihood *{likelihood}*: risk {risk(severity, likelihood)} of 5"
