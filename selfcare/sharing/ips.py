"""What a summary shows as an International Patient Summary: its words put under the headings that IPS knows.

The same reading of the body as the page's (`summary_page`, `plain_text`, `written`), so that neither says what the
other does not. The person's own copy and a link are made by this alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.database import now
from selfcare.fhir import patient_summary
from selfcare.fhir.patient_summary import KINDS, Section
from selfcare.fhir.summary_entries import Document
from selfcare.health import words as health_words
from selfcare.people.banner import made as banner_of
from selfcare.sharing import plain_text, queries, snapshot, summary_page, written
from selfcare.sharing.summary_page import Page
from selfcare.web.access import Permit
from selfcare.web.written import Saying

DAYS = 365  # of results, and of what was agreed
# What is read first: what must be known, what matters, and what to do where things change.
_ORDER = ("needs", "matters", "plan", "agenda", "life", "questions", *KINDS.values(), "results", "been")
# In these the first line of each part says what the others are of; in the rest all lines are somebody's own words.
_HEADED = ("questions", "results", "agreed", "goals")

Lines = Sequence[str]


def own(permit: Permit) -> dict[str, Any]:
    """The person's own, as it is now: everything that a summary could hold, but what is *only me* or ticked each time.

    For the person alone; as many statements as choosing a summary takes.
    """
    today = permit.today()
    first = today - timedelta(days=DAYS)
    sections = tuple(name for name in snapshot.offered(permit) if name not in snapshot.TICKED)
    moment = now()
    _, visit, _, beside = queries.before_choosing(permit)
    material = snapshot.gather(permit, first, today, visit.id if visit else None, moment, visit, beside)
    return document(permit, material.take(snapshot.Choice(sections, first, today)), uuid4(), moment)


def given_away(permit: Permit, body: dict[str, Any]) -> dict[str, Any]:
    """A body that was chosen, to be sealed for whoever is given a link. It bears no id of the record."""
    moment = datetime.fromisoformat(body["as_of"]).replace(tzinfo=ZoneInfo(body["zone"]))
    return document(permit, body, uuid4(), moment, given_away=True)


def document(
    permit: Permit, body: dict[str, Any], document_id: UUID, moment: datetime, *, given_away: bool = False
) -> dict[str, Any]:
    """A body as this reader may see it (`queries`, `showing`), as a document in the language of this answer.

    :param document_id: the same for the same summary. :param moment: when it was shared, or made.
    """
    page, who = summary_page.read(body), banner_of(permit)
    whose = patient_summary.Whose(
        person_id=permit.person_id,
        full_name=page.body["person"]["full_name"],
        nhs_number=permit.subject.nhs_number,
        born=permit.subject.born,
        helper=body["shared_by"],
        of_the_team="as_told" in body,
    )
    about = Document(
        document_id=document_id,
        moment=moment,
        title=gettext(
            "Summary of %(name)s, %(moment)s", name=whose.full_name, moment=i18n.moment(page.as_of, year=True)
        ),
        language=i18n.code(),
        way=i18n.direction(),
        zone=body["zone"],
        given_away=given_away,
    )
    return patient_summary.bundle(about, whose, body, who.needs, sections(page, who.needs))


def sections(page: Page, needs: Sequence[str]) -> list[Section]:
    """All that the summary says, in the order in which it is read, and what IPS requires of those that it does not."""
    found = [Section("needs", pgettext("communication", "Needs"), [[one] for one in needs])] if needs else []
    codes = [code for code in written.PARTS if code in page.sections]
    sayings = {code: said for code, (_, said) in zip(codes, page.written, strict=True)}
    for code, title, lines in plain_text.sections(page):
        if code == "health":
            if page.body["health"] and page.body["health"][0].get("left"):
                found.append(Section(code, title, [[sayings[code][-1].title]]))
        elif code in sayings:
            found.append(Section(code, title, [*map(_lines, sayings[code])]))
        else:
            parts = [line.split("\n") for line in lines if line.strip()]
            found.append(Section(code, title, [*map(_kept, parts)], headed=code in _HEADED))
    found += [_health(page, kind, sayings.get("health", [])) for kind in KINDS]
    found.sort(key=lambda one: _ORDER.index(one.name) if one.name in _ORDER else len(_ORDER))
    return [one if one.paragraphs else _empty(one) for one in found]


def _empty(one: Section) -> Section:
    return Section(one.name, one.title, [[gettext("Nothing written down.")]])


def _health(page: Page, kind: str, said: Sequence[Saying]) -> Section:
    """One kind of health as the person keeps it, or that nothing of it is here: never that there is nothing."""
    name, title = KINDS[kind], health_words.heading(kind)
    if "health" not in page.sections:
        not_shared = gettext("%(name)s did not put this in what they shared.", name=page.name)
        return Section(name, title, [[not_shared]])
    of_kind = [
        one
        for item, one in zip(page.body["health"], said, strict=False)  # after them, that there are more
        if item["facts"]["kind"] == kind
    ]
    lines = [[health_words.as_kept(page.name)], *map(_lines, of_kind)]
    if not of_kind:
        lines.append(
            [gettext("%(name)s has not written any here. It may be that there are some.", name=page.name)]
        )
    return Section(name, title, lines)


def _lines(one: Saying) -> Lines:
    by = [gettext("(entered by %(name)s)", name=one.by)] if one.by else []
    return _kept([one.title, *by, *(plain_text.labelled(*line) for line in one.lines)])


def _kept(lines: Lines) -> Lines:
    return [plain_text.isolated(line.strip()) for line in lines if line.strip()]
