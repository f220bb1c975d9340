"""A summary as a FHIR document: an International Patient Summary (IPS 2.0.0, on FHIR R4) of what it shows.

All of its words stand in the narratives, section by section; what FHIR has a place for is an entry besides
(`summary_entries`). What is not in the summary is said to be missing, never to be absent: an empty list of allergies is
*not asked*, one that was not shared *unavailable*. Numbers of the diary have no codes, and stand in words alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from selfcare.fhir import summary_entries
from selfcare.fhir.elements import Resource, coded, full, instant, narrative, patient
from selfcare.fhir.summary_entries import LOINC, TERMS, Document, profile, url

# The sections that LOINC has a name for: most of them are sections of IPS too.
SECTIONS = {
    "needs": ("104605-1", "Alert"),
    "matters": ("81338-6", "Patient Goals, preferences, and priorities for care experience"),
    "plan": ("18776-5", "Plan of care note"),
    "allergies": ("48765-2", "Allergies and adverse reactions Document"),
    "medications": ("10160-0", "History of Medication use Narrative"),
    "problems": ("11450-4", "Problem list - Reported"),
    "results": ("30954-2", "Relevant diagnostic tests/laboratory data note"),
    "goals": ("61146-7", "Goals Document"),
}
REQUIRED = ("problems", "allergies", "medications")
# By the kinds of what a person keeps.
KINDS = {"allergy": "allergies", "medicine": "medications", "condition": "problems"}


@dataclass(frozen=True)
class Whose:
    """Who the summary is of, and who put it together: the person, or somebody else (`helper`): who helps them, or a
    professional who wrote down what they told (`of_the_team`).
    """

    person_id: UUID
    full_name: str
    nhs_number: str | None
    born: date
    helper: str | None = None
    of_the_team: bool = False


@dataclass(frozen=True)
class Section:
    """A section in the reader's language: its paragraphs, each a list of lines. `name`: of SECTIONS, where it has one.

    `headed`: of each paragraph that has more lines, the first says what the others are of.
    """

    name: str
    title: str
    paragraphs: Sequence[Sequence[str]]
    headed: bool = True


def bundle(
    about: Document, whose: Whose, body: Mapping[str, Any], needs: Sequence[str], sections: Sequence[Section]
) -> Resource:
    """The document: a Bundle with its Composition first.

    :param body: what the summary shows, as `sharing` keeps it; its `health` and `results` become entries.
    :param needs: what the person needs so that they can take part, in words.
    :param sections: in order; those of REQUIRED always, each name once.
    """
    subject = {"reference": url(about.id_of(whose.person_id))}
    entries: dict[str, list[Resource]] = {name: [] for name in SECTIONS}
    entries["needs"] = list(summary_entries.needs(needs, about, subject))
    health = body.get("health", ())
    for item, made in zip(health, summary_entries.kept(health, about, subject), strict=True):
        entries[KINDS[item["facts"]["kind"]]].append(made)
    reports = list(summary_entries.reports(body.get("results", ()), about, subject))
    entries["results"] = [one for one in reports if one["resourceType"] != "Organization"]
    person = patient(
        item_id=about.id_of(whose.person_id),
        name={"text": whose.full_name},
        nhs_number=whose.nhs_number,
        born=whose.born,
        meta=profile("Patient"),
    )
    helper = _helper(whose, about, subject) if whose.helper else None
    by = {"reference": url(helper["id"]), "display": whose.helper} if helper else subject
    composition = {
        "resourceType": "Composition",
        "id": str(uuid5(about.document_id, "composition")),
        "meta": profile("Composition"),
        "language": about.language,
        "text": narrative([[about.title]], about.language, about.way),
        "identifier": _identifier(about.document_id),
        "status": "final",
        "type": coded(LOINC, "60591-5", "Patient summary Document"),
        "subject": subject,
        "date": about.moment.isoformat(timespec="seconds"),
        "author": [by],
        "title": about.title,
        # Nobody but whoever shared it vouches for what is in it.
        "attester": [{"mode": "personal", "time": instant(about.moment), "party": by}],
        "section": [
            _section(one, entries.get(one.name, []), about, shared="health" in body) for one in sections
        ],
    }
    kept = [one for name in ("needs", *REQUIRED) for one in entries[name]]
    whole = [composition, person, *([helper] if helper else []), *kept, *reports]
    return {
        "resourceType": "Bundle",
        "meta": profile("Bundle"),
        "language": about.language,
        "identifier": _identifier(about.document_id),
        "type": "document",
        "timestamp": instant(about.moment),
        "entry": [{"fullUrl": url(one["id"]), "resource": one} for one in whole],
    }


def _section(one: Section, entries: list[Resource], about: Document, *, shared: bool) -> Resource:
    empty = None
    if one.name in REQUIRED and not entries:
        # Not *nil known*: that nothing is listed says nothing of whether there is something.
        code, display = ("notasked", "Not Asked") if shared else ("unavailable", "Unavailable")
        empty = coded(TERMS + "list-empty-reason", code, display)
    return full(
        title=one.title,
        code=coded(LOINC, *SECTIONS[one.name]) if one.name in SECTIONS else {"text": one.title},
        text=narrative(one.paragraphs, about.language, about.way, strong=one.headed),
        entry=[{"reference": url(entry["id"])} for entry in entries],
        emptyReason=empty,
    )


def _helper(whose: Whose, about: Document, subject: Resource) -> Resource:
    kind = "Practitioner" if whose.of_the_team else "RelatedPerson"
    return full(
        resourceType=kind,
        id=str(uuid5(about.document_id, "helper")),
        meta=profile(kind) if whose.of_the_team else None,
        patient=None if whose.of_the_team else subject,
        name=[{"text": whose.helper}],
    )


def _identifier(document_id: UUID) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": url(document_id)}
