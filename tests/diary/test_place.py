"""Coming back to the diary: to the same entry of the same list; and getting to a month, or to one thing alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from selfcare.database import session
from selfcare.diary import actions, timeline
from selfcare.diary.models import Entry
from selfcare.web.when import at
from tests.diary.conftest import LONDON, Diary, ago, noon
from tests.diary.test_list import fill
from tests.harness.client import Client
from tests.harness.pages import Answer

Browser = Callable[..., Client]
ONE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def ids(page: Answer) -> list[str]:
    return [str(row["id"]) for row in page.html.select("li.entry")]


def opened(client: Client, page: Answer, number: int) -> tuple[str, Answer]:
    """The id of an entry of the list, and its page, opened from there."""
    row = page.html.select("li.entry")[number]
    return str(row["id"]), client.get(str(row.a["href"]))  # type: ignore[index]


def back(client: Client, page: Answer) -> Answer:
    return client.get(str(page.html.select_one("a.back")["href"]))  # type: ignore[index]


@pytest.mark.parametrize(
    "query", ["", "?show=symptoms", "?q=note+50", "?q=NOTE&show=symptoms", "{only}", "{month}"]
)
@ONE
def test_back_from_an_entry_leads_to_it_in_the_same_list(diary: Diary, browser: Browser, query: str) -> None:
    """It led to the top of the whole diary."""
    with diary.as_("rosa") as permit:
        for number in range(70):
            actions.log(permit, diary.tired, noon(number + 1), severity=number % 11, note=f"note {number}")
    query = query.format(only=f"?only={diary.tired}", month=f"?month={noon(40).wall:%Y-%m}")
    query = {"{only}": f"?only={diary.tired}", "{month}": f"?month={noon(40).wall:%Y-%m}"}.get(query, query)
    rosa = browser("rosa")
    page = rosa.get(diary.url + query)
    entry, there = opened(rosa, page, 0)
    for steps in ([], ["Change it"], ["Remove"]):
        at_it = there
        for step in steps:
            at_it = back(rosa, at_it.click(step))
        again = back(rosa, at_it)
        assert again.url.endswith(f"#{entry}") or entry in at_it.html.select_one("a.back")["href"]  # type: ignore[index,operator]
        assert ids(again) == ids(page)
    label = there.html.select_one("a.back").get_text(strip=True)  # type: ignore[union-attr]
    assert label == page.h1
    changed = there.click("Change it").form("log").submit(note="other words")
    assert entry in changed.html.select_one("a.back")["href"]  # type: ignore[index,operator]
    assert ids(back(rosa, changed))[:1] == ids(page)[:1] or "q=" in query


@ONE
def test_what_was_shown_further_down_is_shown_again_on_coming_back(diary: Diary, browser: Browser) -> None:
    """60 rows became 30, and keyboard focus fell to the top of the page."""
    with diary.as_("rosa") as permit:
        for number in range(timeline.PAGE * 2 + 5):
            actions.log(permit, diary.tired, noon(number + 1), severity=number % 11)
    rosa = browser("rosa")
    first = rosa.get(diary.url)
    link = first.html.select_one("#earlier a")
    assert link
    part = rosa.get(str(link["data-hx-get"]), htmx=True)
    (to,) = part.html.select("[data-focus]")
    assert to.find_parent("li")["id"] == ids(part)[0]  # type: ignore[index]
    again = rosa.get(str(to["data-address"]))
    assert ids(again) == [*ids(first), *ids(part)]
    assert not again.html.select("[data-focus]")
    assert again.click("Show earlier entries").all(".entry__value b") == ["5", "6", "7", "8", "9"]
    entry, there = opened(rosa, part, 20)
    assert entry in ids(back(rosa, there))
    more = again.html.select_one("#earlier a")
    assert more
    assert len(ids(rosa.get(str(more["data-hx-get"]), htmx=True))) == 5


@ONE
def test_however_far_down_a_page_stays_small_and_holds_the_place(diary: Diary, browser: Browser) -> None:
    fill(diary, 1000)
    rosa = browser("rosa")
    key = timeline.Key.of
    with diary.as_("rosa") as permit:
        last = before = None
        for _ in range(20):
            before = timeline.entries(permit, before=before).next
        last = timeline.entries(permit, before=before).lines[-1]
    page = rosa.get(f"{diary.url}?until={key(last)}")
    assert ids(page)[-1] == f"e-{last.id}"
    assert len(ids(page)) == timeline.MOST_SHOWN
    assert len(ids(page.click("Show earlier entries"))) == timeline.PAGE


@ONE
def test_at_the_very_end_nothing_earlier_is_offered(diary: Diary, browser: Browser) -> None:
    """Alone catches: after more rows than a page shows, the page that ended with the oldest entry led on to nothing."""
    fill(diary, timeline.MOST_SHOWN + 1)
    with diary.as_("rosa") as permit:
        oldest = session().scalars(select(Entry).order_by(Entry.utc).limit(1)).one()
        key = timeline.Key(oldest.utc, oldest.id)
        del permit
    page = browser("rosa").get(f"{diary.url}?until={key}")
    assert ids(page)[-1] == f"e-{oldest.id}"
    assert "Show earlier entries" not in page


def test_one_thing_alone_also_when_it_left_the_own_list(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        pain = actions.add_preset(permit, "pain")
        actions.log(permit, pain.id, ago(hours=1), severity=3)
        actions.log(permit, diary.tired, ago(hours=2), severity=4)
        actions.log(permit, None, ago(hours=3), note="Words")
        actions.remove_tracker(permit, pain.id)
    rosa = browser("rosa")
    (more,) = rosa.get(diary.url).html.select('a[aria-label="More of the diary"]')
    found = rosa.get(str(more["href"]))
    assert found.click("Notes").all(".entry .row__title") == ["Note"]
    page = found.click("Pain")
    assert page.all(".entry .row__title") == ["Pain"]
    assert page.all(".chip-link[aria-current=true]") == ["Pain"]
    assert page.all("h2.card__title") == [], "no other thing's chart stands over it"
    assert page.click("All").all(".entry .row__title") == ["Pain", "Tiredness", "Note"]


def test_a_month_begins_with_its_last_entry(diary: Diary, browser: Browser) -> None:
    today = ago(minutes=0).wall
    first = today.replace(day=1, hour=0, minute=0)
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, at(first, LONDON), severity=1)
        actions.log(permit, diary.tired, at(first - timedelta(minutes=1), LONDON), severity=2)
        actions.log(permit, diary.tired, at(first - timedelta(days=400), LONDON), severity=3)
    rosa = browser("rosa")
    found = rosa.get(diary.url + "find")
    before = first - timedelta(minutes=1)
    page = rosa.get(found.link(f"{before:%B}"))
    assert page.all(".entry__value b") == ["2", "3"]
    assert page.click("Show the newest entries").all(".entry__value b") == ["1", "2", "3"]
    for bad in ("2026-13", "2026", "x", "0000-00"):
        assert rosa.get(f"{diary.url}?month={bad}").status == 404


def test_a_month_holds_what_it_counts_also_of_another_clock(diary: Diary, browser: Browser) -> None:
    """Alone catches: entries of another zone near midnight, counted in one month and shown in its neighbour."""
    karachi, new_york = ZoneInfo("Asia/Karachi"), ZoneInfo("America/New_York")
    with diary.as_("rosa") as permit:
        for severity, wall, zone in (
            (1, "2026-04-01T12:00", LONDON), (2, "2026-04-01T01:00", karachi), (3, "2026-03-31T22:00", new_york),
            (4, "2026-03-31T12:00", LONDON), (5, "2026-03-01T01:00", karachi), (6, "2026-02-28T23:00", new_york),
        ):  # fmt: skip
            actions.log(permit, diary.tired, at(datetime.fromisoformat(wall), zone), severity=severity)
    rosa = browser("rosa")
    found = rosa.get(diary.url + "find")
    for month, numbers in (("April", "321456"), ("March", "3456"), ("February", "6")):
        shown = rosa.get(found.link(month)).all(".entry__value b")
        assert sorted(shown) == sorted(numbers), month


def test_nobody_finds_what_is_only_me(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        mine = actions.add_tracker(permit, kind="symptom", name="Canary", only_me=True)
        actions.log(permit, mine.id, noon(1), severity=3)
    leon = browser("leon")
    page = leon.get(diary.url + "find")
    assert "Canary" not in page
    assert "1 entry" not in page
    assert leon.get(f"{diary.url}?only={mine.id}").status == 404
    assert "Canary" in browser("rosa").get(diary.url + "find")


@ONE
def test_the_chosen_chart_stays_on_top(diary: Diary, browser: Browser) -> None:
    """Under another filter, and on the way back from an entry, of the list or of the chart itself."""
    with diary.as_("rosa") as permit:
        pain = actions.add_preset(permit, "pain")
        actions.log(permit, pain.id, ago(hours=1), severity=3)
        actions.log(permit, diary.tired, ago(hours=2), severity=4)
        actions.log(permit, diary.tired, ago(hours=3), severity=5)
    rosa = browser("rosa")
    page = rosa.get(diary.url + "choose").click("Pain")
    assert page.all("h2.card__title") == ["Pain"]
    assert page.click("Symptoms").all("h2.card__title") == ["Pain"]
    for there in (opened(rosa, page, 0)[1], rosa.get(str(page.html.select(".chart__targets a")[0]["href"]))):
        assert back(rosa, there).all("h2.card__title") == ["Pain"]
    assert rosa.get(diary.url).all("h2.card__title") == ["Tiredness"]


ODD = ("", "x", "²", "፩", "٣", "-1", "0", "9" * 400, "9999-12", "9999-13", "0001-01", "1899-12", "2101-01", "2026-13",
       "2026-³", "2026 ፩ ፪", "2026 ² ³", "፩ march", "31/31", "9999-99-99", "%", "9" * 20 + "-" + "0" * 32)  # fmt: skip


@ONE
def test_no_address_of_the_list_is_a_fault_of_ours(diary: Diary, browser: Browser) -> None:
    """Alone catches: signs that are digits and no numbers (²), and months beyond the calendar, in an address; both
    answered 500."""
    rosa = browser("rosa")
    rosa.strict = False
    for name in ("show", "q", "only", "month", "before", "until", "more", "chart", "out"):
        for odd in ODD:
            assert rosa.get(diary.url, data={name: odd}).status in (200, 404), (name, odd)
    assert rosa.get(diary.url, data={"month": "2026-03"}).status == 200
