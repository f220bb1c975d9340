"""The marks of FHIR versions other than R4, so that a message in one of them is refused by its name."""

import re
from typing import Any

DSTU2, STU3, R5 = "DSTU2", "STU3", "R5"

# Elements that R4 does not have, and the version that does.
ELEMENTS = {
    "Bundle": {"issues": R5},
    "DiagnosticReport": {"request": DSTU2}
    | dict.fromkeys(("context", "codedDiagnosis", "image"), STU3)
    | dict.fromkeys(("note", "study", "supportingInfo", "composition"), R5),
    "Observation": {"comments": DSTU2, "reliability": DSTU2}
    | dict.fromkeys(("context", "comment", "related", "valueAttachment"), STU3)
    | dict.fromkeys(
        ("instantiatesCanonical", "instantiatesReference", "triggeredBy", "bodyStructure", "valueReference"),
        R5,
    ),
    "Specimen": {"treatment": DSTU2} | dict.fromkeys(("combined", "role", "feature"), R5),
    "ServiceRequest": dict.fromkeys(("bodyStructure", "reason", "focus"), R5),
    "Patient": {"careProvider": DSTU2, "animal": STU3},
    "MessageHeader": dict.fromkeys(("event", "timestamp", "receiver"), STU3),
}
# What takes part in a laboratory's report in other versions, and is no resource in R4.
RESOURCES = {"DiagnosticOrder": DSTU2, "ProcedureRequest": STU3, "ReferralRequest": STU3, "BodySite": STU3}

# Of a profile's address; UK profiles for STU3 (CareConnect) say so in theirs. A number counts only where it is FHIR's
# own: in the address of the standard itself. Every other profile has a version of its own, which says nothing of it.
_BASE = r"^https?://hl7\.org/fhir/"
_PROFILES = (
    (DSTU2, re.compile(rf"/DSTU2(/|$)|{_BASE}(1\.0(\.2)?/|StructureDefinition/\w+\|1\.0(\.|$))")),
    (
        STU3,
        re.compile(rf"/STU3(/|$)|/CareConnect-|{_BASE}(3\.0(\.[12])?/|StructureDefinition/\w+\|3\.0(\.|$))"),
    ),
    (R5, re.compile(rf"/R5(/|$)|{_BASE}(5\.0(\.0)?/|StructureDefinition/\w+\|5\.0(\.|$))")),
)
# R4B (4.3) changed nothing of what is read here.
_NUMBERS = {"1.0": DSTU2, "3.0": STU3, "4.0": "", "4.1": "", "4.3": "", "5.0": R5, "6.0": "R6"}


def by_number(number: str) -> str | None:
    """The version with this number, as the media type's `fhirVersion` says it: "" for R4, None for one unknown."""
    return _NUMBERS.get(".".join(number.split(".")[:2]))


def by_marks(raw: dict[str, Any]) -> tuple[str, str] | None:
    """The other version that a resource shows, and the element that shows it ("" for its type). None: it may be R4."""
    kind = raw.get("resourceType")
    if not isinstance(kind, str):
        return None
    if kind in RESOURCES:
        return RESOURCES[kind], ""
    meta = raw.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else [profiles]:
        for version, pattern in _PROFILES:
            if isinstance(profile, str) and pattern.search(profile):
                return version, "meta.profile"
    known = ELEMENTS.get(kind, {})
    for name in raw:
        if name in known:
            return known[name], name
    if kind == "DiagnosticReport" and _has(raw.get("performer"), "actor"):
        return STU3, "performer.actor"
    if kind == "ServiceRequest" and _has(raw.get("code"), "concept"):
        return R5, "code.concept"
    return None


def _has(value: Any, name: str) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and name in item for item in items)
