"""A moment without a time: kept as it was said, and shown so wherever the entry stands."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from selfcare.database import session
from selfcare.diary import actions
from selfcare.diary.models import Entry
from selfcare.sharing import actions as sharing
from selfcare.web.when import PARTS, When, in_part
from tests.diary.conftest import LONDON, Diary, ago, noon
from tests.harness.client import Client

Browser = Callable[..., Client]

SAID = {
    "morning": ("Morning", "morning"),
    "afternoon": ("Afternoon", "afternoon"),
    "evening": ("Evening", "evening"),
    "night": ("Night", "night"),
    "day": ("Time not known", "time not known"),
}


def one(diary: Diary) -> Entry:
    with diary.app.app_context():
        return session().scalars(select(Entry)).one()


def clocks(part: str) -> tuple[str, ...]:
    """The clock times that would have been made up."""
    return tuple(f"{at:%H:%M}" for at in (*PARTS[part], time(3)))


@pytest.mark.parametrize("part", PARTS)
def test_yesterday_and_a_part_of_the_day_is_shown_as_it_was_said(
    diary: Diary, browser: Browser, part: str
) -> None:
    """A time was compulsory. Now none is asked for, and none is made up on any page that shows the entry."""
    alone, after = SAID[part]
    rosa = browser("rosa")
    form = rosa.get(diary.log_url()).form("log")
    page = form.submit(severity="6", note="Stairs", when="yesterday", **{"when-part": part})
    assert page.h1 == "Saved."
    assert page.all(".entry__time") == [alone]
    made = one(diary)
    assert made.part == part
    assert made.wall.date() == datetime.now(LONDON).date() - timedelta(days=1)
    home = f"/people/{diary.home.person.id}/"
    here = f"{diary.url}entries/{made.id}/"
    shown = {
        diary.url: alone,
        here: f", {after}",
        here + "remove": f", {after}",
        f"{diary.url}chart/{diary.tired}": f", {after}",
        home: "Last: yesterday",
        f"{diary.url}add": "Last: yesterday",
    }
    for address, words in shown.items():
        text = rosa.get(address).html.main.get_text(" ", strip=True)
        assert words in text, address
        assert not any(clock in text for clock in clocks(part)), address
    change = rosa.get(here + "change").form("log")
    assert (change.value("when-part"), change.value("when-time")) == (part, "")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("part", ["evening", "day"])
def test_a_summary_shows_it_as_it_was_said(diary: Diary, browser: Browser, part: str) -> None:
    """On the page, as a table, printed from the same page, and copied as text."""
    with diary.as_("rosa") as permit:
        when = in_part(noon(2).wall.date(), part, LONDON, ago(minutes=0).wall)
        actions.log(permit, diary.tired, when, severity=6, note="Stairs")
        first, last = noon(9).wall.date(), permit.today()
        shared = sharing.share(
            permit, sections=("been",), first=first, last=last, appointment_id=None, notes=True
        )
    amina = browser("amina")
    base = f"/people/{diary.home.person.id}/summary/{shared}/"
    for address, times in ((f"{base}?as=table", 2), (f"{base}text", 2)):
        text = amina.get(address).text
        assert text.count(SAID[part][1]) == times, text
        assert not any(clock in text for clock in clocks(part)), address


def test_without_a_word_about_the_time_it_is_not_known(diary: Diary, browser: Browser) -> None:
    form = browser("rosa").get(diary.log_url()).form("log")
    assert form.submit(severity="6", when="earlier").all(".entry__time") == ["Time not known"]


def test_a_time_that_was_typed_counts_without_choosing_to_say_one(diary: Diary, browser: Browser) -> None:
    """Without JavaScript the box for it is always there."""
    form = browser("rosa").get(diary.log_url()).form("log")
    page = form.submit(severity="6", when="yesterday", **{"when-time": "14:05"})
    assert page.all(".entry__time") == ["14:05"]
    assert one(diary).part == ""


def test_what_is_not_said_anew_stays_to_the_second(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        when = in_part(noon(2).wall.date(), "evening", LONDON, ago(minutes=0).wall)
        made = actions.log(permit, diary.tired, when, severity=6)
    rosa = browser("rosa")
    page = rosa.get(f"{diary.url}entries/{made.id}/change").form("log").submit(note="More")
    assert "evening" in page
    assert one(diary).utc == when.utc
    page = rosa.get(f"{diary.url}entries/{made.id}/change").form("log").submit(**{"when-part": "day"})
    assert "time not known" in page.text
    form = rosa.get(f"{diary.url}entries/{made.id}/change").form("log")
    page = form.submit(**{"when-part": "clock", "when-time": "08:15"})
    assert ", 08:15" in page
    assert one(diary).part == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"when": "day"}, "Say which day, for example 27 March 2026."),
        ({"when": "day", "when-part": "evening", "when-date": "2026-02-31"}, "Say which day"),
        ({"when": "yesterday", "when-part": "clock"}, "Say the time, for example 14:05."),
        ({"when": "yesterday", "when-part": "clock", "when-time": "25:61"}, "Say the time"),
        ({"when": "day", "when-part": "evening", "when-date": "2999-01-01"}, "still to come"),
    ],
)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    diary: Diary, browser: Browser, fields: dict[str, str], said: str
) -> None:
    page = browser("rosa").get(diary.log_url()).form("log").submit(severity="6", note="kept", **fields)
    assert page.status == 422
    assert said in page
    form = page.form("log")
    assert form.value("note") == "kept"
    assert form.value("when-part") == fields.get("when-part")


@pytest.mark.parametrize(
    ("part", "written", "stands"),
    [
        ("morning", "2026-03-12T14:00", "2026-03-12T09:00"),
        ("morning", "2026-03-12T07:10", "2026-03-12T07:10"),
        ("evening", "2026-03-12T14:00", None),
        ("night", "2026-03-12T14:00", "2026-03-12T03:00"),
        ("night", "2026-03-12T22:30", "2026-03-12T22:30"),
        ("night", "2026-03-12T01:30", "2026-03-12T01:30"),
        ("night", "2026-03-13T08:00", "2026-03-12T23:00"),
        ("day", "2026-03-12T00:00", "2026-03-12T00:00"),
    ],
)
def test_a_part_of_a_day_never_stands_in_the_future(part: str, written: str, stands: str | None) -> None:
    day = date(2026, 3, 12)

    def stand() -> When:
        return in_part(day, part, LONDON, datetime.fromisoformat(written))

    if stands is None:
        with pytest.raises(ValueError, match="ahead"):
            stand()
    else:
        assert stand().wall == datetime.fromisoformat(stands)
