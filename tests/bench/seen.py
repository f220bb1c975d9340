"""What a person with a slow phone sees, in a real Chromium: slow 4G and a processor four times slower."""

from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.report import Report
from tests.bench.serving import SECRET
from tests.bench.towns import Town
from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.harness.server import serve

# Lighthouse's slow 4G: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up.
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_638_400 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
COLD, WARM, SAVED, LCP, BLOCKED, SHIFT = 0.85, 0.40, 0.35, 1.2, 50, 0.02

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
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  const [page] = performance.getEntriesByType('navigation')
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  const shown = Math.max(paint ? paint.startTime : Infinity, page.domContentLoadedEventEnd)
  const blocked = __seen.tasks.filter(([start]) => start + 50 > (paint ? paint.startTime : 0))
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
        sync_playwright() as playwright,
    ):
        browser = browsers.launch(playwright.chromium)
        cookies = dict([session_cookie(town.app, rosa.account)])
        _round(browser, server.url, cookies, form, home, {})  # the server's own first time
        for _ in range(rounds):
            _round(browser, server.url, cookies, form, home, found)
        browser.close()

    def middle(what: str, figure: str) -> float:
        return float(median(one[figure] for one in found[what]))

    report.line("log a symptom, cold: shown and working", middle("cold", "shown") / 1000, "s", most=COLD)
    report.line("log a symptom, warm: shown and working", middle("warm", "shown") / 1000, "s", most=WARM)
    report.line("save to confirmation", middle("saved", "saved") / 1000, "s", most=SAVED)
    for what in ("cold", "today", "diary"):
        report.line(f"{what}: largest part painted", middle(what, "lcp") / 1000, "s", most=LCP)
        report.line(f"{what}: layout shift", middle(what, "cls"), "", most=SHIFT)
        report.line(f"{what}: total blocking", middle(what, "blocked"), "ms", most=BLOCKED)


def _round(
    browser: Browser,
    origin: str,
    cookies: dict[str, str],
    form: str,
    home: str,
    found: dict[str, list[dict[str, Any]]],
) -> None:
    def note(what: str, page: Page) -> None:
        found.setdefault(what, []).append(page.evaluate(READ))

    for what, url in (("today", "/"), ("diary", f"{home}diary/"), ("cold", form)):
        with browsers.opened(browser, origin, "phone", cookies=cookies) as (page, _):
            _slow(page)
            page.goto(url, wait_until="load")
            note(what, page)
            if what != "cold":
                continue
            page.goto(f"{home}diary/add", wait_until="load")
            page.goto(form, wait_until="load")
            note("warm", page)
            page.locator("input[name=severity][value='6']").check(force=True)
            with page.expect_navigation(wait_until="load"):
                page.get_by_role("button", name="Save").click()
            note("saved", page)


def _slow(page: Page) -> None:
    page.add_init_script(WATCH)
    session = page.context.new_cdp_session(page)

    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
