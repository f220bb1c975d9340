"""A laboratory's system: posts to /fhir/ as such a system does, without a browser's cookies and headers."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from lxml import etree
from werkzeug.test import TestResponse

from selfcare import database
from selfcare.filing import laboratories
from tests.fhir.messages import JSON, as_json

F = "{http://hl7.org/fhir}"
SEVERITIES = {"fatal", "error", "warning", "information"}
# The codes of the value set issue-type that this server answers with.
CODES = {
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden",
    "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long",
    "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store",
    "exception", "timeout", "incomplete", "throttled", "informational",
}  # fmt: skip


@dataclass
class Said:
    """An answer: its status, and the issues of the OperationOutcome that it must be."""

    status: int
    issues: list[dict[str, Any]]
    response: TestResponse

    @property
    def texts(self) -> str:
        return "\n".join(issue["text"] for issue in self.issues)

    @property
    def codes(self) -> list[str]:
        return [issue["code"] for issue in self.issues]


@dataclass
class Laboratory:
    app: Flask
    token: str

    def post(
        self,
        body: bytes | dict[str, Any],
        content_type: str | None = JSON,
        *,
        token: str | None = None,
        path: str = "/fhir/",
        method: str = "POST",
        **headers: str,
    ) -> Said:
        sent = {"Authorization": f"Bearer {token or self.token}", **headers}
        if sent["Authorization"] == "Bearer -":
            del sent["Authorization"]
        data = body if isinstance(body, bytes) else as_json(body)
        browser = self.app.test_client(use_cookies=False)
        response = browser.open(path, method=method, data=data, content_type=content_type, headers=sent)
        return said(response)


def new(app: Flask, name: str = "Riverside Pathology", team: str = "Riverside community team") -> Laboratory:
    with app.test_request_context(), database.command():
        return Laboratory(app, laboratories.add(name, team))


def said(response: TestResponse) -> Said:
    """The answer, which must be a valid OperationOutcome in the format it says."""
    assert response.status_code < 500 or response.status_code == 503, response.get_data(as_text=True)
    kind = response.mimetype
    if kind == "application/fhir+xml":
        issues = _from_xml(response.get_data())
    else:
        assert kind == "application/fhir+json", kind
        made = json.loads(response.get_data())
        assert made["resourceType"] == "OperationOutcome"
        assert set(made) <= {"resourceType", "id", "issue"}
        issues = [{**issue, "text": issue["details"]["text"]} for issue in made["issue"]]
    assert issues
    for issue in issues:
        assert issue["severity"] in SEVERITIES
        assert issue["code"] in CODES
        assert issue["text"].strip()
        assert all(one.strip() for one in issue.get("expression", []))
    return Said(response.status_code, issues, response)


def _from_xml(body: bytes) -> list[dict[str, Any]]:
    root = etree.fromstring(body)
    assert root.tag == f"{F}OperationOutcome"
    found = []
    for issue in root.findall(f"{F}issue"):
        assert issue.tag == f"{F}issue"
        order = [etree.QName(part).localname for part in issue]
        assert order == sorted(order, key=["severity", "code", "details", "diagnostics", "expression"].index)
        made = {part: issue.find(f"{F}{part}").get("value") for part in ("severity", "code")}
        found.append(made | {"text": issue.find(f"{F}details/{F}text").get("value")})
    return found
