"""Pages in process: statements at 10,000 and 100,000 entries, times, and what they weigh compressed."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from uuid import UUID

import brotli

from selfcare.database import command
from tests import factories
from tests.bench.report import Report, percentile
from tests.bench.towns import Town
from tests.factories.record import fill, log_many
from tests.harness.client import Client
from tests.harness.markup import Validator
from tests.harness.statements import counted
from tests.house import test_budgets as budgets
from tests.house.test_statements import FEWER, MOST, count_all

MANY, VERY_MANY = 10_000, 100_000
# A page is as cheap as another when it takes no more than this many times as long.
AS_CHEAP = 1.25


def statements(report: Report, town: Town, quick: bool) -> None:
    """The statements of every page over a record with everything in it, and whether they grow."""
    sizes = (MANY,) if quick else (MANY, VERY_MANY)
    with town.app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
    logged, counts = 0, {}
    for size in sizes:
        with town.app.test_request_context(), command():
            log_many(house, ids["tracker_id"], size - logged)
        logged = size
        for who in ("rosa", "leon", "amina"):
            client = Client(town.app, Validator(), strict=False)
            client.sign_in(getattr(house, who).id)
            count_all(town.app, client, ids)  # what is noted once a day is behind us
            for endpoint, (count, _) in count_all(town.app, client, ids).items():
                counts.setdefault((who, endpoint), []).append(count)
    for endpoint in ("diary.index", "home.today", "preparation.prepare", "sharing.summary"):
        for who in ("rosa", "amina"):
            if (who, endpoint) in counts:
                most = FEWER.get(endpoint, MOST)
                report.line(
                    f"statements, {endpoint} as {who}, {MANY:,} entries",
                    counts[who, endpoint][0],
                    "",
                    most=most,
                )
                if not quick:
                    report.line("  the same, 100,000 entries", counts[who, endpoint][1], "", most=most)
    others = {key: found for key, found in counts.items() if key not in FEWER and key[1] not in FEWER}
    worst = max(others, key=lambda key: max(others[key]))
    report.line(
        f"statements, the most of {len(counts)} pages and readers ({worst[1]})",
        max(others[worst]),
        "",
        most=MOST,
    )
    if not quick:
        grown = sum(len(set(found)) > 1 for found in counts.values())
        report.line("pages whose statements grow from 10,000 to 100,000", grown, "", most=0)


def caseload_statements(report: Report, town: Town) -> None:
    """The list of 80, as its nurse."""
    client = Client(town.app, Validator(), strict=False)
    client.sign_in(town.nurse)
    client.get("/caseload/", follow=False)
    with counted(town.app) as found:
        assert client.get("/caseload/", follow=False).status == 200
    report.line("statements, caseload of 80", len(found.texts), "", most=FEWER["caseload.index"])


def signed_in(town: Town, account: UUID) -> Callable[[str], bytes]:
    """A function that opens an address as an account and answers the page's bytes."""
    client = Client(town.app, Validator(), strict=False)
    client.sign_in(account)

    def get(url: str) -> bytes:
        answer = client.raw.get(url, base_url="http://localhost", headers={"Sec-Fetch-Site": "none"})
        assert answer.status_code == 200, f"{answer.status_code} from {url}"
        return answer.get_data()

    return get


def timed(get: Callable[[str], bytes], url: str, times: int) -> tuple[float, float]:
    """(median, 95th percentile) in milliseconds."""
    for _ in range(5):
        get(url)
    found = []
    for _ in range(times):
        start = perf_counter()
        get(url)
        found.append((perf_counter() - start) * 1000)
    return median(found), percentile(found, 95)


def times(
    report: Report, town: Town, entries: int, rounds: int, before: dict[str, float]
) -> dict[str, float]:
    """How long the pages of a person with so many entries take. :param before: medians with fewer entries."""
    rosa = town.somebody()
    town.share(rosa)
    home = f"/people/{rosa.person}/"
    own, nurse = signed_in(town, rosa.account), signed_in(town, town.nurse)
    pages = {
        "diary, first page": (own, f"{home}diary/?q="),
        "diary, deepest page": (own, f"{home}diary/?before={town.deepest(rosa.person)}"),
        "diary with its chart": (own, f"{home}diary/"),
        "today": (own, "/"),
        "prepare": (own, f"{home}appointments/{rosa.visit}/prepare/"),
        "the nurse's summary": (nurse, f"{home}summary/"),
    }
    found = {}
    for name, (get, url) in pages.items():
        found[name], slow = timed(get, url, rounds)
        report.line(f"{name}, {entries:,} entries, median (p95 {slow:.1f})", found[name], "ms")
    report.line(
        "  deepest page against the first",
        found["diary, deepest page"] / found["diary, first page"],
        "×",
        most=AS_CHEAP,
    )
    for name in ("diary, first page", "diary, deepest page", "today") if before else ():
        report.line(
            f"  {name}: against a tenth of the entries", found[name] / before[name], "×", most=AS_CHEAP
        )
    return found


def caseload_time(report: Report, town: Town, rounds: int) -> None:
    middle, slow = timed(signed_in(town, town.nurse), "/caseload/", rounds)
    report.line(f"caseload of 80, median (p95 {slow:.1f})", middle, "ms")


def sizes(report: Report, town: Town, crowd: Town) -> None:
    """Bytes as they are sent: pages at the quality the server squeezes with, and static files as built."""
    rosa = town.somebody()
    home = f"/people/{rosa.person}/"
    own = signed_in(town, rosa.account)
    pages = {
        "diary": (own, f"{home}diary/", budgets.DIARY),
        "today": (own, "/", budgets.HTML),
        "log a symptom": (own, f"{home}diary/log/{rosa.tracker}", budgets.HTML),
        "prepare": (own, f"{home}appointments/{rosa.visit}/prepare/", budgets.HTML),
        "the nurse's summary": (signed_in(town, town.nurse), f"{home}summary/", budgets.HTML),
        "caseload of 80": (signed_in(crowd, crowd.nurse), "/caseload/", budgets.HTML),
    }
    for name, (get, url, most) in pages.items():
        page = get(url)
        size = len(brotli.compress(page, quality=4))
        report.line(f"{name} (plain {len(page) / 1000:.0f})", size / 1000, "KB", most=most / 1000)
    worker, scripts = budgets.squeezed("sw.js"), budgets.squeezed("*.js")
    report.line("the pages' JavaScript", (scripts - worker) / 1000, "KB", most=budgets.SCRIPTS / 1000)
    report.line("the worker", worker / 1000, "KB", most=budgets.WORKER / 1000)
    for name, most in (
        ("phone", budgets.SHEET),
        ("desk", budgets.SMALL_SHEET),
        ("print", budgets.SMALL_SHEET),
    ):
        for sheet in sorted(budgets.BUILD.glob(f"{name}*.css.br")):
            report.line(sheet.name, sheet.stat().st_size / 1000, "KB", most=most / 1000)
