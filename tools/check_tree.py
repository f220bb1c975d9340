"""What the repository's files must be: short enough to read, without addresses of package registries.

python -m tools.check_tree
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
READ_BY_PEOPLE = re.compile(
    r"^(selfcare/.*\.py|tools/.*\.(py|mjs)|tests/.*\.(py|mjs)|templates/.*\.html|static/(js|css)/.*\.(js|mjs|css|scss))$"
)
# Written apart, so that this file does not find itself.
REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "npmjs" + r"\.(org|com)")))
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")


def tracked(root: Path) -> list[str]:
    """Every file of the project, also those not yet committed, without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None  # a picture or a font


def faults(root: Path, names: list[str]) -> Iterator[str]:
    """What is wrong with the files `names` under `root`, one line each."""
    for name in names:
        text = _text(root / name)
        if text is None:
            continue
        lines = text.count("\n")
        if READ_BY_PEOPLE.match(name) and lines > MOST_LINES:
            yield f"{name}: {lines} lines; split it by subject ({MOST_LINES} at most)"
        if found := REGISTRIES.search(text):
            yield f"{name}: names a package registry ({found[0]})"
        if name.endswith("package-lock.json"):
            yield from (f"{name}: {fault}" for fault in _npm_faults(text))
        if name in LOCKS:
            yield from (f"{name}: {fault}" for fault in _pip_faults(text))


def _npm_faults(text: str) -> Iterator[str]:
    for path, entry in json.loads(text)["packages"].items():
        if "resolved" in entry:
            yield f"{path} records where it was fetched from"
        if path and "integrity" not in entry:
            yield f"{path} has no hash"


def _pip_faults(text: str) -> Iterator[str]:
    if re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links|-e)|file:|://", text, re.M):
        yield "says where packages come from"
    for block in re.split(r"\n(?=\S)", text.strip()):
        if "--hash=sha256:" not in block:
            yield f"no hash for {block.splitlines()[0]}"


def html_validate_faults(root: Path) -> Iterator[str]:
    """Whether the rules for HTML can be read and applied at all."""
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None or not (root / "node_modules" / "html-validate").is_dir():
        yield "html-validate is not installed: run make check"
        return
    page = '<p id="twice"></p><p id="twice"></p>'
    done = subprocess.run(
        [node, str(root / "tests" / "harness" / "html_validate.mjs")],
        cwd=root, input=json.dumps({"id": 1, "html": page, "whole": False}) + "\n", capture_output=True, text=True,
    )  # fmt: skip
    if "no-dup-id" not in done.stdout:
        yield f".htmlvalidate.json cannot be used, or lets ids stand twice: {done.stderr.strip()[-400:]}"


def main() -> None:
    names = tracked(ROOT)
    wrong = [*faults(ROOT, names), *html_validate_faults(ROOT)]
    if wrong:
        sys.exit("Files:\n  " + "\n  ".join(wrong))
    print(f"Files: {len(names)}, none too long, none with a registry's address")


if __name__ == "__main__":
    main()
