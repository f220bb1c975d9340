"""What this server can do, as a CapabilityStatement (FHIR R4): it takes laboratory reports, and nothing else."""

import json
from typing import Any
from xml.sax.saxutils import quoteattr

from selfcare.fhir.limits import Limits

# In the order of the standard, which XML keeps.
_STATEMENT: dict[str, Any] = {
    "resourceType": "CapabilityStatement",
    "status": "active",
    "date": "2026-11-29",
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
            "resource": [
                {
                    "type": "DiagnosticReport",
                    "documentation": "Versions are recognised by identifier, code and results. Withdraw with the status"
                    " entered-in-error or DELETE.",
                    "interaction": [{"code": "create"}, {"code": "update"}, {"code": "delete"}],
                    "versioning": "no-version",
                    "updateCreate": True,
                    "conditionalDelete": "single",
                    "operation": [
                        {
                            "name": "validate",
                            "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate",
                        }
                    ],
                },
                {
                    "type": "OperationOutcome",
                    "documentation": "What became of the reports of a message: by the id of its answer.",
                    "interaction": [{"code": "read"}],
                },
            ],
            "interaction": [{"code": "transaction"}, {"code": "batch"}],
        }
    ],
}


def statement_bytes(limits: Limits, *, xml: bool = False) -> bytes:
    """The statement as FHIR JSON or FHIR XML in UTF-8, with the size limits said in words."""
    says = (
        "POST a Bundle (message, batch, collection, document or transaction) or a single DiagnosticReport to this "
        "base, gzip if you like. Each report is taken whole or not at all, a transaction in one; the answer is an "
        "OperationOutcome with an issue for each, and its id asks later what became of them. One identifier may name "
        "several reports. A version has an identifier, its code and a result in common with what it replaces; what is "
        "not certain waits for a human. POST to $validate keeps nothing. At most "
        f"{limits.body} bytes and {limits.reports} reports a message ({limits.whole} in a transaction), "
        f"{limits.observations} results a report, {limits.files} files a report of {limits.file} bytes each."
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
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name} value={quoteattr(text)}/>"
