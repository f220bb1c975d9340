"""Code that nothing uses: names of the app that neither it nor its templates say anywhere, and names of the tests.

python -m tools.unused

What a library calls by its name is explained in pyproject.toml ([tool.vulture]), pattern by pattern.
"""

import keyword
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture

from tools.check_tree import ROOT

WORD = re.compile(r"[A-Za-z_]\w*")


def unused(root: Path, folders: list[str], templates: str = "templates") -> Iterator[str]:
    """A line for each name under `folders` that is defined, and used nowhere in them or in the templates."""
    rules = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["vulture"]
    finder = Vulture(ignore_names=rules["ignore_names"], ignore_decorators=rules["ignore_decorators"])
    finder.scavenge([str(root / folder) for folder in folders], exclude=rules["exclude"])
    said = {
        word
        for page in (root / templates).rglob("*.html")
        for word in WORD.findall(page.read_text(encoding="utf-8"))
        if not keyword.iskeyword(word)
    }
    finder.scan("\n".join(f"_.{word}" for word in sorted(said)), filename="templates")
    for one in finder.get_unused_code(min_confidence=60):
        yield f"{one.filename.relative_to(root)}:{one.first_lineno}: {one.typ} {one.name} is used nowhere"


def main() -> int:
    found = [*unused(ROOT, ["app.py", "selfcare", "tools"])]
    found += [
        line for line in unused(ROOT, ["app.py", "selfcare", "tools", "tests"]) if line.startswith("tests/")
    ]
    print("\n".join(found) or "nothing is unused")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
