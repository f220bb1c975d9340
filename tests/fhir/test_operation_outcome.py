"""The answer to a sender is a valid OperationOutcome of R4, in JSON and in XML."""

import json

from fhir.resources.R4B.operationoutcome import OperationOutcome
from lxml import etree

from selfcare.fhir import Reading, outcome, outcome_bytes, read
from tests.fhir.messages import as_json, bundle, observation

F = "{http://hl7.org/fhir}"
# FHIR R4, issue-type and issue-severity.
CODES = frozenset(
    {
        "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired",
        "forbidden", "suppressed", "processing", "not-supported", "duplicate", "multiple-matches",
        "not-found", "deleted", "too-long", "code-invalid", "extension", "too-costly", "business-rule",
        "conflict", "transient", "lock-error", "no-store", "exception", "timeout", "incomplete",
        "throttled", "informational",
    }
)  # fmt: skip
SEVERITIES = frozenset({"fatal", "error", "warning", "information"})


def assert_valid(made: Reading) -> None:
    """Whatever was read: its problems make an outcome that R4 knows, the same in both formats."""
    plain = outcome(made.problems)
    OperationOutcome.model_validate(plain)
    for issue in plain["issue"]:
        assert issue["code"] in CODES
        assert issue["severity"] in SEVERITIES
        assert issue["details"]["text"].strip()
        assert "%(" not in issue["details"]["text"]
    assert json.loads(outcome_bytes(made.problems).decode()) == plain
    root = etree.fromstring(outcome_bytes(made.problems, xml=True))
    assert root.tag == f"{F}OperationOutcome"
    assert [issue.find(f"{F}details/{F}text").get("value") for issue in root] == [
        issue["details"]["text"] for issue in plain["issue"]
    ]


def test_all_is_well_is_an_outcome_too() -> None:
    made = read(as_json(bundle()))
    assert made.problems == ()
    assert_valid(made)
    assert outcome(made.problems)["issue"][0]["severity"] == "information"


def test_each_problem_says_where() -> None:
    made = read(as_json(bundle(observation() | {"status": "draft"})))
    assert_valid(made)
    assert outcome(made.problems)["issue"] == [
        {
            "severity": "error",
            "code": "code-invalid",
            "details": {
                "text": "Observation.status is “draft”. R4 knows: amended, cancelled, corrected, entered-in-error,"
                " final, preliminary, registered, unknown."
            },
            "expression": ["Bundle.entry[6].resource.status"],
        }
    ]


def test_words_of_the_message_are_harmless_in_the_answer() -> None:
    nasty = '"><script>&\n\u202e' + "x" * 500
    made = read(as_json(bundle(observation() | {"status": nasty, nasty: 1})))
    assert_valid(made)
    assert all(len(problem.text) < 300 and "\u202e" not in problem.text for problem in made.problems)
