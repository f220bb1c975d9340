"""What docs/laboratories.md says of sending, of files, limits and what is not read, as a laboratory sees it: posted."""

import base64
import hashlib
import json
import socket
from typing import Any

import pytest

from selfcare.results.models import ReportFile
from tests.fhir.messages import (
    JSON,
    PDF,
    XML,
    Node,
    as_json,
    as_xml,
    bundle,
    code,
    entry,
    observation,
    of,
    report,
)
from tests.fhir.sending import Laboratory
from tests.fhir.test_endpoint import for_rosa, named, nothing_kept
from tests.filing.clinic import Clinic
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
KINDS = {
    "application/pdf": base64.b64decode(PDF),
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(20),
    "image/gif": b"GIF89a" + bytes(20),
    "image/tiff": b"II*\x00" + bytes(20),
    "text/plain": b"Potassium 6.9",
}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def with_files(*files: Node) -> Node:
    made = for_rosa()
    of(made, "DiagnosticReport")["presentedForm"] = list(files)
    return made


def many(count: int, kind: str = "message") -> Node:
    """So many reports, each with a number and a result of its own."""
    made = bundle(kind=kind, report=None, request=None, specimen=None)
    made["entry"] = [one for one in made["entry"] if one["resource"]["resourceType"] == "Patient"]
    for n in range(count):
        one = report(
            identifier=[{"system": "http://lab.example/report", "value": f"M-{n}"}],
            code=code(f"Panel {n}", str(10_000 + n)),
            result=[{"reference": f"urn:uuid:m{n}"}],
        )
        for name in ("basedOn", "specimen", "performer"):
            del one[name]
        made["entry"] += [entry(f"d{n}", one), entry(f"m{n}", observation(f"Test {n}"))]
    if kind == "transaction":
        for each in made["entry"]:
            each["request"] = {"method": "POST", "url": each["resource"]["resourceType"]}
    return made


# ------------------------------------------------------------------------------------------------------------ sending


def test_metadata_says_it_in_the_machines_way(lab: Laboratory, new_client: Any) -> None:
    """Alone catches: limits or ways of taking back that the document promises and the statement does not."""
    client: Client = new_client()
    said = client.get("/fhir/metadata", headers={"Accept": JSON}).json
    (rest,) = said["rest"]
    assert (said["fhirVersion"], said["format"]) == ("4.0.1", [JSON, "application/fhir+xml"])
    for words in (
        "10485760 bytes",
        "1000 reports",
        "(50 in a transaction)",
        "5000 results",
        "20 files",
        "5242880",
    ):
        assert words in rest["documentation"], words
    of_reports = rest["resource"][0]
    assert {one["code"] for one in of_reports["interaction"]} == {"create", "update", "delete"}
    assert of_reports["operation"][0]["name"] == "validate"


@pytest.mark.parametrize("kind", ["message", "collection", "document", "batch", "transaction"])
def test_one_that_is_refused_takes_no_other_with_it_but_in_a_transaction(
    clinic: Clinic, lab: Laboratory, kind: str
) -> None:
    """Alone catches: half a transaction that is filed, with 200; or ten good reports refused for one that is not."""
    made = for_rosa(kind=kind)
    wrong = named("2") | {"result": [{"reference": "urn:uuid:nowhere"}]}
    made["entry"].append(entry("wrong", wrong))
    if kind in ("batch", "transaction"):
        for one in made["entry"]:
            one["request"] = {"method": "POST", "url": one["resource"]["resourceType"]}
    said = lab.post(made)
    assert said.status == (422 if kind == "transaction" else 200), said.texts
    assert len(clinic.reports()) == (0 if kind == "transaction" else 1)
    assert any(issue["severity"] == "error" for issue in said.issues)


def test_the_status_says_what_was_taken(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: an error that a laboratory's system takes for *received*, and never sends again."""
    assert lab.post(for_rosa()).status == 200
    refused = for_rosa(report=named("2") | {"status": "no such status"})
    assert lab.post(refused).status == 422
    assert lab.post(b"{").status == 400
    assert len(clinic.reports()) == 1


# -------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_of_file_is_kept_byte_for_byte(clinic: Clinic, lab: Laboratory, kind: str) -> None:
    """Alone catches: a scan that does not arrive, or not as it was sent."""
    said = lab.post(with_files({"contentType": kind, "data": b64(KINDS[kind])}))
    assert said.texts == "Filed."
    (row,) = clinic.all(ReportFile)
    assert (row.content_type, bytes(row.body)) == (kind, KINDS[kind])


def test_what_a_file_is_its_first_bytes_say(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: a page of HTML kept as a PDF; a document that nobody here can show, taken without a word."""
    said = lab.post(with_files({"contentType": "application/pdf", "data": b64(b"<html><script>")}))
    assert (said.status, nothing_kept(clinic)) == (422, True)
    other = {"contentType": "application/msword", "data": b64(b"\xd0\xcf\x11\xe0" + bytes(20))}
    said = lab.post(with_files(other))
    assert [issue["severity"] for issue in said.issues] == ["information", "warning"]
    assert (len(clinic.reports()), clinic.all(ReportFile)) == (1, [])


@pytest.mark.parametrize(
    ("hashed", "status", "words"),
    [
        (hashlib.sha1(KINDS["application/pdf"]).digest(), 200, "Filed."),  # noqa: S324 - FHIR R4 says so
        (hashlib.sha256(KINDS["application/pdf"]).digest(), 200, "SHA-1"),
        (hashlib.sha256(b"another").digest(), 422, "hash"),
        (hashlib.sha1(b"another").digest(), 422, "hash"),  # noqa: S324
    ],
)
def test_a_hash_is_held_against_the_file(
    clinic: Clinic, lab: Laboratory, hashed: bytes, status: int, words: str
) -> None:
    """Alone catches: a file damaged on its way that stands as the laboratory's; SHA-256 that refuses a report."""
    form = {"contentType": "application/pdf", "data": PDF, "hash": b64(hashed)}
    said = lab.post(with_files(form))
    assert said.status == status, said.texts
    assert words in said.texts
    assert len(clinic.all(ReportFile)) == (status == 200)


# ------------------------------------------------------------------------------------------- limits, what is not read


def test_as_many_as_the_document_says_and_no_more(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: a limit that is another one than the document's. Nothing is kept of what is beyond."""
    beyond = {
        "reports": many(1_001), "transaction": many(51, "transaction"),
        "results": for_rosa(*(observation(f"Test {n}") for n in range(5_001))),
        "files": with_files(*({"contentType": "text/plain", "data": b64(b"%d" % n)} for n in range(21))),
        "file": with_files({"contentType": "text/plain", "data": b64(b"x" * (5 * 1024 * 1024 + 1))}),
    }  # fmt: skip
    for name, made in beyond.items():
        said = lab.post(made, path="/fhir/$validate")
        assert any(issue["severity"] in ("error", "fatal") for issue in said.issues), name
        assert "It would" not in said.texts, name
    within = {
        "transaction": many(50, "transaction"),
        "files": with_files(*({"contentType": "text/plain", "data": b64(b"%d" % n)} for n in range(20))),
        "file": with_files({"contentType": "text/plain", "data": b64(b"x" * 5 * 1024 * 1024)}),
    }  # fmt: skip
    for name, made in within.items():
        said = lab.post(made, path="/fhir/$validate")
        assert "It would" in said.texts, (name, said.texts[:300])
        assert "error" not in [issue["severity"] for issue in said.issues], name
    assert lab.post(b" " * (10 * 1024 * 1024 + 1)).status == 413


def test_the_first_hundred_problems_are_named(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: an answer of megabytes for a message that is wrong in every line."""
    made = for_rosa(*(observation(f"Test {n}") | {"status": "x"} for n in range(300)))
    said = lab.post(made)
    assert said.status == 422
    assert 100 <= len(said.issues) <= 103
    assert "more" in said.issues[-1]["text"]


@pytest.mark.parametrize(
    "changed",
    [
        {"modifierExtension": [{"url": "http://lab.example/not", "valueBoolean": True}]},
        {"implicitRules": "http://lab.example/rules"},
    ],
)
@pytest.mark.parametrize("kind", ["DiagnosticReport", "Observation"])
def test_what_turns_the_meaning_round_refuses_the_report(
    clinic: Clinic, lab: Laboratory, kind: str, changed: Node
) -> None:
    """Alone catches: *not*, said by an extension, of a result that is shown as if it were so."""
    made = for_rosa()
    of(made, kind).update(changed)
    said = lab.post(made)
    assert said.status == 422, said.texts
    assert nothing_kept(clinic)


@pytest.mark.parametrize("content_type", [JSON, XML])
@pytest.mark.parametrize("label", ["HTEST", "NOPAT"])
@pytest.mark.parametrize("kind", ["Bundle", "MessageHeader", "DiagnosticReport", "Observation", "Patient"])
def test_what_is_labelled_as_a_test_or_not_for_the_patient_is_not_taken(
    clinic: Clinic, lab: Laboratory, kind: str, label: str, content_type: str
) -> None:
    """Alone catches: a laboratory's trial message that stands in somebody's record; a result that the laboratory says
    the patient is not to see, on their phone a moment later.
    """
    made = for_rosa()
    system = {"HTEST": "v3-ActReason", "NOPAT": "v3-ActCode"}[label]
    coding = {"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": label}
    (made if kind == "Bundle" else of(made, kind))["meta"] = {"security": [coding]}
    said = lab.post((as_json if content_type == JSON else as_xml)(made), content_type)
    assert said.status == 422, said.texts
    assert f"({label})" in said.texts
    assert nothing_kept(clinic)


def test_who_wrote_a_note_stands_beside_it(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: what a named doctor remarks on a result, shown as if the laboratory as a whole said it."""
    notes = [
        {"authorString": "Dr Ada Obi", "time": "2026-03-08", "text": "Clotted"},
        {"authorReference": {"display": "Sam Lee"}, "text": "Repeat it"}, {"text": "By nobody"},
    ]  # fmt: skip
    lab.post(for_rosa(observation("Sodium") | {"note": notes}))
    (report_row,) = clinic.reports()
    (row,) = clinic.results(report_row.id)
    assert row.note == "Clotted (Dr Ada Obi)\nRepeat it (Sam Lee)\nBy nobody"


@pytest.mark.parametrize("kind", ["DiagnosticReport", "Observation"])
def test_words_that_stand_in_a_narrative_alone_are_told_of(
    clinic: Clinic, lab: Laboratory, kind: str
) -> None:
    """Alone catches: a remark that only the narrative has, left out without a word to who sent it."""
    for status in ("generated", "additional"):
        made = for_rosa(report=named(status))
        div = '<div xmlns="http://www.w3.org/1999/xhtml">Haemolysed</div>'
        of(made, kind)["text"] = {"status": status, "div": div}
        said = lab.post(made)
        assert said.status == 200
        assert ("nowhere else" in said.texts) == (status == "additional")


def test_nothing_is_fetched_from_any_address(
    clinic: Clinic, lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a message that makes this server ask an address of the sender's choice."""
    went: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: went.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_: went.append(address) or [])
    made = with_files({"contentType": "application/pdf", "url": "http://files.lab.example/x.pdf"})
    of(made, "DiagnosticReport")["performer"] = [{"reference": "https://lab.example/fhir/Organization/1"}]
    said = lab.post(made)
    assert said.status == 200, said.texts
    assert went == []
    assert json.dumps(said.issues).count("warning") >= 1
