"""Messages of our own making, as JSON and as its twin in XML."""

import json
import re
from copy import deepcopy
from typing import Any
from xml.sax.saxutils import quoteattr

from selfcare.fhir import Limits, Reading, read

NHS = "https://fhir.nhs.uk/Id/nhs-number"
JSON, XML = "application/fhir+json", "application/fhir+xml"
PDF = "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo="  # a PDF, as far as its first bytes go
Node = dict[str, Any]


class Digits(str):
    """A number as it is to stand in the message, digit for digit."""


def as_json(resource: Any) -> bytes:
    """FHIR JSON; `Digits` stand without quotes, as they are."""
    if isinstance(resource, dict):
        inner = b",".join(
            json.dumps(name).encode() + b":" + as_json(value) for name, value in resource.items()
        )
        return b"{" + inner + b"}"
    if isinstance(resource, list):
        return b"[" + b",".join(as_json(item) for item in resource) + b"]"
    if isinstance(resource, Digits):
        return resource.encode()
    return json.dumps(resource).encode()


def as_xml(resource: Node) -> bytes:
    """The same resource as FHIR XML, with a comment, a processing instruction and a narrative that must not matter."""
    kind = resource["resourceType"]
    inner = "".join(_element(name, value) for name, value in resource.items() if name != "resourceType")
    narrative = (
        '<text><status value="empty"/><div xmlns="http://www.w3.org/1999/xhtml">All <b>bold</b></div></text>'
    )
    if kind == "Bundle":
        narrative = ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><!-- 7 --><?made by="hand"?>'
        f'<{kind} xmlns="http://hl7.org/fhir">{narrative}<!-- <status value="draft"/> -->{inner}</{kind}>'
    ).encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, dict):
        if "div" in value or name.startswith("_"):
            return ""  # a narrative, and what JSON keeps beside a value
        kind = re.sub(r"\W|^\d", "X", str(value.get("resourceType") or "")) or None
        attribute = (
            f" url={quoteattr(_fit_for_xml(str(value['url'])))}"
            if "url" in value and name.endswith("xtension")
            else ""
        )
        skipped = {"resourceType", "url"} if attribute else {"resourceType"}
        inner = "".join(_element(inside, one) for inside, one in value.items() if inside not in skipped)
        return f"<{name}{attribute}>" + (f"<{kind}>{inner}</{kind}>" if kind else inner) + f"</{name}>"
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else _fit_for_xml(str(value))
    return f"<{name} value={quoteattr(text, {chr(10): '&#10;', chr(13): '&#13;'})}/>"


def _fit_for_xml(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "?", text)


def twin_of(source: bytes) -> bytes:
    """FHIR XML of a message in FHIR JSON, digit for digit."""
    return as_xml(json.loads(source.decode("utf-8-sig"), parse_float=Digits, parse_int=Digits))


def reading(resource: Any, limits: Limits | None = None) -> Reading:
    """What is read of the JSON; the XML twin must say the same."""
    bounds = limits or Limits()
    made = read(as_json(resource), JSON, bounds)
    twin = read(as_xml(resource), XML, bounds)
    assert twin.reports == made.reports
    assert [(one.severity, one.code, one.text, one.place) for one in twin.problems] == [
        (one.severity, one.code, one.text, one.place) for one in made.problems
    ]
    return made


def the_report(resource: Any) -> Any:
    """The one report of a message, which must be there whole."""
    made = reading(resource)
    assert len(made.reports) == 1, [one.text for one in made.problems]
    assert made.refused == 0
    return made.reports[0]


def refusal(resource: Any, limits: Limits | None = None) -> str:
    """The sentences that refuse a message, or its one report."""
    made = reading(resource, limits)
    assert made.reports == ()
    return "\n".join(one.text for one in made.problems if one.refuses)


# ------------------------------------------------------------------------------------------------------- the parts


def code(display: str, number: str = "1001371000000100") -> Node:
    return {"coding": [{"system": "http://snomed.info/sct", "code": number, "display": display}]}


def quantity(value: str, unit: str = "mmol/L", **more: Any) -> Node:
    return {"value": Digits(value), "unit": unit, "system": "http://unitsofmeasure.org", "code": unit, **more}


def observation(name: str = "Serum sodium", **more: Any) -> Node:
    made: Node = {"resourceType": "Observation", "status": "final", "code": code(name)}
    return made | (more or {"valueQuantity": quantity("140")})


def patient(number: str = "9727710638", **more: Any) -> Node:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": NHS, "value": number}],
        "name": [{"use": "official", "family": "WELSH", "given": ["Joel", "Kit"]}],
        "gender": "male",
        "birthDate": "1972-08-23",
    } | more


def report(**more: Any) -> Node:
    return {
        "resourceType": "DiagnosticReport",
        "identifier": [{"system": "http://lab.example/report", "value": "REP-1"}],
        "basedOn": [{"reference": "urn:uuid:request"}],
        "status": "final",
        "category": [code("Laboratory", "LAB")],
        "code": code("Diagnostic studies report", "721981007"),
        "subject": {"reference": "urn:uuid:patient"},
        "effectiveDateTime": "2026-03-07T11:42:00+00:00",
        "issued": "2026-03-08T12:09:00+00:00",
        "performer": [{"reference": "urn:uuid:lab"}],
        "specimen": [{"reference": "urn:uuid:specimen"}],
        "result": [{"reference": "urn:uuid:r0"}],
    } | more


def entry(name: str, resource: Node) -> Node:
    return {"fullUrl": f"urn:uuid:{name}", "resource": resource}


def bundle(*results: Node, kind: str = "message", **changed: Any) -> Node:
    """A message with one report; its results are urn:uuid:r0, r1 … `changed`: other resources by their name here.

    A part that is None is left out; `result` in a changed report stays what the results make it, unless given.
    """
    results = results or (observation(),)
    names = [f"urn:uuid:r{index}" for index in range(len(results))]
    parts: dict[str, Node | None] = {
        "header": {
            "resourceType": "MessageHeader",
            "eventUri": "urn:nhs:report",
            "source": {"endpoint": "urn:lab"},
            "sender": {"reference": "urn:uuid:lab"},
        },
        "lab": {
            "resourceType": "Organization",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Y8J7D"}],
            "name": "PATH LAB 001",
        },
        "patient": patient(),
        "request": {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "code": code("Urea and electrolytes", "135842001"),
            "subject": {"reference": "urn:uuid:patient"},
        },
        "specimen": {
            "resourceType": "Specimen",
            "type": code("Venous blood specimen", "122555007"),
            "subject": {"reference": "urn:uuid:patient"},
            "receivedTime": "2026-03-07T14:58:00+00:00",
            "collection": {"collectedDateTime": "2026-03-07T11:42:00+00:00"},
        },
        "report": report(result=[{"reference": name} for name in names]),
    } | changed
    entries = [entry(name, part) for name, part in parts.items() if part is not None]
    entries += [entry(f"r{index}", result) for index, result in enumerate(results)]
    return deepcopy({"resourceType": "Bundle", "type": kind, "entry": entries})


def of(made: Node, kind: str, index: int = 0) -> Node:
    """A resource in a bundle, to change it."""
    found: list[Node] = [one["resource"] for one in made["entry"] if one["resource"]["resourceType"] == kind]
    return found[index]


def single(*results: Node, **more: Any) -> Node:
    """A report on its own, with everything contained."""
    results = results or (observation(),)
    parts: list[Node] = [
        {"id": "p", **patient()},
        {"id": "lab", "resourceType": "Organization", "name": "PATH LAB 001"},
        *({"id": f"r{index}", **result} for index, result in enumerate(results)),
    ]
    return deepcopy(
        report(
            contained=parts,
            basedOn=[{"display": "Urea and electrolytes"}],
            subject={"reference": "#p"},
            performer=[{"reference": "#lab"}],
            specimen=[{"display": "Blood"}],
            result=[{"reference": f"#r{index}"} for index in range(len(results))],
        )
        | more
    )
