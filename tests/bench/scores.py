"""What Lighthouse says of the pages: each of 100, and beside it what took points away.

It takes longer than the other parts, and brings more than all of them (180 MB): it is asked for by name.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from selfcare.database import command
from tests import factories
from tests.bench.pages import MANY
from tests.bench.report import Report
from tests.bench.towns import SECRET, Town
from tests.factories.many import log_many
from tests.factories.record import fill
from tests.harness.client import session_cookie
from tests.harness.places import ROOT, program
from tests.harness.server import serve

JUDGE = ROOT / "tests" / "bench" / "lighthouse" / "judge.mjs"
WHOLE = 100


class Asked(NamedTuple):
    """A page that is judged: its name, its address, and who opens it, if anybody."""

    name: str
    path: str
    account: UUID | None
    desktop: bool = False


def _pages(town: Town) -> list[Asked]:
    """The daily pages of somebody with one of everything and a long diary, and the list of a nurse."""
    with town.app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
        log_many(house, ids["tracker_id"], MANY)
        rosa, home = house.rosa.id, f"/people/{house.person.id}/"
    own = {
        "Today": "",
        "log a symptom": f"diary/log/{ids['tracker_id']}",
        "all at once": "diary/now/",
        f"diary of {MANY:,}": "diary/",
        "Getting ready": f"appointments/{ids['appointment_id']}/prepare/",
        "a result": f"results/{ids['report_id']}/{ids['result_id']}/",
        "summary, preview": "summary/preview",
        "Plan": "plan/",
        "More": "more/",
        "help near by": "community/",
    }
    return [
        Asked("sign in", "/sign-in", None),
        *(Asked(name, home + path, rosa) for name, path in own.items()),
        Asked("messages", "/inbox/", rosa),
        Asked("a link, opened", "/view", None),
        Asked("caseload", "/caseload/", town.nurse, desktop=True),
    ]


def lighthouse(report: Report, town: Town) -> None:
    """Every page: performance, accessibility and best practices, each of 100."""
    pages = _pages(town)
    with (
        serve(town.url, town.folder, workers=2, SELFCARE_SECRET_KEY=SECRET, SELFCARE_DEMO="on") as server,
        _judge() as judge,
    ):
        for page in pages:
            cookie = "=".join(session_cookie(town.app, page.account)) if page.account else None
            asked = {"url": server.url + page.path, "desktop": page.desktop, "cookie": cookie}
            found = judge(asked)
            if found["at"] != asked["url"]:
                raise RuntimeError(f"{page.name} led to {found['at']}")
            _say(report, page.name, found)


def _say(report: Report, name: str, found: dict[str, Any]) -> None:
    seen = found["figures"]
    report.note(
        f"{name}: first {seen['first'] / 1000:.2f} s, largest {seen['largest'] / 1000:.2f} s, "
        f"blocked {seen['blocked']:.0f} ms, shift {seen['shift']:.3f}, {seen['bytes'] / 1000:.0f} KB"
    )
    for category, score in found["scores"].items():
        report.line(f"{name}, {category}", score, "", least=WHOLE)
        for fault in found["faults"][category]:
            report.note(f"    {fault}")


@contextmanager
def _judge() -> Iterator[Any]:
    """A function that judges one page: what is asked, and what is said of it."""
    process = subprocess.Popen(
        [program("node"), str(JUDGE)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=JUDGE.parent,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    asks, says = process.stdin, process.stdout

    def judge(asked: dict[str, Any]) -> dict[str, Any]:
        asks.write(json.dumps(asked) + "\n")
        asks.flush()
        line = says.readline()
        if not line:
            raise RuntimeError("Lighthouse ended: see what it said on standard error")
        found: dict[str, Any] = json.loads(line)
        return found

    try:
        yield judge
    finally:
        asks.close()
        process.wait(timeout=60)
