"""What a laboratory wrote, in every type FHIR gives it, stands in the report word for word."""

import pytest

from selfcare.fhir import read
from selfcare.filing.received_report import (
    CLOCK,
    CODED,
    MOMENT,
    NONE,
    NUMBER,
    PERIOD,
    RANGE,
    RATIO,
    TEXT,
    YES_NO,
)
from tests.fhir.messages import (
    Digits,
    as_json,
    as_xml,
    bundle,
    code,
    observation,
    of,
    quantity,
    reading,
    refusal,
    single,
    the_report,
)
from tests.fhir.walker import Walker, assert_says

ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

VALUES = [
    ({"valueQuantity": quantity("4.10")}, NUMBER, "4.10", "mmol/L"),
    ({"valueQuantity": quantity("0.500", comparator="<")}, NUMBER, "<0.500", "mmol/L"),
    ({"valueQuantity": quantity("35", comparator=">=")}, NUMBER, ">=35", "mmol/L"),
    ({"valueQuantity": quantity("-0.0")}, NUMBER, "-0.0", "mmol/L"),
    ({"valueQuantity": quantity("1.20e-3")}, NUMBER, "1.20e-3", "mmol/L"),
    (
        {"valueQuantity": quantity("123456789012345678901234567890.123456789012345678901")},
        NUMBER,
        "123456789012345678901234567890.123456789012345678901",
        "mmol/L",
    ),
    ({"valueQuantity": {"value": Digits("7"), "code": "10*9/L"}}, NUMBER, "7", "10*9/L"),
    ({"valueQuantity": {"value": Digits("4.2")}}, NUMBER, "4.2", ""),
    ({"valueQuantity": quantity("7", "×10⁹/L")}, NUMBER, "7", "×10⁹/L"),
    ({"valueInteger": Digits("3")}, NUMBER, "3", ""),
    ({"valueString": "Casts  None seen\r\nWhite cells  >35 x10*6/L"}, TEXT, None, ""),
    ({"valueString": "Literal \\n, <b>&amp;</b> \u202eبول"}, TEXT, None, ""),
    ({"valueBoolean": True}, YES_NO, "true", ""),
    ({"valueBoolean": False}, YES_NO, "false", ""),
    ({"valueTime": "08:40:00"}, CLOCK, "08:40:00", ""),
    ({"valueDateTime": "1895-03"}, MOMENT, "1895-03", ""),
    ({"valuePeriod": {"start": "2026-03-01", "end": "2026-03-02"}}, PERIOD, "2026-03-01/2026-03-02", ""),
    ({"valuePeriod": {"start": "2026-03-01"}}, PERIOD, "2026-03-01/", ""),
    ({"valueCodeableConcept": code("Not detected")}, CODED, "Not detected", ""),
    (
        {"valueCodeableConcept": code("Not detected") | {"text": "NOT  detected."}},
        CODED,
        "NOT  detected.",
        "",
    ),
    ({"valueCodeableConcept": {"coding": [{"code": "260415000"}]}}, CODED, "260415000", ""),
    ({"valueRange": {"low": quantity("10"), "high": quantity("35")}}, RANGE, "10–35", "mmol/L"),
    ({"valueRange": {"low": quantity("10", "a"), "high": quantity("35", "b")}}, RANGE, "10 a–35 b", ""),
    ({"valueRange": {"low": quantity("10")}}, RANGE, "≥10", "mmol/L"),
    ({"valueRange": {"high": quantity("35.0")}}, RANGE, "≤35.0", "mmol/L"),
    (
        {"valueRatio": {"numerator": {"value": Digits("1")}, "denominator": {"value": Digits("40")}}},
        RATIO,
        "1:40",
        "",
    ),
    (
        {
            "valueRatio": {
                "numerator": {"value": Digits("1"), "comparator": "<"},
                "denominator": quantity("4", "mL"),
            }
        },
        RATIO,
        "<1:4 mL",
        "",
    ),
]


@pytest.mark.parametrize(("value", "kind", "text", "unit"), VALUES, ids=lambda part: str(part)[:60])
def test_a_value_is_as_sent(value, kind, text, unit) -> None:
    result = the_report(bundle(observation(**value))).results[0]
    expected = next(iter(value.values())) if text is None else text
    assert (result.kind, result.value, result.unit) == (kind, expected, unit)


def test_text_in_xml_keeps_its_line_ends() -> None:
    made = bundle(observation(valueString="a\r\n\tb"))
    assert the_report(made).results[0].value == "a\r\n\tb"


@pytest.mark.parametrize(
    ("ranges", "shown"),
    [
        ([{"low": quantity("3.50"), "high": quantity("5.3")}], "3.50–5.3 mmol/L"),
        ([{"low": quantity("3.5")}], "≥3.5 mmol/L"),
        ([{"high": quantity("5", comparator="<")}], "<5 mmol/L"),
        ([{"low": {"value": Digits("1")}, "high": {"value": Digits("2")}}], "1–2"),
        ([{"text": "Negative"}], "Negative"),
        ([{"text": "130 - 180", "low": quantity("130"), "high": quantity("180")}], "130–180 mmol/L"),
        (
            [{"text": "130 - 180 mmol/L", "low": quantity("130"), "high": quantity("180")}],
            "130 - 180 mmol/L",
        ),
        ([{"text": "Adults over 50", "low": quantity("5", "µg/L")}], "≥5 µg/L; Adults over 50"),
        ([{"text": "<5", "high": quantity("5")}], "≤5 mmol/L; <5"),
        ([{"text": "for adults", "low": quantity("1"), "high": quantity("2")}], "1–2 mmol/L; for adults"),
        (
            [
                {
                    "low": quantity("1"),
                    "high": quantity("2"),
                    "type": code("Therapeutic Desired Level", "therapeutic"),
                    "appliesTo": [code("Female"), {"text": "not pregnant"}],
                    "age": {"low": quantity("18", "years"), "high": quantity("65", "years")},
                },
                {"high": quantity("9"), "type": code("Normal Range", "normal")},
            ],
            "1–2 mmol/L (Therapeutic Desired Level, Female, not pregnant, 18–65 years); ≤9 mmol/L",
        ),
        ([{"text": "line one\r\nline two"}], "line one\r\nline two"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_range_is_as_sent(ranges, shown) -> None:
    sent = observation(valueQuantity=quantity("4"), referenceRange=ranges)
    assert the_report(bundle(sent)).results[0].range_text == shown


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ([code("High", "H")], "High"),
        ([code("High", "H") | {"text": "H*"}], "H*"),
        ([{"coding": [{"code": "LL"}]}], "LL"),
        ([code("High", "H"), code("Significant change up", "U")], "High, Significant change up"),
    ],
)
def test_a_flag_is_the_laboratorys_word(flags, shown) -> None:
    sent = observation(valueQuantity=quantity("4"), interpretation=flags)
    assert the_report(bundle(sent)).results[0].flag == shown


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (
            {"coding": [{"system": ABSENT, "code": "as-text"}], "text": "Specimen unsatisfactory"},
            "Specimen unsatisfactory",
        ),
        ({"coding": [{"system": ABSENT, "code": "error", "display": "Fehler"}]}, "Fehler"),
        ({"coding": [{"system": ABSENT, "code": "not-performed"}]}, "Not Performed"),
        ({"coding": [{"code": "haemolysed"}]}, "haemolysed"),
    ],
)
def test_why_there_is_no_value_is_told(reason, shown) -> None:
    result = the_report(bundle(observation(dataAbsentReason=reason))).results[0]
    assert (result.kind, result.value, result.absent_reason) == (NONE, "", shown)


def test_a_reason_in_an_extension_of_the_number() -> None:
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "error"}
    sent = bundle(observation(valueQuantity={"_value": {"extension": [extension]}, "unit": "g/L"}))
    made = read(as_json(sent))
    assert [(one.kind, one.absent_reason) for one in made.reports[0].results] == [(NONE, "Error")]
    twin = bundle(observation(valueQuantity={"value": {"extension": [extension]}, "unit": "g/L"}))
    assert read(as_xml(twin)).reports == made.reports


@pytest.mark.parametrize("kind", ["String", "Integer", "DateTime", "Boolean"])
def test_a_reason_in_an_extension_of_a_value_that_is_no_number(kind: str) -> None:
    """Alone catches: *masked*, or *not performed*, said where a text would stand, read as nothing and no reason."""
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    made = read(as_json(bundle(observation(**{f"_value{kind}": {"extension": [extension]}}))))
    assert [(one.kind, one.absent_reason) for one in made.reports[0].results] == [(NONE, "Masked")]
    assert made.problems == ()
    twin = bundle(observation(**{f"value{kind}": {"extension": [extension]}}))
    assert read(as_xml(twin)).reports == made.reports


def test_everything_else_a_result_says() -> None:
    sent = observation(
        "Urea",
        valueQuantity=quantity("6.1"),
        note=[{"text": "Haemolysed.", "authorString": "Dr A"}, {"text": "Repeat\nsoon."}],
        method=code("Enzymatic"),
        bodySite=code("Left arm"),
        specimen={"display": "Serum"},
        effectiveDateTime="2026-03-07T09:00:00+01:00",
        status="corrected",
    )
    sent["code"]["coding"].append({"system": "http://loinc.org", "code": "3091-6", "display": "Urea serum"})
    report = the_report(bundle(sent))
    result = report.results[0]
    assert result.name == "Urea"
    assert [(one.system, one.code, one.display) for one in result.codes] == [
        ("http://snomed.info/sct", "1001371000000100", "Urea"),
        ("http://loinc.org", "3091-6", "Urea serum"),
    ]
    assert result.note == "Haemolysed. (Dr A)\nRepeat\nsoon."
    assert (result.method, result.specimen, result.status) == ("Enzymatic", "Serum, Left arm", "corrected")
    assert result.taken
    assert result.taken.instant
    assert result.taken.instant.isoformat() == "2026-03-07T09:00:00+01:00"


def test_what_the_report_says_already_a_result_does_not_say_again() -> None:
    sent = observation(valueQuantity=quantity("6.1"), specimen={"reference": "urn:uuid:specimen"})
    sent["effectiveDateTime"] = "2026-03-07T11:42:00+00:00"
    result = the_report(bundle(sent)).results[0]
    assert (result.taken, result.specimen) == (None, "")


def test_units_that_differ_within_one_test_are_kept() -> None:
    report = the_report(
        bundle(
            observation("Glucose", valueQuantity=quantity("5.1", "mmol/L")),
            observation("Glucose", valueQuantity=quantity("92", "mg/dL")),
        )
    )
    assert [(one.value, one.unit) for one in report.results] == [("5.1", "mmol/L"), ("92", "mg/dL")]


def test_blood_pressure_is_a_group_of_its_components() -> None:
    sent = observation(
        "Blood pressure",
        component=[
            {
                "code": code("Systolic"),
                "valueQuantity": quantity("127", "mm[Hg]"),
                "interpretation": [code("Normal")],
            },
            {"code": code("Diastolic"), "dataAbsentReason": code("Not performed")},
        ],
    )
    rows = the_report(bundle(observation(), sent)).results
    assert [(one.name, one.within, one.value, one.flag, one.absent_reason) for one in rows[1:]] == [
        ("Blood pressure", None, "", "", ""),
        ("Systolic", 1, "127", "Normal", ""),
        ("Diastolic", 1, "", "", "Not performed"),
    ]


def test_a_culture_with_its_isolates() -> None:
    sensitivity = observation("Sensitivities", hasMember=[{"reference": "#flu"}, {"reference": "#nitro"}])
    made = single(observation("Culture", hasMember=[{"reference": "#growth"}, {"reference": "#sens"}]))
    made["contained"] += [
        {
            "id": "growth",
            **observation("Staphylococcus aureus", valueCodeableConcept={"text": "Scanty growth"}),
        },
        {"id": "sens", **sensitivity},
        {"id": "flu", **observation("Flucloxacillin", valueCodeableConcept={"text": "S"})},
        {"id": "nitro", **observation("Nitrofurantoin", valueCodeableConcept={"text": "R"})},
    ]
    report = the_report(made)
    assert [(one.name, one.within, one.value) for one in report.results] == [
        ("Culture", None, ""),
        ("Staphylococcus aureus", 0, "Scanty growth"),
        ("Sensitivities", 0, ""),
        ("Flucloxacillin", 2, "S"),
        ("Nitrofurantoin", 2, "R"),
    ]
    walker = Walker(as_xml(made))
    assert_says(walker, walker.root, report)


def test_a_result_named_by_the_report_and_by_its_group_stands_in_the_group() -> None:
    group = observation("Group", hasMember=[{"reference": "urn:uuid:r0"}, {"reference": "urn:uuid:r2"}])
    report = the_report(bundle(observation("First"), group, observation("Second"), observation("Alone")))
    assert [(one.name, one.within) for one in report.results] == [
        ("Group", None),
        ("First", 0),
        ("Second", 0),
        ("Alone", None),
    ]


def test_a_result_in_two_groups_stands_in_the_first_and_that_is_told() -> None:
    members = [{"reference": "urn:uuid:r2"}]
    made = reading(
        bundle(
            observation("A", hasMember=members), observation("B", hasMember=members), observation("Shared")
        )
    )
    assert [(one.name, one.within) for one in made.reports[0].results] == [
        ("A", None),
        ("Shared", 0),
        ("B", None),
    ]
    assert [one.severity for one in made.problems] == ["information"]


def test_a_result_without_a_value_is_taken_and_told() -> None:
    made = reading(bundle({"resourceType": "Observation", "status": "final", "code": code("Sodium")}))
    assert made.reports[0].results[0].kind == NONE
    assert "no value" in made.problems[0].text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"valueQuantity": {"unit": "g/L"}}, "holds no value"),
        ({"valueCodeableConcept": {"id": "x"}}, "holds no value"),
        ({"valueRange": {"id": "x"}}, "holds no value"),
        ({"valueRatio": {"numerator": quantity("1")}}, "holds no value"),
        (
            {"valueSampledData": {"origin": quantity("1"), "period": Digits("1"), "dimensions": Digits("1")}},
            "curve",
        ),
        ({"valueQuantity": quantity("1"), "dataAbsentReason": code("Error")}, "a value and a reason"),
        ({"valueQuantity": quantity("1"), "valueString": "1"}, "in two types"),
        ({"valueQuantity": quantity("1", comparator="~")}, "R4 knows: <, <=, >, >="),
        (
            {"valueQuantity": {"value": Digits("1"), "modifierExtension": [{"url": "urn:x"}]}},
            "changes its meaning",
        ),
        ({"valueAttachment": {"title": "x"}}, "FHIR STU3"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_value_that_cannot_be_shown_refuses_the_report(wrong, said) -> None:
    assert said in refusal(bundle(observation(**wrong)))


@pytest.mark.parametrize(
    "digits", ["01", "1.", ".5", "+1", "1,5", "١", "1e", "0x1", "NaN", "Infinity", " 1", "1 "]
)
def test_what_is_no_number_is_refused_in_xml(digits: str) -> None:
    made = read(as_xml(bundle(observation(valueQuantity=quantity(digits)))))
    assert made.reports == ()
    assert "not a number as FHIR writes it" in made.problems[0].text


def test_a_result_needs_a_name() -> None:
    made = bundle()
    of(made, "Observation")["code"] = {"coding": [{"system": "http://loinc.org"}]}
    assert "gives no name" in refusal(made)
