"""The worker takes over while another page is on its way."""

import pytest
from playwright.sync_api import Browser

from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.phone.pocket import IN_CHARGE
from tests.phone.scene import Scene
from tests.phone.scene import scene as scene
from tests.proof_offline import wire as bad

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
BEGUN = """
() => new Promise((done) => {
  const look = () => (self.registration.active?.state === "activated" ? done() : setTimeout(look, 20));
  look();
})
"""


def test_a_page_that_comes_after_it_has_begun_is_in_its_charge(scene: Scene, chromium: Browser) -> None:
    """Alone catches: a page that was passed by, whose forms are lost without a signal until another is opened."""
    line, on_its_way = scene.line, f"{scene.base}/diary/"
    line.fate = lambda _, path: bad.HOLD if path in ("/service-worker.js", on_its_way) else bad.PASS
    cookies = dict([session_cookie(scene.app, scene.house.rosa.id)])
    with browsers.opened(chromium, line.url, cookies=cookies) as (page, _):
        page.goto("/")
        script = line.held.get(timeout=30)
        page.evaluate("(there) => void location.assign(there)", on_its_way)
        opened = line.held.get(timeout=30)
        assert (script.path, opened.path) == ("/service-worker.js", on_its_way)
        (worker,) = page.context.service_workers
        script.go.set()
        worker.evaluate(BEGUN)
        opened.go.set()
        page.wait_for_url(f"**{on_its_way}")
        page.wait_for_function(IN_CHARGE)
