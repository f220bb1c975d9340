"""What a team offers its people of its own: things to keep an eye on, questions to ask, checked links, names, words.

`body` by part: tracker {"preset"} or {"kind", "name", "unit", "low", "high"}; prompt and words {"text"}; link {"url",
"name", "publisher", "checked_on", "language"}, and what is known of {"about", "test", "reading": {"age", "words"}};
name {"of", "name"}, of a medicine, condition or allergy. Names, ends and texts are by language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare import i18n
from selfcare.database import session
from selfcare.people.models import Relationship, TeamOffer
from selfcare.web.access import Permit, Role

TRACKER, PROMPT, LINK, NAME, WORDS = PARTS = ("tracker", "prompt", "link", "name", "words")
MOST = {TRACKER: 12, PROMPT: 20, LINK: 50, NAME: 200, WORDS: 1}
NAMED = ("medicine", "condition", "allergy")


@dataclass(frozen=True)
class Said:
    """A team's words as a reader meets them. `language`: which one it is, where theirs is not there."""

    text: str
    language: str


def of_team(team_id: UUID, part: str | None = None) -> list[TeamOffer]:
    """What a team offers, in the order it was kept. One statement."""
    query = select(TeamOffer).where(TeamOffer.team_id == team_id)
    if part:
        query = query.where(TeamOffer.part == part)
    return list(session().scalars(query.order_by(TeamOffer.at, TeamOffer.id)))


def of_person(permit: Permit, part: str) -> list[TeamOffer]:
    """What the key contact's team offers a person. One statement."""
    leads = (
        select(Relationship.team_id)
        .where(
            Relationship.person_id == permit.person_id,
            Relationship.kind == Role.PROFESSIONAL.value,
            Relationship.lead,
            Relationship.state == "active",
        )
        .scalar_subquery()
    )
    query = select(TeamOffer).where(TeamOffer.team_id == leads, TeamOffer.part == part)
    return list(session().scalars(query.order_by(TeamOffer.at, TeamOffer.id)))


def said(texts: Mapping[str, str]) -> Said:
    """A text in the reader's language, else in the first of the app's that it is in."""
    for code in (i18n.code(), *i18n.LANGUAGES):
        if texts.get(code):
            return Said(texts[code], code)
    return Said("", i18n.code())


def texts_of(permit: Permit, part: str) -> list[Said]:
    """The prompts, or the words for *please get in touch*, of the key contact's team. One statement."""
    return [said(row.body["text"]) for row in of_person(permit, part)]


def named(row: TeamOffer) -> Mapping[str, Any]:
    """A thing of the team's own to keep an eye on, in the reader's language: name, unit, low, high; and its kind."""
    body = row.body
    ends = {end: said(body.get(end, {})).text for end in ("low", "high")}
    return {"kind": body["kind"], "name": said(body["name"]).text, "unit": body.get("unit", ""), **ends}
