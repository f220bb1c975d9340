"""Installing in a real Chromium: what it asks of an app, the card that offers it, and what an iPhone is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from selfcare import database
from selfcare.accounts.models import SignIn
from selfcare.database import now
from selfcare.people import actions as people
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.conftest import Browse
from tests.factories import Household
from tests.factories.lived import lived_in
from tests.harness.axe import axe
from tests.harness.places import only_proof
from tests.harness.server import Server
from tests.phone.pocket import Town
from tests.phone.profiles import own_profile

# How a browser installs does not hang on the database below the app.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

TITLE = "Selfcare on the home screen"
ASK = "Put it on the home screen"
# What Safari on an iPhone says of itself, and Chromium does not: whether the page was opened from the home screen.
SAFARI = """Object.defineProperty(Navigator.prototype, "standalone", { get: () => %s })
Object.defineProperty(Navigator.prototype, "maxTouchPoints", { get: () => 5 })"""
# The question of the browser itself, which nobody can answer in a browser without a window.
ANSWERED = """addEventListener("beforeinstallprompt", (event) => {
  event.prompt = async () => { window.asked = (window.asked || 0) + 1 }
}, true)"""

# The worker that looks after the page, once there is one.
WORKING = """async () => {
  const worker = navigator.serviceWorker
  const late = new Promise((_, no) => setTimeout(no, 10000, new Error("no worker")))
  const there = new Promise((yes) => worker.addEventListener("controllerchange", yes))
  if (!worker.controller) await Promise.race([late, there])
  return new URL(worker.controller.scriptURL).pathname
}"""


@pytest.fixture
def house(app: Flask) -> Household:
    made, _ = lived_in(app)
    return made


def grow_up(app: Flask) -> None:
    """Everybody signed in yesterday."""
    with app.app_context(), database.command() as work:
        work.query(SignIn).update({"proved_at": now() - timedelta(days=1)})


@contextmanager
def at_home(
    chromium: Browser, server: Server, folder: Path, app: Flask, house: Household, **options: Any
) -> Iterator[Page]:
    """Rosa's own phone, on her second day."""
    with own_profile(chromium, server.url, folder, app=app, account=house.rosa.id, **options) as context:
        grow_up(app)
        yield context.pages[0]


def test_chromium_finds_nothing_missing(
    chromium: Browser, live_server: Server, app: Flask, house: Household, tmp_path: Path
) -> None:
    with own_profile(chromium, live_server.url, tmp_path / "p", app=app, account=house.rosa.id) as context:
        page = context.pages[0]
        page.goto("/")
        assert page.evaluate(WORKING) == "/service-worker.js"
        debugger = context.new_cdp_session(page)
        found = debugger.send("Page.getAppManifest")
        assert found["url"] == f"{live_server.url}/manifest.webmanifest"
        assert found["errors"] == []
        assert debugger.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        assert debugger.send("Page.getAppId")["appId"] == f"{live_server.url}/"


def test_the_card_asks_the_browser_and_takes_no_for_an_answer(
    chromium: Browser, live_server: Server, app: Flask, house: Household, tmp_path: Path
) -> None:
    with at_home(chromium, live_server, tmp_path / "profile", app, house) as page:
        page.add_init_script(ANSWERED)
        page.goto("/")
        card = page.get_by_role("region", name=TITLE)
        card.get_by_role("button", name=ASK).click()
        expect(card).to_be_hidden()
        assert page.evaluate("window.asked") == 1
        page.goto(f"/people/{house.person.id}/more/")
        card.get_by_role("button", name="Do not ask again").click()
        expect(card).to_have_count(0)
        assert page.evaluate("({...localStorage})") == {"install": "no"}
        for address in ("/", f"/people/{house.person.id}/more/"):
            with page.expect_console_message(lambda said: said.text == "offered"):
                page.add_init_script("addEventListener('beforeinstallprompt', () => console.log('offered'))")
                page.goto(address)
            expect(card).to_be_hidden()
        # Who looks for it finds it all the same.
        page.goto("/install")
        expect(page.get_by_role("button", name=ASK)).to_be_visible()


@pytest.mark.proof
def test_nothing_is_offered_in_the_first_minute(
    chromium: Browser, live_server: Server, app: Flask, house: Household, tmp_path: Path
) -> None:
    with own_profile(chromium, live_server.url, tmp_path / "p", app=app, account=house.rosa.id) as context:
        page = context.pages[0]
        page.add_init_script("addEventListener('beforeinstallprompt', () => console.log('offered'))")
        with page.expect_console_message(lambda said: said.text == "offered"):
            page.goto("/")
        expect(page.get_by_role("button", name=ASK)).to_have_count(0)


@pytest.mark.proof
def test_an_iphone_is_told_how(app: Flask, browse: Browse, house: Household) -> None:
    page = browse("phone", account=house.rosa.id)
    grow_up(app)
    page.add_init_script(SAFARI % "false")
    page.goto("/")
    card = page.get_by_role("region", name=TITLE)
    expect(card).to_contain_text(
        "press Share (the square with an arrow that points up), then Add to Home Screen"
    )
    expect(card).to_contain_text("reminders only work from the home screen")
    expect(card.get_by_role("button", name=ASK)).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 2600})  # so that the bar at the bottom lies over nothing
    axe(page)
    card.get_by_role("link", name="Step by step").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_who_came_from_the_home_screen_is_not_asked(app: Flask, browse: Browse, house: Household) -> None:
    page = browse("phone", account=house.rosa.id)
    grow_up(app)
    page.add_init_script(SAFARI % "true")
    page.goto("/?from=home-screen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    expect(page.locator("#install")).to_be_hidden()


@pytest.mark.proof  # as one page of all: tests/house/test_accessible.py
@pytest.mark.parametrize("locale", ["en-GB", "cy", "ur"])
def test_the_steps_can_be_read_by_everyone(browse: Browse, locale: str) -> None:
    page = browse("phone", locale=locale)
    page.goto("/install")
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 2600})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            axe(page)


def test_the_steps_need_no_javascript(browse: Browse) -> None:
    page = browse("phone", javascript=False)
    page.goto("/install")
    expect(page.get_by_role("heading", level=2)).to_have_count(4)
    expect(page.get_by_role("button", name=ASK)).to_be_hidden()


# ---------------------------------------------------------------------------------------------------- without a server


@pytest.mark.parametrize(
    ("address", "heading", "there"),
    [
        ("/log", "Add to diary", "{base}/diary/add"),
        *only_proof(
            ("/?from=home-screen", "Today", "/?from=home-screen"),
            ("/ask", "Add a question", "{base}/questions/add"),
        ),
    ],
)
def test_the_icon_and_its_shortcuts_open_with_no_server(
    town: Town, chromium: Browser, address: str, heading: str, there: str
) -> None:
    with town.phone(chromium, town.house.rosa, "phone") as phone:
        phone.allow(town.log)
    town.stop()
    with town.phone(chromium, town.house.rosa, "phone") as phone:  # the browser was closed meanwhile
        page = phone.open(address)
        phone.heads(heading)
        expect(page).to_have_url(town.url + there.format(base=town.base))


def test_who_helps_several_is_asked_with_no_server_too(town: Town, chromium: Browser) -> None:
    with town.app.app_context(), database.command():
        daniel = factories.person(town.house.amina, town.house.team, "Daniel")
        people.relate(
            daniel.id, kind=Role.CARER, account_id=town.house.leon.id, rights={Area.DIARY: Level.ADD}
        )
    with town.phone(chromium, town.house.leon) as phone:
        phone.allow(town.log)
        town.stop()
        page = phone.open("/log")
        phone.heads("Who is this for?")
        page.get_by_role("link", name="Help Rosa").click()
        expect(page).to_have_url(f"{town.url}{town.base}/diary/add")
        phone.heads("Add to diary")
        phone.open("/ask")  # of one of them only
        expect(page).to_have_url(f"{town.url}{town.base}/questions/add")
