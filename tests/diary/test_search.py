"""Searching the diary: what was written is found, however either side is spelled, and by each word."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from selfcare.database import session
from selfcare.diary import actions
from selfcare.diary.models import Entry
from selfcare.web.when import at, when_of
from tests.diary.conftest import LONDON, Diary, ago, noon
from tests.harness.client import Client

WRITTEN = "Don’t ask. Zoë’s café on the Straße, 71.4 kg. نیند اچھی"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("don't", True),
        ("DON`T ASK", True),
        ("zoe", True),
        ("Zoe\u0308", True),
        ("cafe strasse", True),
        ("straße café", True),
        ("71.4", True),
        ("۷۱.۴", True),
        ("نيند", True),
        ("714", False),
        ("zoe nowhere", False),
        ("%", False),
        ("_", False),
    ],
)
def test_words_are_found_however_they_are_spelled(
    diary: Diary, browser: Callable[..., Client], words: str, found: bool
) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, None, ago(hours=1), note=WRITTEN)
    page = browser("rosa").get(f"{diary.url}?q={words}".replace("%", "%25"))
    assert (page.all(".entry") != []) is found


@pytest.mark.parametrize("words", ["three hours", "slept in the chair", "6", "tiredness three"])
def test_every_part_of_an_entry_is_searched(diary: Diary, browser: Callable[..., Client], words: str) -> None:
    """How long it lasted was not."""
    with diary.as_("rosa") as permit:
        actions.log(
            permit, diary.tired, ago(hours=1), severity=6, lasted="Three hours", tried="Slept in the chair"
        )
        actions.log(permit, diary.tired, ago(hours=2), severity=2, note="Better")
    page = browser("rosa").get(f"{diary.url}?q={words}")
    assert page.all(".entry__value b") == ["6"]


def test_what_is_only_me_is_found_by_nobody_else(diary: Diary, browser: Callable[..., Client]) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, None, ago(hours=1), note="a secret", only_me=True)
    assert browser("rosa").get(f"{diary.url}?q=secret").all(".entry")
    assert not browser("leon").get(f"{diary.url}?q=secret").all(".entry")


DAY = at(datetime.fromisoformat("2026-03-12T14:05"), LONDON)  # a Thursday


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("12 March", True), ("12 mar 2026", True), ("March 12, 2026", True), ("12th march", True), ("march", True),
        ("March 2026", True), ("12/3/2026", True), ("12/03", True), ("12.3.2026", True), ("2026-03-12", True),
        ("2026", True), ("Thursday", True), ("thursday march stairs", True), ("۱۲ March", True),
        ("march 6", False), ("13 March", False), ("12 April", False), ("March 2025", False), ("Friday", False),
        ("thu", False),
        ("2026-03-13", False), ("12/13/2026", False), ("march elephant", False), ("31 February", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_days_are_found(diary: Diary, browser: Callable[..., Client], words: str, found: bool) -> None:
    """Only words were searched: whoever knew the day had to page to it."""
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, DAY, severity=6, note="Stairs")
        actions.log(
            permit,
            diary.tired,
            at(datetime.fromisoformat("2025-09-01T03:00"), LONDON),
            severity=2,
            note="Other",
        )
    page = browser("rosa").get(diary.url, data={"q": words})
    assert ("Stairs" in page.html.main.get_text()) is found  # type: ignore[union-attr]
    assert "Other" not in page


def test_days_are_found_on_either_engine(diary: Diary, browser: Callable[..., Client]) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, DAY, severity=6)
        actions.log(permit, diary.tired, at(datetime.fromisoformat("2026-03-15T14:00"), LONDON), severity=2)
    for words, numbers in (
        ("12 march 2026", ["6"]),
        ("thursday", ["6"]),
        ("sunday", ["2"]),
        ("march", ["2", "6"]),
    ):
        page = browser("rosa").get(diary.url, data={"q": words})
        assert page.all(".entry__value b") == numbers, words


@pytest.mark.parametrize("language", ["cy", "ur"])
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_days_are_found_in_the_readers_language(
    diary: Diary, browser: Callable[..., Client], language: str
) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, DAY, severity=6)
    words = {"cy": "12 Mawrth", "ur": "12 مارچ 2026"}[language]
    rosa = browser("rosa", locale=language)
    assert rosa.get(diary.url, data={"q": words}).all(".entry__value b") == ["6"]


@pytest.mark.parametrize("words", ["گزشتہ کل", "کل"])
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_yesterday_is_found_as_the_form_says_it(
    diary: Diary, browser: Callable[..., Client], words: str
) -> None:
    """Alone catches: a name of a day that is two words; and a form in Urdu that says a word for tomorrow too."""
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, noon(1), severity=6)
        actions.log(permit, diary.tired, noon(2), severity=2)
    rosa = browser("rosa", locale="ur")
    assert rosa.get(diary.url, data={"q": words}).all(".entry__value b") == ["6"]
    assert "گزشتہ کل" in rosa.get(diary.log_url())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("71.4", "71,4"), ("71,4", "71,4"), ("10000", "10,000"), ("10,000", "10,000"), ("128/82", "128/82"),
        ("128", "128/82"), ("8 of 10", "8"), ("8/10", "8"), ("71.4 kg", "71,4"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_numbers_are_found_however_they_are_typed(
    diary: Diary, browser: Callable[..., Client], words: str, found: str
) -> None:
    with diary.as_("rosa") as permit:
        for preset, numbers in (
            ("weight", {"first": "71,4"}),
            ("steps", {"first": "10,000"}),
            ("blood_pressure", {"first": "128", "second": "82"}),
        ):
            actions.log(permit, actions.add_preset(permit, preset).id, ago(hours=1), **numbers)
        actions.log(permit, diary.tired, ago(hours=2), severity=8)
        actions.log(permit, diary.tired, ago(hours=2), severity=5)
    assert browser("rosa").get(diary.url, data={"q": words}).all(".entry__value b") == [found]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_number_stands_once_in_what_is_searched(diary: Diary) -> None:
    """Alone catches: each number of a pair was written twice into every entry."""
    with diary.as_("rosa") as permit:
        made = actions.log(
            permit, actions.add_preset(permit, "blood_pressure").id, ago(hours=1), first="128", second="82"
        )
        assert session().scalar(select(Entry.searched).where(Entry.id == made.id)) == "128/82 128 82"


def test_authors_are_found_also_after_a_change(diary: Diary, browser: Callable[..., Client]) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, ago(hours=1), severity=3)
    with diary.as_("leon") as permit:
        made = actions.log(permit, diary.tired, ago(hours=2), severity=7)
    for _ in range(2):
        assert browser("rosa").get(f"{diary.url}?q=leon").all(".entry__value b") == ["7"]
        assert browser("leon").get(f"{diary.url}?q=rosa").all(".entry__value b") == ["3"]
        with diary.as_("rosa") as permit:
            actions.change(permit, made.id, None, when=when_of(made), severity=7, note="was asleep")
