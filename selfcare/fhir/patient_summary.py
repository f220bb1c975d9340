"""An International Patient Summary (IPS 2.0.0, on FHIR R4) of what a summary shows.

It says as whose each thing stands there: conditions, medicines and allergies as the person keeps them, *unconfirmed*;
results as a laboratory sent them or somebody typed them. What is not in the summary is said to be missing, never to be
absent: an empty list of allergies is *not asked*, one that was not shared *unavailable*. No code, unit or gender that
nobody chose. Numbers of the diary have no codes, and are not in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from flask_babel import gettext

from selfcare.fhir.elements import (
    COMPARATORS,
    REPORTS,
    RESULTS,
    UNKNOWN,
    Resource,
    coded,
    concept,
    full,
    instant,
    known_status,
    narrative,
    patient,
    quantity,
)

IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
PRECISION = "http://hl7.org/fhir/StructureDefinition/quantity-precision"
LOINC = "http://loinc.org"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_SYSTEMS = {"SNOMED CT": "http://snomed.info/sct", "dm+d": "https://dmd.nhs.uk"}
# The sections in their order, with their LOINC codes. The first three are required.
SECTIONS = {
    "problems": "11450-4",
    "allergies": "48765-2",
    "medications": "10160-0",
    "results": "30954-2",
    "plan": "18776-5",
    "story": "81338-6",
}
REQUIRED = ("problems", "allergies", "medications")
KINDS = {"condition": "problems", "allergy": "allergies", "medicine": "medications"}
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*(-?\d{1,12}(?:\.\d{1,6})?)")


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
class Words:
    """A section in the reader's language: its title, and its paragraphs, each a list of lines."""

    title: str
    paragraphs: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Document:
    """What the document as a whole says of itself. `way`: which way its language is written."""

    document_id: UUID
    moment: datetime
    title: str
    language: str
    way: str
    zone: str


def bundle(about: Document, whose: Whose, body: Mapping[str, Any], said: Mapping[str, Words]) -> Resource:
    """The document: a Bundle with its Composition first.

    :param body: what the summary shows, as `sharing` keeps it; its `health` and `results` become entries.
    :param said: the words of each of SECTIONS; the required ones always, another only where there is something in it.
    """
    subject = {"reference": _url(whose.person_id)}
    entries: dict[str, list[Resource]] = {name: [] for name in SECTIONS}
    for item in body.get("health", ()):
        kind = item["facts"]["kind"]
        entries[KINDS[kind]].append(_KEPT[kind](item, subject))
    reports = list(_reports(body.get("results", ()), about, subject))
    entries["results"] = [one for one in reports if one["resourceType"] != "Organization"]
    sections = [
        _section(name, said[name], entries[name], about, shared="health" in body)
        for name in SECTIONS
        if name in said
    ]
    person = patient(
        item_id=whose.person_id,
        name={"text": whose.full_name},
        nhs_number=whose.nhs_number,
        born=whose.born,
        meta=_profile("Patient"),
    )
    helper = _helper(whose, about, subject) if whose.helper else None
    by = {"reference": _url(helper["id"])} if helper else subject
    composition = {
        "resourceType": "Composition",
        "id": str(uuid5(about.document_id, "composition")),
        "meta": _profile("Composition"),
        "language": about.language,
        "identifier": _identifier(about.document_id),
        "status": "final",
        "type": coded(LOINC, "60591-5", "Patient summary Document"),
        "subject": subject,
        "date": instant(about.moment),
        "author": [by],
        "title": about.title,
        # Nobody but whoever shared it vouches for what is in it.
        "attester": [{"mode": "personal", "time": instant(about.moment), "party": by}],
        "section": sections,
    }
    kept = [one for name in REQUIRED for one in entries[name]]
    whole = [composition, person, *([helper] if helper else []), *kept, *reports]
    return {
        "resourceType": "Bundle",
        "meta": _profile("Bundle"),
        "identifier": _identifier(about.document_id),
        "type": "document",
        "timestamp": instant(about.moment),
        "entry": [{"fullUrl": _url(one["id"]), "resource": one} for one in whole],
    }


def _section(name: str, words: Words, entries: list[Resource], about: Document, *, shared: bool) -> Resource:
    empty = None
    if name in REQUIRED and not entries:
        # Not *nil known*: that nothing is listed says nothing of whether there is something.
        code, display = ("notasked", "Not Asked") if shared else ("unavailable", "Unavailable")
        empty = coded(_TERMS + "list-empty-reason", code, display)
    return full(
        title=words.title,
        code=coded(LOINC, SECTIONS[name]),
        text=narrative(words.paragraphs, about.language, about.way),
        entry=[{"reference": _url(one["id"])} for one in entries],
        emptyReason=empty,
    )


def _condition(item: Mapping[str, Any], subject: Resource) -> Resource:
    facts = item["facts"]
    return full(
        resourceType="Condition",
        id=item["id"],
        meta=_profile("Condition"),
        clinicalStatus=coded(_TERMS + "condition-clinical", "active"),
        verificationStatus=coded(_TERMS + "condition-ver-status", "unconfirmed"),
        category=[coded(LOINC, "75326-9", "Problem")],
        code=_named(facts),
        subject=subject,
        onsetDateTime=facts["since_on"] or None,
        asserter=_teller(item, subject),
        note=[{"text": facts["about"]}] if facts["about"] else None,
    )


def _allergy(item: Mapping[str, Any], subject: Resource) -> Resource:
    facts = item["facts"]
    return full(
        resourceType="AllergyIntolerance",
        id=item["id"],
        meta=_profile("AllergyIntolerance"),
        clinicalStatus=coded(_TERMS + "allergyintolerance-clinical", "active"),
        verificationStatus=coded(_TERMS + "allergyintolerance-verification", "unconfirmed"),
        code=_named(facts),
        patient=subject,
        onsetDateTime=facts["since_on"] or None,
        asserter=_teller(item, subject),
        reaction=[{"manifestation": [{"text": facts["about"]}]}] if facts["about"] else None,
    )


def _medicine(item: Mapping[str, Any], subject: Resource) -> Resource:
    facts = item["facts"]
    since = (
        {"effectivePeriod": {"start": facts["since_on"]}}
        if facts["since_on"]
        else {"_effectiveDateTime": UNKNOWN}
    )
    return full(
        resourceType="MedicationStatement",
        id=item["id"],
        meta=_profile("MedicationStatement"),
        status="active",
        medicationCodeableConcept=_named(facts),
        subject=subject,
        **since,
        informationSource=_teller(item, subject),
        reasonCode=[{"text": facts["about"]}] if facts["about"] else None,
        dosage=[{"text": facts["how"]}] if facts["how"] else None,
    )


_KEPT = {"condition": _condition, "allergy": _allergy, "medicine": _medicine}


def _teller(item: Mapping[str, Any], subject: Resource) -> Resource | None:
    """The person, but where somebody else entered it: whoever that was is in the words of the section."""
    return None if item.get("by") else subject


def _named(facts: Mapping[str, Any]) -> Resource:
    system = _SYSTEMS.get(facts["code_system"], "")
    return concept([{"system": system, "code": facts["code"]}], facts["name"])


def _reports(found: Sequence[Mapping[str, Any]], about: Document, subject: Resource) -> Iterator[Resource]:
    """Each laboratory once, the results, and the report they came with. What was taken back is not among them."""
    laboratories: dict[str, Resource] = {}
    for report in found:
        if report.get("taken_back") or report["status"] == "entered-in-error":
            continue
        name = report["laboratory"]
        if name not in laboratories:
            laboratories[name] = full(
                resourceType="Organization",
                id=str(uuid5(about.document_id, f"laboratory {name}")),
                meta=_profile("Organization"),
                name=name,
            )
            yield laboratories[name]
        at = {"performer": [{"reference": _url(laboratories[name]["id"])}]}
        results = [
            _result(result, report, str(uuid5(UUID(report["id"]), str(place))), about, subject, at)
            for place, result in enumerate(report["results"])
            if result["status"] != "entered-in-error" and _says(result)
        ]
        yield from results
        yield full(
            resourceType="DiagnosticReport",
            id=report["id"],
            meta=_profile("DiagnosticReport"),
            status=known_status(report["status"], REPORTS),
            category=[coded(_TERMS + "v2-0074", "LAB", "Laboratory")],
            code={"text": report["title"]},
            subject=subject,
            **_effective(report["taken"], report.get("taken_to_the_day", False), about.zone),
            **at,
            result=[{"reference": _url(one["id"])} for one in results],
            conclusion="\n".join(filter(None, (report.get("conclusion"), report.get("note")))),
        )


def _says(result: Mapping[str, Any]) -> bool:
    return bool(result["name"] and (result["value"] or result["absent_reason"] or result["note"]))


def _result(
    result: Mapping[str, Any],
    report: Mapping[str, Any],
    result_id: str,
    about: Document,
    subject: Resource,
    at: Resource,
) -> Resource:
    own = result.get("taken_wall")
    taken = (
        (own, result["taken_to_the_day"]) if own else (report["taken"], report.get("taken_to_the_day", False))
    )
    name = f"{result['name']} ({result['group']})" if result["group"] else result["name"]
    typed = result["typed_by"] or report["typed_by"]
    notes = [result["note"], _typed(typed, report["laboratory"])]
    return full(
        resourceType="Observation",
        id=result_id,
        meta=_profile("Observation-results-laboratory-pathology"),
        status=known_status(result["status"] or report["status"], RESULTS),
        category=[coded(_TERMS + "observation-category", "laboratory", "Laboratory")],
        code={"text": name},
        subject=subject,
        **_effective(*taken, about.zone),
        **at,
        **_value(result),
        interpretation=[{"text": result["flag"]}] if result["flag"] else None,
        note=[{"text": text} for text in notes if text],
        method={"text": result["method"]} if result["method"] else None,
        referenceRange=[{"text": result["range_text"]}] if result["range_text"] else None,
    )


def _typed(name: str | None, laboratory: str) -> str:
    if not name:
        return ""
    return gettext("Typed by %(name)s from the report of %(laboratory)s.", name=name, laboratory=laboratory)


def _value(result: Mapping[str, Any]) -> Resource:
    if not result["value"]:
        if result["absent_reason"]:
            return {"dataAbsentReason": {"text": result["absent_reason"]}}
        return {
            "dataAbsentReason": coded(_TERMS + "data-absent-reason", "unknown", "Unknown")
        }  # its note may say why
    found = _NUMBER.fullmatch(result["value"].strip())
    if found is None:
        return {"valueString": " ".join(filter(None, (result["value"], result["unit"])))}
    number = Decimal(found[2])
    told = quantity(number, result["unit"])
    if Decimal(str(told["value"])) != number:  # more digits than a program's number has: words lose none
        return {"valueString": " ".join(filter(None, (result["value"], result["unit"])))}
    return {
        "valueQuantity": full(
            **told,
            _value=_places(found[2], told["value"]),
            comparator=found[1] if found[1] in COMPARATORS else None,
        )
    }


def _places(written: str, number: float) -> Resource | None:
    """How exactly a number was given, where JSON drops the noughts at its end: 4.0 is not 4."""
    places = len(written.partition(".")[2])
    if not places or len(str(number).partition(".")[2]) == places:
        return None
    return {"extension": [{"url": PRECISION, "valueInteger": places}]}


def _effective(wall: str | None, to_the_day: bool, zone: str) -> Resource:
    if not wall:
        return {"_effectiveDateTime": UNKNOWN}
    moment = datetime.fromisoformat(wall)
    if to_the_day:
        return {"effectiveDateTime": moment.date().isoformat()}
    return {"effectiveDateTime": moment.replace(tzinfo=ZoneInfo(zone)).isoformat(timespec="seconds")}


def _helper(whose: Whose, about: Document, subject: Resource) -> Resource:
    kind = "Practitioner" if whose.of_the_team else "RelatedPerson"
    return full(
        resourceType=kind,
        id=str(uuid5(about.document_id, "helper")),
        meta=_profile(kind) if whose.of_the_team else None,
        patient=None if whose.of_the_team else subject,
        name=[{"text": whose.helper}],
    )


def _identifier(document_id: UUID) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": _url(document_id)}


def _profile(of: str) -> Resource:
    return {"profile": [f"{IPS}{of}-uv-ips"]}


def _url(item_id: Any) -> str:
    return f"urn:uuid:{item_id}"
