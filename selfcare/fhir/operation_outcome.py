"""OperationOutcome: the answer to a sender, each problem in plain words (FHIR R4)."""

import json
import re
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import quoteattr

from flask_babel import lazy_gettext

from selfcare.fhir.problems import INFORMATION, Problem

# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def outcome(problems: Iterable[Problem], id: str = "") -> dict[str, Any]:
    """The problems as an OperationOutcome. Where there are none, it says so: an outcome has at least one issue.

    :param id: of the message that it answers, by which its sender can ask for it again.
    """
    issues = [_issue(problem) for problem in problems]
    return {
        "resourceType": "OperationOutcome",
        **({"id": id} if id else {}),
        "issue": issues or [_issue(Problem(INFORMATION, "informational", lazy_gettext("All is well.")))],
    }


def outcome_bytes(problems: Iterable[Problem], *, xml: bool = False, id: str = "") -> bytes:
    """The same, as FHIR JSON or FHIR XML in UTF-8."""
    made = outcome(problems, id)
    if not xml:
        return json.dumps(made, ensure_ascii=False).encode()
    issues = "".join(_issue_xml(issue) for issue in made["issue"])
    named = f"<id value={_attribute(id)}/>" if id else ""
    document = f'<OperationOutcome xmlns="http://hl7.org/fhir">{named}{issues}</OperationOutcome>'
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + document.encode()


def _issue(problem: Problem) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "severity": problem.severity,
        "code": problem.code,
        "details": {"text": _NOT_XML.sub("?", problem.text)},
    }
    if problem.receipt:
        issue["diagnostics"] = f"receipt {problem.receipt}"
    if problem.place:
        issue["expression"] = [problem.place]
    return issue


def _issue_xml(issue: dict[str, Any]) -> str:
    expressions = "".join(f"<expression value={_attribute(one)}/>" for one in issue.get("expression", []))
    said = f"<diagnostics value={_attribute(issue['diagnostics'])}/>" if "diagnostics" in issue else ""
    return (
        f"<issue><severity value={_attribute(issue['severity'])}/><code value={_attribute(issue['code'])}/>"
        f"<details><text value={_attribute(issue['details']['text'])}/></details>{said}{expressions}</issue>"
    )


def _attribute(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
