"""What this server can do, as a CapabilityStatement (FHIR R4): it takes laboratory reports, and nothing else."""

import json
from typing import Any
from xml.sax.saxutils import quoteattr

from selfcare.fhir.limits import Limits

# In the order of the standard, which XML keeps.
_STATEMENT: dict[str, Any] = {
    "resourceType": "CapabilityStatement",
    "status": "active",
    "date": "2026-03-01",
    "kind": "instance",
    "software": {"name": "Selfcare"},
    "implementation": {"description": "Takes laboratory reports, to be read by the people they are about."},
    "fhirVersion": "4.0.1",
    "format": ["application/fhir+json", "application/fhir+xml"],
    "rest": [
        {
            "mode": "server",
            "documentation": "",
            "security": {"description": "A bearer token of the sender's own, in the Authorization header."},
            "interaction": [{"code": "transaction"}],
        }
    ],
}


def statement_bytes(limits: Limits, *, xml: bool = False) -> bytes:
    """The statement as FHIR JSON or FHIR XML in UTF-8, with the size limits said in words."""
    says = (
        "POST a Bundle (message, transaction, collection or document) or a single DiagnosticReport to this base. Each "
        "report is taken whole or not at all; the answer is an OperationOutcome with an issue for each. At most "
        f"{limits.body} bytes a message, {limits.observations} results a report, {limits.files} files a report of "
        f"{limits.file} bytes each."
    )
    rest = _STATEMENT["rest"][0] | {"documentation": says}
    made = _STATEMENT | {"rest": [rest]}
    if not xml:
        return json.dumps(made, ensure_ascii=False).encode()
    kind = made["resourceType"]
    inner = "".join(_element(name, value) for name, value in made.items() if name != "resourceType")
    document = f'<{kind} xmlns="http://hl7.org/fhir">{inner}</{kind}>'
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + document.encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(*one) for one in value.items())}</{name}>"
    return f"<{name} value={quoteattr(str(value))}/>"
