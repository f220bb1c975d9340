"""What was just said covers no control: none that has focus, and none that the page can be scrolled to."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.conftest import Browse
from tests.factories.lived import lived_in
from tests.harness.places import PROOF

# What a page looks like does not hang on the database below it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

SIZES, TEXT = ((360, 572), (390, 844)), (32, 16)
# The controls that it lies over: each while it has focus, and at the end of the page all that are seen there.
COVERED = """
async (size) => {
  const frame = () => new Promise(requestAnimationFrame)
  const text = () => parseFloat(getComputedStyle(document.documentElement).fontSize)
  while (text() !== size) await frame()  // the browser takes its time with a new size of text
  const place = document.getElementById("announce")
  place.textContent = place.dataset.noRoom
  scrollTo(0, 0)
  dispatchEvent(new Event("resize"))
  await frame()
  await frame()
  const bar = () => place.getBoundingClientRect()
  const over = ({ top, bottom, left, right }) =>
    top < bar().bottom - 1 && bottom > bar().top + 1 && left < bar().right && right > bar().left
  const said = (one) => one.id || one.textContent.trim()
  const controls = [...document.querySelectorAll("main, .actions, .tabs, .footer")].flatMap((part) =>
    [...part.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")])
  const wrong = bar().height ? [] : ["nothing is said"]
  for (const one of controls) {
    one.focus()
    const box = one.getBoundingClientRect()
    if (document.activeElement !== one || !box.height || box.height > innerHeight / 2) continue
    if (over(box)) wrong.push("covers " + said(one))
  }
  scrollTo(0, document.documentElement.scrollHeight)
  await frame()
  for (const one of controls)
    if (one.checkVisibility() && over(one.getBoundingClientRect())) wrong.push("ends over " + said(one))
  return wrong
}
"""


@pytest.fixture
def pages(app: Flask, browse: Browse) -> list[tuple[Page, str]]:
    house, ids = lived_in(app)
    base = f"/people/{house.person.id}"
    rosa, amina = browse("phone", account=house.rosa.id), browse("phone", account=house.amina.id)
    own = ("/", f"{base}/diary/", f"{base}/diary/log/{ids['tracker_id']}", f"{base}/questions/", "/account/")
    return [*((rosa, path) for path in own), (amina, "/caseload/"), (amina, f"{base}/")]


def test_what_was_just_said_lies_over_no_control(pages: list[tuple[Page, str]]) -> None:
    """It lay over the end of every list, for as long as it was there, and over the buttons of a bar."""
    found = {}
    for page, path in pages:
        device = page.context.new_cdp_session(page)
        for n, text in enumerate(TEXT):
            device.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}})
            for width, height in SIZES if PROOF else [SIZES[n]]:
                page.set_viewport_size({"width": width, "height": height})
                page.goto(path)
                expect(page.locator("[data-hx-trigger=load]")).to_have_count(0)  # it has its full length
                found[path, width, text] = page.evaluate(COVERED, text)
    assert {place: names for place, names in found.items() if names} == {}


REQUEST = (
    "document.dispatchEvent(new CustomEvent('htmx:before:request', { detail: { ctx: { request: {} } } }))"
)


def test_nothing_said_is_nothing_seen(pages: list[tuple[Page, str]]) -> None:
    """What was taken away left a dark bar with nothing in it."""
    page, _ = pages[0]
    page.goto("/")
    page.evaluate(REQUEST)
    assert page.locator("#announce").evaluate("place => place.getBoundingClientRect().height") == 0
