"""The words of a team's figures: what each counts, and what may be said of it."""

from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.web.figure_rule import Said


def kinds() -> dict[str, tuple[str, str]]:
    """Kind → what it is, and what of what is counted; in the order of the page."""
    return {
        "ready": (
            gettext("Ready before the visit"),
            gettext("Said “I’m ready” before it began, of all visits"),
        ),
        "second": (
            gettext("Got ready for a second visit"),
            gettext("People whose second visit with “I’m ready” was in this month"),
        ),
        "results": (
            gettext("Results seen before the visit"),
            gettext("Opened by the person, of those that were out before it"),
        ),
        "questions": (gettext("Questions answered"), gettext("Answered, of those asked in the month")),
        "days": (gettext("How long an answer took"), gettext("Half took less, half took more")),
        "requests": (
            gettext("Asked for contact, answered in time"),
            gettext("By the day that was promised, of all who asked in the month"),
        ),
        "contacts": (
            gettext("Contact by the day it was due"),
            gettext("Of those that were due in the month"),
        ),
        "no_reply": (
            gettext("Tried, and not reached"),
            gettext("Of all people somebody tried to reach in the month"),
        ),
        "agreed": (gettext("What was agreed, done"), gettext("Ticked, of what was due in the month")),
        "plans": (
            gettext("Plans agreed by both"),
            gettext("People who agreed to a part of their plan with the team"),
        ),
        "admissions": (gettext("Hospital stays, as told"), gettext("That began in the month")),
        "how_good": (
            gettext("The visit was very good or good"),
            gettext("As people said of visits in the month"),
        ),
        "how_between": (
            gettext("The visit was in between"),
            gettext("As people said of visits in the month"),
        ),
        "how_poor": (
            gettext("The visit was poor or very poor"),
            gettext("As people said of visits in the month"),
        ),
    }


def untold() -> tuple[str, str]:
    return (
        gettext("Told of nothing"),
        gettext("No device that is told and no e-mail, of all people of the team now"),
    )


def language(code: str) -> str:
    """One line of those who are told of nothing. Empty: a language that is not known here."""
    return i18n.language_name(code) if code else gettext("Another language, or not said")


def too_few() -> str:
    return pgettext("a count of people", "under 5")


def number(said: Said) -> str:
    """For a table: 30 of 60, 30, or that they are too few."""
    if said.part is None:
        return too_few()
    if said.whole is None:
        return str(said.part)
    return gettext("%(part)s of %(whole)s", part=said.part, whole=said.whole)


def days(middle: int | None) -> str:
    if middle is None:
        return too_few()
    return ngettext("%(num)s day", "%(num)s days", middle) if middle else gettext("under a day")
