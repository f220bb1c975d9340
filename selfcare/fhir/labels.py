"""Security labels (FHIR R4, 6.1.1) that a server must act upon: this one can do so only by taking nothing."""

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


def refuse_labelled(raw: Any, path: Path, problems: Problems) -> None:
    """Refuse a resource, or a message, with such a label."""
    meta = raw.get("meta") if isinstance(raw, dict) else None
    for label in several(meta, "security"):
        system = plain(label, "system").rpartition("/")[2].removeprefix("v3-")
        if words := _REFUSED.get((system, plain(label, "code"))):
            problems.error("security", words, path.to("meta").to("security"))
