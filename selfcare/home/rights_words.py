"""What a carer may see and do, in the reader's language."""

from datetime import date

from flask_babel import gettext

from selfcare import i18n
from selfcare.web.access import Area, Level, Permit


def may_do(permit: Permit, today: date) -> str:
    """What a carer may see and do and until when: whole sentences, one after another."""
    sentences = [_rights(area, level) for area in _ORDER if (level := permit.rights.get(area, Level.NOTHING))]
    if permit.until:
        sentences.append(
            gettext("Until %(day)s.", day=i18n.plain_day(permit.local(permit.until).date(), today=today))
        )
    return " ".join(sentences)


_ORDER = (
    Area.DIARY,
    Area.QUESTIONS,
    Area.APPOINTMENTS,
    Area.RESULTS,
    Area.GOALS,
    Area.PLAN,
    Area.ABOUT,
    Area.DECISIONS,
    Area.HEALTH,
    Area.COMMUNITY,
    Area.SHARING,
    Area.CONTACTS,
)


def _rights(area: Area, level: Level) -> str:
    see, add, manage = {
        Area.DIARY: (
            gettext("See the diary."),
            gettext("See and add to the diary."),
            gettext("See, add to and change the diary."),
        ),
        Area.QUESTIONS: (
            gettext("See questions."),
            gettext("See and add questions."),
            gettext("See, add and change questions."),
        ),
        Area.APPOINTMENTS: (
            gettext("See visits, and what was agreed."),
            gettext("See and add visits and what was agreed, and get ready for visits."),
            gettext("See, add and change visits and what was agreed, and get ready for visits."),
        ),
        Area.RESULTS: (
            gettext("See results."),
            gettext("See results."),
            gettext("See results, and choose how they come."),
        ),
        Area.GOALS: (
            gettext("See goals."),
            gettext("See goals, add to them and check in."),
            gettext("See, add and change goals."),
        ),
        Area.PLAN: (
            gettext("See the plan."),
            *(gettext("See the plan, and suggest changes."),) * 2,
        ),
        Area.ABOUT: (
            gettext("See About me, and ways of care."),
            *(gettext("See About me and ways of care, and help to write them."),) * 2,
        ),
        Area.DECISIONS: (
            gettext("See decisions."),
            *(gettext("See decisions, and add to them."),) * 2,
        ),
        Area.HEALTH: (
            gettext("See health, and letters."),
            gettext("See and add to health, and letters."),
            gettext("See, add to and change health, and letters."),
        ),
        Area.COMMUNITY: (
            gettext("See what was asked for near by."),
            *(gettext("See what was asked for near by, and ask."),) * 2,
        ),
        Area.SHARING: (
            gettext("See what is shared with the team."),
            gettext("Share with the team."),
            gettext("Share with the team, and take it back."),
        ),
        Area.CONTACTS: (
            gettext("See contacts with the team, and hospital stays."),
            gettext("See contacts with the team, add hospital stays, and ask the team to get in touch."),
            gettext("See contacts with the team, add hospital stays, and ask the team to get in touch."),
        ),
    }[area]
    return {Level.SEE: see, Level.ADD: add, Level.MANAGE: manage}[level]
