"""A summary as a FHIR R4 document: a Bundle in the shape of an International Patient Summary, that says what it is not.

Plain values in, plain JSON out. What people wrote stands in the narrative of each section, word for word; nothing of it
is coded, because nobody coded it. The three sections that an International Patient Summary must have are always there,
and say where nothing of them was shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any
from uuid import uuid4

from flask_babel import gettext

LOINC, NHS = "http://loinc.org", "https://fhir.nhs.uk/Id/nhs-number"
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
class Subject:
    full_name: str
    born: date
    nhs_number: str | None


def document(
    subject: Subject, as_of: datetime, language: str, by: str, title: str, sections: Sequence[Section]
) -> dict[str, Any]:
    """The Bundle.

    :param as_of: with its zone. :param language: of the words, as BCP 47 has it.
    :param by: who chose what is in it: the person, or somebody for them.
    """
    patient_url, author_url, composition_url = (f"urn:uuid:{uuid4()}" for _ in range(3))
    moment = as_of.isoformat(timespec="seconds")
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "name": [{"text": subject.full_name}],
        "birthDate": subject.born.isoformat(),
    }
    if subject.nhs_number:
        patient["identifier"] = [{"system": NHS, "value": subject.nhs_number}]
    own = by == subject.full_name
    author = patient_url if own else author_url
    composition: dict[str, Any] = {
        "resourceType": "Composition",
        "language": language,
        "text": _narrative([title], language),
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": "60591-5", "display": "Patient summary Document"}]},
        "subject": {"reference": patient_url},
        "date": moment,
        "author": [{"reference": author, "display": by}],
        "title": title,
        "section": [*map(_section, sections), *_missing(sections)],
    }
    for one in composition["section"]:
        one["text"] = _narrative(one["text"], language)
    entries = [(composition_url, composition), (patient_url, patient)]
    if not own:
        helper = {"patient": {"reference": patient_url}, "name": [{"text": by}]}
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
        found["code"] = _coded(*one.code)
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
            "code": _coded(code, display),
            "text": [
                gettext("Nothing about this is in what was shared. That does not mean that there is none.")
            ],
            "emptyReason": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
                        "code": "unavailable",
                        "display": "Unavailable",
                    }
                ]
            },
        }
        for code, display in REQUIRED.items()
        if code not in there
    ]


def _coded(code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code, "display": display}]}


def _narrative(lines: Sequence[str], language: str) -> dict[str, str]:
    """XHTML of paragraphs: a line of a text is a line of it."""
    parts = ["<br/>".join(escape(line, quote=False) for line in _lines(text)) for text in lines]
    inner = "".join(f"<p>{one}</p>" for one in parts if one) or f"<p>{escape(gettext('Nothing.'))}</p>"
    return {
        "status": "additional",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">{inner}</div>',
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
