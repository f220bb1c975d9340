"""Whom a report says it is about: as sent, nothing guessed."""

import pytest

from selfcare.fhir import read
from selfcare.filing.received_report import Whose
from tests.fhir.messages import (
    NHS,
    as_json,
    bundle,
    entry,
    observation,
    of,
    patient,
    reading,
    refusal,
    single,
    the_report,
)


def whose(**changed) -> Whose:
    return the_report(bundle(patient=patient() | changed)).whose


def test_as_sent() -> None:
    assert whose() == Whose(("9727710638",), False, ("WELSH",), "Joel Kit", "1972-08-23", False, False)


def test_numbers_are_as_sent_and_only_nhs_numbers() -> None:
    made = whose(
        identifier=[
            {"system": "http://hospital.example/mrn", "value": "1"},
            {"system": NHS, "value": "972 771 0638"},
            {"system": NHS, "value": "1234567890"},
            {"system": NHS, "value": "972 771 0638"},
            {"value": "9727710638"},
        ]
    )
    assert made.nhs_numbers == ("972 771 0638", "1234567890")


def test_an_old_number_counts_only_alone() -> None:
    old = {"system": NHS, "value": "9727710859", "use": "old"}
    now = {"system": NHS, "value": "9727710638", "use": "official"}
    both = whose(identifier=[old, now])
    assert (both.nhs_numbers, both.replaced) == (("9727710638",), False)
    alone = whose(identifier=[old])
    assert (alone.nhs_numbers, alone.replaced) == (("9727710859",), True)


@pytest.mark.parametrize(
    ("changed", "replaced"),
    [
        ({"active": False}, True),
        ({"active": True}, False),
        ({"link": [{"other": {"reference": "Patient/2"}, "type": "replaced-by"}]}, True),
        ({"link": [{"other": {"reference": "Patient/2"}, "type": "replaces"}]}, False),
        ({"link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}]}, False),
    ],
)
def test_a_merged_record_says_so(changed, replaced) -> None:
    assert whose(**changed).replaced is replaced


def test_the_name_in_use_comes_first_earlier_ones_last() -> None:
    made = whose(
        name=[
            {"use": "maiden", "family": "SMITH"},
            {"use": "anonymous", "family": "ANON"},
            {"use": "usual", "family": "O’Brien", "given": ["Aoife"]},
            {"use": "old", "family": "JONES"},
        ]
    )
    assert (made.families, made.given) == (("O’Brien", "SMITH", "JONES"), "Aoife")


@pytest.mark.parametrize(
    ("changed", "died"),
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": False}, False),
        ({"deceasedDateTime": "2026-01-01"}, True),
    ],
)
def test_somebody_who_died(changed, died) -> None:
    assert whose(**changed).died is died


@pytest.mark.parametrize("born", ["1972", "1972-08"])
def test_a_part_of_a_birth_date_is_as_sent(born: str) -> None:
    assert whose(birthDate=born).born == born


def test_nobody_is_an_empty_whose_and_a_warning() -> None:
    made = bundle(patient=None)
    for resource in ("ServiceRequest", "Specimen"):
        del of(made, resource)["subject"]
    made_of = reading(made)
    assert made_of.reports[0].whose == Whose()
    assert [one.severity for one in made_of.problems] == ["warning"]
    del of(made, "DiagnosticReport")["subject"]
    made_of = reading(made)
    assert made_of.reports[0].whose == Whose()
    assert "whom it is about" in made_of.problems[0].text


def test_a_number_in_the_reference_is_all_there_is() -> None:
    made = single()
    made["subject"] = {"identifier": {"system": NHS, "value": "9727710638"}}
    assert reading(made).reports[0].whose == Whose(nhs_numbers=("9727710638",))


def test_a_reference_by_number_finds_the_patient() -> None:
    made = bundle()
    for subject in (
        {"identifier": {"system": NHS, "value": "9727710638"}},
        {"reference": f"Patient?identifier={NHS}|9727710638"},
    ):
        of(made, "DiagnosticReport")["subject"] = subject
        assert the_report(made).whose.born == "1972-08-23"
        assert not the_report(made).whose.mixed


@pytest.mark.parametrize("kind", ["Observation", "Specimen", "ServiceRequest"])
@pytest.mark.parametrize("there", [True, False])
def test_a_part_about_somebody_else_is_mixed(kind: str, there: bool) -> None:
    made = bundle(observation() | {"specimen": {"reference": "urn:uuid:specimen"}})
    if there:
        made["entry"].append(entry("twin", patient("9727710859", birthDate="2004-05-06")))
    of(made, kind)["subject"] = {"reference": "urn:uuid:twin"}
    assert reading(made).reports[0].whose.mixed


def test_another_copy_of_the_same_person_is_not_somebody_else() -> None:
    made = bundle()
    made["entry"].append(entry("copy", patient("972 771 0638")))
    of(made, "Observation")["subject"] = {"reference": "urn:uuid:copy"}
    assert not the_report(made).whose.mixed
    of(made, "Observation")["subject"] = {"display": "WELSH, Joel"}
    assert not the_report(made).whose.mixed


@pytest.mark.parametrize(
    "changed",
    [
        {"gender": []},
        {"birthDate": "23.8.1972"},
        {"name": {"family": "WELSH"}},
        {"identifier": [{"system": NHS, "value": 9727710638}]},
        {"identifier": [{"system": NHS, "value": "9727710638", "use": "newest"}]},
        {"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]},
        {"implicitRules": "urn:x"},
        {"link": [{"type": "replaced-by", "other": {}}]},
        {"name": [{"family": "WEL\u0000SH"}]},
        {"name": [{"family": "WEL\ud800SH"}]},
    ],
    ids=str,
)
def test_a_patient_that_is_not_r4_refuses_the_report(changed) -> None:
    made = read(as_json(bundle(patient=patient() | changed)))
    assert (made.reports, made.refused) == ((), 1)
    assert made.problems[0].place.startswith("Bundle.entry[2].resource")


def test_a_report_about_a_group_waits_for_a_human() -> None:
    made = bundle(patient={"resourceType": "Group", "type": "person", "actual": True})
    assert reading(made).reports[0].whose.nhs_numbers == ()
    assert refusal(bundle(patient={"resourceType": "ProcedureRequest"}))
