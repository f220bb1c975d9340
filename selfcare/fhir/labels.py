"""Security labels (FHIR R4, 6.1.1) that a server must act upon: by taking nothing, or by showing nothing by itself."""

from typing import Any

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from selfcare.fhir.problems import Path, Problems
from selfcare.fhir.references import plain, several

# By the end of the code system's name, which had others before, and the code.
_REFUSED: dict[tuple[str, str], LazyString] = {
    ("ActReason", "HTEST"): lazy_gettext(
        "This is labelled as a test (HTEST), so it was not taken. It would stand in the record of somebody. To try"
        " things out, leave the label out, and send it to /fhir/$validate."
    ),
    ("ActCode", "NOPAT"): lazy_gettext(
        "It is labelled as not to be shown to the patient (NOPAT). Reports are shown here to whom they are about, so it"
        " was not taken. Please reach the team in another way."
    ),
}


# HL7 v3 Confidentiality, by its name now, and by the number that older senders give.
_CONFIDENTIALITY = ("Confidentiality", "urn:oid:2.16.840.1.113883.5.25")
_RESTRICTED = ("R", "V")


def is_restricted(raw: Any) -> bool:
    """Whether a resource, or a message, is labelled as restricted or very restricted."""
    return any(system in _CONFIDENTIALITY and code in _RESTRICTED for system, code in _labels(raw))


def _labels(raw: Any) -> list[tuple[str, str]]:
    meta = raw.get("meta") if isinstance(raw, dict) else None
    return [
        (plain(label, "system").rpartition("/")[2].removeprefix("v3-"), plain(label, "code"))
        for label in several(meta, "security")
    ]


def refuse_labelled(raw: Any, path: Path, problems: Problems) -> None:
    """Refuse a resource, or a message, with such a label."""
    for label in _labels(raw):
        if words := _REFUSED.get(label):
            problems.error("security", words, path.to("meta").to("security"))
