"""Charts of the diary: every point opens its entry, everybody has a mark, and many points stay apart."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from selfcare.diary import actions
from selfcare.web.access import Level
from selfcare.web.chart import MOST
from selfcare.web.when import at
from tests.diary.conftest import LONDON, Diary, noon
from tests.harness.client import Client

Browser = Callable[..., Client]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_every_point_opens_its_entry_and_leads_back(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        made = [actions.log(permit, diary.tired, noon(ago), severity=ago) for ago in (1, 4, 9)]
    rosa = browser("rosa")
    for address in (diary.url, f"{diary.url}chart/{diary.tired}?show=92"):
        page = rosa.get(address)
        points = page.html.select(".chart__targets a")
        assert len(points) == 3
        for point, entry in zip(reversed(points), made, strict=True):
            assert f"entries/{entry.id}/" in str(point["href"])
            assert point.title
            assert point.title.get_text().endswith(f": {entry.severity}")
    links = page.html.select("tbody a")
    assert [str(link["href"]) for link in links] == [str(point["href"]) for point in reversed(points)]
    entry_page = rosa.get(str(links[0]["href"]))
    back = entry_page.html.select_one("a.back")
    assert back
    assert back.get_text(strip=True) == "Tiredness"
    assert str(back["href"]).endswith(f"chart/{diary.tired}?show=92#{links[0]['id']}")
    for link in (link for link in page.html.select(".chart a")):
        assert link["tabindex"] == "-1"  # keys and screen readers have the table's


def test_two_helpers_have_a_mark_each_and_both_are_named(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, noon(1), severity=1)
    diary.grant("amina", Level.ADD)
    for who, ago in (("leon", 2), ("amina", 3)):
        with diary.as_(who) as permit:
            actions.log(permit, diary.tired, noon(ago), severity=ago)
    page = browser("rosa").get(f"{diary.url}chart/{diary.tired}")
    legend = page.html.select(".chart__legend li")
    assert [one.get_text(strip=True) for one in legend] == ["Me", "Amina, for me", "Leon, for me"]
    shapes = [str(one.select_one("svg *")) for one in legend]
    assert len(set(shapes)) == 3
    drawn = page.html.select(".chart__frame > svg:first-child > :is(circle, path)")
    assert len({(one.name, str(one.get("d", ""))[-20:]) for one in drawn}) == 3


def test_many_points_do_not_run_into_each_other(diary: Diary, browser: Browser) -> None:
    """200 points stood on 290 units, 1.5 apart, each 5 wide."""
    start = noon(1).wall
    with diary.as_("rosa") as permit:
        for number in range(MOST):
            when = at(start - timedelta(hours=10 * number), LONDON)
            actions.log(permit, diary.tired, when, severity=number % 11)
    page = browser("rosa").get(f"{diary.url}chart/{diary.tired}?show=92")
    places = sorted(float(str(point["cx"])) for point in page.html.select(".chart__targets circle"))
    assert len(places) == MOST
    assert min(b - a for a, b in pairwise(places)) >= 4.8
    assert page.html.select_one(".chart__scroll[tabindex='0'][aria-label]")


def test_a_long_axis_names_months_and_years(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        for ago in range(5, 500, 5):
            actions.log(permit, diary.tired, noon(ago), severity=3)
    page = browser("rosa").get(f"{diary.url}chart/{diary.tired}?show=all")
    axis = [one.get_text() for one in page.html.select(".chart__text") if not one.get_text().isdigit()]
    assert axis[0] == f"{noon(495).wall:%-d %b %Y}".replace("Sep ", "Sept ")
    assert axis[-1] == "Today"
    assert len(axis) >= 4
    assert any(f"{noon(1).wall:%Y}" in text for text in axis[1:-1]) or noon(1).wall.month < 3


def test_ten_years_have_no_more_lines_than_names(diary: Diary, browser: Browser) -> None:
    """Alone catches: a line for each of 120 months, which ran together into a grey plane."""
    with diary.as_("rosa") as permit:
        for ago in range(50, 3650, 50):
            actions.log(permit, diary.tired, noon(ago), severity=3)
    page = browser("rosa").get(f"{diary.url}chart/{diary.tired}?show=all")
    frame = page.html.select_one(".chart__frame svg")
    assert frame
    lines = [line for line in page.html.select(".chart__grid") if line["x1"] == line["x2"]]
    width = float(str(frame["viewbox" if frame.has_attr("viewbox") else "viewBox"]).split()[2])
    assert 2 <= len(lines) <= width / 40
