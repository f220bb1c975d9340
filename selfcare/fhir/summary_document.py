"""A summary as a FHIR R4 document: a Bundle in the shape of an International Patient Summary, that says what it is not.

Plain values in, plain JSON out. What people wrote stands in the narrative of each section, word for word; nothing of it
is coded, because nobody coded it. The three sections that an International Patient Summary must have are always there,
and say where nothing of them was shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from flask_babel import gettext

from selfcare.fhir.elements import Resource, coded, narrative, patient

LOINC = "http://loinc.org"
_EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
# Sections that every International Patient Summary has: LOINC, and what LOINC calls it.
REQUIRED = {
    "48765-2": "Allergies and adverse reactions Document",
    "10160-0": "History of Medication use Narrative",
    "11450-4": "Problem list - Reported",
}


@dataclass(frozen=True)
class Section:
    """What stands under one heading. `code`: of LOINC, with its name there; None where none fits."""

    title: str
    lines: Sequence[str]
    code: tuple[str, str] | None = None


@dataclass(frozen=True)
class Whose:
    """Whom it is about, and who chose what is in it where that was somebody for them."""

    full_name: str
    born: date
    helper: str | None


def document(
    whose: Whose, as_of: datetime, language: str, way: str, title: str, sections: Sequence[Section]
) -> Resource:
    """The Bundle.

    :param as_of: with its zone. :param language: of the words, as BCP 47 has it. :param way: `ltr` or `rtl`.
    """

    def words(lines: Sequence[str]) -> Resource:
        parts = [[line.strip() for line in text.split("\n")] for text in lines]
        return narrative(
            parts if any(map(any, parts)) else [[gettext("Nothing.")]], language, way, strong=False
        )

    patient_url, author_url, composition_url = (f"urn:uuid:{uuid4()}" for _ in range(3))
    moment = as_of.isoformat(timespec="seconds")
    author = {"reference": author_url, "display": whose.helper}
    if whose.helper is None:
        author = {"reference": patient_url, "display": whose.full_name}
    composition: Resource = {
        "resourceType": "Composition",
        "language": language,
        "text": words([title]),
        "status": "final",
        "type": coded(LOINC, "60591-5", "Patient summary Document"),
        "subject": {"reference": patient_url},
        "date": moment,
        "author": [author],
        "title": title,
        "section": [
            one | {"text": words(one["text"])} for one in (*map(_section, sections), *_missing(sections))
        ],
    }
    about = patient(item_id=patient_url[9:], name={"text": whose.full_name}, nhs_number=None, born=whose.born)
    entries = [(composition_url, composition), (patient_url, about)]
    if whose.helper is not None:
        helper = {"patient": {"reference": patient_url}, "name": [{"text": whose.helper}]}
        entries.append((author_url, {"resourceType": "RelatedPerson", **helper}))
    return {
        "resourceType": "Bundle",
        "language": language,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid4()}"},
        "type": "document",
        "timestamp": moment,
        "entry": [{"fullUrl": url, "resource": {"id": url[9:], **one}} for url, one in entries],
    }


def _section(one: Section) -> dict[str, Any]:
    found: dict[str, Any] = {"title": one.title, "text": list(one.lines)}
    if one.code:
        found["code"] = coded(LOINC, *one.code)
    return found


def _missing(sections: Sequence[Section]) -> list[dict[str, Any]]:
    there = {one.code[0] for one in sections if one.code}
    names = {
        "48765-2": gettext("Allergies"),
        "10160-0": gettext("Medicines"),
        "11450-4": gettext("Conditions"),
    }
    return [
        {
            "title": names[code],
            "code": coded(LOINC, code, display),
            "text": [
                gettext("Nothing about this is in what was shared. That does not mean that there is none.")
            ],
            "emptyReason": coded(_EMPTY, "unavailable", "Unavailable"),
        }
        for code, display in REQUIRED.items()
        if code not in there
    ]
