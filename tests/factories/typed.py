"""What was typed into a record, which no language of the app can change."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, Text, select

from selfcare.community.models import Service
from selfcare.database import Base, session
from selfcare.decisions.models import Decision
from selfcare.information.address import host
from selfcare.people.models import TeamOffer
from selfcare.results.models import Phrase, ReportLink
from tests.factories import Household


def typed_words(house: Household) -> set[str]:
    """Every text that somebody typed into this record, and the names: what no language of the app can change."""
    session().flush()
    found: set[str] = {"Call again"}
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, String | Text):
                found.update(session().scalars(select(column).where(column.is_not(None)).distinct()))
    for texts in session().scalars(select(Phrase.texts)):
        found.update(texts.values())
    for body in session().scalars(select(TeamOffer.body)):
        found.update(_words_in(body))
    for facts in session().scalars(select(Decision.facts)):
        found.update(_words_in(facts))
    for row in session().scalars(select(Service)):
        found.update(
            _words_in([row.sessions, row.places, row.phones, row.costs, row.getting_in, row.languages])
        )
        found.update(each.strip() for each in row.description.split("."))  # of which a list shows the first
    found.update(line.strip() for text in list(found) for line in text.splitlines())
    found.update(host(address) for address in session().scalars(select(ReportLink.url)))
    # One letter is no word: it is the code of a choice.
    return {text for text in found if len(text) > 1 and any(c.isalpha() for c in text) and text not in CODES}


def _words_in(kept: Any) -> Iterator[str]:
    """All texts in what is kept as JSON."""
    if isinstance(kept, str):
        yield kept
    elif isinstance(kept, dict | list):
        for each in kept.values() if isinstance(kept, dict) else kept:
            yield from _words_in(each)


# Stored words that are the app's own codes and never shown.
CODES = {
    "phone", "visit", "video", "message", "place", "active", "ended", "open", "self", "carer", "professional",
    "final", "symptom", "measure", "note", "blood", "typed", "received", "number", "preliminary", "other",
    "waiting", "as_hoped", "result", "question", "summary", "person", "me", "service", "none", "day", "done",
    "let_go", "proposed", "on", "tablets", "sleep", "about", "contact", "report_note", "yes", "no", "letter",
    "unknown", "talk", "most", "helped", "how", "good", "hard", "link", "plan_line",
    "mo", "tu", "we", "th", "fr", "sa", "su", "en", "ur", "cy", "free", "move", "company", "peer", "no_steps", "need",
    "way",
    "getting_in", "language", "cost", "saved", "going", "tried", "not_for_me", "when", "charity", "weekly",
    "care", "body", "team", "asked", "offered", "accepted", "found", "went", "not_found", "not_needed",
}  # fmt: skip
