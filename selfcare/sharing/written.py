"""The parts of a summary that are a list of things people keep in their own words: which there are, and what each says.

A room that joins is a line here, with its words beside it: which area opens it, what it reads, and how an item is said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select

from selfcare.about_me import queries as about_me
from selfcare.about_me import words as about_me_words
from selfcare.about_me.models import AboutAnswer
from selfcare.asks import queries as asks
from selfcare.asks import words as ask_words
from selfcare.budget import queries as budget
from selfcare.budget import words as budget_words
from selfcare.care_plan import queries as plan
from selfcare.care_plan import words as plan_words
from selfcare.care_plan.models import PlanChange
from selfcare.community import queries as community
from selfcare.community import words as community_words
from selfcare.community.models import SavedService
from selfcare.database import Hides
from selfcare.decisions import queries as decisions
from selfcare.decisions import words as decision_words
from selfcare.decisions.models import Decision
from selfcare.health import queries as health
from selfcare.health import words as health_words
from selfcare.health.models import HealthItem
from selfcare.letters import queries as letters
from selfcare.letters import words as letter_words
from selfcare.letters.models import Letter
from selfcare.web import written
from selfcare.web.access import Area, Permit
from selfcare.web.written import Item, Saying


@dataclass(frozen=True)
class Part:
    """A part: `rows` are statements of `web.written.kept`; `tables` are all that they read.

    `name` is what the person calls it where they choose; given a name, what somebody who helps them does, and what
    stands over it. `say` makes an item's facts words.
    """

    area: Area
    tables: Sequence[type[Hides]]
    rows: Callable[[Permit], Sequence[Select[*tuple[Any, ...]]]]
    name: Callable[[str | None], str]
    say: Callable[[Mapping[str, Any], str], Saying]
    everybodys: Callable[[Mapping[str, Any]], bool] = lambda _: (
        False
    )  # nobody entered it for the person: they agreed


def _letter(facts: Mapping[str, Any], _kind: str) -> Saying:
    return Saying(*letter_words.facts(facts))


def _decision(facts: Mapping[str, Any], _kind: str) -> Saying:
    return Saying(facts["question"], decision_words.summary_lines(facts))


def _health(facts: Mapping[str, Any], _kind: str) -> Saying:
    return Saying(facts["name"], health_words.summary_lines(facts))


def _plan_line(facts: Mapping[str, Any], _kind: str) -> Saying:
    return Saying(*plan_words.of_summary(facts), under=plan_words.listed_under(facts))


# In the order in which they are read.
PARTS: dict[str, Part] = {
    "about": Part(Area.ABOUT, (AboutAnswer,), about_me.for_summary, about_me_words.part, about_me_words.say),
    "plan": Part(
        Area.PLAN,
        (PlanChange,),
        plan.rows,
        plan_words.section,
        _plan_line,
        plan_words.is_agreed,
    ),
    "decisions": Part(
        Area.DECISIONS, [Decision], decisions.for_summary, decision_words.summary_name, _decision
    ),
    "health": Part(Area.HEALTH, [HealthItem], health.for_summary, health_words.summary_name, _health),
    "community": Part(
        Area.COMMUNITY,
        [SavedService],
        community.for_summary,
        community_words.part,
        community_words.of_summary,
    ),
    "asks": Part(
        Area.COMMUNITY,
        (),  # what was sent is never *only me*
        asks.for_summary,
        ask_words.part,
        lambda facts, _: Saying(*ask_words.of_summary(facts)),
    ),
    # Nothing of it can be *only me*: there is nothing to take out of a summary afterwards.
    "budget": Part(
        Area.BUDGET,
        (),
        budget.for_summary,
        budget_words.part,
        lambda facts, _: Saying(*budget_words.facts(facts)),
    ),
    "letters": Part(Area.HEALTH, (Letter,), letters.for_summary, letter_words.part, _letter),
}


def column(permit: Permit) -> ColumnElement[Any]:
    """All that this permit may put in, as one column."""
    may = [part for part in PARTS.values() if permit.may(part.area)]
    return written.column([each for part in may for each in part.rows(permit)])


def said(name: str, items: Sequence[Item]) -> list[Saying]:
    """The items of a part, in the language of this answer, and that there are more where some were left out."""
    found = []
    for one in items:
        part = PARTS[name]
        saying = part.say(one["facts"], one["kind"])
        by = None if part.everybodys(one["facts"]) else one["by"]
        found.append(replace(saying, by=by, entered_as=one.get("as", "carer"), item_id=one["id"]))
    if items and (left := items[0].get("left")):
        found.append(
            Saying(ngettext("And %(num)s more, not listed here.", "And %(num)s more, not listed here.", left))
        )
    return found


def read(body: Mapping[str, Any], name: str | None) -> list[tuple[str, list[Saying]]]:
    """The parts of a body, in the order in which they are read: what stands over each, and its items.

    :param name: the person's, for anybody but them.
    """
    return [
        (part.name(name), said(code, body[code])) for code, part in PARTS.items() if code in body["sections"]
    ]


def ids(body: Mapping[str, Any]) -> dict[type[Any], list[Any]]:
    """The ids in a body, by table."""
    found: dict[type[Any], list[Any]] = {}
    for name, part in PARTS.items():
        for table in part.tables:
            kind = table.__tablename__  # type: ignore[attr-defined]
            found[table] = [one["id"] for one in body.get(name, ()) if one["kind"] == kind]
    return found


def staying(body: dict[str, Any], stays: Callable[[Item], bool]) -> None:
    """Leave out of a body what does not stay. A part with nothing left was never there."""
    for name in PARTS:
        if name in body:
            body[name] = [one for one in body[name] if stays(one)]
            if not body[name]:
                del body[name]
                body["sections"] = [one for one in body["sections"] if one != name]
