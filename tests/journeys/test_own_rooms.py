"""Each room that people keep about themselves, from *Plan and more* to their words on its page, on a phone 390 px wide.

In English and in Urdu with axe, and without JavaScript. Without a signal: each form that can wait is sent by
tests/proof_offline (kinds.py), and a letter with its photo by tests/letters/test_lines_browser.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.database import command
from selfcare.diary import actions as diary
from selfcare.web.access import Area, Level
from tests import factories
from tests.conftest import Browse
from tests.factories import plans
from tests.factories.letters import a_photo
from tests.factories.record import ago
from tests.harness.axe import axe
from tests.pages.people import Rosa

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Whether a drawing has dark dots on a light ground, as a written page has.
IS_DRAWN = """canvas => {
  const dots = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
  return dots.some((light, at) => at % 4 === 0 && light < 90) && dots.some((light, at) => at % 4 === 0 && light > 200)
}"""


@dataclass(frozen=True)
class Room:
    """`name`: its row on *Plan and more*. `way`: from the room to its form. `fills`: what is written there."""

    name: str
    way: tuple[str, ...]
    fills: Callable[[Rosa, str], None]
    button: str


def _text(name: str) -> Callable[[Rosa, str], None]:
    return lambda rosa, words: rosa.page.locator(f"[name={name}]").fill(words)


def _line(rosa: Rosa, words: str) -> None:
    rosa.page.locator("[name=part]").select_option("home")
    rosa.page.locator("[name=text]").fill(words)


def _decision(rosa: Rosa, words: str) -> None:
    rosa.page.locator("[name=question]").fill(words)
    rosa.page.locator("[name=option_a]").fill("A class")


def _letter(rosa: Rosa, words: str) -> None:
    page = rosa.page
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    page.set_input_files("[name=file]", photo)  # type: ignore[arg-type]
    page.locator("[name=line]").fill(words)
    rosa.ticks(page.locator("[name=sender]").first)
    rosa.ticks(page.locator("[name=day][value=today]"))


ROOMS = (
    Room("About me", ("Begin with question 1",), _text("text"), "Save, and next"),
    Room("My plan", ("Write the first line",), _line, "Save it as my draft"),
    Room("Ways I want care", (), _text("text"), "Save"),
    Room("Decisions", ("Add a decision",), _decision, "Save"),
    Room("Health as I keep it", ("Add a medicine",), _text("name"), "Save"),
    Room("Letters I keep", ("Add a photo or a PDF",), _letter, "Keep it"),
)
TRIED = "A walk in the garden"


@pytest.mark.parametrize(
    ("locale", "javascript"),
    [("en", True), ("ur", True), ("en", False)],
    ids=["english", "urdu", "no javascript"],
)
def test_every_room_about_oneself_is_found_filled_in_and_read(
    app: Flask, browse: Browse, locale: str, javascript: bool
) -> None:
    """Alone catches: a room that cannot be found or filled in on a phone, without JavaScript or in Urdu; one that is
    wider than the phone, or shuts somebody out once it is filled; a photo that nobody sees before it is kept."""
    with app.test_request_context(), command():
        house = factories.household({Area.APPOINTMENTS: Level.SEE})
        plans.let_team(house)
        permit = factories.permit(house.rosa, house.person)
        diary.log(permit, None, ago(permit, days=2), note="It went", tried=TRIED)
    spoken, record = {"en": "en-GB", "ur": "ur"}[locale], f"/people/{house.person.id}/"
    rosa = Rosa(browse("phone", account=house.rosa.id, locale=spoken, javascript=javascript), locale)
    for room in ROOMS:
        words = f"Words {ROOMS.index(room)}"
        rosa.opens(f"{record}mine/")
        rosa.follows(room.name)
        for step in room.way:
            rosa.follows(step)
        if not room.way:
            rosa.taps_on(rosa.page.locator("a[href$='/ways/where/']").first)
        room.fills(rosa, words)
        if javascript:
            _seen_before_it_is_kept(rosa)
            axe(rosa.page)
        rosa.presses(room.button)
        rosa.opens(f"{record}mine/")
        rosa.follows(room.name)
        rosa.sees_words(words)
        _stands(rosa, locale, javascript)
    rosa.opens(f"{record}mine/")
    rosa.follows("What helps me")
    rosa.sees_words(TRIED)
    _stands(rosa, locale, javascript)


def _seen_before_it_is_kept(rosa: Rosa) -> None:
    drawing = rosa.page.locator(".chosen canvas")
    if rosa.page.locator("[name=file]").count():
        expect(drawing).to_be_visible()
        expect(drawing).to_have_accessible_name(rosa.says("Photo of page %(num)s", num=1))
        assert drawing.evaluate(IS_DRAWN)
        expect(rosa.page.locator(".chosen [data-unseen]")).to_be_hidden()


def _stands(rosa: Rosa, locale: str, javascript: bool) -> None:
    expect(rosa.page.locator("html")).to_have_attribute("dir", {"ur": "rtl"}.get(locale, "ltr"))
    assert rosa.page.evaluate(WIDE) <= 0, f"{rosa.page.url} is wider than the phone"
    if javascript:
        axe(rosa.page)
