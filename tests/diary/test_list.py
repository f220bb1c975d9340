"""The diary itself: days, filters, search, pages, and what they cost."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from selfcare.database import now, session
from selfcare.diary import actions, timeline
from selfcare.diary.models import Entry
from tests.diary.conftest import Diary, ago, noon
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.harness.statements import Statements

Browser = Callable[..., Client]


def numbers(page: Answer) -> list[str]:
    return page.all(".entry__value b")


def fill(diary: Diary, count: int, **values: object) -> None:
    """Entries made in bulk, one a minute back from now; the same columns as one made by the action."""
    with diary.as_("rosa") as permit:
        like = actions.log(permit, diary.tired, ago(minutes=1), severity=0, note="made by the action")
        columns = {column.name: getattr(like, column.name) for column in Entry.__table__.columns}
        first = now()
        rows = [
            {
                **columns,
                "id": uuid4(),
                "severity": number % 11,
                "utc": first - timedelta(minutes=number),
                "wall": (first - timedelta(minutes=number)).replace(tzinfo=None),
                **values,
            }
            for number in range(2, count + 1)
        ]
        for start in range(0, len(rows), 1000):
            session().execute(insert(Entry), rows[start : start + 1000])


def test_days_have_headings_newest_first(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, noon(1), severity=3)
        actions.log(permit, diary.tired, noon(9), severity=2)
    page = browser("rosa").get(diary.url)
    assert numbers(page) == ["3", "2"]
    first, second = page.all(".day-heading")
    assert first.startswith("Yesterday, ")
    assert not second.startswith("Yesterday")


def test_empty_says_what_will_come(diary: Diary, browser: Browser) -> None:
    page = browser("rosa").get(diary.url)
    assert "One number a day is plenty. Some days none is fine too." in page
    assert page.link("Add to diary") == diary.url + "add"


def test_filters_show_one_kind(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        weight = actions.add_preset(permit, "weight")
        actions.log(permit, diary.tired, ago(hours=1), severity=3)
        actions.log(permit, weight.id, ago(hours=2), first="71.4")
        actions.log(permit, None, ago(hours=3), note="Just words")
    rosa = browser("rosa")
    assert rosa.get(diary.url).all(".entry .row__title") == ["Tiredness", "Weight", "Note"]
    for show, title in (("symptoms", "Tiredness"), ("measures", "Weight"), ("notes", "Note")):
        page = rosa.get(f"{diary.url}?show={show}")
        assert page.all(".entry .row__title") == [title]
        assert len(page.html.select(".chip-link[aria-current=true]")) == 1
    assert rosa.get(f"{diary.url}?show=everything").status == 404


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("STAIRS", 1), ("stairs", 1), ("100%", 1), ("%", 1), ("_", 0), ("\\", 0), ("weight", 1), ("école", 1),
        ("ÉCOLE", 1), ("hammock", 1), ("nothing like it", 0), ("note", 1), ("'", 0), ("   ", 4),
    ],
)  # fmt: skip
def test_search_finds_notes_and_names_in_either_case(
    diary: Diary, browser: Browser, words: str, found: int
) -> None:
    with diary.as_("rosa") as permit:
        weight = actions.add_preset(permit, "weight")
        actions.log(permit, diary.tired, ago(hours=1), severity=3, note="Could not do the stairs at 100%")
        actions.log(permit, weight.id, ago(hours=2), first="71.4")
        actions.log(permit, None, ago(hours=3), note="Took the bus to the École")
        actions.log(permit, diary.tired, ago(hours=4), tried="the Hammock")
    page = browser("rosa").get(diary.url, data={"q": words})
    assert page.status == 200
    assert len(page.all(".entry")) == found
    assert page.form("Search").value("q") == words


def test_search_finds_own_names(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        own = actions.add_tracker(permit, kind="symptom", name="Stiff hands")
        actions.log(permit, own.id, ago(hours=1), severity=3)
    assert len(browser("rosa").get(f"{diary.url}?q=HANDS").all(".entry")) == 1


def test_pages_follow_on_by_key_and_by_htmx(diary: Diary, browser: Browser) -> None:
    """Many entries of one instant: none is lost and none comes twice at the seam."""
    with diary.as_("rosa") as permit:
        when = ago(hours=1)
        for number in range(timeline.PAGE + 5):
            actions.log(permit, diary.tired, when, severity=number % 11, note=f"number {number}")
    rosa = browser("rosa")
    first = rosa.get(diary.url)
    second = first.click("Show earlier entries")
    notes = [*first.all(".entry__note"), *second.all(".entry__note")]
    assert len(notes) == len(set(notes)) == timeline.PAGE + 5
    assert "Show earlier entries" not in second
    part = rosa.get(first.link("Show earlier entries"), htmx=True)
    assert part.all(".entry__note") == second.all(".entry__note")
    assert "<html" not in part.text
    for bad in ("x", "20260101000000000000-", "9" * 20 + "-" + "0" * 32, "2026-01-01", "-" * 80):
        assert rosa.get(f"{diary.url}?before={bad}").status == 404


def test_long_notes_are_shortened_in_the_list_and_whole_on_their_page(diary: Diary, browser: Browser) -> None:
    text = "word " * 2000 + "the end"
    with diary.as_("rosa") as permit:
        made = actions.log(permit, diary.tired, ago(hours=1), severity=1, note=text)
    rosa = browser("rosa")
    assert "the end" not in rosa.get(diary.url)
    assert "…" in rosa.get(diary.url)
    assert "the end" in rosa.get(f"{diary.url}entries/{made.id}/")


@pytest.mark.parametrize("who", ["rosa", "leon"])
def test_statements_do_not_grow_with_the_diary(
    diary: Diary, browser: Browser, statements: Statements, who: str
) -> None:
    client = browser(who)
    with diary.as_("rosa") as permit:
        own = actions.add_preset(permit, "pain")
        actions.log(permit, own.id, ago(days=1), severity=3)
        when = ago(days=1)
        made = actions.log(permit, diary.tired, when, severity=3, note="as it was")
        actions.change(permit, made.id, 1, when=when, severity=4)
    few = _count(client, diary.url, statements)
    fill(diary, 3_000)
    page = client.get(diary.url)
    assert len(page.all(".entry")) == timeline.PAGE
    assert "newest 200 of" in page
    many = _count(client, diary.url, statements)
    deep = _count(client, page.link("Show earlier entries"), statements)
    for number in (timeline.MOST_SHOWN - 1, timeline.MOST_SHOWN + 500):
        far = client.get(diary.url + "?until=" + _key(diary, number))
        assert len(far.all(".entry")) == timeline.MOST_SHOWN
        assert _count(client, far.url, statements) <= 6, statements
        listed = client.get(f"{far.url}&q=made")  # as many rows, without the 200 points above them
        assert len(listed.all(".entry")) == timeline.MOST_SHOWN
        assert len(gzip.compress(listed.text.encode(), 6)) <= 14 * 1000
    assert few == many, statements
    assert many <= 6, statements
    assert deep <= many


def _key(diary: Diary, number: int) -> str:
    """Where the list shows so many entries and one more."""
    with diary.app.app_context():
        rows = session().execute(select(Entry.utc, Entry.id).order_by(Entry.utc.desc(), Entry.id.desc()))
        return str(timeline.Key(*rows.all()[number]))


def _count(client: Client, address: str, statements: Statements) -> int:
    """Statements of the main transaction: what a read leaves in the ledger stands apart."""
    statements.clear()
    assert client.get(address).status == 200
    return sum("trail" not in text for text in statements.texts)


def test_a_full_page_is_small(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        for number in range(timeline.PAGE + 1):
            note = (
                f"{number} was a day on which I could not do the stairs and had to lie down for an hour; "
                * 20
            )
            actions.log(
                permit, diary.tired, noon(number + 1), severity=number % 11, note=note, tried=note[5:]
            )
    page = browser("rosa").get(diary.url)
    assert len(page.all(".entry")) == timeline.PAGE
    assert len(gzip.compress(page.text.encode(), 6)) <= 8 * 1024


def test_other_rooms_ask_at_a_constant_cost(diary: Diary, browser: Browser, statements: Statements) -> None:
    client = browser("rosa")
    fill(diary, 500)
    for address in ("add", "trackers/", "choose", f"chart/{diary.tired}?show=all", "start", "note"):
        assert _count(client, diary.url + address, statements) <= 5, f"{address}\n{statements}"
    chart = client.get(f"{diary.url}chart/{diary.tired}?show=all")
    assert "newest 200 of 500" in chart
    assert len(chart.all("tbody tr")) == 200
