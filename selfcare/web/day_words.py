"""Days in what somebody looks for: 12 March, March 2026, 12/3/2026, 2026-03-12, Tuesday, yesterday. Pure, but for the
names, which are those of this answer's language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import get_day_names, get_month_names
from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.web.folding import fold

_FEWEST = 3  # letters of a name that are enough
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|ain|fed|af|ydd|il)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"\d{1,2}")  # \d takes nothing that int() does not
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?")


@dataclass(frozen=True)
class Days:
    """Some days; None is any. `weekday`: Monday is 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


def groups(sought: str, today: date) -> Iterator[tuple[Sequence[str], Days | None]]:
    """What is sought, in the words that go together, each with the days that they name.

    :param sought: folded (`web.folding`).
    """
    words = sought.split()
    while words:
        days, used = _first(words, today)
        yield words[:used], days
        words = words[used:]


def _first(words: Sequence[str], today: date) -> tuple[Days | None, int]:
    """The days that the first words name, and how many words do; None and one where they name none."""
    one, two, three = (*words, "", "", "")[:3]
    if _YEAR.fullmatch(one):
        if _NUMBER.fullmatch(two) and _NUMBER.fullmatch(three) and _true(int(three), int(two)):
            return Days(int(one), int(two), int(three)), 3
        return Days(year=int(one)), 1
    numbers = _NUMBERS.fullmatch(one)
    if numbers and _true(int(numbers[1]), int(numbers[2])):
        return Days(int(numbers[3]) if numbers[3] else None, int(numbers[2]), int(numbers[1])), 1
    for day, month in ((one, two), (two, one)):
        number, named = _DAY.fullmatch(day.strip(",")), _month(month)
        if number and named and _true(int(number[1]), named):
            year = int(three) if _YEAR.fullmatch(three) else None
            return Days(year, named, int(number[1])), 3 if year else 2
    if _YEAR.fullmatch(two) and (named := _month(one)):
        return Days(int(two), named), 2
    # As the form says it and as people do: in Urdu the one is two words, and the other alone could be tomorrow.
    yesterday = (pgettext("when it was", "Yesterday"), gettext("Yesterday"))
    for name, before in ((gettext("Today"), 0), *((name, 1) for name in yesterday)):
        said = fold(name).split()
        if list(words[: len(said)]) == said:
            there = today - timedelta(days=before)
            return Days(there.year, there.month, there.day), len(said)
    return _alone(one), 1


def _alone(word: str) -> Days | None:
    """The days that one word names, which must not be a word that only begins like one: sun is no Sunday."""
    weekday = _named(word, get_day_names("wide", "stand-alone", i18n.code()), whole=True)
    if weekday is not None:
        return Days(weekday=weekday)
    month = _month(word, whole=True)
    return Days(month=month) if month else None


def _month(word: str, *, whole: bool = False) -> int | None:
    return _named(word, get_month_names("wide", "stand-alone", i18n.code()), whole=whole)


def _named(word: str, names: Mapping[int, str], *, whole: bool) -> int | None:
    """The number of a name; also of one that is only begun, unless it must be `whole`."""
    word = word.strip(",.")
    for number, name in names.items():
        said = fold(name)
        if word == said or (not whole and len(word) >= _FEWEST and said.startswith(word)):
            return int(number)
    return None


def _true(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12
