"""Said, gathered, done, and read in public: five people and their team, without a line of JavaScript."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.conftest import Browse
from tests.feedback.conftest import Scene, scene
from tests.journeys.conftest import Counted
from tests.pages.people import Rosa, Someone

__all__ = ["scene"]

pytestmark = pytest.mark.parametrize(
    "locale",
    [pytest.param("en", id="english"), pytest.param("ur", id="urdu", marks=pytest.mark.proof)],
)
LATE = "The call came late."
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_said_then_done(app: Flask, browse: Browse, scene: Scene, locale: str, counted: Counted) -> None:
    """Alone catches: a way from what somebody says to what everybody reads that ends in between, or goes on only with
    JavaScript; a public page wider than a phone."""
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    scene.say(*scene.people[1:5], text=LATE)
    first = scene.people[0]
    rosa = Rosa(browse("phone", account=first.account, locale=spoken, javascript=False), locale)
    rosa.opens(first.after)
    with counted("say something about a visit", rosa, taps=3):
        rosa.taps_on(
            rosa.page.locator("details.more", has=rosa.page.locator("[name=more]")).locator("summary").last
        )
        rosa.page.locator("[name=more]").fill(LATE)
        rosa.ticks(rosa.page.locator("[name=may_read]"))
        rosa.presses("Save")
    ola = Someone(browse("phone", account=scene.desk.ola, locale=spoken, javascript=False), locale)
    ola.page.goto("/team/said/")
    ticks = ola.page.locator("input[name=texts]")
    expect(ticks).to_have_count(5)
    for number in range(5):
        ola.ticks(ticks.nth(number))
    ola.page.locator("[name=said]").fill("The phone calls start late.")
    ola.presses("Put together")
    ola.ticks(ola.page.locator("[name=state][value=did]"))
    ola.page.locator("[name=words]").fill("We leave 10 minutes between calls.")
    for part, value in (("day", "2"), ("month", "3"), ("year", "2026")):
        ola.page.locator(f"[name=day-{part}]").fill(value)
    ola.ticks(ola.page.locator("[name=shown]"))
    ola.presses("Save")
    everybody = Someone(browse("phone", locale=spoken, javascript=False), locale)
    everybody.page.goto("/said/")
    expect(everybody.page.get_by_role("heading", name="The phone calls start late.")).to_be_visible()
    expect(everybody.page.get_by_text(everybody.says("About %(num)s people said", num=5))).to_be_visible()
    expect(everybody.page.get_by_text("We leave 10 minutes between calls.")).to_be_visible()
    for page in (rosa.page, ola.page, everybody.page):
        assert page.evaluate(WIDE) <= 0, "the page is wider than the phone"
