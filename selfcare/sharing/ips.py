"""What a summary shows as an International Patient Summary: its words put under the headings that IPS knows.

The same reading of the body as the page's (`summary_page`, `written`), so that neither says what the other does not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext

from selfcare import i18n
from selfcare.database import now
from selfcare.fhir import patient_summary
from selfcare.fhir.patient_summary import KINDS, Words
from selfcare.health import words as health_words
from selfcare.sharing import queries, snapshot, summary_page, words, written
from selfcare.sharing.summary_page import Page
from selfcare.web.access import Permit
from selfcare.web.written import Item, Saying

DAYS = 365  # of results, and of what was agreed
_PLANS = ("plan", "decisions", "budget")

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


def document(permit: Permit, body: dict[str, Any], document_id: UUID, moment: datetime) -> dict[str, Any]:
    """A body as this reader may see it (`queries`, `showing`), as a document in the language of this answer.

    :param document_id: the same for the same summary. :param moment: when it was shared, or made.
    """
    page = summary_page.read(body)
    whose = patient_summary.Whose(
        person_id=permit.person_id,
        full_name=page.body["person"]["full_name"],
        nhs_number=permit.subject.nhs_number,
        born=permit.subject.born,
        helper=body["shared_by"],
        of_the_team="as_told" in body,
    )
    about = patient_summary.Document(
        document_id=document_id,
        moment=moment,
        title=gettext(
            "Summary of %(name)s, %(moment)s", name=whose.full_name, moment=i18n.moment(page.as_of, year=True)
        ),
        language=i18n.code(),
        way=i18n.direction(),
        zone=body["zone"],
    )
    return patient_summary.bundle(about, whose, body, said(page))


def said(page: Page) -> dict[str, Words]:
    """The words of each section of IPS that there is something to say in, and of those that it requires."""
    found = {kind: _kept(page, code) for code, kind in KINDS.items()}
    if "results" in page.sections:
        found["results"] = Words(gettext("New results"), [_report(report) for report in page.reports])
    plan: list[Lines] = [[line["what"], line["said"]] for line in page.agreed]
    plan += [lines for code in _PLANS if code in page.sections for lines in _sayings(code, page.body[code])]
    if plan:
        found["plan"] = Words(gettext("The plan, and what was agreed"), plan)
    story = [*_story(page)]
    if "about" in page.sections:
        story += _sayings("about", page.body["about"])
    health = page.body["health"] if "health" in page.sections else []
    if health and health[0].get("left"):
        story.append([health_words.summary_name(page.name), written.said("health", health)[-1].title])
    if story:
        title = gettext("What matters to %(name)s this time", name=page.name)
        found["story"] = Words(title, story)
    return {name: words for name, words in found.items() if words.paragraphs}


def _kept(page: Page, kind: str) -> Words:
    """One kind of health as the person keeps it, or that nothing of it is here: never that there is nothing."""
    title = health_words.heading(kind)
    if "health" not in page.sections:
        return Words(title, [[gettext("%(name)s did not put this in what they shared.", name=page.name)]])
    # How many more there are is known of all kinds together: it is said once, in the story.
    items = [one | {"left": 0} for one in page.body["health"] if one["facts"]["kind"] == kind]
    lines = [[health_words.as_kept(page.name)]]
    if not items:
        lines.append(
            [gettext("%(name)s has not written any here. It may be that there are some.", name=page.name)]
        )
    return Words(title, [*lines, *_sayings("health", items)])


def _sayings(code: str, items: Sequence[Item]) -> list[Lines]:
    return [_lines(one) for one in written.said(code, items)]


def _lines(one: Saying) -> Lines:
    by = [gettext("(entered by %(name)s)", name=one.by)] if one.by else []
    return [one.title, *by, *(f"{label} {text}".strip() for label, text in one.lines)]


def _story(page: Page) -> list[Lines]:
    found: list[Lines] = []
    if "matters" in page.sections:
        found += [[one] for one in (page.body["matters"], *(each.text for each in page.told.matters)) if one]
    if page.questions:
        asked = [f"{number}. {question['text']}" for number, question in enumerate(page.questions, 1)]
        found.append([gettext("Questions, in %(name)s’s order", name=page.name), *asked])
    if "been" in page.sections:
        been = [one for one in (page.body["been"]["words"], *(each.text for each in page.told.words)) if one]
        found += [[words.section("been", page.name), *been]] if been else []
    if page.goals:
        found.append([gettext("Goals"), *(goal["text"] for goal in page.goals)])
    return found


def _report(report: dict[str, Any]) -> Lines:
    if report.get("taken_back"):
        return [report["title"], *([report["since"]] if report["since"] else [])]
    taken = report["when_whole"] or gettext("day not given")
    lines = [report["title"], f"{taken}, {report['laboratory']}"]
    for result in report["results"]:
        told = result["said"]
        beside = [told.range, told.flag, *told.marks, told.note]
        lines.append(
            i18n.comma().join([f"{told.name}: {told.whole or told.why}", *(one for one in beside if one)])
        )
    return [*lines, *(f"{name}: {text}" for name, text in report["texts"])]
