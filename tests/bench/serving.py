"""Under the real server: the diary against its ceilings, and writers at the same time."""

import os
from pathlib import Path
from statistics import median
from time import process_time
from uuid import uuid4

from sqlalchemy import func, select

from selfcare import database
from selfcare.diary.models import Entry
from tests.bench import wire
from tests.bench.report import Report, percentile
from tests.bench.towns import SECRET, Town
from tests.harness.client import session_cookie
from tests.harness.server import Server, serve

OF_QUERY, OF_TEMPLATE = 35, 15  # percent of the bare pages
SLOWEST = {8: 25, 32: 80}  # writers at once → milliseconds, 99th percentile
READERS = 6
ROUNDS = 3


def cookie(town: Town, n: int) -> str:
    """The cookie of the n-th person's session."""
    name, value = session_cookie(town.app, town.somebody(n).account)
    return f"{name}={value}"


def ceilings(report: Report, town: Town, seconds: float, rounds: int) -> None:
    """Pages a second of the diary beside those of the bare pages, in turns, on one worker that is kept busy."""
    person = town.somebody().person
    pages = {
        "diary": f"/people/{person}/diary/?q=",
        "bare query": f"/bare/query/{person}",
        "bare template": f"/bare/template/{person}",
        "diary with its chart": f"/people/{person}/diary/",
        "diary, squeezed": f"/people/{person}/diary/?q=",
    }
    own = cookie(town, 1)
    found: dict[str, list[float]] = {name: [] for name in pages}
    with serve(
        town.url,
        town.folder,
        threads=4,
        target="tests.bench.served:beside",
        SELFCARE_SECRET_KEY=SECRET,
        SELFCARE_DEMO="on",
    ) as server:
        for _ in range(rounds):
            for name, path in pages.items():
                headers = {"Accept_Encoding": "br"} if "squeezed" in name else {}
                counts = wire.together(wire.read, [(server.url, own, path, seconds, headers)] * READERS)
                found[name].append(sum(counts) / seconds)
    speeds = {name: median(figures) for name, figures in found.items()}
    for name, speed in speeds.items():
        report.line(f"{name}, of one worker", speed, "/s", beside=_spread(found[name]))
    report.line("diary of the bare query", 100 * speeds["diary"] / speeds["bare query"], "%", least=OF_QUERY)
    report.line(
        "diary of the bare template", 100 * speeds["diary"] / speeds["bare template"], "%", least=OF_TEMPLATE
    )
    for name in ("diary with its chart", "diary, squeezed"):
        report.line(f"{name}, of the bare query", 100 * speeds[name] / speeds["bare query"], "%")


def _spread(figures: list[float]) -> str:
    return f"{min(figures):.0f} to {max(figures):.0f}"


def writers(report: Report, town: Town, at_once: int, each: int, *, busy_wait: bool = False) -> None:
    """So many people log `each` entries at the same time, one after the other, without a pause, in each of ROUNDS."""
    target = "tests.bench.served:busy_wait" if busy_wait else "app:app"
    threads = 8 if busy_wait else None
    with serve(
        town.url,
        town.folder,
        workers=2,
        threads=threads,
        target=target,
        SELFCARE_SECRET_KEY=SECRET,
        SELFCARE_DEMO="on",
    ) as server:
        wire.write(_writers(town, server, at_once, 10))  # both workers have made every statement by then
        before, found, spent, own = _entries(town), [], 0.0, 0.0
        # Which worker a connection comes to is luck, and seven of eight may come to one: each round has new ones.
        for _ in range(ROUNDS):
            ready = _writers(town, server, at_once, each)
            began, own_began = _spent(server.pid), process_time()
            found += wire.write(ready)
            own += process_time() - own_began
            spent += _spent(server.pid) - began
    kept = _entries(town) - before
    slow = percentile([time for time, _ in found], 99)
    middle = median(time for time, _ in found)
    wrong = sum(status != 303 for _, status in found) + abs(len(found) - kept)
    name = f"{at_once} writers{', busy-wait' if busy_wait else ''}"
    report.line(
        f"{name}, p99",
        slow,
        "ms",
        most=None if busy_wait else SLOWEST[at_once],
        beside=f"p50 {middle:.1f}, {len(found)} entries",
    )
    report.line(
        f"{name}, processor of a save",
        1000 * spent / len(found),
        "ms",
        beside=f"of who writes {1000 * own / len(found):.2f}",
    )
    report.line(f"{name}, refused or not kept", wrong, "", most=None if busy_wait else 0)
    speed = len(found) * 1000 * at_once / sum(time for time, _ in found)
    report.line(f"{name}, saves", speed, "/s")


def _spent(pid: int) -> float:
    """Seconds of processor that a server and its workers have used. It says more than times where others work too."""
    spent = 0.0
    for one in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())):
        # proc_pid_stat(5): what follows the name in brackets; utime and stime.
        user, system = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13]
        spent += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return spent


def _writers(town: Town, server: Server, at_once: int, each: int) -> list[wire.Writer]:
    made = []
    for n in range(1, at_once + 1):
        one = town.somebody(n)
        path = f"/people/{one.person}/diary/log/{one.tracker}"
        forms = [
            {
                "form_id": str(uuid4()),
                "severity": str(k % 11),
                "when": "now",
                "note": f"Writer {n}, entry {k}.",
            }
            for k in range(each)
        ]
        made.append(wire.Writer(server.url, cookie(town, n), path, forms))
    return made


def _entries(town: Town) -> int:
    with town.app.app_context():
        return database.session().scalar(select(func.count()).select_from(Entry)) or 0
