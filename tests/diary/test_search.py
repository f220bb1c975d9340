"""Searching the diary: what was written is found, however either side is spelled, and by each word."""

from collections.abc import Callable

import pytest

from selfcare.diary import actions
from tests.diary.conftest import Diary, ago
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
