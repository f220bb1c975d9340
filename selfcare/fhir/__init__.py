"""FHIR R4: laboratory reports in. A pure reader: bytes in, plain values and problems out; no database, no request.

`read` takes a message apart (JSON or XML, tolerant of extensions, so UK Core fits) and hands over every report that
can be taken whole, as `filing.received_report.ReceivedReport`, and every problem in plain words. `outcome` and
`outcome_bytes` make the problems an OperationOutcome.
"""

from selfcare.fhir.limits import Limits
from selfcare.fhir.operation_outcome import outcome, outcome_bytes
from selfcare.fhir.problems import ERROR, FATAL, INFORMATION, WARNING, Problem
from selfcare.fhir.reader import Reading, read

__all__ = [
    "ERROR",
    "FATAL",
    "INFORMATION",
    "WARNING",
    "Limits",
    "Problem",
    "Reading",
    "outcome",
    "outcome_bytes",
    "read",
]
