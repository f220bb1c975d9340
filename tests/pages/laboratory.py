"""A laboratory's own system: it writes messages in FHIR, and sends them over the wire with its token."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from flask import Flask

from tests.fhir import sending
from tests.fhir.messages import (
    JSON,
    Digits,
    Node,
    as_json,
    bundle,
    code,
    observation,
    patient,
    quantity,
    report,
)
from tests.filing.clinic import ROSA_NUMBER
from tests.harness.server import Server

FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
NOTE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note"
DOCUMENT = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
RANGE = "120 - 150 (adult women)"


@dataclass
class Laboratory:
    """One that may send for the team of the clinic."""

    url: str
    token: str

    def sends(self, message: Node) -> list[str]:
        """:returns: what the answer says, sentence by sentence. Everything it sends here must be taken."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": JSON}
        answer = requests.post(f"{self.url}/fhir/", data=as_json(message), headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        assert made["resourceType"] == "OperationOutcome"
        return [issue["details"]["text"] for issue in made["issue"]]


def that_may_send(app: Flask, server: Server) -> Laboratory:
    return Laboratory(server.url, sending.new(app).token)


def blood_count(
    name: str, taken: datetime, haemoglobin: str, *, status: str = "final", hours: int = 6
) -> Node:
    """A full blood count of Rosa's, whole: two of its four results are out of the laboratory's range.

    :param name: the report's own identifier; a correction has the same.
    :param hours: how long after it was taken it was issued.
    """
    day = taken.isoformat(timespec="seconds")
    results = (
        observation(
            "Haemoglobin",
            valueQuantity=quantity(haemoglobin, "g/L"),
            referenceRange=[{"text": RANGE}],
            interpretation=[_flag("L", "Low")],
            note=[{"text": "Checked twice."}],
        ),
        observation(
            "White cell count",
            valueQuantity=quantity("12.40", "10*9/L"),
            referenceRange=[_between("4.0", "11.0", "10*9/L")],
            interpretation=[_flag("H", "High")],
        ),
        observation(
            "Platelets",
            valueQuantity=quantity("249", "10*9/L"),
            referenceRange=[_between("150", "410", "10*9/L")],
        ),
        observation("Blood film", valueString="Red cells small and pale."),
    )
    named = tuple(one | {"code": code(_name(one), f"10{n}")} for n, one in enumerate(results))
    group = observation("Full blood count", hasMember=[{"reference": f"urn:uuid:r{n}"} for n in range(4)])
    sent = report(
        identifier=[{"system": "http://lab.example/report", "value": name}],
        status=status,
        effectiveDateTime=day,
        issued=(taken + timedelta(hours=hours)).isoformat(timespec="seconds"),
        result=[{"reference": "urn:uuid:r4"}],
        conclusion="Low haemoglobin, white cells raised.",
        extension=[{"url": NOTE, "valueAnnotation": {"text": "The sample came in late."}}],
        presentedForm=[
            {
                "contentType": "application/pdf",
                "data": b64encode(DOCUMENT).decode(),
                "size": Digits(len(DOCUMENT)),
                "title": "Full blood count as printed",
            }
        ],
    )
    return bundle(
        *named,
        group,
        report=sent,
        patient=patient(ROSA_NUMBER, name=[{"family": "MOXEY", "given": ["Rosa"]}], birthDate="1962-03-27"),
        request={
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "code": code("Full blood count", "26604007"),
            "subject": {"reference": "urn:uuid:patient"},
        },
        specimen={
            "resourceType": "Specimen",
            "type": code("Venous blood", "122555007"),
            "subject": {"reference": "urn:uuid:patient"},
            "collection": {"collectedDateTime": day},
        },
    )


def _name(result: Node) -> str:
    return str(result["code"]["coding"][0]["display"])


def _flag(letter: str, word: str) -> Node:
    return {"coding": [{"system": FLAGS, "code": letter, "display": word}]}


def _between(low: str, high: str, unit: str) -> Node:
    return {"low": quantity(low, unit), "high": quantity(high, unit)}
