"""What the codes of contacts are called, in the reader's language, and the rhythms that teams start from."""

from flask_babel import ngettext, pgettext

HOW = ("phone", "visit", "video", "message")
ICONS = {"phone": "phone", "visit": "home", "video": "video", "message": "message"}

# Rhythms: active people every two weeks, lighter ones once a quarter, or a number of days of their own.
ACTIVE_DAYS, LIGHTER_DAYS = 14, 91
KINDS = ("active", "lighter", "own")
LONGEST_DAYS = 366


def how(code: str) -> str:
    """How they were in touch, as it begins a line: Phone."""
    return {
        "phone": pgettext("way of contact", "Phone"),
        "visit": pgettext("way of contact", "Visit"),
        "video": pgettext("way of contact", "Video"),
        "message": pgettext("way of contact", "Message"),
    }[code]


def within(days: int) -> str:
    """How far ahead: in 2 weeks, in 10 days."""
    if days and days % 7 == 0:
        return ngettext("In %(num)s week", "In %(num)s weeks", days // 7)
    return ngettext("In %(num)s day", "In %(num)s days", days)


def every(days: int) -> str:
    """How often: every 2 weeks, every 10 days."""
    if days % 7 == 0:
        return ngettext("Every week", "Every %(num)s weeks", days // 7)
    return ngettext("Every day", "Every %(num)s days", days)
