"""Measures what is promised, and prints each goal beside its figure."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from tests.bench import growth, month, pages, reports, scores, seen, serving, soak
from tests.bench.pages import CROWD, MANY, VERY_MANY
from tests.bench.report import Report, compared, shown
from tests.bench.towns import Disk, Town, Towns
from tests.harness.places import RUN_FOLDER

PARTS = ("statements", "pages", "ceilings", "writers", "reports", "sizes", "phone")
# Each takes longer than all of the others, and is asked for by name.
LONG = ("growth", "lighthouse", "many", "month", "soak")
ENGINES = ("sqlite", "postgresql")


def main() -> None:
    read = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures what is promised.")
    read.add_argument("--quick", action="store_true", help="fewer rounds, SQLite only")
    read.add_argument("--only", nargs="+", choices=PARTS + LONG, default=PARTS, help="only these parts")
    read.add_argument("--engine", nargs="+", choices=ENGINES, default=ENGINES, help="only these")
    read.add_argument("--minutes", type=float, default=30, help="how long the soak is, on each engine")
    read.add_argument("--people", type=int, default=20_000, help="how many `many` are, with 500 entries each")
    read.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    read.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("OLD", "NEW"),
        help="two such files as ratios; measures nothing",
    )
    asked = read.parse_args()
    if asked.compare:
        print(*compared(*asked.compare), sep="\n")
        return
    folder = Path(tempfile.mkdtemp(prefix="selfcare-bench-"))
    os.environ[RUN_FOLDER] = str(folder)  # where the harness keeps its own
    disk, report, began = Disk(folder), Report(), perf_counter()
    report.note(
        f"{os.cpu_count()} processors, load {shown(os.getloadavg()[0])}: times mean little on a busy machine"
    )
    try:
        with ExitStack() as stack:
            _measure(report, Towns(disk, stack), asked)
    finally:
        disk.close()
        shutil.rmtree(folder)
    report.note(
        f"load at the end {shown(os.getloadavg()[0])}, {shown((perf_counter() - began) / 60)} minutes"
    )
    report.end()
    if asked.json:
        report.write(asked.json)


def _measure(report: Report, towns: Towns, asked: argparse.Namespace) -> None:
    quick = asked.quick
    kinds = [kind for kind in ENGINES if kind in asked.engine and (kind == "sqlite" or not quick)]
    entries = 50 if quick else 500

    def crowd(kind: str) -> Town:
        return towns.of(kind, CROWD, entries)

    def many(kind: str) -> Town:
        return towns.of(kind, 1, MANY)

    def part(name: str, title: str, work: Callable[[str], None], each: list[str] = kinds) -> None:
        for kind in each if name in asked.only else ():
            report.title(f"{title} ({kind})")
            work(kind)

    sizes = (MANY,) if quick else (MANY, VERY_MANY)
    part("statements", "SQL statements", lambda kind: pages.statements(report, towns.of(kind, 1, 1), sizes))
    part(
        "statements", "SQL statements of a list", lambda kind: pages.caseload_statements(report, crowd(kind))
    )
    if "pages" in asked.only:
        report.title("Pages in process, in turns")
        people, lists = {kind: many(kind) for kind in kinds}, {kind: crowd(kind) for kind in kinds}
        pages.times(report, people, lists, 9 if quick else 31)
    part(
        "ceilings",
        "The diary against bare pages on the same server, in turns",
        lambda kind: serving.ceilings(report, many(kind), 1.0, 1 if quick else 5),
    )
    part(
        "writers", "Log an entry: token, once, trail, on disk", lambda kind: _log(report, crowd(kind), quick)
    )
    part(
        "reports",
        "Reports arrive from four senders while four people read",
        lambda kind: reports.arriving(report, crowd(kind), 100 if quick else 400),
    )
    only = [kind for kind in kinds if kind == "sqlite"]  # what leaves the machine is the same of both
    part("sizes", "Bytes, compressed", lambda kind: pages.sizes(report, many(kind), crowd(kind)), only)
    part(
        "phone",
        f"Chromium, slow 4G, processor {seen.SLOWER} × slower",
        lambda kind: seen.phone(report, many(kind), 2 if quick else 5),
        only,
    )
    part("lighthouse", "Lighthouse, of 100", lambda kind: scores.lighthouse(report, crowd(kind)), only)
    part(
        "soak",
        f"Steady use, {shown(asked.minutes)} minutes",
        lambda kind: soak.steady(report, crowd(kind), CROWD, asked.minutes),
    )
    part(
        "month",
        "A month of use, tidied",
        lambda kind: month.month(report, towns, kind, 9 if quick else 31),
    )
    part(
        "many",
        f"A town of {asked.people:,} people with {growth.EACH_OF_MANY} entries each, against a small one",
        lambda _: growth.many(report, towns, asked.people),
        [kind for kind in kinds if kind == "postgresql"],
    )
    part("growth", "The same page when there is more", lambda kind: growth.slopes(report, towns, kind, quick))


def _log(report: Report, there: Town, quick: bool) -> None:
    rounds = ((8, 20), (32, 10)) if quick else ((8, 80), (32, 40))
    for at_once, each in rounds:
        serving.writers(report, there, at_once, each)
    if there.kind == "sqlite":
        for at_once, each in rounds:
            serving.writers(report, there, at_once, each, busy_wait=True)
