"""The words of what people say, and of what was done about it."""

from datetime import date

from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.feedback.models import Answer, Idea, Suggestion

OPEN, MAKING, DONE, NOT_NOW = "open", "making", "done", "not_now"
STATES = (OPEN, MAKING, DONE, NOT_NOW)
DID, NOT_YET = "did", "not_yet"
HOW = ("phone", "email", "letter")


def people(number: int) -> str:
    """How many, as it may be said: a number from `figure_rule`."""
    return gettext("About %(num)s people", num=number)


def state(code: str) -> str:
    """How it stands with an idea, in a word or two."""
    return {
        OPEN: pgettext("an idea", "Open"),
        MAKING: pgettext("an idea", "Being made"),
        DONE: pgettext("an idea", "Done"),
        NOT_NOW: pgettext("an idea", "Not now"),
    }[code]


def stands(idea: Idea, today: date) -> str:
    """How it stands with an idea, in a sentence."""
    if idea.state == DONE and idea.on:
        return gettext("Done on %(day)s.", day=i18n.plain_day(idea.on, today=today))
    if idea.state == NOT_NOW:
        why = f"\u2068{idea.why}\u2069"  # in their words: they turn nothing round
        return gettext("Not now: %(why)s", why=why)
    return {
        OPEN: gettext("Nobody has said yet what comes of it."),
        MAKING: gettext("It is being made."),
        DONE: gettext("It is done."),
    }[idea.state]


def answered(answer: Answer) -> str:
    """The first words of an answer."""
    return gettext("What we did.") if answer.state == DID else gettext("Not yet.")


def since(answer: Answer) -> str:
    """The day of an answer."""
    if answer.state == DID:
        return gettext("Since %(day)s", day=i18n.plain_day(answer.day))
    return gettext("We say more by %(day)s.", day=i18n.plain_day(answer.day))


def became(one: Suggestion) -> str:
    """What became of a suggestion, for whoever made it."""
    return {
        "new": gettext("Nobody has decided about it yet."),
        "merged": gettext("It is part of this idea now:"),
        "answered": gettext("This is the answer:"),
        "left": gettext("It was read. Nothing comes of it now."),
    }[one.state]


def way(how: str) -> str:
    """By which way somebody is reached."""
    return {
        "phone": pgettext("how to reach me", "By phone"),
        "email": pgettext("how to reach me", "By e-mail"),
        "letter": pgettext("how to reach me", "By letter"),
    }[how]
