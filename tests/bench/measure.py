"""Measures what is promised, and prints each goal beside its figure."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.bench import pages, reports, seen, serving
from tests.bench.report import Report, shown
from tests.bench.towns import Disk, Town, town
from tests.harness.places import RUN_FOLDER

PARTS = ("statements", "pages", "ceilings", "writers", "reports", "sizes", "phone")
CROWD = 80


def main() -> None:
    read = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures what is promised.")
    read.add_argument(
        "--quick", action="store_true", help="fewer rounds, SQLite only, at most 10,000 entries"
    )
    read.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    asked = read.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="selfcare-bench-"))
    os.environ[RUN_FOLDER] = str(folder)  # where the harness keeps its own
    disk, report = Disk(folder), Report()
    report.note(
        f"{os.cpu_count()} processors, load {shown(os.getloadavg()[0])}: times mean little on a busy machine"
    )
    try:
        for kind in ("sqlite",) if asked.quick else ("sqlite", "postgresql"):
            _measure(report, disk, kind, asked.quick, set(asked.only))
    finally:
        disk.close()
        shutil.rmtree(folder)
    report.note(f"load at the end {shown(os.getloadavg()[0])}")
    report.end()


def _measure(report: Report, disk: Disk, kind: str, quick: bool, only: set[str]) -> None:
    with ExitStack() as stack:
        made: dict[tuple[int, int], Town] = {}

        def with_(people: int, entries: int) -> Town:
            if (people, entries) not in made:
                made[people, entries] = stack.enter_context(town(disk, kind, people, entries))
            return made[people, entries]

        def part(name: str, title: str, work: Callable[[], None]) -> None:
            if name in only:
                report.title(f"{title} ({kind})")
                work()

        rounds = 15 if quick else 60
        crowd = (CROWD, 50 if quick else 500)
        part("statements", "SQL statements", lambda: pages.statements(report, with_(1, 1), quick))
        part(
            "statements", "SQL statements of a list", lambda: pages.caseload_statements(report, with_(*crowd))
        )
        part("pages", "Pages in process", lambda: _times(report, with_, crowd, rounds, quick))
        many = with_(1, 10_000) if only & {"ceilings", "sizes", "phone"} else None
        if many is None:
            return _writers(report, part, with_, crowd, quick)
        part(
            "ceilings",
            "The diary against bare pages on the same server",
            lambda: serving.ceilings(report, many, 1.0 if quick else 3.0, 1 if quick else 5),
        )
        _writers(report, part, with_, crowd, quick)
        if kind == "sqlite":
            part("sizes", "Bytes, compressed", lambda: pages.sizes(report, many, with_(*crowd)))
            part(
                "phone",
                f"Chromium, slow 4G, processor {seen.SLOWER} × slower",
                lambda: seen.phone(report, many, 2 if quick else 7),
            )
    return None


def _times(
    report: Report, with_: Callable[[int, int], Town], crowd: tuple[int, int], rounds: int, quick: bool
) -> None:
    few = pages.times(report, with_(1, 10_000), 10_000, rounds, {})
    if not quick:
        pages.times(report, with_(1, 100_000), 100_000, rounds, few)
    pages.caseload_time(report, with_(*crowd), rounds)


def _writers(
    report: Report,
    part: Callable[[str, str, Callable[[], None]], None],
    with_: Callable[[int, int], Town],
    crowd: tuple[int, int],
    quick: bool,
) -> None:
    def log() -> None:
        there = with_(*crowd)
        for at_once, each in ((8, 20), (32, 10)) if quick else ((8, 150), (32, 60)):
            serving.writers(report, there, at_once, each)
        if there.kind == "sqlite":
            for at_once, each in ((8, 20),) if quick else ((8, 150), (32, 60)):
                serving.writers(report, there, at_once, each, busy_wait=True)

    part("writers", "Log an entry: token, once, trail, on disk", log)
    part(
        "reports",
        "Reports arrive from four senders while four people read",
        lambda: reports.arriving(report, with_(*crowd), 100 if quick else 1_000),
    )
