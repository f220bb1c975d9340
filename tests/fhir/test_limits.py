"""How much a message may hold: bytes, entries, results, groups in groups, problems; and what it can be made to cost."""

from collections.abc import Callable

import pytest

from selfcare.fhir import Limits, read
from tests.fhir.messages import (
    JSON,
    Node,
    as_json,
    bundle,
    entry,
    observation,
    of,
    reading,
    refusal,
    report,
    single,
)
from tests.harness.work import counting


def _refused(data: bytes, limits: Limits) -> str:
    made = read(data, JSON, limits)
    assert (made.readable, made.reports) == (False, ())
    return made.problems[0].text


def test_too_many_bytes() -> None:
    assert "larger than 0.5 MB" in _refused(b" " * 600_000, Limits(body=2**19))
    assert "larger than 10 MB" in _refused(b" " * 20_000_000, Limits())


def test_too_many_entries_results_groups() -> None:
    assert "more than 3 entries" in refusal(bundle(), Limits(entries=3))
    results = [observation(f"T{number}") for number in range(6)]
    assert "more than 5 results" in refusal(bundle(*results), Limits(observations=5))
    assert len(reading(bundle(*results), Limits(observations=6)).reports) == 1
    components = [{"code": {"text": "x"}, "valueString": "y"} for _ in range(6)]
    assert "more than 5 results" in refusal(bundle(observation(component=components)), Limits(observations=5))
    nested = [observation(f"T{n}", hasMember=[{"reference": f"urn:uuid:r{n + 1}"}]) for n in range(6)]
    assert "more than 3 levels deep" in refusal(bundle(*nested, observation()), Limits(panels=3))


def test_five_thousand_results_are_read() -> None:
    made = read(as_json(bundle(*(observation(f"Test {number}") for number in range(5000)))))
    assert [len(report.results) for report in made.reports] == [5000]
    assert made.problems == ()


def test_so_many_problems_are_named_and_the_rest_counted() -> None:
    made = read(
        as_json(bundle(*(observation() | {"status": "x"} for _ in range(30)))), JSON, Limits(problems=7)
    )
    assert (len(made.problems), made.refused) == (8, 1)
    assert made.problems[-1].text.endswith("23.")
    assert all(problem.refuses for problem in made.problems[:-1])


def test_one_report_that_is_refused_takes_no_other_with_it() -> None:
    made = single()
    made["result"][0]["reference"] = "#gone"
    whole = bundle()
    whole["entry"].append(entry("second", made))
    answer = reading(whole)
    assert (len(answer.reports), answer.refused) == (1, 1)


def test_a_deep_chain_of_groups_is_refused_whichever_end_is_named_first() -> None:
    chain = [observation(f"T{n}", hasMember=[{"reference": f"urn:uuid:r{n + 1}"}]) for n in range(2000)]
    made = bundle(*chain, observation())
    assert "more than 10 levels deep" in refusal(made)
    of(made, "DiagnosticReport")["result"].reverse()
    assert "more than 10 levels deep" in refusal(made)


def test_many_reports_that_lead_to_the_same_many_results_are_not_all_read() -> None:
    """Each is small in the message and large when it is read."""
    members = [{"reference": f"urn:uuid:r{n}"} for n in range(1, 101)]
    made = bundle(observation("Group", hasMember=members), *(observation(f"T{n}") for n in range(100)))
    first = of(made, "DiagnosticReport")
    first["result"] = [{"reference": "urn:uuid:r0"}]
    made["entry"] += [entry(f"again{n}", first | {"identifier": [{"value": str(n)}]}) for n in range(30)]
    answer = read(as_json(made), JSON, Limits(effort=1000))
    assert (len(answer.reports), answer.refused) == (10, 21)
    assert sum("too many resources" in problem.text for problem in answer.problems) == 21


def test_problems_are_counted_where_they_are_too_many_to_keep() -> None:
    notes = [{"text": ""} for _ in range(5000)]
    made = bundle(observation(valueString="x", note=notes))
    first = of(made, "DiagnosticReport")
    made["entry"] += [entry(f"again{n}", first | {"identifier": [{"value": str(n)}]}) for n in range(9)]
    answer = read(as_json(made), JSON)
    assert (answer.reports, answer.refused, len(answer.problems)) == ((), 10, 101)
    assert "more problems" in answer.problems[-1].text


@pytest.mark.parametrize(
    ("costly", "most"),
    [
        (lambda: {"resourceType": "Bundle", "type": "message"} | {f"a{n}": 1 for n in range(200_000)}, 100_000),
        (lambda: bundle(observation(valueString="x") | {f"a{n}": 1 for n in range(200_000)}), 100_000),
        (lambda: bundle(*[observation(valueString="x") | {f"a{n}": 1 for n in range(200)}] * 1_000), 400_000),
        (lambda: bundle(report=report(identifier=[{"value": str(n)} for n in range(100_000)])), 1_200_000),
        (lambda: {"resourceType": "Bundle", "type": "collection", "entry": [{"a": 1}] * 20_000}, 300_000),
    ],
)  # fmt: skip
def test_what_is_wrong_costs_no_more_than_finding_it(costly: Callable[[], Node], most: int) -> None:
    """200,000 unknown keys took 3.9 seconds of processor: each was named, and 100 were shown."""
    data = as_json(costly())
    answer, took = counting(read, data, JSON)
    assert answer.reports == ()
    assert took < most


def test_what_refuses_is_never_lost_behind_many_warnings() -> None:
    made = bundle(
        *(observation(f"T{n}") | {"performer": [{"reference": "Organization/9"}]} for n in range(15))
    )
    last = of(made, "Observation", 14)
    last["performer"] *= 500
    last["effectiveDateTime"] = "2999-01-01"
    answer = read(as_json(made), JSON)
    assert (answer.reports, answer.refused) == ((), 1)
    assert "still to come" in answer.problems[0].text
