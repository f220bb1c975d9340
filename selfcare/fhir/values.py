"""value[x] and what stands around it, in an Observation and in each of its components: word for word."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.datatypes import amount, listed, ratio, reference_range, span, words
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.filing.received_report import (
    CLOCK,
    CODED,
    MOMENT,
    NONE,
    NUMBER,
    PERIOD,
    RANGE,
    RATIO,
    TEXT,
    YES_NO,
)

# What a code of data-absent-reason displays as, for senders who leave the words out.
_ABSENT = {
    "unknown": "Unknown",
    "asked-unknown": "Asked But Unknown",
    "temp-unknown": "Temporarily Unknown",
    "not-asked": "Not Asked",
    "asked-declined": "Asked But Declined",
    "masked": "Masked",
    "not-applicable": "Not Applicable",
    "unsupported": "Unsupported",
    "as-text": "As Text",
    "error": "Error",
    "not-a-number": "Not a Number (NaN)",
    "negative-infinity": "Negative Infinity (NINF)",
    "positive-infinity": "Positive Infinity (PINF)",
    "not-performed": "Not Performed",
    "not-permitted": "Not Permitted",
}


@dataclass(frozen=True)
class Said:
    """A value as the laboratory wrote it, and its words around it."""

    kind: str
    value: str
    unit: str
    range_text: str
    flag: str
    absent_reason: str


def read_value(desk: Desk, clean: dict[str, Any], path: Path) -> Said:
    """The value of a clean Observation or component."""
    kind, value, unit, absent = _value(desk, clean.get("value"), path)
    if kind == NONE and not absent:  # a primitive that has nothing but an extension
        reason = next((one for name, one in clean.items() if name.startswith("_value") and one), "")
        absent = _ABSENT.get(reason, reason)
    if reason := clean.get("dataAbsentReason"):
        if kind != NONE:
            told = lazy_gettext("%(element)s has a value and a reason why it has none.", element=path.element)
            desk.problems.error("invariant", told, path)
        said = words(reason)
        absent = _ABSENT.get(said, said)
    return Said(
        kind,
        value,
        unit,
        listed((reference_range(one) for one in clean.get("referenceRange", [])), "; "),
        listed(words(one) for one in clean.get("interpretation", [])),
        absent,
    )


def _value(desk: Desk, choice: tuple[str, Any] | None, path: Path) -> tuple[str, str, str, str]:
    """Kind, value, unit, and why there is none."""
    if choice is None:
        return NONE, "", "", ""
    kind, sent = choice
    here = path.to("value" + kind[0].upper() + kind[1:])
    match kind:
        case "Quantity":
            if number := amount(sent):
                return NUMBER, number.value, number.unit, ""
            if reason := sent.get("_value"):
                return NONE, "", "", _ABSENT.get(reason, reason)
        case "integer":
            return NUMBER, sent, "", ""
        case "CodeableConcept":
            if said := words(sent):
                return CODED, said, "", ""
        case "Range":
            if numbers := span(sent):
                return RANGE, numbers.value, numbers.unit, ""
        case "Ratio":
            if said := ratio(sent):
                return RATIO, said, "", ""
        case "Period":
            start, end = sent.get("start", ""), sent.get("end", "")
            if start or end:
                return PERIOD, f"{start}/{end}", "", ""
        case "boolean":
            return YES_NO, sent, "", ""
        case "dateTime":
            return MOMENT, sent, "", ""
        case "time":
            return CLOCK, sent, "", ""
        case "SampledData":
            told = lazy_gettext("%(element)s is a curve; curves are not read here.", element=here.element)
            desk.problems.error("not-supported", told, here)
            return NONE, "", "", ""
        case _:
            return TEXT, sent, "", ""
    told = lazy_gettext("%(element)s holds no value.", element=here.element)
    desk.problems.error("required", told, here)
    return NONE, "", "", ""
