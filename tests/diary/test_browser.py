"""The diary in a real browser: nothing axe objects to, and what JavaScript adds."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from selfcare.diary import actions, timeline
from selfcare.web.access import Level
from tests.diary.conftest import Diary, ago, noon
from tests.harness.axe import findings
from tests.harness.places import only_proof

Browse = Callable[..., Page]


def faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe objects to in the diary's own part of the page, seen whole: bars that stick cover nothing."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    return [fault for fault in findings(page)[0] if page.locator(f"main {fault[1]}").count()]


WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def addresses(diary: Diary) -> list[str]:
    """Every page of the diary, with something of everything on it."""
    with diary.as_("leon") as permit:
        actions.log(permit, diary.tired, noon(1), severity=8)
    with diary.as_("rosa") as permit:
        own = actions.add_tracker(permit, kind="symptom", name=WORD, only_me=True)
        pressure = actions.add_preset(permit, "blood_pressure")
        actions.log(permit, pressure.id, noon(3), first="128", second="82")
        actions.log(permit, own.id, noon(2), severity=3, note=WORD * 3, tried=WORD)
        when = noon(2)
        made = actions.log(permit, diary.tired, when, severity=4, note="as it was", lasted="an hour")
        actions.change(permit, made.id, 1, when=when, severity=6, note="as it is")
    paths = [
        "", "?q=was", "start", "add", "note", f"log/{diary.tired}", f"log/{pressure.id}", f"log/{own.id}", "choose",
        "trackers/", "trackers/new", f"trackers/{diary.tired}/", f"trackers/{diary.tired}/remove",
        f"chart/{diary.tired}", f"chart/{pressure.id}?show=92", f"entries/{made.id}/", f"entries/{made.id}/saved",
        f"entries/{made.id}/change", f"entries/{made.id}/remove",
    ]  # fmt: skip
    return [diary.url + path for path in paths]


@pytest.mark.parametrize(
    "look",
    [
        {"device": "small phone"},
        *only_proof({}, {"dark": True, "locale": "ur"}),
    ],
)
def test_every_page_is_fine_however_long_a_word_is(
    diary: Diary, addresses: list[str], browse: Browse, look: dict[str, object]
) -> None:
    """With usual words: tests/house/test_accessible.py."""
    page = browse(**{"device": "phone", "account": diary.home.rosa.id, **look})
    for address in addresses:
        page.goto(address)
        assert faults(page) == [], address


@pytest.mark.proof
def test_every_page_is_fine_for_a_nurse_at_a_desk(diary: Diary, addresses: list[str], browse: Browse) -> None:
    diary.grant("amina", Level.MANAGE)
    page = browse("desk", account=diary.home.amina.id)
    for address in addresses:
        if "/log/" in address or "trackers" in address:
            continue  # some of these are for Rosa only
        page.goto(address)
        assert faults(page) == [], address


def test_a_symptom_is_logged_in_three_taps(diary: Diary, browse: Browse) -> None:
    page = browse("phone", account=diary.home.rosa.id)
    page.goto(diary.log_url())
    page.locator("#severity-6").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Saved.")).to_be_visible()


def test_earlier_entries_come_under_those_that_are_there(diary: Diary, browse: Browse) -> None:
    with diary.as_("rosa") as permit:
        for number in range(timeline.PAGE * 2 + 3):
            actions.log(permit, diary.tired, ago(hours=number), severity=1)
    page = browse("phone", account=diary.home.rosa.id)
    page.goto(diary.url)
    for shown in (timeline.PAGE * 2, timeline.PAGE * 2 + 3):
        page.get_by_role("link", name="Show earlier entries").click()
        expect(page.locator(".entry")).to_have_count(shown)
    expect(page.get_by_role("link", name="Show earlier entries")).to_have_count(0)


def test_own_words_show_when_they_are_ticked(diary: Diary, browse: Browse) -> None:
    page = browse("phone", account=diary.home.rosa.id)
    page.goto(diary.url + "start")
    field = page.locator("#own")
    expect(field).to_be_hidden()
    page.locator("label[for=what-5]").click()
    expect(field).to_be_visible()
    plain = browse("phone", account=diary.home.rosa.id, javascript=False)
    plain.goto(diary.url + "start")
    expect(plain.locator("#own")).to_be_visible()
