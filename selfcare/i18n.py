"""The one list of locales; dates, numbers and direction in the reader's language."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.lists import format_list
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, format_decimal, get_locale, gettext


@dataclass(frozen=True)
class Language:
    """A language people can choose. `checked` says whether a person has read every sentence of it."""

    code: str
    own_name: str
    direction: str
    checked: bool


LANGUAGES = {
    "en": Language("en", "English", "ltr", checked=True),
    "cy": Language("cy", "Cymraeg", "ltr", checked=False),
    "ur": Language("ur", "اردو", "rtl", checked=False),
}

_JOINER = "\u200d"

# Whole-date patterns where CLDR's own order would not read like the design ("Thursday 12 March").
_DAY = {"en": "EEEE d MMMM", "cy": "EEEE d MMMM", "ur": "EEEE، d MMMM"}
_DAY_YEAR = {"en": "EEEE d MMMM y", "cy": "EEEE d MMMM y", "ur": "EEEE، d MMMM y"}


def beginning(text: str, most: int) -> str:
    """The beginning of a long text, ended where a word ends; never inside what is read as one letter or picture."""
    plain = " ".join(text.split())
    if len(plain) <= most:
        return plain
    end = most
    while end and (_goes_on(plain[end]) or plain[end - 1] == _JOINER):
        end -= 1
    head, space, _ = plain[:end].rpartition(" ")
    return (head if space and len(head) > most // 2 else plain[:end]) + "…"


def _goes_on(letter: str) -> bool:
    """Whether it belongs to the letter before it: accents, vowel signs, joiners, skin tones."""
    joined = letter == _JOINER or "\U0001f3fb" <= letter <= "\U0001f3ff"
    return joined or unicodedata.category(letter) in ("Mn", "Mc", "Me")


def install(app: Flask, translations: str, account_locale: Callable[[], str | None]) -> None:
    """Set Flask-Babel up.

    :param account_locale: gives the signed-in account's own choice, or None. The order is: named by the address, chosen
        on this browser, chosen by the account, asked for by the browser.
    """

    def choose() -> str:
        if not has_request_context():
            return "en"
        named = (request.view_args or {}).get("language")  # the address of a page that exists once in each
        chosen = named or session.get("locale") or account_locale()
        if chosen in LANGUAGES:
            return str(chosen)
        return _asked_for()

    Babel(  # type: ignore[no-untyped-call]
        app,
        default_locale="en",
        default_translation_directories=translations,
        locale_selector=choose,
    )


def _asked_for() -> str:
    """The browser's first wish that we can meet: `ur-PK` is Urdu, also before a lower wish for plain `en`."""
    for wish, quality in request.accept_languages:
        language = wish.replace("_", "-").split("-")[0].lower()
        if language in LANGUAGES and quality > 0:
            return language
    return "en"


def code() -> str:
    """The code of the language of this answer, always one of LANGUAGES."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else "en"


def direction() -> str:
    """`ltr` or `rtl`, for the language of this answer."""
    return LANGUAGES[code()].direction


def comma() -> str:
    """What stands between two things in one line."""
    return "، " if code() == "ur" else ", "


def file_size(number: int) -> str:
    """How large a file is: 1.2 MB, 340 KB."""
    if number >= 1_000_000:
        return gettext("%(num)s MB", num=format_decimal(round(number / 1_000_000, 1)))
    return gettext("%(num)s KB", num=format_decimal(max(1, round(number / 1000))))


def in_a_row(texts: Iterable[str]) -> str:
    """What people wrote, each in a few words, in one line: a full stop is not followed by a comma."""
    line = ""
    for text in texts:
        short = beginning(text, 80).rstrip(".۔ ")
        line += (" " if line[-1] in "?!؟" else comma()) + short if line and short else short
    return line


def listed(items: Sequence[str]) -> str:
    """Several things in one line, as the language joins them: Amina, Bob and Cara."""
    return format_list(items, locale=code())


def translation_unchecked() -> bool:
    """Whether the page must say that no person has checked its translation yet."""
    return not LANGUAGES[code()].checked


def day(value: date, *, year: bool = False) -> str:
    """A day as people say it: Thursday 12 March (and 2026 where `year`)."""
    return format_date(value, (_DAY_YEAR if year else _DAY)[code()], locale=code())


def short_day(value: date, *, year: bool = False) -> str:
    """A day in little room: 12 Mar (and 2026)."""
    return format_date(value, "d MMM y" if year else "d MMM", locale=code())


def plain_day(value: date, *, today: date | None = None) -> str:
    """A day without its weekday: 12 March, with the year when it is not this one."""
    year = today is None or value.year != today.year
    return format_date(value, "d MMMM y" if year else "d MMMM", locale=code())


def month_name(value: date, *, year: bool = False) -> str:
    """A month by itself: March (and 2026)."""
    return format_date(value, "LLLL y" if year else "LLLL", locale=code())


def short_month(value: date, *, year: bool = False) -> str:
    """A month in little room: Mar (and 2026)."""
    return format_date(value, "LLL y" if year else "LLL", locale=code())


def next_month(value: date) -> date:
    """The first day of the month after."""
    return (value.replace(day=1) + timedelta(days=32)).replace(day=1)


def clock_time(value: time | datetime) -> str:
    """Hours and minutes on the 24-hour clock, with European digits: 14:05."""
    return format_time(value, "HH:mm", locale="en")


def moment(value: datetime, *, year: bool = False) -> str:
    """A day and a time: Thursday 12 March, 10:30. `value` is wall time."""
    return gettext("%(day)s, %(time)s", day=day(value, year=year), time=clock_time(value))


def by_clock_of(text: str, zone: str, home: str) -> str:
    """A time, and whose clock it is by where that is not the clock at home: 13:58 (Karachi)."""
    return (
        text if zone == home else f"{text} ({get_timezone_location(zone, locale=code(), return_city=True)})"
    )


def near_day(value: date, today: date) -> str:
    """today, yesterday, a weekday within the last six days, else 12 March. Stands inside a line."""
    if value == today:
        return gettext("today")
    if value == today - timedelta(days=1):
        return gettext("yesterday")
    if today - timedelta(days=7) < value < today:
        return format_date(value, "EEEE", locale=code())
    return plain_day(value, today=today)


def heading_day(value: date, today: date) -> str:
    """A day as the heading of a list: Today, Tuesday 10 March."""
    if value == today:
        return gettext("Today, %(day)s", day=day(value))
    if value == today - timedelta(days=1):
        return gettext("Yesterday, %(day)s", day=day(value))
    return day(value, year=value.year != today.year)


def language_name(locale: str) -> str:
    """The language's name in the language of this answer."""
    return Locale.parse(locale).get_display_name(code()) or locale
