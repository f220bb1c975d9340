"""What stands on a screen is what is so now; and what must not be seen is gone at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Route

from selfcare.database import command
from tests import factories
from tests.conftest import Browse
from tests.web.test_drafts_browser import drafts

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
# As the worker says when a notice is tapped (that it does: notifications/test_push_browser).
TAPPED = "navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { type: 'look' } }))"
RESUMED = "document.dispatchEvent(new Event('visibilitychange'))"
LATER = "{ const now = Date.now(); Date.now = () => now + 2 * 3600000 }"
ASKED = "fetch('/phone/session').then((answer) => answer.json()).then(() => window.mark)"


@pytest.fixture
def house(app: Flask) -> factories.Household:
    with app.test_request_context(), command():
        return factories.household()


def is_new(page: Page, what: Callable[[], object]) -> None:
    """`what` has the page loaded anew."""
    page.evaluate("window.mark = true")
    what()
    page.wait_for_function("() => !window.mark")


def test_it_is_loaded_anew_when_it_is_old_and_never_while_somebody_types(
    browse: Browse, house: factories.Household
) -> None:
    page = browse("phone", account=house.rosa.id)
    page.goto("/")
    is_new(page, lambda: page.evaluate(TAPPED))
    page.evaluate("window.mark = true")
    page.evaluate(RESUMED)
    assert page.evaluate(ASKED) is True, "it has not been long"
    page.evaluate(LATER)
    is_new(page, lambda: page.evaluate(RESUMED))
    page.goto(f"/people/{house.person.id}/goals/add")
    page.locator("#goal [name=text]").fill("Walk to the library")
    drafts(page, 1)
    page.evaluate("window.mark = true")
    page.evaluate(LATER)
    for sign in (TAPPED, RESUMED):
        page.evaluate(sign)
        assert page.evaluate(ASKED) is True, "somebody is typing"


@pytest.mark.parametrize("way", ["press", "escape"])
def test_quick_exit_shows_nothing_while_the_other_site_is_slow(
    browse: Browse, house: factories.Household, way: str
) -> None:
    page = browse("phone", account=house.rosa.id)
    page.goto(f"/people/{house.person.id}/diary/")
    held: list[Route] = []
    page.route("**/healthz", lambda route: held.append(route))  # the other site, which does not answer
    page.evaluate("document.querySelector('[data-quick-exit]').href = '/healthz'")
    if way == "press":
        page.get_by_role("link", name="Quick exit").click(no_wait_after=True)
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    assert page.evaluate("[document.title, getComputedStyle(document.documentElement).display]") == [
        "",
        "none",
    ]
    for route in held:
        route.abort()
