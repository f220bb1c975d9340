"""Reports for the identity table: one that is known, and every way in which another can be like it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

from selfcare.filing import identity
from selfcare.filing.identity import Facts, Series
from selfcare.filing.received_report import (
    NUMBER,
    Coding,
    Identifier,
    ReceivedReport,
    ReceivedResult,
    ReceivedTime,
    Whose,
)

SENT, ANOTHER_MESSAGE = UUID(int=1), UUID(int=2)
SERIES = UUID(int=9)
MORNING = datetime(2026, 3, 2, 8, 40, tzinfo=UTC)
SYSTEM = "http://lab.example/report"

# What is known: a final report of one laboratory, with two identifiers, an address, an id.
KNOWN = ReceivedReport(
    whose=Whose(("9434765919",)),
    title="Kidney tests",
    laboratory="Riverside Pathology",
    status="final",
    identifiers=(Identifier(SYSTEM, "26-004711"), Identifier("http://other.example", "A 7")),
    codes=(Coding("http://lab.example/codes", "UE", "Kidney tests", ""),),
    taken=ReceivedTime(MORNING),
    results=(ReceivedResult("Potassium", NUMBER, "6.9", "mmol/L"), ReceivedResult("Sodium", NUMBER, "140")),
)
BARE = replace(KNOWN, identifiers=(Identifier("", "26-004711"),))
UNNAMED = replace(
    KNOWN, identifiers=(), addresses=("http://lab.example/DiagnosticReport/7",), local_id="DiagnosticReport/7"
)

# What is known, and what the new report has, by how they share a name.
NAMES: dict[str, tuple[ReceivedReport, dict[str, object]]] = {
    "an identifier with its system": (KNOWN, {"identifiers": (Identifier(SYSTEM, "26-004711"),)}),
    "one of several identifiers": (
        KNOWN,
        {"identifiers": (Identifier("http://x.example", "9"), Identifier("http://other.example", "A 7"))},
    ),
    "a value without a system": (BARE, {"identifiers": (Identifier("", "26-004711"),)}),
    "an address, no identifier": (
        UNNAMED,
        {"identifiers": (), "addresses": UNNAMED.addresses, "local_id": "DiagnosticReport/7"},
    ),
    "an id alone, no identifier": (
        replace(UNNAMED, addresses=()),
        {"identifiers": (), "local_id": "DiagnosticReport/7"},
    ),
    "the value with another system": (KNOWN, {"identifiers": (Identifier("http://x.example", "26-004711"),)}),
    "an id, and other identifiers": (
        replace(KNOWN, local_id="DiagnosticReport/7"),
        {"identifiers": (Identifier(SYSTEM, "26-009999"),), "local_id": "DiagnosticReport/7"},
    ),
    "nothing": (KNOWN, {"identifiers": ()}),
}
SENDERS = {"same": "sender:a", "another": "sender:b"}
MESSAGES = {"another": ANOTHER_MESSAGE, "same": SENT}
CODES: dict[str, dict[str, object]] = {
    "agrees": {},
    "another": {
        "title": "Thyroid tests",
        "codes": (Coding("http://lab.example/codes", "TF", "Thyroid tests", ""),),
    },
}
RESULTS: dict[str, dict[str, object]] = {
    "some": {"results": (ReceivedResult("Potassium", NUMBER, "3.9"), ReceivedResult("Urea", NUMBER, "5"))},
    "none": {"results": (ReceivedResult("TSH", NUMBER, "11.2", "mU/L"),)},
    "not said": {"results": ()},
}
TAKEN: dict[str, dict[str, object]] = {
    "same": {},
    "another": {"taken": ReceivedTime(MORNING + timedelta(hours=1))},
    "not said": {"taken": None},
}
STATUSES = ("preliminary", "final", "corrected", "cancelled", "entered-in-error")

Labels = tuple[str, str, str, str, str, str, str]


def known_facts(report: ReceivedReport) -> Facts:
    return identity.facts(report, "sender:a", SENT)


def every() -> list[tuple[Labels, Facts, Series]]:
    """(labels, the new report, what is known) of every cell. A message has one sender."""
    cells = []
    for labels in product(SENDERS, NAMES, MESSAGES, CODES, RESULTS, TAKEN, STATUSES):
        sender, names, message, code, results, taken, status = labels
        if (sender, message) == ("another", "same"):
            continue
        there, named = NAMES[names]
        changes: dict[str, object] = {
            "addresses": (), "local_id": "", "status": status,
            **named, **CODES[code], **RESULTS[results], **TAKEN[taken],
        }  # fmt: skip
        new = identity.facts(replace(KNOWN, **changes), SENDERS[sender], MESSAGES[message])  # type: ignore[arg-type]
        cells.append((labels, new, Series(SERIES, (known_facts(there),))))
    return cells
