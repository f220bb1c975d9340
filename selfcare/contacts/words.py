"""What the codes of contacts are called, in the reader's language, and the rhythms that teams start from."""

from flask_babel import gettext, ngettext, pgettext

from selfcare.contacts.models import Contact

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


# What came of it. Only somebody who was talked to is a contact: nobody reached moves no day.
OUTCOMES = ("talked", "no_answer", "left_message")
TALKED = "talked"


def outcome(code: str) -> str:
    """What came of trying to reach somebody."""
    return {
        "talked": pgettext("contact", "We talked"),
        "no_answer": pgettext("contact", "No answer"),
        "left_message": pgettext("contact", "Left a message"),
    }[code]


def line(row: Contact) -> str:
    """A contact as it begins a line: Phone; Phone: no answer."""
    if row.outcome == TALKED:
        return how(row.how)
    return gettext("%(how)s: %(outcome)s", how=how(row.how), outcome=outcome(row.outcome))


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
