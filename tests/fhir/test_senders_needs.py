"""What an integrating laboratory needs besides sending: other ways in, refusals by name, test mode, asking later."""

import gzip
import json
from collections.abc import Callable

import pytest

from selfcare.filing import incoming_actions
from tests.fhir import sending
from tests.fhir.messages import (
    JSON,
    XML,
    Node,
    as_json,
    bundle,
    code,
    entry,
    observation,
    of,
    patient,
    quantity,
    report,
    single,
)
from tests.fhir.sending import Laboratory, Said
from tests.fhir.test_endpoint import for_rosa, named, nothing_kept
from tests.filing.clinic import BEN_NUMBER, ROSA_NUMBER, Clinic
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
OTHER_DAY = {"patient": patient("9434765919", name=[{"family": "Moxey"}], birthDate="1962-03-28")}


def alone(**more: object) -> Node:
    """A single report about Rosa, with everything in it."""
    made = single(**more)
    made["contained"][0] |= patient("9434765919", name=[{"family": "Moxey"}], birthDate="1962-03-27") | {
        "id": "p"
    }
    return made


def message_of(said: Said) -> str:
    return str(json.loads(said.response.get_data())["id"])


# ---------------------------------------------------------------------------------------------------- other ways in


def test_the_address_without_its_slash_is_the_same(clinic: Clinic, lab: Laboratory) -> None:
    assert "Filed." in lab.post(for_rosa(), path="/fhir").texts
    assert lab.post(b"{", path="/fhir").status == 400
    assert len(clinic.reports()) == 1


def test_a_gzip_body_is_unpacked_within_bounds(clinic: Clinic, lab: Laboratory) -> None:
    packed = {"Content-Encoding": "gzip"}
    assert lab.post(gzip.compress(as_json(for_rosa())), **packed).status == 200
    assert len(clinic.reports()) == 1
    assert lab.post(gzip.compress(b" " * 20_000_000), **packed).status == 413
    assert lab.post(b"not gzip", **packed).status == 400
    assert lab.post(gzip.compress(as_json(for_rosa()))[:-20], **packed).status == 400
    assert lab.post(as_json(for_rosa()), **{"Content-Encoding": "br"}).status == 415


def test_r4b_is_read_as_r4(clinic: Clinic, lab: Laboratory) -> None:
    assert lab.post(as_json(for_rosa()), JSON + "; fhirVersion=4.3").status == 200


@pytest.mark.parametrize(
    ("body", "content_type", "name"),
    [
        (b"MSH|^~\\&|LAB|X|||20260302||ORU^R01|1|P|2.5\rPID|1", "application/hl7-v2", "HL7 v2"),
        (b"\x0bMSH|^~\\&|LAB|X", JSON, "HL7 v2"),
        (b"UNA:+.? 'UNB+UNOC:3+A+B'", "application/edifact", "EDIFACT"),
        (b"UNB+UNOA:2+1+2'", "text/plain", "EDIFACT"),
        (b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">', "application/xml", "CDA"),
    ],
)
def test_another_standard_is_refused_by_its_name(
    clinic: Clinic, lab: Laboratory, body: bytes, content_type: str, name: str
) -> None:
    said = lab.post(body, content_type)
    assert said.status == 400
    assert f"This is {name}." in said.texts
    assert nothing_kept(clinic)


def test_the_callers_name_for_a_request_is_given_back(clinic: Clinic, lab: Laboratory) -> None:
    said = lab.post(for_rosa(), **{"X-Request-Id": "lab-77:1"})
    assert said.response.headers["X-Request-Id"] == "lab-77:1"
    assert "X-Request-Id" not in lab.post(b"{", **{"X-Request-Id": "a b<"}).response.headers


# ------------------------------------------------------------------------------------------- correcting, withdrawing


def test_put_to_the_same_address_is_a_version_without_an_identifier(clinic: Clinic, lab: Laboratory) -> None:
    put = {"path": "/fhir/DiagnosticReport/7", "method": "PUT"}
    first = alone()
    del first["identifier"]
    lab.post(first, **put)
    second = alone(status="corrected", conclusion="Put right")
    del second["identifier"]
    said = lab.post(second, **put)
    assert "in place of the version" in said.texts
    (standing,) = [row for row in clinic.reports() if row.conclusion]
    assert standing.replaces_id is not None


def test_a_report_is_taken_back_by_its_address_or_its_identifier(clinic: Clinic, lab: Laboratory) -> None:
    lab.post(alone(), path="/fhir/DiagnosticReport/7", method="PUT")
    said = lab.post(b"", path="/fhir/DiagnosticReport/7", method="DELETE")
    assert (said.status, "taken back" in said.texts) == (200, True)
    assert all(row.void_at for row in clinic.reports())
    again = lab.post(b"", path="/fhir/DiagnosticReport/7", method="DELETE")
    assert (again.status, again.codes) == (200, ["duplicate"])
    lab.post(for_rosa(report=named("N 2")))
    query = "/fhir/DiagnosticReport?identifier=http%3A%2F%2Flab.example%2Freport%7CN%202"
    assert lab.post(b"", path=query, method="DELETE").status == 200
    assert all(row.void_at for row in clinic.reports())
    assert lab.post(b"", path=query.replace("N%202", "none"), method="DELETE").codes == ["not-found"]
    assert lab.post(b"", path="/fhir/DiagnosticReport?identifier=x", method="DELETE").status == 400


def test_nobody_takes_back_another_senders_report(clinic: Clinic, lab: Laboratory) -> None:
    other = sending.new(clinic.app, "Hillside Laboratory")
    lab.post(for_rosa(report=named("MINE")))
    query = "/fhir/DiagnosticReport?identifier=http://lab.example/report|MINE"
    assert other.post(b"", path=query, method="DELETE").codes == ["not-found"]
    stub = named("MINE") | {"status": "entered-in-error"}
    said = other.post(for_rosa(report=stub))
    assert "which report it stands in place of" in said.texts
    (row,) = clinic.reports()
    assert row.void_at is None
    (waits,) = clinic.waiting()
    assert waits.reasons == ["other-sender"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("unsatisfactory", "Sample unsatisfactory; Venous blood"),
        ("entered-in-error", "Sample entered in error"),
    ],
)
@pytest.mark.parametrize("of_result", [True, False])
def test_how_a_sample_stands_is_shown_and_the_sender_is_told(
    clinic: Clinic,
    lab: Laboratory,
    new_client: Callable[..., Client],
    status: str,
    words: str,
    of_result: bool,
) -> None:
    """Alone catches: a value measured of a sample that was no good, or was not this one, shown as any other."""
    made = for_rosa(observation() | ({"specimen": {"reference": "urn:uuid:specimen"}} if of_result else {}))
    of(made, "Specimen")["status"] = status
    if of_result:
        del of(made, "DiagnosticReport")["specimen"]
    said = lab.post(made)
    assert f"The sample is marked {status}" in said.texts
    rosa = new_client()
    rosa.sign_in(clinic.rosas_account)
    (row,) = clinic.reports()
    page = rosa.get(f"/people/{clinic.rosa}/results/{row.id}/")
    assert words in page
    assert ("Venous" in page) == ("Venous" in words)


def test_what_still_waits_can_be_taken_back(clinic: Clinic, lab: Laboratory) -> None:
    lab.post(for_rosa(**OTHER_DAY))
    query = "/fhir/DiagnosticReport?identifier=http://lab.example/report|REP-1"
    assert lab.post(b"", path=query, method="DELETE").status == 200
    (row,) = clinic.waiting()
    assert (row.state, row.body, row.decided_name) == ("withdrawn", {}, "Riverside Pathology")


@pytest.mark.parametrize(
    ("second", "filed_first", "states"),
    [
        ({"name": "Lipids"}, False, ["waiting", "waiting"]),
        ({"name": "Lipids"}, True, ["waiting"]),
        ({"name": "Thyroid tests", "person": BEN_NUMBER}, False, ["waiting", "waiting"]),
        ({"name": "Thyroid tests", "person": BEN_NUMBER}, True, ["waiting"]),
        ({"name": "Thyroid tests"}, False, ["withdrawn", "withdrawn"]),
        ({"name": "Thyroid tests"}, True, ["withdrawn"]),
    ],
)
def test_one_number_of_several_that_wait_takes_none_back(
    clinic: Clinic, lab: Laboratory, second: dict[str, str], filed_first: bool, states: list[str]
) -> None:
    """Alone catches: a number that a laboratory gave to two reports, or two people's, takes both off the list by one
    DELETE; and a version that still waits is left there when the report it belongs to is taken back.
    """

    def sent(name: str, value: str, person: str = ROSA_NUMBER, **who: str) -> Node:
        about = report(
            identifier=[{"system": "http://lab.example/report", "value": "REP-7"}],
            code=code(name, {"Thyroid tests": "1", "Lipids": "2"}[name] * 8),
        )
        del about["basedOn"]
        whom = patient(person, birthDate="1962-03-27", name=[{"family": "MOXEY", "given": ["Rosa"]}]) | who
        return bundle(
            observation(name, valueQuantity=quantity(value)), patient=whom, request=None, report=about
        )

    lab.post(sent("Thyroid tests", "4", **({} if filed_first else {"birthDate": "1962-03-28"})))
    lab.post(sent(value="5", birthDate="1962-03-28", **second))
    query = "/fhir/DiagnosticReport?identifier=http://lab.example/report|REP-7"
    said = lab.post(b"", path=query, method="DELETE")
    assert [row.state for row in clinic.waiting()] == states
    assert all(bool(row.void_at) == ("withdrawn" in states) for row in clinic.reports())
    assert said.codes == (["informational"] if "withdrawn" in states else ["multiple-matches"])


def test_one_number_of_several_reports_takes_none_back(clinic: Clinic, lab: Laboratory) -> None:
    made = for_rosa(observation("Sodium"))
    other = named("REP-1") | {"result": [{"reference": "urn:uuid:tsh"}], "code": {"text": "Thyroid"}}
    del other["basedOn"]
    made["entry"] += [entry("other", other), entry("tsh", observation("TSH"))]
    lab.post(made)
    assert len(clinic.reports()) == 2
    query = "/fhir/DiagnosticReport?identifier=http://lab.example/report|REP-1"
    said = lab.post(b"", path=query, method="DELETE")
    assert (said.status, said.codes) == (422, ["multiple-matches"])
    assert not any(row.void_at for row in clinic.reports())


# --------------------------------------------------------------------------------------------- test mode, asking later


@pytest.mark.parametrize("content_type", [JSON, XML])
def test_validate_says_what_would_become_of_it_and_keeps_nothing(
    clinic: Clinic, lab: Laboratory, content_type: str
) -> None:
    says: Callable[..., Said] = lambda sent: lab.post(sent, path="/fhir/$validate")  # noqa: E731
    assert "It would be filed." in says(for_rosa()).texts
    assert "It would wait" in says(for_rosa(**OTHER_DAY)).texts
    assert "R4 knows" in says(for_rosa(report=named("1") | {"status": "x"})).texts
    assert nothing_kept(clinic)


def test_a_sender_asks_later_what_became_of_what_waited(clinic: Clinic, lab: Laboratory) -> None:
    said = lab.post(for_rosa(**OTHER_DAY))
    path = f"/fhir/OperationOutcome/{message_of(said)}"
    assert said.issues[0]["diagnostics"].startswith("receipt ")
    later = lab.post(b"", path=path, method="GET")
    assert "still waits" in later.texts
    assert later.issues[0]["diagnostics"] == said.issues[0]["diagnostics"]
    (row,) = clinic.waiting()
    clinic.do(incoming_actions.file_to, clinic.as_(clinic.amina), row.id, clinic.rosa, "Asked.")
    assert "Filed, after somebody" in lab.post(b"", path=path, method="GET").texts
    other = sending.new(clinic.app, "Hillside Laboratory")
    assert other.post(b"", path=path, method="GET").status == 404
