"""Reports from four senders at once, over the real server, while four people read: none lost, none twice.

`python -m tests.bench --only reports` sends a thousand, and measures.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from threading import Thread

import requests
from flask import Flask

from selfcare.results.models import Report
from tests.fhir import sending
from tests.fhir.messages import JSON, as_json
from tests.fhir.test_endpoint import for_rosa, named
from tests.filing.clinic import make
from tests.harness.client import session_cookie
from tests.harness.places import PROOF
from tests.harness.server import Server

REPORTS, SENDERS, READERS = 160 if PROOF else 60, 4, 4
# Every tenth is sent by the next sender as well, at about the same moment.
TWICE = 10


def test_none_is_lost_and_none_doubled(
    app: Flask, live_server: Server, record_property: Callable[[str, object], None]
) -> None:
    clinic = make(app)
    tokens = [sending.new(app, f"Lab {n}").token for n in range(SENDERS)]
    bodies = [as_json(for_rosa(report=named(f"REP-{n}"))) for n in range(REPORTS)]
    statuses: Counter[int] = Counter()
    took: list[float] = []
    read: list[float] = []
    sending_now = [True]
    page = f"{live_server.url}/people/{clinic.rosa}/results/"

    def send(turn: int) -> None:
        mine = [
            n for n in range(REPORTS) if n % SENDERS == turn or n % (SENDERS * TWICE) == (turn + 1) % SENDERS
        ]
        headers = {"Authorization": f"Bearer {tokens[turn]}", "Content-Type": JSON}
        with requests.Session() as line:
            for n in mine:
                start = time.perf_counter()
                answer = line.post(f"{live_server.url}/fhir/", data=bodies[n], headers=headers, timeout=60)
                took.append(time.perf_counter() - start)
                statuses[answer.status_code] += 1

    def look(turn: int) -> None:
        account = clinic.rosas_account if turn % 2 else clinic.amina
        name, value = session_cookie(app, account)
        with requests.Session() as line:
            for _ in count():
                if not sending_now[0]:
                    return
                start = time.perf_counter()
                answer = line.get(page, headers={"Cookie": f"{name}={value}"}, timeout=60)
                read.append(time.perf_counter() - start)
                statuses[-answer.status_code] += 1

    senders = [Thread(target=send, args=(turn,)) for turn in range(SENDERS)]
    readers = [Thread(target=look, args=(turn,)) for turn in range(READERS)]
    start = time.perf_counter()
    for thread in (*senders, *readers):
        thread.start()
    for thread in senders:
        thread.join()
    whole = time.perf_counter() - start
    sending_now[0] = False
    for thread in readers:
        thread.join()
    assert set(statuses) == {200, -200}, statuses
    filed = clinic.all(Report)
    assert len(filed) == REPORTS
    assert len({row.identifiers[0]["value"] for row in filed}) == REPORTS
    assert len(clinic.receipts()) == REPORTS
    assert len(clinic.told()) == REPORTS
    took.sort()
    table = (
        f"{REPORTS} reports, {statuses[200]} posts by {SENDERS} senders in {whole:.1f} s "
        f"({statuses[200] / whole:.0f} a second); p50 {statistics.median(took) * 1000:.0f} ms, "
        f"p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms; {len(read)} pages read meanwhile, "
        f"p50 {statistics.median(read) * 1000:.0f} ms"
    )
    record_property("table", table)
