"""The browsers see what a person would meet, and what checks them can say no."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from tests.harness.axe import axe, findings
from tests.harness.browser import opened

PAGE = '<!DOCTYPE html><html lang="en"><head><title>Log</title></head><body><main><h1>Log</h1>{}</main></body></html>'
PAGES = {
    "/good": PAGE.format(
        '<p id="said">no script</p><label for="a">Note</label> <input id="a"><script src="/good.js"></script>'
    ),
    "/good.js": "document.getElementById('said').textContent = 'script ran'",
    "/label": PAGE.format('<input id="a">'),
    "/contrast": PAGE.format('<p style="color: #bbb; background: #fff">Faint</p>'),
    "/undecided": PAGE.format(
        '<p style="background: linear-gradient(#000, #fff); color: #777">On a gradient nobody can say</p>'
    ),
    "/elsewhere": PAGE.format('<img src="http://elsewhere.example/a.png" alt="">'),
    "/strict": PAGE.format("<script>document.title = 'ran'</script>"),
    "/throws": PAGE.format("<script>null.x</script>"),
    "/asset": PAGE.format('<script src="/gone.js"></script>'),
}


class Small(BaseHTTPRequestHandler):
    """Answers with the pages above; /strict comes with a policy that forbids its script."""

    def do_GET(self) -> None:
        text = PAGES.get(self.path)
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
        if self.path == "/strict":
            self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'")
        self.end_headers()
        self.wfile.write((text or "Nothing is here.").encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Small) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.05))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_good_page_passes_with_and_without_javascript(chromium: Browser, origin: str) -> None:
    for javascript, said in ((True, "script ran"), (False, "no script")):
        with opened(chromium, origin, javascript=javascript) as (page, _):
            page.goto("/good")
            assert page.inner_text("#said") == said
            if javascript:
                axe(page)


def test_devices_schemes_and_languages_reach_the_page(chromium: Browser, origin: str) -> None:
    dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    ask = f"() => [innerWidth, navigator.maxTouchPoints > 0, {dark}, navigator.language]"
    with opened(chromium, origin, "phone", dark=True, locale="cy") as (page, _):
        page.goto("/good")
        assert page.evaluate(ask)[1:] == [True, True, "cy"]
    with opened(chromium, origin, "desk") as (page, _):
        page.goto("/good")
        assert page.evaluate(ask) == [1280, False, False, "en-GB"]


@pytest.mark.parametrize(("path", "rule"), [("/label", "label"), ("/contrast", "color-contrast")])
def test_axe_catches_a_violation(chromium: Browser, origin: str, path: str, rule: str) -> None:
    with opened(chromium, origin) as (page, _):
        page.goto(path)
        assert rule in {found for found, _, _ in findings(page)[0]}
        with pytest.raises(AssertionError, match=f"violation {rule}"):
            axe(page)


def test_axe_catches_what_it_cannot_decide(chromium: Browser, origin: str) -> None:
    with opened(chromium, origin) as (page, _):
        page.goto("/undecided")
        with pytest.raises(AssertionError, match="undecided color-contrast"):
            axe(page)


def visit(chromium: Browser, origin: str, path: str) -> None:
    with opened(chromium, origin) as (page, _):
        page.goto(path)
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/elsewhere", "elsewhere.example"),
        ("/strict", "Content Security Policy"),
        ("/throws", "uncaught"),
        ("/asset", "404 from"),
    ],
)
def test_the_watch_catches_faults(chromium: Browser, origin: str, path: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        visit(chromium, origin, path)


def test_a_page_that_answers_404_is_no_fault_of_the_browser(chromium: Browser, origin: str) -> None:
    with opened(chromium, origin) as (page, _):
        answer = page.goto("/nothing-here")
        assert answer
        assert answer.status == 404
