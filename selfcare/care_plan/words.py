"""What the parts of a plan are called, and what is said of a change, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.care_plan.states import State

# In the order in which a plan is read.
CHANGES = ("looks", "do", "call")
NEEDS = ("body", "mind", "home", "money", "people", "work")
PARTS = (*CHANGES, "good", *NEEDS, "hope", "does", "worse", "backup", "again")
# What a plan has once; the others may have several lines.
ONCE = frozenset((*CHANGES, "good", "worse", "backup", "again"))


def line_id(person_id: UUID, part: str) -> UUID:
    """The id of a line that a plan has once: whoever suggests it, it is the same one."""
    return uuid5(person_id, f"plan {part}")


def part(code: str) -> str:
    """A part by itself, as a heading over a line or a choice."""
    return {
        "looks": gettext("If things change: what it looks like"),
        "do": gettext("If things change: what I do"),
        "call": gettext("If things change: whom I call"),
        "good": gettext("What I am good at"),
        **{need: gettext("What I need: %(area)s", area=area(need)) for need in NEEDS},
        "hope": gettext("What I hope for"),
        "does": gettext("Who does what"),
        "worse": gettext("If I become less well"),
        "backup": gettext("If my helper cannot come"),
        "again": gettext("When we look again"),
    }[code]


def area(code: str) -> str:
    """An area of life, and the three lines of *If things change*, under their heading."""
    return {
        "looks": gettext("What it looks like"),
        "do": gettext("What I do"),
        "call": gettext("Whom I call"),
        "body": gettext("My body"),
        "mind": gettext("My mind"),
        "home": gettext("At home"),
        "money": gettext("Money"),
        "people": gettext("People"),
        "work": gettext("Work or study"),
    }[code]


def said(code: str, who: str, text: str, until: date | None, today: date | None = None) -> str:
    """A line in one piece of text, with until when."""
    if code == "again":
        return i18n.plain_day(until, today=today) if until else ""
    ends = gettext("Until %(day)s.", day=i18n.plain_day(until, today=today)) if until else ""
    return "\n".join(one for one in (who, text, ends) if one)


def section(helping: str | None) -> str:
    """The plan as a part of a summary."""
    return gettext("My plan") if helping is None else gettext("The plan of %(name)s", name=helping)


def is_agreed(facts: Mapping[str, Any]) -> bool:
    """Whether a line of a summary is what both agreed to, and so nobody's alone."""
    return bool(facts["state"] == State.AGREED)


def of_summary(facts: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """A line as a summary says it: its words, and what stands below, each with what it is called."""
    until = date.fromisoformat(facts["until"]) if facts["until"] else None
    if facts["of"] == "again":
        return said("again", "", "", until), [(gettext("In the plan"), part("again"))]
    below = [(gettext("In the plan"), part(facts["of"]))]
    if facts["who"]:
        below.append((gettext("Who"), facts["who"]))
    if until:
        below.append((gettext("Until"), i18n.plain_day(until)))
    if not is_agreed(facts):
        below.append((pgettext("a line of a plan", "Now"), gettext("Not agreed yet")))
    return facts["text"], below


def listed_under(facts: Mapping[str, Any]) -> str:
    """In which part of the plan a line stands, and who does it."""
    return i18n.comma().join(filter(None, (part(facts["of"]), facts["who"])))


def ended(state: State, by: str) -> str:
    """Why a change cannot be answered any more."""
    return {
        State.DRAFT: gettext("This is a draft. Nobody was asked yet."),
        State.SUGGESTED: gettext("This was sent already."),
        State.AGREED: gettext("This was agreed already."),
        State.KEPT: gettext("%(name)s has said: keep it as it is.", name=by),
        State.COUNTERED: gettext("%(name)s has said it in other words.", name=by),
        State.TAKEN_BACK: gettext("%(name)s has taken this back.", name=by),
        State.SUPERSEDED: gettext("Another change to this line was agreed meanwhile."),
        State.LAPSED: gettext("%(name)s cannot suggest changes any more, so this one has ended.", name=by),
    }[state]
