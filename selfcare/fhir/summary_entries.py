"""The coded entries of an International Patient Summary: what is kept of health, needs, and results as received.

Each says as whose it stands there: conditions, medicines and allergies as the person keeps them, *unconfirmed*; results
as a laboratory sent them or somebody typed them. No code or unit that nobody chose.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from flask_babel import gettext, pgettext

from selfcare.fhir.elements import (
    COMPARATORS,
    REPORTS,
    RESULTS,
    UNKNOWN,
    Resource,
    coded,
    concept,
    full,
    known_status,
    quantity,
)

IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
PRECISION = "http://hl7.org/fhir/StructureDefinition/quantity-precision"
LOINC = "http://loinc.org"
TERMS = "http://terminology.hl7.org/CodeSystem/"
_SYSTEMS = {"SNOMED CT": "http://snomed.info/sct", "dm+d": "https://dmd.nhs.uk"}
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*(-?\d{1,12}(?:\.\d{1,6})?)")


@dataclass(frozen=True)
class Document:
    """What the document as a whole says of itself. `way`: which way its language is written.

    `given_away`: what is in it bears ids of this document alone, so that two of them do not say that they are of one
    record; else the ids of the record, as its copy has them.
    """

    document_id: UUID
    moment: datetime
    title: str
    language: str
    way: str
    zone: str
    given_away: bool = False

    def id_of(self, item_id: Any) -> str:
        return str(uuid5(self.document_id, str(item_id)) if self.given_away else item_id)


def kept(items: Sequence[Mapping[str, Any]], about: Document, subject: Resource) -> Iterator[Resource]:
    """Conditions, allergies and medicines, each as the person keeps it."""
    for item in items:
        yield _KEPT[item["facts"]["kind"]]({**item, "id": about.id_of(item["id"])}, subject)


def needs(said: Sequence[str], about: Document, subject: Resource) -> Iterator[Resource]:
    """What the person needs so that they can take part, a flag each, in words."""
    for place, words in enumerate(said):
        yield full(
            resourceType="Flag",
            id=str(uuid5(about.document_id, f"need {place}")),
            meta=profile("Flag-alert"),
            status="active",
            category=[{"text": pgettext("communication", "Needs")}],
            code={"text": words},
            subject=subject,
        )


def _condition(item: Mapping[str, Any], subject: Resource) -> Resource:
    facts = item["facts"]
    return full(
        resourceType="Condition",
        id=item["id"],
        meta=profile("Condition"),
        clinicalStatus=coded(TERMS + "condition-clinical", "active"),
        verificationStatus=coded(TERMS + "condition-ver-status", "unconfirmed"),
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
        meta=profile("AllergyIntolerance"),
        clinicalStatus=coded(TERMS + "allergyintolerance-clinical", "active"),
        verificationStatus=coded(TERMS + "allergyintolerance-verification", "unconfirmed"),
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
        meta=profile("MedicationStatement"),
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


def reports(found: Sequence[Mapping[str, Any]], about: Document, subject: Resource) -> Iterator[Resource]:
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
                meta=profile("Organization"),
                name=name,
            )
            yield laboratories[name]
        at = {"performer": [{"reference": url(laboratories[name]["id"])}]}
        results = [
            _result(result, report, about.id_of(uuid5(UUID(report["id"]), str(place))), about, subject, at)
            for place, result in enumerate(report["results"])
            if result["status"] != "entered-in-error" and _says(result)
        ]
        yield from results
        yield full(
            resourceType="DiagnosticReport",
            id=about.id_of(report["id"]),
            meta=profile("DiagnosticReport"),
            status=known_status(report["status"], REPORTS),
            category=[coded(TERMS + "v2-0074", "LAB", "Laboratory")],
            code={"text": report["title"]},
            subject=subject,
            **_effective(_times(report, "taken", "until"), about.zone),
            **at,
            result=[{"reference": url(one["id"])} for one in results],
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
    own = _times(result, "taken_wall", "until_wall")
    taken = own if own[0][0] else _times(report, "taken", "until")
    name = f"{result['name']} ({result['group']})" if result["group"] else result["name"]
    typed = result["typed_by"] or report["typed_by"]
    notes = [result["note"], _typed(typed, report["laboratory"])]
    return full(
        resourceType="Observation",
        id=result_id,
        meta=profile("Observation-results-laboratory-pathology"),
        status=known_status(result["status"] or report["status"], RESULTS),
        category=[coded(TERMS + "observation-category", "laboratory", "Laboratory")],
        code={"text": name},
        subject=subject,
        **_effective(taken, about.zone),
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
            "dataAbsentReason": coded(TERMS + "data-absent-reason", "unknown", "Unknown")
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


def _times(found: Mapping[str, Any], start: str, end: str) -> Sequence[tuple[str | None, bool]]:
    """When a sample was begun and ended, each by the clock, and whether only the day is known."""
    days = ("taken_to_the_day", "until_to_the_day")
    return [(found.get(name), found.get(day, False)) for name, day in zip((start, end), days, strict=True)]


def _effective(times: Sequence[tuple[str | None, bool]], zone: str) -> Resource:
    start, end = (_said(*one, zone) for one in times)
    if start and end:
        return {"effectivePeriod": {"start": start, "end": end}}
    return {"effectiveDateTime": start} if start else {"_effectiveDateTime": UNKNOWN}


def _said(wall: str | None, to_the_day: bool, zone: str) -> str | None:
    if not wall:
        return None
    moment = datetime.fromisoformat(wall)
    if to_the_day:
        return moment.date().isoformat()
    return moment.replace(tzinfo=ZoneInfo(zone)).isoformat(timespec="seconds")


def profile(of: str) -> Resource:
    """The `meta` of a resource of IPS. :param of: its kind, such as `Patient`."""
    return {"profile": [f"{IPS}{of}-uv-ips"]}


def url(item_id: Any) -> str:
    """The address of an entry in its bundle (RFC 4122)."""
    return f"urn:uuid:{item_id}"
