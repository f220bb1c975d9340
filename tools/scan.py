"""Scanners of others, and our own rules for them: each finding is mended, or explained in docs/safety/scanned.toml.

python -m tools.scan [code] [answers] [pages] [--seconds N]

`code`: bandit, and semgrep with tools/semgrep/rules.yaml. `answers`: schemathesis, on what answers with JSON. `pages`:
wapiti, as each kind of account. All of them where none is named. They run in environments of their own: `make scan`.

It ends with 1 where a finding is not explained, where an explanation finds nothing any more, where a rule of ours
does not find its own example, and where a scanner did not come to its end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from tools.check_tree import ROOT

KEPT = ROOT / "docs" / "safety" / "scanned.toml"
RULES = ROOT / "tools" / "semgrep" / "rules.yaml"
SOURCES = ("selfcare", "app.py", "tools")
CODE, PAGES = ROOT / ".venv-scan" / "bin", ROOT / ".venv-wapiti" / "bin"


class Broken(Exception):
    """A scanner did not do its work: that it found nothing says nothing."""


@dataclass(frozen=True, order=True)
class Finding:
    """What a scanner says of a place."""

    tool: str
    rule: str
    where: str
    said: str

    def __str__(self) -> str:
        return f"{self.tool} {self.rule} {self.where}: {self.said}"


@dataclass(frozen=True)
class Explained:
    """A line for findings that stay as they are. `where` is a pattern, as in a shell."""

    tool: str
    rule: str
    where: str
    why: str

    def holds(self, found: Finding) -> bool:
        return (self.tool, self.rule) == (found.tool, found.rule) and fnmatch(found.where, self.where)


def kept(path: Path = KEPT) -> list[Explained]:
    return [Explained(**line) for line in tomllib.loads(path.read_text(encoding="utf-8"))["kept"]]


def judged(found: Iterable[Finding], known: Iterable[Explained], tools: set[str]) -> list[str]:
    """What is red: findings that nobody explained, and explanations of these tools that explain nothing."""
    found, known = list(found), [each for each in known if each.tool in tools]
    red = [
        f"not explained: {each}" for each in sorted(set(found)) if not any(one.holds(each) for one in known)
    ]
    stale = [each for each in known if not any(each.holds(one) for one in found)]
    return red + [f"explains nothing any more: {each.tool} {each.rule} {each.where}" for each in stale]


def run(line: list[str], *fine: int, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Runs a scanner. :raises Broken: where it ends otherwise than it does when all is well, or something was found."""
    env = os.environ | {"PATH": f"{CODE}{os.pathsep}{PAGES}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False, **more)
    if done.returncode not in fine:
        raise Broken(
            f"{Path(line[0]).name} ended with {done.returncode}\n{done.stderr[-2000:]}{done.stdout[-2000:]}"
        )
    return done


def bandit() -> Iterator[Finding]:
    done = run([str(CODE / "bandit"), "--quiet", "--recursive", *SOURCES, "--format", "json"], 0, 1)
    said = json.loads(done.stdout)
    if said["errors"] or not said["metrics"]["_totals"]["loc"]:
        raise Broken(f"bandit could not read: {said['errors']}")
    for one in said["results"]:
        yield Finding(
            "bandit", one["test_id"], one["filename"].removeprefix("./"), one["issue_text"].split("\n")[0]
        )


def _semgrep(rules: Path, root: Path, *targets: str) -> Iterator[Finding]:
    line = [str(CODE / "semgrep"), "scan", "--config", str(rules), "--json", "--quiet", "--metrics", "off"]
    done = run([*line, "--disable-version-check", "--no-git-ignore", "--project-root", str(root),
                *(str(root / target) for target in targets)], 0)  # fmt: skip
    said = json.loads(done.stdout)
    if said["errors"] or not said["paths"]["scanned"]:
        raise Broken(f"semgrep could not read: {said['errors'][:3]}")
    for one in said["results"]:
        where = str(Path(one["path"]).resolve().relative_to(root.resolve()))
        yield Finding("semgrep", one["check_id"].rpartition(".")[2], where, one["extra"]["message"])


def semgrep() -> Iterator[Finding]:
    yield from _semgrep(RULES, ROOT, *SOURCES, "templates")


def examples() -> Iterator[str]:
    """The rules of ours that do not find what they must, or find what they must not."""
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]
    names = {rule["id"] for rule in rules}
    for which in ("bad", "good"):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for rule in rules:
                # Each in a folder of its own: several stand in files of one name.
                first, _, last = rule["metadata"]["place"].partition("/")
                place = root / first / rule["id"] / Path(last).name
                place.parent.mkdir(parents=True)
                place.write_text(rule["metadata"][which], encoding="utf-8")
            here = list(_semgrep(RULES, root, "selfcare", "templates"))
            found = {each.rule for each in here if each.rule in Path(each.where).parts}
        wrong = names - found if which == "bad" else found
        yield from (
            f"rule {name}: its {which} example was{' not' * (which == 'bad')} found" for name in sorted(wrong)
        )


def main() -> int:
    from tools import scan_served  # it needs what only tests need

    parts = {
        "code": {"bandit": bandit, "semgrep": semgrep},
        "answers": {"schemathesis": scan_served.schemathesis},
        "pages": {"wapiti": scan_served.wapiti},
    }
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(parts))
    parser.add_argument("--seconds", type=int, default=240, help="at most, of wapiti as each kind of account")
    given = parser.parse_args()
    scan_served.SECONDS = given.seconds
    red, counts, tools = [], Counter[str](), set[str]()
    found: list[Finding] = []
    for part in given.parts or parts:
        for tool, scan in parts[part].items():
            print(f"{tool} …", flush=True)
            here = list(scan())
            found, counts[tool] = found + here, len(here)
            tools.add(tool)
        red += list(examples()) if part == "code" else []
    red += judged(found, kept(), tools)
    for each in red:
        print(each)
    for tool, number in counts.items():
        print(
            f"{tool}: {number} findings, {sum(f'not explained: {tool} ' in each for each in red)} not explained"
        )
    return bool(red)


if __name__ == "__main__":
    sys.exit(main())
