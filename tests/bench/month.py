"""A month of use: two million rows, two fifths past their time. The night's tidying, and what is slower after it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from statistics import median
from time import perf_counter, sleep, time
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update

from selfcare.accounts.models import Account
from selfcare.database import Base, command, now, session
from selfcare.notifications.models import Notice, Preference
from selfcare.outbox.models import Outbox
from selfcare.upkeep import night
from selfcare.upkeep.models import Job
from tests.bench import lived
from tests.bench.nightly import tidied
from tests.bench.pages import CROWD, Opens, Times, newer_pages_of, pages_of, timed
from tests.bench.report import LIKE, Report, percentile
from tests.bench.towns import Town, Towns
from tests.harness.client import Client
from tests.harness.markup import Validator
from tests.proof_nodes.nodes import Node

ENTRIES = 500
WAIT = 5_000  # notices
TURN = 50.0  # milliseconds: what a save may wait for tidying at most
REST = 0.02  # seconds between two saves


def month(report: Report, towns: Towns, kind: str, rounds: int) -> None:
    """A town that has lived through a month beside one that has not, before and after the night."""
    began = perf_counter()
    fresh = towns.of(kind, CROWD, ENTRIES)
    old = towns.of(kind, CROWD, ENTRIES, lived.fill)
    report.line("both towns made in", (perf_counter() - began) / 60, "min", beside=f"{_rows(old):,} rows")
    _night(report, old)
    report.line("rows left", _rows(old), "", beside="entries, the trail, forms that were sent, the inbox")
    if kind == "postgresql":  # as its own housekeeping does within a minute of what is deleted
        with old.app.extensions["database"].engine.connect() as at:
            at.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM (ANALYZE)")
    _turns(report, fresh, old, rounds)
    _waiting(report, fresh, old, rounds)


def _rows(town: Town) -> int:
    with town.app.app_context():
        tables = (select(func.count()).select_from(table) for table in Base.metadata.sorted_tables)
        return sum(session().scalar(each) or 0 for each in tables)


def _night(report: Report, town: Town) -> None:
    """The deliverer's own work, while somebody saves: how long it takes, and how long they wait for it."""
    url, save = _saving(town)
    alone = [_took(save, url) for _ in range(100)]
    with town.app.app_context(), command() as work:
        work.execute(delete(Job))
    night.do(town.app, "tidy")
    with town.app.app_context(), command() as work:
        work.execute(update(Job).values(next_at=now() - timedelta(minutes=1)))
    saves: list[tuple[float, float]] = []
    with get_context("spawn").Pool(1) as pool:
        under_way = pool.apply_async(tidied, (town.url,))
        while not under_way.ready():
            saves.append((time(), _took(save, url)))
            under_way.wait(REST)
        gone, began, ended, turns = under_way.get()
    meanwhile = [took for moment, took in saves if began < moment < ended]
    assert meanwhile, "nobody saved while it was tidied: nothing is measured"
    held, spent = ([each[n] for each in turns] for n in range(2))
    report.line("tidied in", ended - began, "s", beside=f"{gone:,} rows in {len(turns):,} turns")
    report.line(
        "a turn, p99",
        percentile(held, 99),
        "ms",
        most=TURN,
        beside=f"p50 {median(held):.1f}, the longest {max(held):.0f}",
    )
    report.line(
        "  the same, processor", percentile(spent, 99), "ms", most=TURN, beside=f"the most {max(spent):.0f}"
    )
    report.line("a save alone, p50", median(alone), "ms", beside=f"p99 {percentile(alone, 99):.0f}")
    report.line(
        "a save meanwhile, p50", median(meanwhile), "ms", beside=f"p99 {percentile(meanwhile, 99):.0f}"
    )
    report.line("what a save waits for it, p50", max(median(meanwhile) - median(alone), 0), "ms", most=TURN)


def _turns(report: Report, fresh: Town, old: Town, rounds: int) -> None:
    pages: dict[str, tuple[Opens, str]] = {}
    for name, town in (("fresh", fresh), ("lived", old)):
        town.share(town.somebody())
        url, save = _saving(town)
        each = {**pages_of(town), **newer_pages_of(town), "save": (save, url)}
        pages |= {f"{name} {what}": page for what, page in each.items()}
    _against(report, timed(pages, rounds), "fresh", "lived")


def _against(report: Report, found: dict[str, Times], before: str, after: str) -> None:
    for name in (name.removeprefix(f"{before} ") for name in found if name.startswith(before)):
        few, many = found[f"{before} {name}"], found[f"{after} {name}"]
        beside = f"{few.middle:.1f} to {many.middle:.1f} ms"
        report.line(name, many.middle / few.middle, "×", most=LIKE, beside=beside)
        report.line("  the same, processor", median(many.processor) / median(few.processor), "×", most=LIKE)


def _waiting(report: Report, fresh: Town, old: Town, rounds: int) -> None:
    """Notices that are held, then as many whose mail server cannot be reached, with the deliverer at work on them."""
    saves = {name: _saving(town)[::-1] for name, town in (("fresh", fresh), ("lived", old))}
    _put_out(old, held=True)
    report.note(f"{WAIT:,} notices are held")
    _against(
        report, timed({f"{name} save": each for name, each in saves.items()}, rounds * 4), "fresh", "lived"
    )
    with _delivering(fresh), _delivering(old):
        _put_out(old, held=False)
        while _due(old) > WAIT * 0.99:  # until the deliverer is at work
            sleep(0.2)
        report.note(f"{WAIT:,} notices are due, and their server cannot be reached")
        found = timed({f"{name} save": each for name, each in saves.items()}, rounds * 4)
        report.note(f"{_due(old):,} of them were not yet tried at the end")
    _against(report, found, "fresh", "lived")
    with old.app.app_context():
        by = select(Outbox.state, Outbox.reason, func.count()).where(Outbox.dedupe.like("wait:%"))
        for state, reason, number in session().execute(by.group_by(Outbox.state, Outbox.reason)):
            report.note(f"{state} ({reason}): {number:,}")


def _due(town: Town) -> int:
    with town.app.app_context():
        waits = select(func.count()).where(
            Outbox.dedupe.like("wait:False:%"), Outbox.tries == 0, Outbox.ended_at.is_(None)
        )
        return session().scalar(waits) or 0


def _put_out(town: Town, *, held: bool) -> None:
    """So many notices, to people who asked for e-mail at all hours."""
    moment = now()
    later = moment + timedelta(hours=8 if held else 0)
    with town.app.app_context(), command() as work:
        people = list(work.scalars(select(Account.id).where(Account.email.like("person-%"))))
        work.execute(delete(Preference))
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0).time()
        for account in people:
            work.add(
                Preference(
                    account_id=account, off=[], push=False, email=True, quiet_from=midnight, quiet_until=midnight,
                    changed_at=moment,
                )
            )  # fmt: skip
        notices, rows = [], []
        for n in range(WAIT):
            id_, account = uuid4(), people[n % len(people)]
            notices.append(
                {"id": id_, "account_id": account, "kind": "reply", "about_id": uuid4(), "made_at": moment,
                 "visible_from": later, "seen_at": None, "person_id": None}
            )  # fmt: skip
            rows.append(
                {"id": id_, "dedupe": f"wait:{held}:{n}", "account_id": account, "kind": "reply",
                 "about": {"notice": str(id_)}, "not_before": later, "made_at": moment}
            )  # fmt: skip
        work.execute(insert(Notice), notices)
        work.execute(insert(Outbox), rows)


@contextmanager
def _delivering(town: Town) -> Iterator[None]:
    """The deliverer, as `serve` starts it, with a mail server that nobody runs."""
    more = {
        "SELFCARE_DEMO": "on",
        "SELFCARE_SMTP": "smtp://127.0.0.1:9",
        "SELFCARE_MAIL_FROM": "x@town.example.org",
    }
    node = Node(town.url, town.folder, more=more)
    line = [sys.executable, "-m", "flask", "--app", "app", "deliver"]
    with (town.folder / "delivering.log").open("w") as log:
        process = subprocess.Popen(line, env=node.env(), stdout=log, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def _saving(town: Town) -> tuple[str, Opens]:
    """The address of the first person's form, and what logs one entry there: as many statements each time."""
    rosa = town.somebody()
    url = f"/people/{rosa.person}/diary/log/{rosa.tracker}"
    client = Client(town.app, Validator(), strict=False)
    client.sign_in(rosa.account)
    sent = dict(client.get(url).form("log").sent())
    sent["severity"] = "4"

    def save(where: str) -> bytes:
        data = sent | {"form_id": str(uuid4())}
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
        answer = client.raw.post(where, data=data, base_url="http://localhost", headers=headers)
        assert answer.status_code == 303, answer.status_code
        return b""

    return url, save


def _took(save: Opens, url: str) -> float:
    began = perf_counter()
    save(url)
    return (perf_counter() - began) * 1000
