"""Pages in process: statements at 10,000 and 100,000 entries, times, and what they weigh compressed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from uuid import UUID

import brotli

from selfcare.database import command
from tests import factories
from tests.bench.report import Report, percentile
from tests.bench.towns import Town
from tests.factories.many import log_many
from tests.factories.record import fill
from tests.harness.client import Client
from tests.harness.markup import Validator
from tests.harness.statements import counted
from tests.house import test_budgets as budgets
from tests.house.test_statements import FEWER, MOST, count_all

MANY, VERY_MANY = 10_000, 100_000
CROWD = 80  # people of one key contact
# A page is as cheap as another when it takes no more than this many times as long.
AS_CHEAP = 1.25
# Milliseconds of processor: what a mend was seen to reach where programs were measured side by side, on (SQLite,
# PostgreSQL). Another machine needs more or less of it for everything: two runs on one say more (`--compare`).
PROCESSOR = {
    "diary, first page": (17.1, 20),
    "diary with its chart": (68.1, 35),
    "diary, deepest page": (17.6, 18),
    "log a symptom": (17.7, 17),
    "today": (23.6, 30),
    "prepare": (98, 75),
    "results": (25, 20),
    "the nurse's summary": (63, 67),
    f"caseload of {CROWD}": (97, 141),
}


def statements(report: Report, town: Town, sizes: Sequence[int]) -> None:
    """The statements of every page over a record with everything in it, and whether they grow.

    :param sizes: how many entries there are, one after the other.
    """
    grows = len(sizes) > 1
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
                if grows:
                    report.line("  the same, 100,000 entries", counts[who, endpoint][1], "", most=most)
    others = {key: found for key, found in counts.items() if key not in FEWER and key[1] not in FEWER}
    worst = max(others, key=lambda key: max(others[key]))
    report.line(
        f"statements, the most of {len(counts)} pages and readers ({worst[1]})",
        max(others[worst]),
        "",
        most=MOST,
    )
    if grows:
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


@dataclass(frozen=True)
class Times:
    """How long a page took, in milliseconds: what the clock says and what the processor did."""

    clock: list[float]
    processor: list[float]

    @property
    def middle(self) -> float:
        return median(self.clock)

    @property
    def spread(self) -> str:
        """Half of them lie between these two."""
        return f"{percentile(self.clock, 25):.1f} to {percentile(self.clock, 75):.1f}"


Opens = Callable[[str], bytes]


def timed(pages: Mapping[str, tuple[Opens, str]], rounds: int) -> dict[str, Times]:
    """Open pages in turns, so that what the machine does besides falls on all of them alike."""
    for _ in range(3):
        for get, url in pages.values():
            get(url)
    found = {name: Times([], []) for name in pages}
    for _ in range(rounds):
        for name, (get, url) in pages.items():
            start, began = perf_counter(), process_time()
            get(url)
            found[name].clock.append((perf_counter() - start) * 1000)
            found[name].processor.append((process_time() - began) * 1000)
    return found


def pages_of(town: Town) -> dict[str, tuple[Opens, str]]:
    """The pages that are opened daily, as the first person of a town and as their nurse."""
    rosa = town.somebody()
    home = f"/people/{rosa.person}/"
    own, nurse = signed_in(town, rosa.account), signed_in(town, town.nurse)
    return {
        "diary, first page": (own, f"{home}diary/?q="),
        "diary, deepest page": (own, f"{home}diary/?before={town.deepest(rosa.person)}"),
        "diary with its chart": (own, f"{home}diary/"),
        "log a symptom": (own, f"{home}diary/log/{rosa.tracker}"),
        "today": (own, "/"),
        "prepare": (own, f"{home}appointments/{rosa.visit}/prepare/"),
        "results": (own, f"{home}results/"),
        "the nurse's summary": (nurse, f"{home}summary/"),
    }


def newer_pages_of(town: Town) -> dict[str, tuple[Opens, str]]:
    """The pages of the rooms that came later, and what a professional and everybody opens of them."""
    rosa = town.somebody()
    home = f"/people/{rosa.person}/"
    own, nurse = signed_in(town, rosa.account), signed_in(town, town.nurse)
    rooms = (
        "asks",
        "budget",
        "community",
        "links",
        "feedback",
        "decisions",
        "letters",
        "plan",
        "goals",
        "sharing",
    )
    return {
        **{name: (own, f"{home}{name}/") for name in rooms},
        "community, searched": (own, f"{home}community/?q=walk&need=move"),
        "what was saved near by": (own, f"{home}community/saved/"),
        "the diary, searched": (own, f"{home}diary/?q=walk"),
        "the nurse's asks": (nurse, "/asks/"),
        "the nurse's inbox": (nurse, "/inbox/"),
        "the nurse's questions": (nurse, "/caseload/questions/"),
        "what was said": (own, "/said/"),
    }


def times(report: Report, towns: Mapping[str, Town], crowds: Mapping[str, Town], rounds: int) -> None:
    """How long the pages take: of a person with 10,000 entries, and the list of 80. The engines in turns."""
    pages = {}
    for kind, town in towns.items():
        town.share(town.somebody())
        pages |= {f"{name} ({kind})": page for name, page in pages_of(town).items()}
    for kind, crowd in crowds.items():
        pages[f"caseload of {CROWD} ({kind})"] = signed_in(crowd, crowd.nurse), "/caseload/"
    found = timed(pages, rounds)
    for name, one in found.items():
        page, _, kind = name.rpartition(" (")
        most = PROCESSOR[page][kind == "postgresql)"]
        report.line(name, one.middle, "ms", beside=one.spread)
        report.line(f"  {name}, processor", median(one.processor), "ms", most=most)
    for kind in towns:
        deepest, first = found[f"diary, deepest page ({kind})"], found[f"diary, first page ({kind})"]
        report.line(
            f"  deepest page against the first ({kind})", deepest.middle / first.middle, "×", most=AS_CHEAP
        )


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
        report.line(name, size / 1000, "KB", most=most / 1000, beside=f"plain {len(page) / 1000:.0f}")
    worker, scripts = budgets.squeezed("sw.js"), budgets.squeezed("app.*.js")
    report.line("the pages' JavaScript", scripts / 1000, "KB", most=budgets.SCRIPTS / 1000)
    report.line("the worker", worker / 1000, "KB", most=budgets.WORKER / 1000)
    for name, most in (
        ("phone", budgets.SHEET),
        ("desk", budgets.SMALL_SHEET),
        ("print", budgets.SMALL_SHEET),
    ):
        for sheet in sorted(budgets.BUILD.glob(f"{name}*.css.br")):
            report.line(sheet.name, sheet.stat().st_size / 1000, "KB", most=most / 1000)
