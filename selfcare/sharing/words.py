"""Codes of a summary, and rights, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.sharing import written
from selfcare.sharing.outdated_reports import TAKEN_BACK, Standing
from selfcare.web.access import Area, Level

# What the person may let the key contact's team see beside what a key contact always has.
TEAM = (Area.DIARY, Area.GOALS, Area.PLAN, Area.ABOUT, Area.DECISIONS, Area.HEALTH)


def how(code: str) -> str:
    """How a visit happens, as it begins a line."""
    return {
        "place": pgettext("how a visit happens", "In person"),
        "phone": pgettext("how a visit happens", "Phone"),
        "video": pgettext("how a visit happens", "Video"),
    }.get(code, code)


def section(code: str, helping: str | None = None) -> str:
    """A section as the person chooses it, or somebody who helps them (`helping` is the person's name)."""
    if code in written.PARTS:
        return written.PARTS[code].name(helping)
    if helping is not None:
        return {
            "matters": gettext("What matters to %(name)s", name=helping),
            "life": gettext("What else is going on"),
            "questions": gettext("The questions of %(name)s", name=helping),
            "been": gettext("How %(name)s has been", name=helping),
            "results": gettext("New results"),
            "views": gettext("How %(name)s sees what the team wrote", name=helping),
            "stays": gettext("Hospital stays, as told"),
            "agreed": gettext("What was agreed"),
            "goals": gettext("The goals of %(name)s", name=helping),
        }[code]
    return {
        "matters": gettext("What matters to me"),
        "life": gettext("What else is going on"),
        "questions": gettext("My questions"),
        "been": gettext("How I have been"),
        "results": gettext("New results"),
        "views": gettext("How I see what my team wrote"),
        "stays": gettext("Hospital stays, as told"),
        "agreed": gettext("What we agreed"),
        "goals": gettext("My goals"),
    }[code]


def since(stands: Standing) -> str:
    """What became of a report after the summary was shared."""
    day = i18n.plain_day(stands.wall.date())
    if stands.how == TAKEN_BACK:
        return gettext("Out of date: this report was taken back on %(day)s.", day=day)
    return gettext("Out of date: a corrected report came on %(day)s.", day=day)


def rights(given: Mapping[Area, Level]) -> list[str]:
    """What somebody may see and do, one short sentence for each part of the record, said to the person."""
    sentences = {
        Area.DIARY: (
            gettext("Sees your diary."),
            gettext("Sees and adds to your diary."),
            gettext("Sees, adds to and changes your diary."),
        ),
        Area.QUESTIONS: (
            gettext("Sees your questions."),
            gettext("Sees and adds questions."),
            gettext("Sees, adds and changes questions."),
        ),
        Area.APPOINTMENTS: (
            gettext("Sees your visits, and what you agreed."),
            gettext("Sees and adds visits, and what you agreed."),
            gettext("Sees, adds and changes visits, and what you agreed."),
        ),
        Area.RESULTS: (gettext("Sees your results."),) * 3,
        Area.GOALS: (
            gettext("Sees your goals."),
            gettext("Sees and adds goals, and checks in on them."),
            gettext("Sees, adds and changes goals."),
        ),
        Area.PLAN: (
            gettext("Sees your plan."),
            *(gettext("Sees your plan, and suggests changes."),) * 2,
        ),
        Area.ABOUT: (
            gettext("Sees what you wrote about you, and how you want care."),
            *(gettext("Sees what you wrote about you and how you want care, and helps you write it."),) * 2,
        ),
        Area.DECISIONS: (
            gettext("Sees your decisions."),
            *(gettext("Sees your decisions, and adds to them."),) * 2,
        ),
        Area.HEALTH: (
            gettext("Sees your health as you keep it, and your letters."),
            gettext("Sees and adds to your health as you keep it, and your letters."),
            gettext("Sees, adds to and changes your health as you keep it, and your letters."),
        ),
        Area.COMMUNITY: (
            gettext("Sees what you asked for near by."),
            *(gettext("Sees what you asked for near by, and asks for you."),) * 2,
        ),
        Area.SHARING: (
            gettext("Sees the summaries you shared."),
            gettext("Sees your summaries and can share one for you."),
            gettext("Sees, shares and withdraws your summaries."),
        ),
        Area.CONTACTS: (
            gettext("Sees your contacts with the team, and hospital stays."),
            *(
                gettext(
                    "Sees your contacts with the team, adds hospital stays, and can ask the team to get in touch."
                ),
            )
            * 2,
        ),
    }
    found = ((area, given.get(area, Level.NOTHING)) for area in sentences)
    return [sentences[area][int(level) - 1] for area, level in found if level]


def team_rights(given: Mapping[Area, Level]) -> list[str]:
    """What the key contact's team may see: what is shared with them, and what the person added to that."""
    found = [
        gettext(
            "What you share, your questions once sent, and if you are ready. "
            "Your results, your visits, and what you agreed."
        )
    ]
    found += rights({area: level for area, level in given.items() if area in TEAM})
    return found
