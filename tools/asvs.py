"""OWASP ASVS 5.0.0, levels 1 and 2: `docs/safety/asvs.md` is written from `docs/safety/asvs.toml`.

python -m tools.asvs          writes
python -m tools.asvs check    tells a requirement without a row, an empty row, a file or test that is not there
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.check_tree import ROOT
from tools.named import not_there

FOLDER = Path("docs/safety")
STATES = {"met": "met", "not_applicable": "not applicable", "deviation": "deviation"}
HEAD = """# OWASP ASVS 5.0.0, levels 1 and 2

How each requirement stands, written from `docs/safety/asvs.toml` by `python -m tools.asvs`; `make check` is red when a
row is missing or empty, or when a file or test it names is not there. What is asked is told in our own few words: the
requirement itself is OWASP's, [by its number](https://github.com/OWASP/ASVS/tree/v5.0.0_release/5.0/en).

Written by those who wrote the app, from its code: nobody else has looked yet, and nothing here is a certificate. A
*deviation* is what is not so, or not shown, with the reason.

"""


def rows(root: Path) -> dict[str, dict[str, Any]]:
    """Each chapter by its key, in order: `name`, and a row for each number."""
    return tomllib.loads((root / FOLDER / "asvs.toml").read_text(encoding="utf-8"))


def levels(root: Path) -> dict[str, int]:
    """The level of each requirement, by its number."""
    found: dict[str, int] = {}
    level = 0
    for line in (root / FOLDER / "asvs-numbers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("level "):
            level = int(line.removeprefix("level "))
        elif not line.startswith("#"):
            found |= dict.fromkeys(line.split(), level)
    return found


def faults(root: Path) -> Iterator[str]:
    """What is wrong with the rows, a line each."""
    asked, told = levels(root), [number for chapter in rows(root).values() for number in chapter]
    here = {number for number in told if number != "name"}
    yield from (f"{number} has no row" for number in asked if number not in here)
    yield from (f"{number} is no requirement of level 1 or 2" for number in here - asked.keys())
    for chapter in rows(root).values():
        for number, row in chapter.items():
            if number != "name":
                yield from (f"{number}: {fault}" for fault in _row_faults(root, row))


def _row_faults(root: Path, row: dict[str, Any]) -> Iterator[str]:
    states = [state for state in STATES if row.get(state, "").strip()]
    if not row.get("asks", "").strip() or len(states) != 1:
        yield f"takes `asks` and one of {', '.join(STATES)}, none of them empty"
    elif states == ["met"] and not (row.get("code") and row.get("tests")):
        yield "is met by nothing, or held by no test"
    yield from not_there(row.get("code", ()), row.get("tests", ()), root)


def written(root: Path) -> str:
    """The table, with a count of each state and level before it."""
    asked, lines = levels(root), list[str]()
    counted: Counter[tuple[str, int]] = Counter()
    for key, chapter in rows(root).items():
        lines += [
            "",
            f"## {key} {chapter['name']}",
            "",
            "| | level | what is asked | | how it stands |",
            "|---|---|---|---|---|",
        ]
        for number, row in chapter.items():
            if number == "name":
                continue
            state = next(one for one in STATES if row.get(one))
            counted[state, asked[number]] += 1
            lines.append(
                f"| {number} | {asked[number]} | {row['asks']} | {STATES[state]} | {_stands(row, state)} |"
            )
    count = ["| | level 1 | level 2 |", "|---|---|---|"]
    count += [f"| {said} | {counted[state, 1]} | {counted[state, 2]} |" for state, said in STATES.items()]
    return HEAD + "\n".join([*count, *lines]) + "\n"


def _stands(row: dict[str, Any], state: str) -> str:
    named = [f"`{one}`" for one in [*row.get("code", ()), *row.get("tests", ())]]
    return " ".join([row[state], *(["<br>" + " · ".join(named)] if named else [])])


def main(words: list[str]) -> int:
    wrong = list(faults(ROOT))
    path = ROOT / FOLDER / "asvs.md"
    if not wrong and words != ["check"]:
        path.write_text(written(ROOT), encoding="utf-8")
    elif not wrong and (not path.is_file() or path.read_text(encoding="utf-8") != written(ROOT)):
        wrong = [f"{FOLDER}/asvs.md is not what asvs.toml says: python -m tools.asvs"]
    print("\n".join(wrong) or "ASVS: every requirement has its row, and what it names is there")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
