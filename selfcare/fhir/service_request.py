"""ServiceRequest: what was asked for, the name people know a report by."""

from dataclasses import dataclass
from typing import Any

from selfcare.fhir.datatypes import codings, words
from selfcare.fhir.patient import Subject
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item
from selfcare.filing.received import Coding

# What a report is based on besides requests. They name no test.
_OTHERS = ("CarePlan", "ImmunizationRecommendation", "MedicationRequest", "NutritionOrder")

# Codes and names that say no more than that this is a report.
_GENERIC_CODES = frozenset(
    {
        "11502-2", "11526-1", "26436-6",  # LOINC
        "721981007", "4241000179101", "4201000179104", "371528001", "229059009", "371525003",  # SNOMED CT
    }
)  # fmt: skip
_GENERIC_NAMES = frozenset(
    {
        "diagnostic report", "diagnostic studies report", "diagnostic study report", "lab report", "lab results",
        "laboratory", "laboratory report", "laboratory results", "laboratory studies", "laboratory test",
        "laboratory test report", "pathology", "pathology report", "pathology study", "report", "results",
        "test report", "tests", "clinical report", "record artifact", "laboratory studies (set)",
    }
)  # fmt: skip


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
    telling = [coding for coding in concept.get("coding", []) if coding.get("code") not in _GENERIC_CODES]
    name = words({"coding": telling})
    return "" if is_generic(name) else name


def is_generic(name: str) -> bool:
    return " ".join(name.casefold().split()).rstrip(".") in _GENERIC_NAMES
