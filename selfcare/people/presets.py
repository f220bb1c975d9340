"""What people are most often asked to help with: three usual ways, with exactly what each allows and does not.

`tests/people/test_presets.py` asks the app for each of them and reads these words: what they say is what is so.
"""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext

from selfcare.web.access import Area, Level

OWN = "own"
# Chosen one by one, each right starts with nothing.
PRESETS: dict[str, dict[Area, Level]] = {
    "log": {Area.DIARY: Level.ADD},
    "ready": {
        Area.DIARY: Level.ADD,
        Area.QUESTIONS: Level.ADD,
        Area.APPOINTMENTS: Level.ADD,
        Area.GOALS: Level.SEE,
    },
    "sees": dict.fromkeys(
        (
            Area.DIARY,
            Area.QUESTIONS,
            Area.APPOINTMENTS,
            Area.RESULTS,
            Area.GOALS,
            Area.PLAN,
            Area.ABOUT,
            Area.DECISIONS,
            Area.HEALTH,
            Area.SHARING,
        ),
        Level.SEE,
    ),
}


class Allows(NamedTuple):
    """What somebody can do, and what they cannot, in the person's words."""

    can: list[str]
    cannot: list[str]


def name(code: str) -> str:
    """What a preset is called."""
    return {
        "log": gettext("Helps me log"),
        "ready": gettext("Helps me get ready"),
        "sees": gettext("Sees everything I share"),
        OWN: gettext("I choose, one by one"),
    }[code]


def allows() -> dict[str, Allows]:
    """What stands under each preset."""
    return {
        "log": Allows(
            [gettext("Sees my diary, and adds to it for me")],
            [gettext("No visits, questions, results or anything else")],
        ),
        "ready": Allows(
            [
                gettext("Sees my diary, my questions, my visits and what we agreed, and adds to them"),
                gettext("Sees my goals"),
            ],
            [
                gettext("Cannot change what I wrote, add goals, share for me, or let others in"),
                gettext(
                    "No results, health, letters, plan, decisions, summaries, hospital stays, help near by "
                    "or contacts with the team, and nothing I wrote about me"
                ),
            ],
        ),
        "sees": Allows(
            [
                gettext("Sees my diary, visits, what we agreed, questions, goals, results and summaries"),
                gettext("Sees my plan, my decisions, my health and letters, and what I wrote about me"),
            ],
            [
                gettext("Adds nothing, changes nothing I wrote, and lets nobody in"),
                gettext("No hospital stays, help near by or contacts with the team"),
            ],
        ),
    }


def of(rights: Mapping[Area, Level]) -> str:
    """The preset that these rights are, or `own`: what was changed one by one since is no preset any more."""
    given = {area: level for area, level in rights.items() if level}
    return next((code for code, preset in PRESETS.items() if preset == given), OWN)
