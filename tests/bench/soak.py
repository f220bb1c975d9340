"""Half an hour of steady use of what `serve` starts: whether memory, files and connections stay as they are.

The first third is for what is made once (templates, statements, pools). Of the other two, the middle of the one is held
against the middle of the other.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import monotonic

from sqlalchemy import text

from tests.bench.load import Hand
from tests.bench.report import Report, percentile, shown
from tests.bench.towns import Town
from tests.harness.spending import shared_out
from tests.proof_nodes.nodes import Node

A_SECOND = 20  # things done, by all together
HANDS = 4
EVERY = 10.0  # seconds between two looks
FLAT = 5.0  # percent, up or down
MEMORY, FILES, THREADS, CONNECTIONS = "memory", "files", "threads", "connections"

Samples = dict[tuple[str, str], list[float]]


def steady(report: Report, town: Town, people: int, minutes: float) -> None:
    """Serve a town to its people for so long, and print what each process took."""
    for n in range(1, people + 1):
        town.share(town.somebody(n))
    node = Node(town.url, town.folder, more={"SELFCARE_DEMO": "on"})
    node.start()
    try:
        node.answers()
        hands, samples, ended = _used(node, town, people, minutes * 60)
    finally:
        node.stop()
    _done(report, hands, minutes)
    for (who, what), figures in samples.items():
        _judge(report, who, what, figures)
    report.line("processes that ended meanwhile", len(ended), "", most=0, beside=", ".join(sorted(ended)))


def _used(node: Node, town: Town, people: int, seconds: float) -> tuple[list[Hand], Samples, set[str]]:
    over = threading.Event()
    share = people // HANDS
    hands = [
        Hand(f"http://127.0.0.1:{node.port}", town, range(n * share + 1, (n + 1) * share + 1))
        for n in range(HANDS)
    ]
    threads = [threading.Thread(target=hand.work, args=(over, HANDS / A_SECOND)) for hand in hands]
    samples: Samples = defaultdict(list)
    ended: set[str] = set()
    began = monotonic()
    for thread in threads:
        thread.start()
    try:
        known = _named(node)
        while (left := began + seconds - monotonic()) > 0:
            over.wait(min(EVERY, left))
            there = _named(node)
            ended |= {name for name, pid in known.items() if there.get(name) != pid}
            for key, figure in _look(town, there):
                samples[key].append(figure)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return hands, samples, ended


def _named(node: Node) -> dict[str, int]:
    """What `serve` has started, by what each is for."""
    names: dict[str, int] = {}
    top, *others = node.tree_of_processes()
    names["keeper"] = top
    for pid in others:
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            kind = "deliverer" if line.endswith(b"deliver\0") else "server" if parent == top else "worker"
            if kind == "worker" and b"tracker" in line:
                kind = "tracker"  # of the standard library's: it holds what processes share
            number = sum(name.startswith(kind) for name in names) + 1
            names[kind if kind == "deliverer" else f"{kind} {number}"] = pid
    return names


def _look(town: Town, there: Mapping[str, int]) -> Iterator[tuple[tuple[str, str], float]]:
    for name, pid in there.items():
        with suppress(OSError):
            open_files = [os.readlink(each) for each in _listed(Path(f"/proc/{pid}/fd"))]
            yield (name, MEMORY), shared_out(pid) / 1e6
            yield (name, FILES), len(open_files)
            yield (name, THREADS), len(os.listdir(f"/proc/{pid}/task"))
            if town.kind == "sqlite" and name != "keeper":
                yield (name, CONNECTIONS), sum(each.endswith("selfcare.db") for each in open_files)
    if town.kind == "postgresql":
        yield from _backends(town)


def _listed(folder: Path) -> Iterator[Path]:
    for each in os.listdir(folder):
        yield folder / each


def _backends(town: Town) -> Iterator[tuple[tuple[str, str], float]]:
    """How many connections PostgreSQL has from all of them, and the memory that is theirs alone."""
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with town.app.extensions["database"].engine.connect() as connection:
        pids = list(connection.scalars(text(asked)))
    yield ("PostgreSQL", CONNECTIONS), len(pids)
    own = [_own(pid) for pid in pids]
    if pids and all(own):
        yield ("PostgreSQL", "memory of a connection"), sum(own) / len(own) / 1e6


def _own(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Anonymous:"):
                return int(line.split()[1]) * 1024
    return 0


def _done(report: Report, hands: Sequence[Hand], minutes: float) -> None:
    took = [each for hand in hands for each in hand.took]
    report.line(
        "done", len(took), "", beside=f"{shown(minutes)} minutes, {shown(len(took) / minutes / 60)} a second"
    )
    kinds: dict[str, int] = defaultdict(int)
    wrong: dict[str, int] = defaultdict(int)
    for hand in hands:
        for kind, number in hand.done.items():
            kinds[kind] += number
        for what, number in hand.wrong.items():
            wrong[what] += number
    report.note(", ".join(f"{kind} {number:,}" for kind, number in kinds.items()))
    report.line("a page, p50", median(took), "ms", beside=f"p99 {shown(percentile(took, 99))}")
    report.line("refused, or not answered", sum(wrong.values()), "", most=0)
    for what, number in wrong.items():
        report.note(f"{what}: {number} times")


def _judge(report: Report, who: str, what: str, figures: Sequence[float]) -> None:
    third = len(figures) // 3
    if not third:
        return
    first, middle, last = (median(figures[n * third : (n + 1) * third]) for n in range(3))
    unit = "MB" if "memory" in what else ""
    report.line(
        f"{who}: {what}, {shown(first)} · {shown(middle)} · {shown(last)} {unit}".rstrip(),
        100 * (last / middle - 1) if middle else 0.0,
        "%",
        most=FLAT,
        least=-FLAT,
        beside=f"{shown(min(figures[third:]))} to {shown(max(figures[third:]))}",
    )
