"""Whether what a document names is there: a file, something defined in it, a test, a rule of the linter."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from tools.check_tree import ROOT


def not_there(code: Iterable[str], tests: Iterable[str], root: Path = ROOT) -> Iterator[str]:
    """A few words for each that is not.

    :param code: files, or `file::name`. :param tests: files under `tests/`, `file::test`, or `ruff:RULE`.
    """
    for one in code:
        if not _is_there(root, one, _defined):
            yield f"there is no {one}"
    for one in tests:
        rule = one.removeprefix("ruff:")
        if rule != one and not _is_checked(root, rule):
            yield f"ruff does not check {rule}"
        elif rule == one and not _is_there(root / "tests", one, _tests):
            yield f"there is no test {one}"


def _is_there(folder: Path, named: str, names: Callable[[Path], frozenset[str]]) -> bool:
    file, _, name = named.partition("::")
    path = folder / file
    return path.is_file() and (not name or name in names(path))


@cache
def _defined(path: Path) -> frozenset[str]:
    text = path.read_text(encoding="utf-8")
    made = re.findall(r"^\s*(?:async def|def|class) (\w+)", text, re.MULTILINE)
    named = re.findall(r"^(\w+(?:, \w+)*)\s*[:=]", text, re.MULTILINE)
    return frozenset(made) | {name for names in named for name in names.split(", ")}


@cache
def _tests(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))


@cache
def _is_checked(root: Path, rule: str) -> bool:
    lint = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    return any(rule.startswith(one) for one in lint["select"]) and rule not in lint["ignore"]
