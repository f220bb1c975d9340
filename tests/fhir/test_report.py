"""What a report says about itself: title, laboratory, specimen, times, words, files, and by what it is known again."""

import pytest

from selfcare.filing.received_report import Coding, Identifier
from tests.fhir.messages import (
    PDF,
    Digits,
    bundle,
    code,
    entry,
    observation,
    of,
    reading,
    refusal,
    report,
    single,
    the_report,
)

GENERIC = [
    code("Diagnostic studies report", "721981007"),
    code("Laboratory report", "4241000179101"),
    {"coding": [{"system": "http://loinc.org", "code": "11502-2", "display": "Laboratory report"}]},
    {"coding": [{"system": "http://loinc.org", "code": "11526-1", "display": "Pathology study"}]},
    {"text": "PATHOLOGY  Report"},
    {"text": "Results"},
    code("Laboratory report", "999"),
]


# ---------------------------------------------------------------------------------------------------------- title


def test_the_title_is_what_was_asked_for() -> None:
    assert the_report(bundle()).title == "Urea and electrolytes"


def test_several_requests_are_joined_each_once() -> None:
    made = bundle()
    for name, words in (("a", "Lipids"), ("b", "HbA1c"), ("c", "Lipids")):
        asked = {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "code": {"text": words},
        }
        made["entry"].append(entry(name, asked))
    of(made, "DiagnosticReport")["basedOn"] = [{"reference": f"urn:uuid:{name}"} for name in "abc"]
    assert the_report(made).title == "Lipids, HbA1c"


def test_a_request_that_asks_not_to_names_nothing() -> None:
    made = bundle()
    of(made, "ServiceRequest")["doNotPerform"] = True
    assert the_report(made).title == "Serum sodium"


def test_a_missing_request_gives_the_name_its_reference_has() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["basedOn"] = [
        {"reference": "ServiceRequest/9", "display": "Thyroid function"}
    ]
    read = reading(made)
    assert read.reports[0].title == "Thyroid function"
    assert [one.severity for one in read.problems] == ["warning"]


def test_without_a_request_of_the_report_those_of_the_results_count() -> None:
    made = bundle(observation() | {"basedOn": [{"reference": "urn:uuid:request"}]})
    del of(made, "DiagnosticReport")["basedOn"]
    assert the_report(made).title == "Urea and electrolytes"


@pytest.mark.parametrize("generic", GENERIC, ids=str)
def test_a_generic_code_never_names_a_report_whose_results_do(generic) -> None:
    made = bundle(observation("Serum sodium"), observation("Serum urea"), request=None)
    of(made, "DiagnosticReport").update(code=generic, basedOn=[{"display": "Laboratory report"}])
    assert the_report(made).title == "Serum sodium, Serum urea"


def test_a_telling_code_does() -> None:
    made = bundle(request=None)
    sent = of(made, "DiagnosticReport")
    del sent["basedOn"]
    sent["code"] = {
        "coding": [*code("Laboratory report", "4241000179101")["coding"], *code("Lipid panel")["coding"]]
    }
    assert the_report(made).title == "Lipid panel"
    sent["code"]["text"] = "Lipids (fasting)"
    assert the_report(made).title == "Lipids (fasting)"


def test_only_where_nothing_is_known_the_generic_name_stands() -> None:
    made = bundle(request=None)
    sent = of(made, "DiagnosticReport")
    del sent["basedOn"], sent["result"]
    sent["conclusion"] = "Normal."
    assert the_report(made).title == "Diagnostic studies report"


def test_a_title_of_many_results_is_short() -> None:
    made = bundle(*(observation(f"Test {number}") for number in range(8)), request=None)
    del of(made, "DiagnosticReport")["basedOn"]
    assert the_report(made).title == "Test 0, Test 1, Test 2, Test 3, Test 4…"


# ----------------------------------------------------------------------------------------- laboratory and specimen


def test_laboratory_and_issuer() -> None:
    made = the_report(bundle())
    assert made.laboratory == "PATH LAB 001"
    assert made.issuer == "https://fhir.nhs.uk/Id/ods-organization-code|Y8J7D"


def test_a_role_stands_for_its_organisation() -> None:
    role = {"resourceType": "PractitionerRole", "organization": {"reference": "urn:uuid:lab"}}
    made = bundle(role=role)
    of(made, "DiagnosticReport")["performer"] = [{"reference": "urn:uuid:role"}]
    assert the_report(made).laboratory == "PATH LAB 001"


def test_an_organisation_counts_before_a_person_wherever_it_is_named() -> None:
    doctor = {
        "resourceType": "Practitioner",
        "name": [{"prefix": ["Dr"], "given": ["Gale"], "family": "GASKELL"}],
    }
    made = bundle(observation() | {"performer": [{"reference": "urn:uuid:lab"}]}, doctor=doctor, header=None)
    of(made, "DiagnosticReport")["performer"] = [{"reference": "urn:uuid:doctor"}]
    assert the_report(made).laboratory == "PATH LAB 001"
    of(made, "Observation").pop("performer")
    assert the_report(made).laboratory == "Dr Gale GASKELL"


def test_a_missing_performer_is_a_warning_and_keeps_its_name() -> None:
    made = bundle(lab=None, header=None)
    of(made, "DiagnosticReport")["performer"] = [{"reference": "Organization/9", "display": "TOWN LAB"}]
    read = reading(made)
    assert (read.reports[0].laboratory, read.reports[0].issuer) == ("TOWN LAB", "TOWN LAB")
    assert [(one.severity, one.code) for one in read.problems] == [("warning", "not-found")]


def test_nobody_named_the_sender_counts() -> None:
    made = bundle()
    del of(made, "DiagnosticReport")["performer"]
    assert the_report(made).laboratory == "PATH LAB 001"


def test_the_assigner_names_the_issuer_where_nobody_else_does() -> None:
    made = bundle(header=None)
    sent = of(made, "DiagnosticReport")
    del sent["performer"]
    sent["identifier"] = [{"system": "urn:x", "value": "1", "assigner": {"display": "East lab"}}]
    read = the_report(made)
    assert (read.laboratory, read.issuer) == ("", "East lab")


def test_specimens_in_words() -> None:
    made = bundle()
    of(made, "Specimen").update(
        note=[{"text": "Leaked in transit"}], condition=[{"text": "Haemolysed"}], type=code("Swab")
    )
    of(made, "Specimen")["collection"]["bodySite"] = {"text": "Left ear"}
    made["entry"].append(entry("s2", {"resourceType": "Specimen", "type": {"text": "Urine"}}))
    of(made, "DiagnosticReport")["specimen"].append({"reference": "urn:uuid:s2"})
    assert the_report(made).specimen == "Swab, Left ear; Haemolysed; Leaked in transit; Urine"


def test_a_missing_specimen_is_a_warning() -> None:
    read = reading(bundle(specimen=None))
    assert read.reports[0].specimen == ""
    assert [(one.severity, one.place) for one in read.problems] == [
        ("warning", "Bundle.entry[4].resource.specimen[0]")
    ]


# ----------------------------------------------------------------------------------------------------------- times


def test_taken_is_when_the_report_says_else_when_the_specimen_was_collected() -> None:
    made = bundle()
    assert the_report(made).taken.instant.isoformat() == "2026-03-07T11:42:00+00:00"
    sent = of(made, "DiagnosticReport")
    del sent["effectiveDateTime"]
    of(made, "Specimen")["collection"] = {"collectedPeriod": {"start": "2026-03-06T01:02:03.456-05:00"}}
    assert the_report(made).taken.instant.isoformat() == "2026-03-06T01:02:03.456000-05:00"
    sent["effectivePeriod"] = {"start": "2026-03-05", "end": "2026-03-06"}
    taken = the_report(made).taken
    assert (taken.instant, str(taken.day)) == (None, "2026-03-05")
    sent["effectivePeriod"] = {"end": "2026-03-06"}
    taken = the_report(made).taken
    assert (taken.instant, taken.day, str(taken.until.day)) == (None, None, "2026-03-06")


def test_else_when_all_results_say() -> None:
    results = [observation() | {"effectiveDateTime": "2026-03-01T10:00:00Z"} for _ in range(2)]
    made = bundle(*results, specimen=None)
    sent = of(made, "DiagnosticReport")
    del sent["effectiveDateTime"], sent["specimen"]
    assert the_report(made).taken.instant.isoformat() == "2026-03-01T10:00:00+00:00"
    of(made, "Observation", 1)["effectiveDateTime"] = "2026-03-02T10:00:00Z"
    assert the_report(made).taken is None


@pytest.mark.parametrize("part", ["2026", "2026-03"])
def test_a_part_of_a_date_is_left_out_with_a_warning(part: str) -> None:
    made = bundle(specimen=None)
    of(made, "DiagnosticReport").update(effectiveDateTime=part, specimen=[{"display": "Blood"}])
    read = reading(made)
    assert read.reports[0].taken is None
    assert [(one.severity, one.code) for one in read.problems] == [("warning", "incomplete")]


@pytest.mark.parametrize(
    ("kind", "name", "when", "said"),
    [
        ("DiagnosticReport", "effectiveDateTime", "1900-01-01", "No date before 1901-01-01"),
        ("DiagnosticReport", "effectiveDateTime", "1899-12-31T00:00:00Z", "No date before"),
        ("DiagnosticReport", "effectiveDateTime", "2999-01-01", "still to come"),
        ("DiagnosticReport", "issued", "2999-01-01T00:00:00Z", "still to come"),
        ("DiagnosticReport", "issued", "9999-12-31T23:59:59-14:00", "still to come"),
        ("DiagnosticReport", "issued", "0000-01-01T00:00:00Z", "no such day"),
        ("DiagnosticReport", "issued", "2026-02-30T00:00:00Z", "no such day"),
        ("DiagnosticReport", "issued", "2026-03-08T12:09:00", "not a date or time"),
        ("DiagnosticReport", "issued", "2026-03-08", "not a date or time"),
        ("DiagnosticReport", "effectiveDateTime", "2026-3-8", "not a date or time"),
        ("DiagnosticReport", "effectiveDateTime", "2026-03-08T25:00:00Z", "not a date or time"),
        ("Specimen", "receivedTime", "1900-06-01", "No date before"),
        ("Observation", "effectiveDateTime", "2999-01-01", "still to come"),
        ("Patient", "birthDate", "2999-01-01", "still to come"),
        ("Patient", "birthDate", "1899-01-01", "No date before 1900-01-01"),
        ("Patient", "birthDate", "1972-02-30", "no such day"),
        ("Patient", "birthDate", "1972-02-03T00:00:00Z", "not a date or time"),
    ],
)
def test_a_date_that_cannot_be_refuses_the_report(kind, name, when, said) -> None:
    made = bundle()
    of(made, kind)[name] = when
    if kind == "Observation":
        del of(made, kind)["valueQuantity"]
        of(made, kind)["valueString"] = "x"
    assert said in refusal(made)


def test_a_leap_second_is_read() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["issued"] = "2016-12-31T23:59:60Z"
    assert the_report(made).issued.instant.isoformat() == "2016-12-31T23:59:59+00:00"


# ----------------------------------------------------------------------------------------------- words and files


def test_conclusion_codes_notes_categories_and_identifiers() -> None:
    made = bundle()
    of(made, "DiagnosticReport").update(
        conclusion="Likely to be\nclinically significant.",
        conclusionCode=[code("Iron deficiency"), {"text": "clinically significant"}],
        extension=[
            {
                "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note",
                "valueAnnotation": {"text": "Page the doctor."},
            },
            {"url": "urn:other", "valueString": "x"},
        ],
        identifier=[{"system": "http://lab.example/report", "value": "REP-1"}, {"value": "B"}],
    )
    read = the_report(made)
    assert read.conclusion == "Likely to be\nclinically significant.\nIron deficiency\nclinically significant"
    assert read.note == "Page the doctor."
    assert read.identifiers == (Identifier("http://lab.example/report", "REP-1"), Identifier("", "B"))
    assert read.categories == (Coding("http://snomed.info/sct", "LAB", "Laboratory"),)
    assert [one.code for one in read.codes] == ["721981007", "135842001"]


@pytest.mark.parametrize(
    "status",
    ["registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled",
     "entered-in-error", "unknown"],
)  # fmt: skip
def test_every_status_of_r4_is_as_sent(status: str) -> None:
    made = bundle()
    of(made, "DiagnosticReport")["status"] = status
    assert the_report(made).status == status


@pytest.mark.parametrize("status", ["Final", "draft", "", "final ", "complete"])
@pytest.mark.parametrize("kind", ["DiagnosticReport", "Observation"])
def test_any_other_status_refuses(kind: str, status: str) -> None:
    made = bundle()
    of(made, kind)["status"] = status
    assert f"{kind}.status" in refusal(made)


@pytest.mark.parametrize(
    ("status", "taken"), [("final", 0), ("amended", 0), ("registered", 1), ("cancelled", 1)]
)
def test_a_whole_report_must_say_something(status: str, taken: int) -> None:
    made = bundle()
    sent = of(made, "DiagnosticReport")
    del sent["result"]
    sent["status"] = status
    assert len(reading(made).reports) == taken


# ------------------------------------------------------------------------------------------------- known again


def test_the_same_report_in_another_envelope_has_the_same_hash() -> None:
    first = bundle(observation("A"), observation("B"))
    again = bundle(observation("A"), observation("B"), kind="transaction")
    again["id"], again["timestamp"] = "other", "2026-03-09T00:00:00Z"
    again["identifier"] = {"value": "another message"}
    for number, one in enumerate(again["entry"]):
        one["resource"]["meta"] = {"lastUpdated": "2026-03-09T00:00:00Z", "versionId": str(number)}
        one["resource"]["id"] = f"id-{number}"
    again["entry"].append(again["entry"].pop(0))
    assert the_report(first).place != the_report(again).place
    assert the_report(first).content_hash == the_report(again).content_hash


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("Observation", {"valueQuantity": {"value": Digits("140.0"), "unit": "mmol/L"}}),
        ("Observation", {"note": [{"text": "x"}]}),
        ("Observation", {"interpretation": [{"text": "H"}]}),
        ("DiagnosticReport", {"status": "corrected"}),
        ("DiagnosticReport", {"conclusion": "x"}),
        ("DiagnosticReport", {"issued": "2026-03-08T12:10:00+00:00"}),
        ("DiagnosticReport", {"presentedForm": [{"contentType": "application/pdf", "data": PDF}]}),
        ("Patient", {"birthDate": "1972-08-24"}),
        ("Specimen", {"type": {"text": "Urine"}}),
    ],
)
def test_whatever_it_says_makes_another_hash(kind, change) -> None:
    made = bundle()
    before = the_report(made).content_hash
    of(made, kind).update(change)
    assert the_report(made).content_hash != before


def test_a_single_report_with_everything_contained() -> None:
    read = the_report(single(observation("Sodium"), observation("Urea")))
    assert (read.title, read.laboratory, read.specimen) == ("Urea and electrolytes", "PATH LAB 001", "Blood")
    assert (read.whose.born, read.place) == ("1972-08-23", "DiagnosticReport")
    assert [one.name for one in read.results] == ["Sodium", "Urea"]


def test_several_reports_of_different_people_in_one_message() -> None:
    made = bundle(observation("A"))
    other = report(
        subject={"reference": "urn:uuid:p2"},
        identifier=[{"value": "2"}],
        result=[{"reference": "urn:uuid:rx"}],
    )
    other["basedOn"], other["specimen"] = [], []
    del other["basedOn"], other["specimen"]
    made["entry"] += [
        entry("p2", {"resourceType": "Patient", "birthDate": "2004-05-06", "name": [{"family": "MOXEY"}]}),
        entry("rx", observation("B")),
        entry("bad", observation("C") | {"status": "nonsense"}),
        entry("report2", other),
        entry("report3", other | {"result": [{"reference": "urn:uuid:bad"}]}),
    ]
    read = reading(made)
    assert [(one.whose.families, one.title) for one in read.reports] == [
        (("WELSH",), "Urea and electrolytes"),
        (("MOXEY",), "B"),
    ]
    assert read.refused == 1
    assert {one.report for one in read.problems if one.refuses} == {"Bundle.entry[11].resource"}
