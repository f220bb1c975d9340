"""Reports that arrive: four senders at the same time, over the real server, while four people read their results."""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import func, select

from selfcare import database
from selfcare.filing import laboratories
from selfcare.filing.models import Incoming, Receipt
from selfcare.people.models import Member, Person, Team
from selfcare.results.models import Report as Filed
from selfcare.results.models import Result
from tests.bench import wire
from tests.bench.report import Report, percentile
from tests.bench.serving import cookie
from tests.bench.towns import SECRET, Town
from tests.fhir.messages import JSON, as_json, bundle, code, observation, patient, quantity
from tests.fhir.messages import report as message_report
from tests.harness.server import Server, serve

SENDERS, READERS = 4, 4
# Every tenth report is sent by the next sender as well, at about the same time.
TWICE = 10
RESULTS = ("Haemoglobin", "White cell count", "Platelets", "Mean cell volume", "Ferritin")
# Readers stop by themselves after so many seconds, should a sender never be done.
LONGEST = 600


class Kept(NamedTuple):
    """How much the database holds."""

    filed: int
    names: int
    receipts: int
    waiting: int
    results: int


class Took(NamedTuple):
    """One who took part: milliseconds and status of each request, and from when to when."""

    times: list[float]
    answers: list[int]
    first: float
    last: float


def arriving(report: Report, town: Town, number: int) -> None:
    """So many full blood counts of four people, from four senders without a pause, while the four read."""
    tokens = _tokens(town)
    with serve(town.url, town.folder, workers=2, SELFCARE_SECRET_KEY=SECRET, SELFCARE_DEMO="on") as server:
        _run(town, server, tokens, 40)  # both workers have made every template by then
        before = _kept(town)
        sent, read = _run(town, server, tokens, number)
    filed, names, receipts, waiting, results = (
        now - old for now, old in zip(_kept(town), before, strict=True)
    )
    posts = [time for one in sent for time in one.times]
    pages = [time for one in read for time in one.times]
    whole = max(one.last for one in sent) - min(one.first for one in sent)
    wrong = sum(status != 200 for one in (*sent, *read) for status in one.answers)
    said = f"{number:,} reports by {SENDERS} senders"
    report.line(f"{said}, posts a second", len(posts) / whole, "/s")
    report.line("  a post, p99", percentile(posts, 99), "ms", beside=f"p50 {median(posts):.0f}")
    report.line(
        "  reading meanwhile, p99",
        percentile(pages, 99),
        "ms",
        beside=f"p50 {median(pages):.0f}, {len(pages):,} pages by {READERS}",
    )
    report.line("  lost", number - names, "", most=0)
    report.line("  doubled, or with a second receipt", filed - names + abs(receipts - names), "", most=0)
    report.line(
        "  not whole, or not certainly somebody’s", abs(results - number * len(RESULTS)) + waiting, "", most=0
    )
    report.line("  refused, or any answer but 200", wrong, "", most=0)


def take_part(url: str, requests: list[bytes], done: str, reads: bool) -> Took:
    """A sender sends its requests one after the other; a reader asks over and over until all senders are done.

    :param done: a folder in which each sender leaves a file at its end.
    """
    line = wire.Wire(url, "")
    times: list[float] = []
    answers: list[int] = []
    wire.all_ready()
    first = perf_counter()
    try:
        for request in cycle(requests) if reads else requests:
            start = perf_counter()
            if reads and (start - first > LONGEST or len(list(Path(done).iterdir())) == SENDERS):
                break
            status, _, _ = line.send(request)
            times.append((perf_counter() - start) * 1000)
            answers.append(status)
    finally:
        if not reads:
            (Path(done) / uuid4().hex).touch()
    return Took(times, answers, first, perf_counter())


def _run(town: Town, server: Server, tokens: Sequence[str], number: int) -> tuple[list[Took], list[Took]]:
    """:returns: what the senders took, and what the readers took."""
    done = town.folder / f"sent-{uuid4().hex}"
    done.mkdir()
    people = [town.somebody(n) for n in range(1, READERS + 1)]
    bodies = _bodies(town, [one.person for one in people], number)
    work: list[tuple[str, list[bytes], str, bool]] = []
    for turn, token in enumerate(tokens):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": JSON}
        mine = [
            body
            for n, body in enumerate(bodies)
            if n % SENDERS == turn or n % (SENDERS * TWICE) == (turn + 1) % SENDERS
        ]
        posts = [_request(server.url, "POST", "/fhir/", headers, body) for body in mine]
        work.append((server.url, posts, str(done), False))
    for n, one in enumerate(people, 1):
        asks = {"Cookie": cookie(town, n), "Sec-Fetch-Site": "same-origin"}
        index = f"/people/{one.person}/results/"
        paths = (index, f"{index}{_some_report(town, one.person)}/")
        work.append(
            (server.url, [_request(server.url, "GET", path, asks) for path in paths], str(done), True)
        )
    found: list[Took] = wire.together(take_part, work)
    return found[:SENDERS], found[SENDERS:]


def _request(url: str, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _bodies(town: Town, ids: Sequence[object], number: int) -> list[bytes]:
    """Messages, each with a report of its own."""
    with town.app.app_context():
        people = [database.session().get_one(Person, {"id": one}) for one in ids]
    once = uuid4().hex
    return [_message(people[n % len(people)], f"{once}-{n}", 90 + n % 90) for n in range(number)]


def _message(person: Person, name: str, value: int) -> bytes:
    results = [
        {**observation(one), "valueQuantity": quantity(f"{value}.{n}", "g/L")}
        for n, one in enumerate(RESULTS)
    ]
    whose = patient(
        person.nhs_number or "",
        name=[{"family": person.family_name, "given": [person.given_name]}],
        birthDate=person.born.isoformat(),
    )
    own = message_report(
        identifier=[{"system": "http://lab.example/report", "value": name}],
        code=code("Full blood count", "26604007"),
        result=[{"reference": f"urn:uuid:r{n}"} for n in range(len(results))],
    )
    return as_json(bundle(*results, patient=whose, report=own))


def _tokens(town: Town) -> list[str]:
    with town.app.test_request_context(), database.command() as work:
        team = work.scalars(
            select(Team.name).join(Member, Member.team_id == Team.id).where(Member.account_id == town.nurse)
        ).one()
        return [laboratories.add(f"Laboratory {n} {uuid4().hex[:6]}", team) for n in range(SENDERS)]


def _some_report(town: Town, person: object) -> object:
    with town.app.app_context():
        return database.session().scalars(select(Filed.id).where(Filed.person_id == person).limit(1)).one()


def _kept(town: Town) -> Kept:
    received = Filed.source == "received"
    with town.app.app_context():
        work = database.session()
        return Kept(
            filed=work.scalar(select(func.count(Filed.id)).where(received)) or 0,
            names=work.scalar(select(func.count(Receipt.series_id.distinct()))) or 0,
            receipts=work.scalar(select(func.count(Receipt.id))) or 0,
            waiting=work.scalar(select(func.count(Incoming.id))) or 0,
            results=work.scalar(
                select(func.count(Result.id)).join(Filed, Filed.id == Result.report_id).where(received)
            )
            or 0,
        )
