"""ServiceRequest: what was asked for, the name people know a report by."""

from dataclasses import dataclass
from typing import Any

from selfcare.fhir.datatypes import codings, words
from selfcare.fhir.patient import Subject
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item
from selfcare.filing import generic
from selfcare.filing.generic import is_generic
from selfcare.filing.received_report import Coding

# What a report is based on besides requests. They name no test.
_OTHERS = ("CarePlan", "ImmunizationRecommendation", "MedicationRequest", "NutritionOrder")


@dataclass(frozen=True)
class Asked:
    """One thing that was asked for. `name` is empty where the request names no test."""

    name: str
    codes: tuple[Coding, ...] = ()
    is_other: bool = False


def read_requests(
    desk: Desk, references: list[dict[str, Any]], holder: Item, path: Path, subject: Subject
) -> list[Asked]:
    """What was asked for, in order. A request that the message does not have keeps the name the reference gives it."""
    found = []
    for item, reference in desk.follow(references, holder, path, ("ServiceRequest", *_OTHERS)):
        if item is None:
            found.append(Asked(known_name({"text": reference.get("display", "")})))
        elif item.kind == "ServiceRequest":
            clean = desk.clean(item)
            if clean.get("doNotPerform") == "true":
                continue
            found.append(
                Asked(
                    known_name(clean.get("code")),
                    codings(clean.get("code")),
                    subject.is_other(desk, clean.get("subject"), item, item.path.to("subject")),
                )
            )
    return found


def known_name(concept: dict[str, Any] | None) -> str:
    """The name in a code, or nothing where all it says is that this is a report."""
    if not concept:
        return ""
    text = concept.get("text", "")
    if text and not is_generic(text):
        return str(text)
    telling = [coding for coding in concept.get("coding", []) if coding.get("code") not in generic.CODES]
    name = words({"coding": telling})
    return "" if is_generic(name) else name
