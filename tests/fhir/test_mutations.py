"""Each element of each example, and of messages of our own, changed: never a fault, never half a report."""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.fhir import Reading, read
from tests.fhir.messages import (
    JSON,
    PDF,
    XML,
    Digits,
    as_json,
    as_xml,
    bundle,
    code,
    observation,
    of,
    patient,
    quantity,
    single,
    twin_of,
)
from tests.fhir.mutations import json_mutants, xml_mutants
from tests.fhir.samples import as_xml_source, files, needs_samples
from tests.fhir.test_operation_outcome import assert_valid
from tests.fhir.walker import Walker, assert_says
from tests.harness.places import PROOF

# Of changes, each so-manyth: no number of ways to change an element divides it, so that every way comes round. A whole
# message of our own is changed in every element always; the second language it is said in, and the examples, in part.
STEP = 1 if PROOF else 13


def everything():
    """A message that has every element that is read, so that each is changed once."""
    full = observation(
        "Sodium",
        valueQuantity=quantity("140", comparator="<"),
        interpretation=[code("High", "H")],
        referenceRange=[
            {
                "low": quantity("133"),
                "high": quantity("146"),
                "type": code("Normal", "n"),
                "appliesTo": [code("Female")],
                "age": {"low": quantity("18", "a"), "high": quantity("65", "a")},
            },
            {"text": "133 to 146"},
        ],
        note=[{"text": "A note", "authorString": "Dr A", "time": "2026-03-08"}],
        method=code("Photometry"),
        bodySite=code("Arm"),
        effectivePeriod={"start": "2026-03-07", "end": "2026-03-07"},
        performer=[{"reference": "urn:uuid:role"}],
        subject={"reference": "urn:uuid:patient", "type": "Patient"},
        basedOn=[{"reference": "urn:uuid:request"}],
        specimen={"reference": "urn:uuid:specimen"},
    )
    group = observation(
        "Group",
        hasMember=[{"reference": "urn:uuid:r0"}, {"reference": "urn:uuid:r3"}],
        component=[
            {"code": code("Part"), "valueRatio": {"numerator": quantity("1"), "denominator": quantity("4")}}
        ],
    )
    made = bundle(
        full,
        group,
        observation("Range", valueRange={"low": quantity("1"), "high": quantity("2")}),
        observation("Absent", dataAbsentReason=code("Not performed")),
        role={
            "resourceType": "PractitionerRole",
            "practitioner": {"reference": "urn:uuid:doctor"},
            "organization": {"reference": "urn:uuid:lab"},
        },
        doctor={
            "resourceType": "Practitioner",
            "name": [{"prefix": ["Dr"], "family": "GASKELL", "given": ["Gale"]}],
        },
        patient=patient(
            link=[{"other": {"reference": "Patient/2"}, "type": "seealso"}],
            active=True,
            deceasedBoolean=False,
        ),
    )
    of(made, "Specimen").update(condition=[{"text": "Fine"}], note=[{"text": "ok"}])
    of(made, "DiagnosticReport").update(
        conclusion="Fine.",
        conclusionCode=[{"text": "Normal"}],
        resultsInterpreter=[{"display": "Dr B"}],
        presentedForm=[{"contentType": "application/pdf", "data": PDF, "size": Digits("41"), "title": "PDF"}],
        extension=[
            {
                "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note",
                "valueAnnotation": {"text": "Ring."},
            }
        ],
    )
    return made


def assert_whole_or_not_at_all(made: Reading, source: bytes, what: str) -> None:
    """`source`: the same as XML. What was taken says all that the source says; what was refused says why."""
    assert_valid(made)
    refused = {problem.report for problem in made.problems if problem.refuses}
    assert not refused & {report.place for report in made.reports}, what
    if not made.reports:
        assert refused, what
    if not made.readable:
        assert (made.reports, made.refused) == ((), 0), what
        return
    if made.reports:
        walker = Walker(source)
        sent = walker.reports()
        assert len(sent) == len(made.reports) + made.refused, what
        if not made.refused:
            for element, report in zip(sent, made.reports, strict=True):
                assert_says(walker, element, report)


def test_the_messages_are_whole_before_anything_is_changed() -> None:
    for message in (everything(), single(observation("A"), observation("B"))):
        made = read(as_json(message), JSON)
        assert (len(made.reports), made.problems) == (1, ())
        assert made.reports == read(as_xml(message), XML).reports
        assert_whole_or_not_at_all(made, as_xml(message), "nothing")


@pytest.mark.parametrize("message", [everything(), single(observation("A"))], ids=["bundle", "single"])
def test_each_element_in_json(message) -> None:
    taken = count = 0
    for what, mutant in json_mutants(message):
        data = as_json(mutant)
        made = read(data, JSON)
        taken += len(made.reports)
        count += 1
        if made.reports:
            assert_whole_or_not_at_all(made, twin_of(data), what)
        else:
            assert_whole_or_not_at_all(made, b"", what)
    assert count > 500
    assert 0 < taken < count


@pytest.mark.parametrize("message", [everything(), single(observation("A"))], ids=["bundle", "single"])
def test_each_element_in_xml(message) -> None:
    for what, mutant in islice(xml_mutants(as_xml(message)), 0, None, STEP):
        assert_whole_or_not_at_all(read(mutant, XML), mutant, what)


@needs_samples
@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_each_element_of_each_example(file: Path) -> None:
    source = as_xml_source(file)
    count = 0
    for what, mutant in islice(xml_mutants(source), 0, None, STEP):
        assert_whole_or_not_at_all(read(mutant, XML), mutant, what)
        count += 1
    assert count > 50 / STEP


# ----------------------------------------------------------------------------------------------------------- fuzz

MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
WHOLE_JSON, WHOLE_XML = as_json(everything()), as_xml(everything())
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(codec=None)),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=12,
)


@MANY
@given(st.binary(max_size=2000), st.sampled_from([None, JSON, XML, "text/plain", "image/png", ";=;charset"]))
def test_any_bytes(data: bytes, content_type: str | None) -> None:
    assert_valid(read(data, content_type))


@MANY
@given(st.data())
def test_bytes_changed_in_a_good_message(data: st.DataObject) -> None:
    source = bytearray(data.draw(st.sampled_from([WHOLE_JSON, WHOLE_XML])))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(source)))
        source[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12))
    assert_valid(read(bytes(source)))


@MANY
@given(st.data())
def test_anything_in_the_place_of_an_element(data: st.DataObject) -> None:
    made = everything()
    where = data.draw(st.sampled_from(sorted({one["resource"]["resourceType"] for one in made["entry"]})))
    resource = of(made, where)
    name = data.draw(st.sampled_from(sorted(resource)))
    resource[name] = data.draw(anything)
    assert_valid(read(as_json(made), JSON))
