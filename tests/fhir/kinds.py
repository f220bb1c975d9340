"""Messages of kinds that were once read wrong, small: one patient, a few results, one or more reports.

Each is of our own making. Rosa Hill, her number and every value are invented.
"""

from copy import deepcopy
from typing import Any

from tests.fhir.messages import Node

NUMBER = "9990001006"
SYSTEM = "https://laboratory.example/report"
PATIENT: Node = {
    "resourceType": "Patient",
    "id": "p",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}],
    "name": [{"family": "Hill", "given": ["Rosa"]}],
    "birthDate": "1962-03-27",
}
MINE = {"reference": "Patient/p"}


def result(id: str, name: str, value: float | str | None = None, unit: str = "mmol/L", **more: Any) -> Node:
    """An observation: a number with its unit, or words, or what `more` says."""
    made: Node = {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"text": name},
        "subject": MINE,
    }
    if isinstance(value, str):
        made["valueCodeableConcept"] = {"text": value}
    elif value is not None:
        made["valueQuantity"] = {"value": value, "unit": unit}
    return made | more


def report(id: str, title: str, *results: str, number: str | None = None, **more: Any) -> Node:
    """A final report of one laboratory, with the ids of its results. A part given as None is left out."""
    made: Node = {
        "resourceType": "DiagnosticReport",
        "id": id,
        "status": "final",
        "code": {"text": title},
        "subject": MINE,
        "effectiveDateTime": "2026-10-05T08:40:00+01:00",
        "issued": "2026-10-05T15:00:00+01:00",
        "performer": [{"display": "Hillside Pathology"}],
        "result": [{"reference": f"Observation/{one}"} for one in results],
        "identifier": [{"system": SYSTEM, "value": number}] if number else None,
    } | more
    return {name: value for name, value in made.items() if value is not None}


def message(*resources: Node, kind: str = "collection", patient: Node | None = PATIENT) -> Node:
    """A Bundle of these, and the patient."""
    entries: list[Node] = [{"resource": one} for one in (*([patient] if patient else []), *resources)]
    if kind in ("transaction", "batch"):
        for one in entries:
            one["request"] = {"method": "POST", "url": one["resource"]["resourceType"]}
    return deepcopy({"resourceType": "Bundle", "type": kind, "entry": entries})


def encoded() -> Node:
    """A result and a report whose subject is named by a search, percent-encoded as addresses are."""
    means = {"reference": f"Patient?identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C{NUMBER}"}
    return message(
        result("k", "Copper", 16, "µmol/L", subject=means),
        report("a", "Copper", "k", number="N-18", subject=means),
    )
