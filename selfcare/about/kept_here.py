"""What this app keeps in a browser: each cookie and each store, by its real name, what for and how long.

`tests/about/test_cookies.py` holds the list against what answers set and what the scripts write.
"""

from typing import NamedTuple

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString


class Cookie(NamedTuple):
    """One cookie. `seconds`: the longest that it is kept."""

    name: str
    what_for: LazyString
    how_long: LazyString
    seconds: int


class Store(NamedTuple):
    """Something that the app's scripts keep in the browser. `names`: what the scripts call it."""

    names: tuple[str, ...]
    what: LazyString
    how_long: LazyString


COOKIES = (
    Cookie(
        "__Host-selfcare",
        lazy_gettext("Keeps you signed in, and remembers your language."),
        lazy_gettext("A year at most."),
        365 * 86400,
    ),
    Cookie(
        "kept",
        lazy_gettext("Says that something was saved, so that its draft is taken off this device."),
        lazy_gettext("Until the next page, or a day at most."),
        86400,
    ),
    Cookie(
        "waiting",
        lazy_gettext("Counts what waits to be sent."),
        lazy_gettext("A year at most."),
        365 * 86400,
    ),
)

KEPT = (
    Store(
        ("indexedDB selfcare",),
        lazy_gettext("What you started to write and did not save. It is encrypted."),
        lazy_gettext("A week at most, and on a computer of a team half a day."),
    ),
    Store(
        ("indexedDB selfcare",),
        lazy_gettext("What waits to be sent. It is encrypted."),
        lazy_gettext("Until it is sent, or until you drop it."),
    ),
    Store(
        ("indexedDB selfcare",),
        lazy_gettext(
            "What this device needs to work without a signal, if you said yes to it. It is encrypted."
        ),
        lazy_gettext("Until you take it off, or sign out."),
    ),
    Store(
        ("caches", "localStorage install"),
        lazy_gettext("Empty pages of the app, your language, and what you answered when it asked something."),
        lazy_gettext("Until you clear this browser."),
    ),
)
