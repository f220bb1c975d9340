"""Draws the floors that the rooms stand on into the README, from the rules that `lint-imports` holds them to.

python -m tools.floors          draws
python -m tools.floors check    says whether what is drawn still stands
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tools.check_tree import ROOT

# The lowest room of a floor: with it, the floor gets its number.
BEGINS = {"caseload": 5, "filing": 4, "contacts": 3, "accounts": 2, "config": 1}
DRAWN = re.compile(r"(?<=<!-- floors -->\n)```text\n.*?```(?=\n<!-- /floors -->)", re.DOTALL)
WIDE = 20


def about(root: Path, room: str) -> str:
    """The first sentence that a room says of itself, without its own name."""
    folder = root / "selfcare" / room
    source = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    said = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    sentence = re.split(r"(?<=\w)\.(?:\s|$)", said.replace("\n", " "))[0]
    sentence = re.sub(rf"^(the )?{room}: ", "", sentence, flags=re.IGNORECASE)
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]


def drawing(root: Path) -> str:
    """One line a room, from the top, and one under each floor. Rooms that may not import each other are joined."""
    rules = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    [layers] = [one["layers"] for one in rules["tool"]["importlinter"]["contracts"] if one["id"] == "floors"]
    return "```text\n" + "\n".join(_lines(root, layers)) + "\n```"


def _lines(root: Path, layers: list[str]) -> Iterator[str]:
    for layer in layers:
        rooms = re.split(r" [|:] ", layer)
        for n, room in enumerate(rooms):
            beside = "├" if n and " | " in layer else " "
            yield f"{beside} {room:{WIDE}} {about(root, room)}".rstrip()
        for room in rooms:
            if room in BEGINS:
                yield f"── {BEGINS[room]} ───────────────"


def main(words: list[str]) -> int:
    readme = ROOT / "README.md"
    before = readme.read_text(encoding="utf-8")
    after = DRAWN.sub(lambda _: drawing(ROOT), before)
    stands = before == after
    if words == ["check"]:
        print(
            "the floors are drawn as they stand" if stands else "README.md: draw the floors anew: make floors"
        )
        return not stands
    readme.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
