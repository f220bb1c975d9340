"""What a person with a slow phone sees, in a real Chromium: a line like slow 4G and a processor four times slower."""

from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.line import Line, slow_line
from tests.bench.report import Report
from tests.bench.serving import SECRET
from tests.bench.towns import Town
from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.harness.server import serve

SLOWER = 4
COLD, WARM, SAVED, LCP, BLOCKED, SHIFT = 0.85, 0.40, 0.35, 1.2, 50, 0.02
WARM_BYTES, TRIPS = (
    10,
    1,
)  # KB down the line for a page, the look for a new worker among it; questions of a save
# Between choosing a number and pressing the button nobody is quicker.
HAND = 500
IN_CHARGE = "() => navigator.serviceWorker.controller"

# Put in by the debugger, so that the page's own strict policy stays as it is.
WATCH = """
(() => {
  const seen = window.__seen = {lcp: 0, cls: 0, tasks: []}
  const on = (type, use) =>
    new PerformanceObserver(list => list.getEntries().forEach(use)).observe({type, buffered: true})
  on('largest-contentful-paint', entry => { seen.lcp = entry.startTime })
  on('layout-shift', entry => { if (!entry.hadRecentInput) seen.cls += entry.value })
  on('longtask', entry => { seen.tasks.push([entry.startTime, entry.duration]) })
  addEventListener('click', () => sessionStorage.setItem('clicked', performance.timeOrigin + performance.now()), true)
})()
"""
READ = """
async () => {
  const frame = () => new Promise(requestAnimationFrame)
  while (!performance.getEntriesByName('first-contentful-paint').length) await frame()
  await frame()
  const [page] = performance.getEntriesByType('navigation')
  const [paint] = performance.getEntriesByName('first-contentful-paint')
  const shown = Math.max(paint.startTime, page.domContentLoadedEventEnd)
  const blocked = __seen.tasks.filter(([start]) => start + 50 > paint.startTime)
    .reduce((sum, [, time]) => sum + Math.max(0, time - 50), 0)
  const clicked = Number(sessionStorage.getItem('clicked'))
  return {shown, lcp: __seen.lcp, cls: __seen.cls, blocked,
    saved: clicked ? performance.timeOrigin + shown - clicked : null}
}
"""


def phone(report: Report, town: Town, rounds: int) -> None:
    """The form of a symptom, cold and warm, and a save; Today and the diary, cold. The middle of `rounds`."""
    rosa = town.somebody()
    home = f"/people/{rosa.person}/"
    form = f"{home}diary/log/{rosa.tracker}"
    found: dict[str, list[dict[str, Any]]] = {}
    with (
        serve(town.url, town.folder, workers=2, SELFCARE_SECRET_KEY=SECRET, SELFCARE_DEMO="on") as server,
        slow_line(server.port) as line,
        sync_playwright() as playwright,
    ):
        browser = browsers.launch(playwright.chromium)
        cookies = dict([session_cookie(town.app, rosa.account)])
        _round(browser, line, cookies, form, home, {})  # the server's own first time
        for _ in range(rounds):
            _round(browser, line, cookies, form, home, found)
        browser.close()

    def middle(what: str, figure: str) -> float:
        return float(median(one[figure] for one in found[what]))

    def seconds(said: str, what: str, figure: str, most: float) -> None:
        all_of_them = sorted(one[figure] / 1000 for one in found[what])
        spread = f"{all_of_them[0]:.2f} to {all_of_them[-1]:.2f}"
        report.line(said, median(all_of_them), "s", most=most, beside=spread)

    seconds("log a symptom, cold: shown and working", "cold", "shown", COLD)
    seconds("log a symptom, warm: shown and working", "warm", "shown", WARM)
    seconds("save to confirmation", "saved", "saved", SAVED)
    report.line("  there and back for it", middle("saved", "asked"), "", most=TRIPS)
    report.line("warm: all that comes down the line", middle("warm", "bytes") / 1000, "KB", most=WARM_BYTES)
    report.line("first visit, with what is kept for without a signal", middle("kept", "bytes") / 1000, "KB")
    for what in ("cold", "today", "diary"):
        report.line(f"{what}: largest part painted", middle(what, "lcp") / 1000, "s", most=LCP)
        report.line(f"{what}: layout shift", middle(what, "cls"), "", most=SHIFT)
        report.line(f"{what}: total blocking", middle(what, "blocked"), "ms", most=BLOCKED)


def _round(
    browser: Browser,
    line: Line,
    cookies: dict[str, str],
    form: str,
    home: str,
    found: dict[str, list[dict[str, Any]]],
) -> None:
    def note(what: str, page: Page) -> None:
        seen = page.evaluate(READ)
        line.quiet()
        seen["bytes"] = line.down.carried - down
        seen["asked"] = sum("service-worker" not in one for one in line.asked[asked:])
        found.setdefault(what, []).append(seen)

    for what, url in (("today", "/"), ("diary", f"{home}diary/"), ("cold", form)):
        with browsers.opened(browser, line.url, "phone", cookies=cookies) as (page, _):
            _slow(page)
            down, asked = line.down.carried, len(line.asked)
            page.goto(url, wait_until="load")
            note(what, page)
            if what != "cold":
                continue
            page.wait_for_function(IN_CHARGE)
            note("kept", page)
            page.goto(f"{home}diary/add", wait_until="load")
            line.quiet()
            down = line.down.carried
            page.goto(form, wait_until="load")
            note("warm", page)
            page.locator("input[name=severity][value='6']").check(force=True)
            page.wait_for_timeout(HAND)
            asked = len(line.asked)
            with page.expect_navigation(wait_until="load"):
                page.get_by_role("button", name="Save").click()
            note("saved", page)


def _slow(page: Page) -> None:
    page.add_init_script(WATCH)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
