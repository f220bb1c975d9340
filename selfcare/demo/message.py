"""What the invented laboratory sends: messages in FHIR, taken in as any laboratory's are."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from selfcare import fhir
from selfcare.demo.cast import LABORATORY, RESULTS, Cast
from selfcare.filing import laboratories, receive
from selfcare.filing.actions import TypedResult
from selfcare.filing.receive import Receiving
from selfcare.filing.source import Source
from selfcare.people.models import Person

NHS = "https://fhir.nhs.uk/Id/nhs-number"
SNOMED = "http://snomed.info/sct"
Node = dict[str, Any]


def laboratory(cast: Cast) -> Source:
    """Let the laboratory send for the team. Nobody learns its token."""
    sending = laboratories.by_token(laboratories.add(LABORATORY, cast.team.name))
    if sending is None:
        raise RuntimeError("a sender that was just added is not there")
    return Source(sending.team_id, sending.name, sender_id=sending.id)


def arrive(source: Source, sent: Node) -> Receiving:
    """A message with one report comes in. :returns: what became of it."""
    (report,) = fhir.read(json.dumps(sent).encode()).reports
    return receive.receive_all([report], source)[0]


def one_waits(cast: Cast, source: Source) -> None:
    """A report about Gwen says another birth date than her team knows: somebody has to look whose it is."""
    gwen, days = cast.people["Gwen"], cast.days
    day = days.weekday(1)
    arrive(
        source,
        message(
            gwen,
            "RP-2041902",
            "Kidney tests",
            RESULTS["Kidney tests"],
            taken=days.when(day, "09:05").utc,
            issued=days.when(day, "16:50").utc,
            born=gwen.born.replace(day=gwen.born.day - 6).isoformat(),
        ),
    )


def message(
    person: Person,
    name: str,
    asked_for: str,
    results: Sequence[TypedResult],
    *,
    taken: datetime,
    issued: datetime,
    born: str = "",
) -> Node:
    """A message with one report: what was asked for, as a panel with its results.

    :param name: the report's own identifier. :param born: the birth date in the message, where it is not the person's.
    """
    rows = [_observation(row) for row in results]
    panel = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": asked_for},
        "hasMember": [_to(f"r{n}") for n in range(len(rows))],
    }
    parts: dict[str, Node] = {
        "lab": {"resourceType": "Organization", "name": LABORATORY},
        "patient": {
            "resourceType": "Patient",
            "identifier": [{"system": NHS, "value": person.nhs_number}],
            "name": [{"use": "official", "family": person.family_name, "given": [person.given_name]}],
            "birthDate": born or person.born.isoformat(),
        },
        "request": {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "code": {"text": asked_for},
            "subject": _to("patient"),
        },
        "specimen": {
            "resourceType": "Specimen",
            "type": {"text": "Blood"},
            "collection": {"collectedDateTime": taken.isoformat()},
        },
        "report": {
            "resourceType": "DiagnosticReport",
            "identifier": [{"system": "https://laboratory.example.org/report", "value": name}],
            "basedOn": [_to("request")],
            "status": "final",
            "category": [{"coding": [{"system": SNOMED, "code": "394914008", "display": "Blood sciences"}]}],
            "code": {
                "coding": [{"system": SNOMED, "code": "721981007", "display": "Diagnostic studies report"}]
            },
            "subject": _to("patient"),
            "effectiveDateTime": taken.isoformat(),
            "issued": issued.isoformat(),
            "performer": [_to("lab")],
            "specimen": [_to("specimen")],
            "result": [_to("panel")],
        },
        "panel": panel,
        **{f"r{n}": row for n, row in enumerate(rows)},
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{place}", "resource": part} for place, part in parts.items()],
    }


def _observation(row: TypedResult) -> Node:
    made: Node = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": row.name},
        "valueQuantity": {"value": json.loads(row.value), "unit": row.unit},
    }
    if row.range_text:
        made["referenceRange"] = [{"text": row.range_text}]
    if row.flag:
        made["interpretation"] = [{"text": row.flag}]
    return made


def _to(place: str) -> Node:
    return {"reference": f"urn:uuid:{place}"}
