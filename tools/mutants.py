"""Breaks the lines that carry trust, one at a time, and runs the tests that should notice.

python -m tools.mutants [word…]    all of tests/mutants.toml, or those with one of the words in their name

A line that can be broken without a red test is a survivor. One mutant changes nothing: it is the control, and has to
survive.
"""

import os
import queue
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tools.check_tree import ROOT, tracked

TABLE = ROOT / "tests" / "mutants.toml"
MADE = ("static/build", "node_modules")  # not tracked, and needed to run
KILLED, SURVIVED = "killed", "SURVIVED"


@dataclass(frozen=True)
class Mutant:
    """One line to break. `tests`: what pytest is asked for; `control`: it changes nothing."""

    name: str
    file: str
    line: str
    instead: str
    tests: str
    control: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: KILLED, SURVIVED, or what was wrong with the trial. `took`: seconds."""

    mutant: Mutant
    said: str
    took: float

    @property
    def is_right(self) -> bool:
        return self.said == (SURVIVED if self.mutant.control else KILLED)


def table(path: Path = TABLE) -> list[Mutant]:
    """The mutants of a file. Where one names no tests, it has those of the one before it."""
    found: list[Mutant] = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]:
        before = found[-1] if found else None
        found.append(Mutant(**{"file": before and before.file, "tests": before and before.tests} | row))
    return found


def trial(root: Path, mutant: Mutant) -> Verdict:
    """Break the line in the copy at `root`, run its tests there, and put the line back."""
    started = monotonic()
    path = root / mutant.file
    whole = path.read_text(encoding="utf-8")
    if whole.count(mutant.line) != 1:
        return Verdict(mutant, f"its line stands {whole.count(mutant.line)} times in {mutant.file}", 0)
    path.write_text(whole.replace(mutant.line, mutant.instead), encoding="utf-8")
    try:
        # Bytecode is not kept: a line put back within a second would be taken for the broken one.
        asked = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*asked, *shlex.split(mutant.tests)], cwd=root, capture_output=True, text=True, check=False
        )
    finally:
        path.write_text(whole, encoding="utf-8")
    said = {0: SURVIVED, 1: KILLED}.get(
        done.returncode, f"pytest ended with {done.returncode}:\n{done.stdout}"
    )
    return Verdict(mutant, said, monotonic() - started)


@contextmanager
def copies(number: int) -> Iterator["queue.Queue[Path]"]:
    """So many copies of the project, to break."""
    with tempfile.TemporaryDirectory(prefix="selfcare-mutants-") as folder:
        ready: queue.Queue[Path] = queue.Queue()
        for place in range(number):
            copy = Path(folder) / str(place)
            for name in [
                *tracked(ROOT),
                *(str(made.relative_to(ROOT)) for made in ROOT.glob("translations/*/*/*.mo")),
            ]:
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
            for name in MADE:
                (copy / name).symlink_to(ROOT / name)
            ready.put(copy)
        yield ready


def main(words: list[str]) -> int:
    """Try the mutants whose name has one of the words; all of them for none. :returns: the exit status."""
    chosen = [one for one in table() if one.control or not words or any(word in one.name for word in words)]
    at_once = min(os.cpu_count() or 1, len(chosen))
    started = monotonic()
    with copies(at_once) as ready, ThreadPoolExecutor(at_once) as workers:

        def tried(mutant: Mutant) -> Verdict:
            root = ready.get()
            try:
                verdict = trial(root, mutant)
            finally:
                ready.put(root)
            print(f"{verdict.took:6.1f} s  {verdict.said:10}  {mutant.name}", flush=True)
            return verdict

        verdicts = list(workers.map(tried, chosen))
    survivors = [one for one in verdicts if one.said == SURVIVED and not one.mutant.control]
    wrong = [one for one in verdicts if not one.is_right and one not in survivors]
    print(f"\n{len(verdicts)} mutants in {monotonic() - started:.0f} s: {len(survivors)} survivors")
    for one in (*survivors, *wrong):
        print(f"  {one.mutant.name} ({one.mutant.file}): {one.said}")
    return 1 if survivors or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
