"""The control of the proof on malformed reports: one that is filed in part would be seen."""

from dataclasses import replace

import pytest

from tests.fhir.messages import JSON, as_json, as_xml
from tests.fhir.test_mutations import assert_whole_or_not_at_all, everything, read


def test_a_report_taken_in_part_would_be_seen() -> None:
    """Alone catches: mutations that are asked by something that would take half a report for a whole one."""
    made, source = read(as_json(everything()), JSON), as_xml(everything())
    assert_whole_or_not_at_all(made, source, "whole")
    (report,) = made.reports
    less = replace(report, results=report.results[1:])
    for reports in ((less,), ()):
        with pytest.raises(AssertionError):
            assert_whole_or_not_at_all(replace(made, reports=reports), source, "less")
