"""What cannot be read is refused in plain words, and nothing is ever raised."""

import pytest

from selfcare.fhir import Limits, read
from tests.fhir.messages import (
    JSON,
    XML,
    Digits,
    as_json,
    as_xml,
    bundle,
    entry,
    observation,
    of,
    reading,
    refusal,
)

NS = "http://hl7.org/fhir"
GOOD_JSON, GOOD_XML = as_json(bundle()), as_xml(bundle())


def unreadable(data: bytes, content_type: str | None = None, limits: Limits | None = None) -> str:
    made = read(data, content_type, limits or Limits())
    assert (made.readable, made.reports, made.refused) == (False, (), 0)
    return "\n".join(problem.text for problem in made.problems)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"{", "not valid JSON: something is wrong at line 1"),
        (b"nonsense", "not valid JSON"),
        (GOOD_JSON + b"x", "not valid JSON"),
        (GOOD_JSON[:-10], "not valid JSON"),
        (b"[]", "not a list or a single value"),
        (b"[" + GOOD_JSON + b"]", "not a list"),
        (b"3", "not a list"),
        (b'"Bundle"', "not a list"),
        (b"null", "not a list"),
        (b"true", "not a list"),
        (b"{}", "of which type"),
        (b'{"resourceType":3}', "of which type"),
        (b'{"resourceType":["Bundle"]}', "of which type"),
        (b'{"resourceType":"Bundle","type":"message","type":"batch"}', "stands twice"),
        (b'{"resourceType":"Bundle","total":NaN}', "NaN is not a number"),
        (b'{"resourceType":"Bundle","total":-Infinity}', "-Infinity is not a number"),
        (b'{"resourceType":"Bundle","x":"\x01"}', "not valid JSON"),
        (b'{"resourceType":"Bundle","x":"\xff"}', "byte 31 is not"),
        (b'{"resourceType":"Bundle","x":"\xed\xa0\x80"}', "UTF-8"),
        ("{}".encode("utf-16"), "UTF-8"),
        (b'{"x":' * 60 + b"1" + b"}" * 60, "more than 50 levels deep"),
        (b"[" * 100_000, "levels deep"),
        (b'{"x":[' * 50_000, "levels deep"),
        (b"<", "not valid XML"),
        (b"<Bundle/>", "not in the namespace of FHIR"),
        (GOOD_XML[:-20], "not valid XML"),
        (GOOD_XML + GOOD_XML, "not valid XML"),
        (GOOD_XML.replace(b'<status value="final"/>', b'<status value="final" value="final"/>'), "not valid XML"),
        (GOOD_XML.replace(b'<status value="final"/>', b'<status value="&#0;"/>'), "not valid XML"),
        (GOOD_XML.replace(b'<status value="final"/>', b'<status value="&nbsp;"/>'), "not valid XML"),
        (GOOD_XML.replace(b'<status value="final"/>', b'<status code="final"/>'), "no attribute"),
        (GOOD_XML.replace(b'<status value="final"/>', b"<status>final</status>"), "text between the elements"),
        (GOOD_XML.replace(b'<status value="final"/>', b'<x:status xmlns:x="urn:x"/>'), "not in the namespace"),
        (GOOD_XML.replace(b"UTF-8", b"ISO-8859-1"), "FHIR is sent as UTF-8; this says ISO-8859-1"),
        (GOOD_XML.replace(b"UTF-8", b"UTF-16"), "UTF-16"),
        (GOOD_XML.decode().encode("utf-16"), "UTF-8"),
        (f'<a xmlns="{NS}">'.encode() * 60 + b"</a>" * 60, "more than 50 levels deep"),
        (f'<a xmlns="{NS}">'.encode() * 100_000, "more than 50 levels deep"),
        (f'<div xmlns="http://www.w3.org/1999/xhtml">{GOOD_XML.decode()[60:]}</div>'.encode(), "namespace"),
        (GOOD_XML.replace(b"<MessageHeader>", b'<MessageHeader><resourceType value="x"/>'), "name of the element"),
    ],
    ids=range(42),
)  # fmt: skip
def test_a_body_that_is_not_one_message(data: bytes, said: str) -> None:
    assert said in unreadable(data)


BOMB = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Bundle>",
        '<!DOCTYPE Bundle SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE Bundle [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Bundle [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
        BOMB,
        f"<!-- first -->\n<?and this?>{BOMB}",
    ],
)
def test_a_document_type_is_refused_before_anything_of_it_is_read(doctype: str) -> None:
    data = GOOD_XML.replace(b"?><!-- 7 -->", f"?>{doctype}".encode()).replace(b"PATH LAB", b"&c;&x;")
    assert doctype.encode() in data
    assert "DOCTYPE" in unreadable(data)


def test_a_document_type_in_a_comment_or_in_a_value_is_only_words() -> None:
    data = GOOD_XML.replace(b"<!-- 7 -->", b"<!-- <!DOCTYPE x> -->").replace(b"PATH LAB", b"&lt;!DOCTYPE x>")
    assert read(data).reports[0].laboratory == "<!DOCTYPE x> 001"


def test_a_byte_order_mark_and_a_schemas_address_do_no_harm() -> None:
    assert read(b"\xef\xbb\xbf" + GOOD_JSON).reports == read(GOOD_JSON).reports
    located = GOOD_XML.replace(
        f'<Bundle xmlns="{NS}">'.encode(),
        f'<f:Bundle xmlns:f="{NS}" xmlns="{NS}" xmlns:s="urn:s" s:schemaLocation="x y">'.encode(),
    ).replace(b"</Bundle>", b"</f:Bundle>")
    assert read(b"\xef\xbb\xbf" + located).reports == read(GOOD_XML).reports


@pytest.mark.parametrize(
    ("content_type", "data", "said"),
    [
        (JSON, GOOD_XML, "not what its content type says"),
        (XML, GOOD_JSON, "not what its content type says"),
        ("application/pdf", GOOD_JSON, "application/pdf is not read here"),
        ("text/html", GOOD_XML, "text/html is not read here"),
        (f"{JSON}; charset=latin-1", GOOD_JSON, "this says latin-1"),
        (f"{JSON}; fhirVersion=3.0", GOOD_JSON, "This is FHIR STU3"),
        (f'{JSON}; fhirVersion="5.0"', GOOD_JSON, "This is FHIR R5"),
        (f"{JSON}; fhirVersion=9.9", GOOD_JSON, "This is FHIR 9.9"),
    ],
)
def test_a_content_type_that_does_not_fit(content_type: str, data: bytes, said: str) -> None:
    assert said in unreadable(data, content_type)


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        (None, GOOD_JSON),
        ("", GOOD_XML),
        ("application/octet-stream", GOOD_XML),
        ("text/plain", GOOD_JSON),
        ("Application/FHIR+JSON; charset=UTF-8; fhirVersion=4.0", GOOD_JSON),
        ("text/xml; charset=\"utf-8\"", GOOD_XML),
        ("application/json", GOOD_JSON),
    ],
)  # fmt: skip
def test_a_content_type_that_fits(content_type: str | None, data: bytes) -> None:
    assert len(read(data, content_type).reports) == 1


# -------------------------------------------------------------------------------------------------- versions, types


@pytest.mark.parametrize(
    ("kind", "changed", "version"),
    [
        ("DiagnosticReport", {"context": {"reference": "Encounter/1"}}, "STU3"),
        ("DiagnosticReport", {"codedDiagnosis": [{"text": "x"}]}, "STU3"),
        ("DiagnosticReport", {"image": [{"link": {"reference": "Media/1"}}]}, "STU3"),
        ("DiagnosticReport", {"performer": [{"actor": {"display": "x"}}]}, "STU3"),
        ("DiagnosticReport", {"composition": {"reference": "Composition/1"}}, "R5"),
        ("DiagnosticReport", {"supportingInfo": [{"reference": {"display": "x"}}]}, "R5"),
        ("DiagnosticReport", {"note": [{"text": "x"}]}, "R5"),
        ("Observation", {"context": {"reference": "Encounter/1"}}, "STU3"),
        ("Observation", {"comment": "x"}, "STU3"),
        ("Observation", {"related": [{"target": {"reference": "Observation/1"}}]}, "STU3"),
        ("Observation", {"comments": "x"}, "DSTU2"),
        ("Observation", {"triggeredBy": [{"type": "reflex"}]}, "R5"),
        ("ServiceRequest", {"code": {"concept": {"text": "x"}}}, "R5"),
        ("Patient", {"animal": {"species": {"text": "x"}}}, "STU3"),
        ("Patient", {"careProvider": [{"display": "x"}]}, "DSTU2"),
        ("MessageHeader", {"timestamp": "2026-01-01T00:00:00Z"}, "STU3"),
        (
            "Observation",
            {"meta": {"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Observation"]}},
            "R5",
        ),
        (
            "Observation",
            {"meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/Observation|5.0.0"]}},
            "R5",
        ),
        (
            "Patient",
            {"meta": {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Patient-1"]}},
            "STU3",
        ),
        ("Patient", {"meta": {"profile": ["urn:a", "http://hl7.org/fhir/DSTU2/patient.html"]}}, "DSTU2"),
        ("Specimen", {"resourceType": "DiagnosticOrder"}, "DSTU2"),
        ("Specimen", {"resourceType": "ProcedureRequest"}, "STU3"),
    ],
)
def test_another_version_is_refused_by_its_name(kind: str, changed, version: str) -> None:
    made = bundle()
    of(made, kind).update(changed)
    assert f"This is FHIR {version} (" in refusal(made)
    assert not reading(made).readable


def test_uk_core_and_extensions_are_r4() -> None:
    made = bundle()
    for one in made["entry"]:
        kind = one["resource"]["resourceType"]
        one["resource"]["meta"] = {"profile": [f"https://fhir.hl7.org.uk/StructureDefinition/UKCore-{kind}"]}
        one["resource"]["extension"] = [{"url": "urn:uk", "valueCodeableConcept": {"text": "x"}}]
    of(made, "Observation")["code"]["coding"][0]["extension"] = [{"url": "urn:uk", "valueUri": "urn:x"}]
    assert len(reading(made).reports) == 1


@pytest.mark.parametrize(
    "kind", ["Observation", "Patient", "Composition", "OperationOutcome", "Nonsense", "\ud800"]
)
def test_another_resource_is_refused_by_its_name(kind: str) -> None:
    said = unreadable(as_json({"resourceType": kind, "status": "final"}))
    assert "A Bundle or a DiagnosticReport is read here" in said


@pytest.mark.parametrize("kind", ["searchset", "history", "batch-response", "transaction-response"])
def test_a_bundle_that_sends_nothing_is_refused(kind: str) -> None:
    assert f"of the type {kind}" in refusal(bundle(kind=kind))


@pytest.mark.parametrize("kind", ["message", "transaction", "batch", "collection", "document"])
def test_a_bundle_that_does_is_read(kind: str) -> None:
    assert len(reading(bundle(kind=kind)).reports) == 1


@pytest.mark.parametrize(
    ("method", "taken"), [("POST", 1), ("PUT", 1), ("DELETE", 0), ("GET", 0), ("PATCH", 0)]
)
def test_a_transaction_only_brings(method: str, taken: int) -> None:
    made = bundle(kind="transaction")
    for one in made["entry"]:
        one["request"] = {"method": "POST", "url": one["resource"]["resourceType"], "ifNoneExist": "a=b"}
    made["entry"][-1]["request"]["method"] = method
    assert len(reading(made).reports) == taken


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: made.pop("type"), "Bundle.type is missing"),
        (lambda made: made.update(type="letter"), "R4 knows"),
        (lambda made: made.pop("entry"), "no DiagnosticReport"),
        (lambda made: made["entry"][1].pop("resource"), "Bundle.entry.resource is missing"),
        (lambda made: made["entry"].append(entry("b", bundle())), "Bundle inside a Bundle"),
        (lambda made: made.update(surprise=3), "FHIR R4 has no Bundle.surprise"),
        (lambda made: made["entry"].append({"fullUrl": "urn:x"}), "Bundle.entry.resource is missing"),
    ],
)
def test_an_envelope_that_is_not_right_refuses_all(change, said: str) -> None:
    made = bundle()
    change(made)
    assert said in refusal(made)


def test_a_message_without_a_report_says_so() -> None:
    assert "no DiagnosticReport" in refusal(
        {"resourceType": "Bundle", "type": "collection", "entry": [entry("o", observation())]}
    )


# ------------------------------------------------------------------------------------------------------- elements


@pytest.mark.parametrize(
    ("changed", "said", "place"),
    [
        ({"surprise": "x"}, "FHIR R4 has no Observation.surprise", ".surprise"),
        ({"status": ["final"]}, "Observation.status can be there only once", ".status"),
        ({"code": [{"text": "x"}]}, "Observation.code can be there only once", ".code"),
        ({"note": {"text": "x"}}, "Observation.note must be a list", ".note"),
        ({"note": []}, "Observation.note is empty", ""),
        ({"code": {}}, "Observation.code is empty", ".code"),
        ({"code": "x"}, "Observation.code must hold elements of its own", ".code"),
        ({"code": None}, "Observation.code must hold elements of its own", ".code"),
        ({"status": None}, "Observation.status is empty", ".status"),
        ({"status": ""}, "Observation.status is empty", ".status"),
        ({"status": 3}, "Observation.status must be text", ".status"),
        ({"valueQuantity": {"value": "4.1"}}, "must be a number, without quotes", ".valueQuantity.value"),
        ({"valueString": Digits("4")}, "must be text", ".valueString"),
        ({"valueBoolean": "true"}, "must be true or false, without quotes", ".valueBoolean"),
        ({"valueInteger": Digits("4.5")}, "not a number as FHIR writes it", ".valueInteger"),
        ({"valueString": "a\u0000b"}, "control character", ".valueString"),
        ({"valueString": "\ud83d"}, "half a character", ".valueString"),
        ({"valueString": "\u001b[31m"}, "control character", ".valueString"),
        ({"referenceRange": [{"text": "x\ufffe"}]}, "control character", ".referenceRange[0].text"),
        (
            {"code": {"coding": [{"display": "x", "code": " a"}]}},
            "is not allowed there",
            ".code.coding[0].code",
        ),
        ({"modifierExtension": [{"url": "urn:x"}]}, "changes its meaning", ".modifierExtension"),
        ({"component": [{"valueString": "x"}]}, "Component.code is missing", ".component[0].code"),
    ],
)
def test_an_element_that_is_not_r4_refuses_the_report_and_says_where(changed, said, place) -> None:
    made = bundle()
    sent = of(made, "Observation")
    if any(name.startswith("value") for name in changed):
        del sent["valueQuantity"]
    sent.update(changed)
    problems = [problem for problem in read(as_json(made)).problems if problem.refuses]
    assert said.replace("Component", "Observation.component") in "\n".join(
        problem.text for problem in problems
    )
    assert any(problem.place == f"Bundle.entry[6].resource{place}" for problem in problems)


def test_what_is_sent_with_an_escape_and_cannot_be_in_a_text_is_never_answered_back() -> None:
    from selfcare.fhir import outcome_bytes

    made = bundle(observation(**{"valueString": "x", "\ud800\u0000<b>": "y"}))
    answer = read(as_json(made))
    assert answer.reports == ()
    for xml in (True, False):
        assert b"\\ud800" not in outcome_bytes(answer.problems, xml=xml)
