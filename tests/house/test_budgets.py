"""What a phone has to fetch: few requests, few bytes, all from here."""

from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page

from selfcare.config import ROOT
from selfcare.database import command
from tests.bench import measure
from tests.bench.report import Report, compared
from tests.conftest import Browse
from tests.factories.lived import lived_in
from tests.factories.many import log_many

KB = 1000
HTML, DIARY, SCRIPTS, WORKER, SHEET, SMALL_SHEET = 14 * KB, 8 * KB, 20 * KB, 12 * KB, 26 * KB, 6 * KB
PASSKEY = 1.2 * KB  # on no page of the record: docs/decisions/0045-passkeys.md
CHOSEN = 0.8 * KB  # on the pages that take a photo: docs/decisions/0061-what-is-shown-before-it-is-kept.md
# Each on one page alone; most of the first is what draws QR codes: docs/decisions/0063-links.md
LINKS, VIEWER = 9 * KB, 12 * KB
COLD, COLD_REQUESTS, WARM = 66 * KB, 8, 10 * KB
BUILD = ROOT / "static" / "build"


def squeezed(name: str) -> int:
    """Bytes of all built files of a name, as they are sent."""
    return sum(path.stat().st_size for path in BUILD.glob(name + ".br"))


def test_scripts_and_sheets_are_small() -> None:
    worker = squeezed("sw.js")
    assert 0 < worker <= WORKER
    passkey = squeezed("passkey.*.js")
    assert 0 < passkey <= PASSKEY
    chosen = squeezed("chosen.*.js")
    assert 0 < chosen <= CHOSEN
    links, viewer = squeezed("links.*.js"), squeezed("viewer.*.js")
    assert 0 < links <= LINKS
    assert 0 < viewer <= VIEWER
    scripts = squeezed("app.*.js")
    assert 0 < scripts <= SCRIPTS
    assert squeezed("*.js") == worker + passkey + chosen + links + viewer + scripts  # each has its own budget
    for sheet in BUILD.glob("phone*.css.br"):
        assert sheet.stat().st_size <= SHEET, sheet.name
    for sheet in [*BUILD.glob("desk*.css.br"), *BUILD.glob("print*.css.br")]:
        assert sheet.stat().st_size <= SMALL_SHEET, sheet.name


def fetched(page: Page, url: str) -> tuple[int, int]:
    """(requests, bytes over the wire) of opening an address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, float] = {}

    def finished(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    session.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle")
    session.detach()
    return len(sizes), int(sum(sizes.values()))


def test_a_cold_first_page_and_a_warm_one(app: Flask, browse: Browse) -> None:
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        log_many(house, ids["tracker_id"], 2_000)
    page = browse("phone", account=house.rosa.id)
    requests, size = fetched(page, "/")
    assert requests <= COLD_REQUESTS
    assert 5 * KB < size <= COLD
    _, warm = fetched(page, f"/people/{house.person.id}/diary/")
    assert warm <= WARM


def test_what_measures_begins() -> None:
    """Alone catches: `make bench` that ends before it measures, after a name it asks for was changed elsewhere."""
    assert set(measure.PARTS) >= {"statements", "pages", "writers", "phone"}


def test_two_runs_are_compared_as_ratios(tmp_path: Path) -> None:
    """Alone catches: figures that are not written, and a page that takes twice as long without a word."""
    old, new = Report(), Report()
    for report, diary in ((old, 10.0), (new, 20.0)):
        report.title("Pages")
        report.line("diary", diary, "ms", beside=f"spread {diary}")
        report.line("today", 30.0, "ms")
    new.line("prepare", 5.0, "ms")
    for name, report in (("old", old), ("new", new)):
        report.write(tmp_path / name)
    said = [" ".join(line.split()) for line in compared(tmp_path / "old", tmp_path / "new")]
    assert said == [
        "↑ Pages: diary 10 20 ms 2.00", "Pages: today 30 30 ms 1.00", "the middle of 2 ratios in ms: 1.50",
        "in the new one alone: Pages: prepare",
    ]  # fmt: skip
