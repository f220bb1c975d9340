"""What else is going on in somebody's life beside how they are: a few things to pick from."""

from flask_babel import pgettext

CODES = ("sleep", "money", "work", "home", "caring", "mood", "relationships", "about")


def word(code: str) -> str:
    """Something that goes on in somebody's life beside how they are."""
    return {
        "sleep": pgettext("what else is going on", "Sleep"),
        "money": pgettext("what else is going on", "Money"),
        "work": pgettext("what else is going on", "Work"),
        "home": pgettext("what else is going on", "Home"),
        "caring": pgettext("what else is going on", "Caring for somebody"),
        "mood": pgettext("what else is going on", "Mood"),
        "relationships": pgettext("what else is going on", "People close to me"),
        "about": pgettext("what else is going on", "Getting about"),
    }[code]
