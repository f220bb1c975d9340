"""What a person takes along as an International Patient Summary: valid, and true about whose each thing is."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle
from flask import Flask
from lxml import etree

from selfcare.database import now, session
from selfcare.fhir import elements
from selfcare.health import actions as health
from selfcare.people.models import Person
from selfcare.sharing import ips, plain_text, queries, snapshot, summary_page
from selfcare.web.access import Permit
from tests.harness.client import Client
from tests.sharing.scenes import CANARY, acting, scene, share
from tests.sharing.test_showing import CANARIES, fill

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
Found = dict[str, Any]
REQUIRED = {"11450-4": "problems", "48765-2": "allergies", "10160-0": "medications"}
PROFILES = "http://hl7.org/fhir/uv/ips/StructureDefinition/"


def keep(rosa: Permit) -> None:
    health.add(rosa, kind="allergy", name="Penicillin & <co>", about="A rash\nand a cough")
    health.add(rosa, kind="medicine", name="Vitamin D", about="Bones", how="One a day")
    health.add(rosa, kind="condition", name="Asthma", about="")
    health.add(rosa, kind="condition", name=CANARY, about="", only_me=True)


def of(found: Found, kind: str) -> list[Found]:
    return [one["resource"] for one in found["entry"] if one["resource"]["resourceType"] == kind]


def sections(found: Found) -> dict[str, Found]:
    """By the code of LOINC; those that have none there by what stands over them."""
    return {
        one["code"]["coding"][0]["code"] if "coding" in one["code"] else one["code"]["text"]: one
        for one in of(found, "Composition")[0]["section"]
    }


def faults(found: Found) -> list[str]:
    """What IPS 2.0.0 asks of the document, rule by rule, and FHIR R4 of every document (bdl-…)."""
    composition = found["entry"][0]["resource"]
    urls = [one["fullUrl"] for one in found["entry"]]
    told = json.dumps(found)
    aimed = set(re.findall(r'"reference": "([^"]+)"', told))
    rules = {
        "Bundle.identifier 1..1, with system": found["identifier"]["system"] == "urn:ietf:rfc:3986",
        "Bundle.type is document": found["type"] == "document",
        "Bundle.timestamp 1..1": "timestamp" in found,
        "entry:composition first": composition["resourceType"] == "Composition",
        "bdl-ips-1: no other Composition": len(of(found, "Composition")) == 1,
        "entry:patient 1..1": len(of(found, "Patient")) == 1,
        "entry.fullUrl, each once": len(urls) == len(set(urls)),
        "fullUrl says the id": all(
            one["fullUrl"] == "urn:uuid:" + one["resource"]["id"] for one in found["entry"]
        ),
        "every reference leads to an entry": aimed <= set(urls),
        "every entry is reached": set(urls[1:]) <= aimed,
        "Composition.type is LOINC 60591-5": composition["type"]["coding"][0]
        == {"system": "http://loinc.org", "code": "60591-5", "display": "Patient summary Document"},
        "Composition.subject is the Patient": composition["subject"]["reference"]
        == "urn:uuid:" + of(found, "Patient")[0]["id"],
        "Composition.status, date, author, title": {"status", "date", "author", "title"}
        <= composition.keys(),
        "the required sections, each once": set(REQUIRED) <= sections(found).keys()
        and len(sections(found)) == len(composition["section"]),
        "section.title, code, text 1..1": all(
            {"title", "code", "text"} <= one.keys() for one in composition["section"]
        ),
        "ips-comp-1: entry or emptyReason": all(
            ("entry" in one) != ("emptyReason" in one)
            for one in (sections(found).get(code, {}) for code in REQUIRED)
        ),
        "section.section ..0": all("section" not in one for one in composition["section"]),
        "Patient.birthDate 1..1; ips-pat-1": "birthDate" in of(found, "Patient")[0]
        and bool(of(found, "Patient")[0]["name"][0]["text"]),
        "MedicationStatement.effective[x] 1..1": all(
            "effectivePeriod" in one or one["_effectiveDateTime"] == elements.UNKNOWN
            for one in of(found, "MedicationStatement")
        ),
        "Observation: category laboratory, effective, performer": all(
            one["category"][0]["coding"][0]["code"] == "laboratory"
            and one["performer"]
            and {"effectiveDateTime", "_effectiveDateTime", "effectivePeriod"} & one.keys()
            for one in of(found, "Observation")
        ),
        "ips-2: a value, or why there is none": all(
            any(name.startswith("value") or name == "dataAbsentReason" for name in one)
            for one in of(found, "Observation")
        ),
        "the profiles of IPS": all(
            one["resource"]["meta"]["profile"][0].startswith(PROFILES)
            for one in found["entry"]
            if one["resource"]["resourceType"] != "RelatedPerson"
        ),
    }
    return [rule for rule, holds in rules.items() if not holds]


def texts(found: Found) -> str:
    """The narratives, each well-formed XHTML."""
    return "".join(
        "".join(etree.fromstring(one["text"]["div"]).itertext())
        for one in of(found, "Composition")[0]["section"]
    )


def reason(found: Found, code: str) -> str | None:
    said = sections(found)[code].get("emptyReason")
    return said and said["coding"][0]["code"]


def test_the_persons_own_is_valid_and_says_as_whose_it_stands_there(app: Flask, client: Client) -> None:
    """A document that other software refuses; a condition that passes for a diagnosis; a missing list that is read as
    *no known allergies*; something *only me* on its way to another country; a download that does not ask who it is."""
    made = scene(app)
    fill(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        keep(rosa)
    client.sign_in(made.rosa)
    answer = client.get(f"/fhir/Patient/{made.person}/$summary")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert answer.headers["Cache-Control"] == "no-store"
    found = json.loads(answer.response.data)
    assert [str(one) for one in fhirkit.validate(found)] == []
    Bundle.model_validate(found)
    assert faults(found) == []
    (allergy,) = of(found, "AllergyIntolerance")
    assert allergy["code"] == {"text": "Penicillin & <co>"}
    assert allergy["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert allergy["reaction"] == [{"manifestation": [{"text": "A rash\nand a cough"}]}]
    assert [one["code"]["text"] for one in of(found, "Condition")] == ["Asthma"]
    assert {one["medicationCodeableConcept"]["text"] for one in of(found, "MedicationStatement")} == {
        "Vitamin D", "Folic acid",
    }  # fmt: skip
    (result,) = of(found, "Observation")
    assert result["valueQuantity"] == {"value": 118, "unit": "g/L"}
    assert result["referenceRange"] == [{"text": "120 - 150"}]
    assert of(found, "Organization")[0]["name"] == "Riverside Pathology"
    composition = of(found, "Composition")[0]
    assert composition["author"] == [composition["subject"]]
    assert composition["attester"][0]["mode"] == "personal"
    said = texts(found)
    for word in ("decision", "line", "plan", "matters", "words", "question", "goal", "about", "health"):
        assert CANARIES[word] in said
    assert "nobody has checked it" in said
    assert CANARY not in answer.response.data.decode()


def test_what_is_missing_is_said_and_never_that_there_is_nothing(app: Flask) -> None:
    """*No known allergies* made of a list that nobody filled in, or that was not shared; a helper's summary in the
    person's name."""
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        none = ips.own(rosa)
        health.add(rosa, kind="condition", name="Asthma", about="")
        some = ips.own(rosa)
        summary = share(app, made)
    assert [reason(none, code) for code in REQUIRED] == ["unavailable"] * 3
    assert [reason(some, code) for code in REQUIRED] == [None, "notasked", "notasked"]
    assert "did not put this in" in texts(none)
    assert "It may be that there are some." in texts(some)
    with acting(app, made.rosa, made.person) as rosa:
        body = dict(queries.summary(rosa, summary).body or {}) | {"shared_by": "Leon Hill"}
        helped = ips.document(rosa, body, uuid4(), now())
        told = ips.document(rosa, body | {"as_told": {}}, uuid4(), now())
    for found, kind in ((helped, "RelatedPerson"), (told, "Practitioner")):
        assert [str(one) for one in fhirkit.validate(found)] == []
        assert faults(found) == []
        (who,) = of(found, kind)
        assert who["name"] == [{"text": "Leon Hill"}]
        by = {"reference": "urn:uuid:" + who["id"], "display": "Leon Hill"}
        assert of(found, "Composition")[0]["author"] == [by]


def test_the_rules_would_notice(app: Flask) -> None:
    """The control: a document without a section, with a reference into nothing, with a date that is none."""
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        found = ips.own(rosa)
    composition = found["entry"][0]["resource"]
    composition["section"] = [one for one in composition["section"] if one is not sections(found)["11450-4"]]
    composition["author"] = [{"reference": "urn:uuid:0"}]
    assert faults(found) == [
        "every reference leads to an entry",
        "the required sections, each once",
        "ips-comp-1: entry or emptyReason",
    ]
    composition["date"] = "yesterday"
    assert fhirkit.validate(found)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("4.0", {"valueQuantity": {"value": 4, "_value": {"places": 1}, "unit": "mmol/L"}}),
        (
            "<0.10",
            {"valueQuantity": {"value": 0.1, "_value": {"places": 2}, "unit": "mmol/L", "comparator": "<"}},
        ),
        ("7.25", {"valueQuantity": {"value": 7.25, "unit": "mmol/L"}}),
        ("5", {"valueQuantity": {"value": 5, "unit": "mmol/L"}}),
        ("0.000010", {"valueQuantity": {"value": 0.00001, "_value": {"places": 6}, "unit": "mmol/L"}}),
        ("123456789012.123456", {"valueString": "123456789012.123456 mmol/L"}),
    ],
)
def test_a_number_is_as_exact_as_the_laboratory_gave_it(app: Flask, written: str, value: Found) -> None:
    """Alone catches: 4.0 that arrives as 4, and a number with more digits than a program keeps, which is another."""
    made = scene(app)
    summary = share(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        body = queries.summary(rosa, summary).body or {}
        body["results"][0]["results"][0] |= {"value": written, "unit": "mmol/L"}
        found = ips.document(rosa, body, uuid4(), now())
    assert [str(one) for one in fhirkit.validate(found)] == []
    Bundle.model_validate(found)
    (result,) = of(found, "Observation")
    told = {name: one for name, one in result.items() if name.startswith("value")}
    if places := value.get("valueQuantity", {}).get("_value"):
        (extension,) = told["valueQuantity"]["_value"]["extension"]
        assert extension["url"].endswith("/quantity-precision")
        told["valueQuantity"]["_value"] = {"places": extension["valueInteger"]}
        assert places == told["valueQuantity"]["_value"]
    assert told == value


def test_what_a_helper_entered_is_not_asserted_by_the_person(app: Flask) -> None:
    """Alone catches: an allergy that a helper typed, said in another system to be the person's own word."""
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        keep(rosa)
        summary = share(app, made)
        body = queries.summary(rosa, summary).body or {}
        first, *others = body["health"]
        found = ips.document(rosa, body | {"health": [first | {"by": "Leon"}, *others]}, uuid4(), now())
    assert [str(one) for one in fhirkit.validate(found)] == []
    kept = [
        one for kind in ("AllergyIntolerance", "MedicationStatement", "Condition") for one in of(found, kind)
    ]
    asserted = {one["id"]: "asserter" in one or "informationSource" in one for one in kept}
    assert asserted == {first["id"]: False, **{one["id"]: True for one in others}}
    assert "(entered by Leon)" in texts(found)


def test_a_link_says_and_codes_all_that_was_chosen_and_bears_no_id_of_the_record(app: Flask) -> None:
    """Alone catches: a section of the summary that the document has not; a link of words alone, whose allergies no
    program finds; needs that travel nowhere; two links that say by their ids that they are of one record.
    """
    made = scene(app)
    fill(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        keep(rosa)
        session().get_one(Person, made.person).needs = ["large-print", "Sit on my <left>"]
    with acting(app, made.rosa, made.person) as rosa:
        today = rosa.today()
        chosen = snapshot.Choice(snapshot.SECTIONS, today - timedelta(days=30), today, notes=True)
        body = snapshot.gather(rosa, chosen.first, today, made.visit).take(chosen)
        body["results"][0] |= {
            "taken": "2026-10-04T07:00:00", "taken_to_the_day": False,
            "until": "2026-10-05T07:00:00", "until_to_the_day": False,
        }  # fmt: skip
        found = ips.given_away(rosa, body)
        said = plain_text.sections(summary_page.read(body))
    assert [str(one) for one in fhirkit.validate(found)] == []
    Bundle.model_validate(found)
    assert faults(found) == []
    words = " ".join(texts(found).split())
    missing = [
        line
        for code, _, parts in said
        for part in parts
        for line in part.split("\n")
        if " ".join(line.strip("- ").split()) not in words
    ]
    assert missing == []
    titles = [one["title"] for one in of(found, "Composition")[0]["section"]]
    assert {title for code, title, _ in said if code != "health"} <= set(titles)
    assert [one["code"] for one in of(found, "Flag")] == [
        {"text": "Large print"},
        {"text": "Sit on my <left>"},
    ]
    assert titles[:3] == ["Needs", "What matters to Rosa this time", "The plan of Rosa"]
    kinds = [one["resource"]["resourceType"] for one in found["entry"]]
    assert {"AllergyIntolerance", "MedicationStatement", "Condition", "DiagnosticReport"} <= set(kinds)
    (result,) = of(found, "Observation")
    assert result["effectivePeriod"] == {
        "start": "2026-10-04T07:00:00+01:00",
        "end": "2026-10-05T07:00:00+01:00",
    }
    told = json.dumps(found)
    known = {str(made.person), *re.findall(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", json.dumps(body))}
    assert len(known) > 10
    assert [one for one in known if one in told] == []


def test_a_result_without_a_number_is_there_with_its_note_and_a_mistake_is_not(app: Flask) -> None:
    """Alone catches: a test that could not be done, left out for who reads entries alone, as if nobody asked;
    results of a report that was a mistake, with a status that IPS forbids.
    """
    made = scene(app)
    summary = share(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        body = queries.summary(rosa, summary).body or {}
        body["results"][0]["results"][0] |= {
            "value": "",
            "absent_reason": "",
            "note": "Haemolysed",
            "status": "cancelled",
        }
        found = ips.document(rosa, body, uuid4(), now())
        body["results"][0]["status"] = "entered-in-error"
        body["results"][0]["results"][0]["status"] = ""
        mistaken = ips.document(rosa, body, uuid4(), now())
    assert [str(one) for one in fhirkit.validate(found)] == []
    assert faults(found) == []
    (result,) = of(found, "Observation")
    assert result["status"] == "cancelled"
    assert result["note"] == [{"text": "Haemolysed"}, *result["note"][1:]]
    assert result["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert [of(mistaken, kind) for kind in ("Observation", "DiagnosticReport", "Organization")] == [
        [],
        [],
        [],
    ]
