"""Elements of FHIR R4 that are written in more than one place: never empty, and nothing in them converted."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
COMPARATORS = ("<", "<=", ">=", ">")
# What FHIR R4 knows of a report, and of a result.
REPORTS = frozenset(
    {"registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled",
     "entered-in-error", "unknown"}
)  # fmt: skip
RESULTS = frozenset(
    {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}
)
# XML 1.0, 2.2: what may stand in a narrative.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Resource = dict[str, Any]


def full(**values: Any) -> Resource:
    """Without what is empty: FHIR has no empty elements."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def quantity(number: Decimal, unit: str) -> Resource:
    """A number with its unit as it was written: nobody chose a code for it."""
    whole = number == number.to_integral_value()
    return full(value=int(number) if whole else float(number), unit=unit)


def concept(codes: Sequence[dict[str, Any]] | None, name: str) -> Resource:
    """Words, and the codes that came with them."""
    sent = [
        full(system=one.get("system"), code=one.get("code"), display=one.get("display"))
        for one in codes or []
        if one.get("system") and one.get("code")
    ]
    return full(coding=sent, text=name)


def coded(system: str, code: str, display: str = "") -> Resource:
    return {"coding": [full(system=system, code=code, display=display)]}


def known_status(code: str | None, among: frozenset[str]) -> str:
    return code if code in among else "unknown"


def moment_of(moment: datetime, zone: str, *, to_the_day: bool) -> str:
    """A moment by the clock of a place, as exactly as it is known."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.date().isoformat() if to_the_day else local.isoformat(timespec="seconds")


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def patient(
    *,
    item_id: Any,
    name: Resource,
    nhs_number: str | None,
    born: date,
    died: date | None = None,
    **more: Any,
) -> Resource:
    """Who somebody is."""
    return full(
        resourceType="Patient",
        id=str(item_id),
        identifier=[{"system": NHS_NUMBER, "value": nhs_number}] if nhs_number else None,
        name=[name],
        birthDate=born.isoformat(),
        deceasedDateTime=died and died.isoformat(),
        **more,
    )


def narrative(
    paragraphs: Sequence[Sequence[str]], language: str, way: str, *, strong: bool = True
) -> Resource:
    """Words as XHTML (FHIR R4, 2.4).

    :param strong: of each paragraph the first line, where there are more.
    """
    inside = "".join(
        _paragraph([_safe(line) for line in lines if line], strong) for lines in paragraphs if any(lines)
    )
    head = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}" dir="{way}">'
    return {"status": "additional", "div": f"{head}{inside or '<p>-</p>'}</div>"}


def _paragraph(lines: list[str], strong: bool) -> str:
    first, *more = lines
    return "<p>" + "<br/>".join([f"<b>{first}</b>" if more and strong else first, *more]) + "</p>"


def _safe(words: str) -> str:
    plain = _NO_XML.sub("\ufffd", words)
    for sign, said in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "<br/>")):
        plain = plain.replace(sign, said)
    return plain
