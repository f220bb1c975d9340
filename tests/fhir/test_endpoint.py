"""POST /fhir/: what a sender is answered, whatever it sends; and that nothing is ever half filed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from selfcare import database
from selfcare.config import BadSetting, Settings
from selfcare.filing import incoming_actions
from selfcare.filing.models import Incoming, Receipt
from selfcare.results.models import Report, Result
from tests.fhir import samples, sending
from tests.fhir.messages import (
    JSON,
    XML,
    Node,
    as_json,
    as_xml,
    bundle,
    entry,
    observation,
    of,
    patient,
    report,
    single,
)
from tests.fhir.sending import Laboratory
from tests.fhir.test_refusals import GOOD_XML
from tests.filing.clinic import BEN_NUMBER, Clinic


def for_rosa(*results: Node, **changed: Any) -> Node:
    """A message about Rosa of the clinic."""
    rosa = patient("9434765919", name=[{"family": "Moxey", "given": ["Rosa"]}], birthDate="1962-03-27")
    return bundle(*results, **{"patient": rosa, **changed})


def named(name: str) -> Node:
    return report(identifier=[{"system": "http://lab.example/report", "value": name}])


def nothing_kept(clinic: Clinic) -> bool:
    return not any(clinic.all(table) for table in (Report, Result, Receipt, Incoming))


# ----------------------------------------------------------------------------------------------------- what is taken


@pytest.mark.parametrize("kind", ["message", "transaction", "collection", "document"])
def test_a_bundle_is_filed_and_the_answer_says_so(clinic: Clinic, lab: Laboratory, kind: str) -> None:
    sent = for_rosa(kind=kind)
    if kind == "transaction":
        for one in sent["entry"]:
            one["request"] = {"method": "POST", "url": one["resource"]["resourceType"]}
    said = lab.post(sent)
    assert said.status == 200, said.texts
    assert "Filed." in said.texts
    (filed,) = clinic.reports()
    assert (filed.asked_for, filed.source, filed.entered_name) == (
        "Urea and electrolytes",
        "received",
        "Riverside Pathology",
    )
    assert clinic.told() == [("result", filed.id)]


def test_a_single_report_with_everything_in_it_is_filed(clinic: Clinic, lab: Laboratory) -> None:
    sent = single()
    sent["contained"][0] |= {"identifier": patient("9434765919")["identifier"], "birthDate": "1962-03-27"}
    sent["contained"][0]["name"] = [{"family": "Moxey"}]
    assert lab.post(sent).status == 200
    assert len(clinic.reports()) == 1


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json", XML, "application/xml", "text/xml", XML + "; charset=utf-8"]
)
def test_each_content_type_is_read_and_answered_alike(
    clinic: Clinic, lab: Laboratory, content_type: str
) -> None:
    xml = "xml" in content_type
    said = lab.post((as_xml if xml else as_json)(for_rosa()), content_type)
    assert said.status == 200, said.texts
    assert said.response.mimetype == (XML if xml else JSON)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (XML, XML),
        ("application/xml", XML),
        ("text/xml", XML),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/fhir+xml;q=0.5, application/fhir+json", JSON),
        ("text/html", JSON),
        ("nonsense", JSON),
    ],
)
def test_the_caller_says_how_it_wants_the_answer(lab: Laboratory, accept: str, kind: str) -> None:
    assert lab.post(for_rosa(), Accept=accept).response.mimetype == kind
    assert lab.post(b"{", Accept=accept).response.mimetype == kind


def test_each_report_of_a_message_has_its_own_answer(clinic: Clinic, lab: Laboratory) -> None:
    """Four: one filed, one for another person, one that waits, one that cannot be read. Each is told by its place."""
    made = for_rosa(report=named("1"))
    other = named("2") | {"subject": {"reference": "urn:uuid:ben"}}
    unknown = named("3") | {"subject": {"reference": "urn:uuid:nobody"}}
    broken = named("4") | {"status": "no such status"}
    ben = patient(BEN_NUMBER, name=[{"family": "Welsh", "given": ["Ben"]}])
    nobody = patient("9727710859", name=[{"family": "Nobody"}])
    for one in (other, unknown):
        one["result"] = [{"reference": f"urn:uuid:own{one['identifier'][0]['value']}"}]
        del one["basedOn"], one["specimen"]
    for name, resource in (
        ("ben", ben), ("nobody", nobody), ("second", other), ("third", unknown), ("fourth", broken),
        ("own2", observation()), ("own3", observation()),
    ):  # fmt: skip
        made["entry"].append(entry(name, resource))
    said = lab.post(made)
    assert said.status == 200
    by_place = {issue["expression"][0]: issue for issue in reversed(said.issues) if "expression" in issue}
    found = [by_place[f"Bundle.entry[{n}].resource"]["text"] for n in (5, 9, 10)]
    assert found == ["Filed.", "Filed.", "Taken. It waits for somebody of the team to check whose it is."]
    assert any("no such status" in issue["text"] and issue["severity"] == "error" for issue in said.issues)
    assert (len(clinic.reports()), len(clinic.reports(clinic.ben)), len(clinic.waiting())) == (1, 1, 1)


def test_the_same_message_again_is_told_and_does_nothing(clinic: Clinic, lab: Laboratory) -> None:
    lab.post(for_rosa())
    said = lab.post(as_xml(for_rosa()), XML)
    assert (said.status, said.codes[0]) == (200, "duplicate")
    assert len(clinic.reports()) == 1


def test_a_sender_learns_nothing_of_our_records(clinic: Clinic, lab: Laboratory) -> None:
    """A birth date that differs and a number nobody has are answered alike; what its own message lacks is named."""
    wrong_day = lab.post(
        for_rosa(patient=patient("9434765919", name=[{"family": "Moxey"}], birthDate="1962-03-28"))
    )
    nobody = lab.post(for_rosa(patient=patient("9727710859", name=[{"family": "Moxey"}]), report=named("2")))
    assert [one["text"] for one in wrong_day.issues] == [one["text"] for one in nobody.issues]
    missing = lab.post(for_rosa(patient=patient("9434765918"), report=named("3")))
    assert "not a valid one" in missing.texts
    assert len(clinic.waiting()) >= 2


def test_what_was_sent_back_is_refused_with_the_teams_words(clinic: Clinic, lab: Laboratory) -> None:
    sent = for_rosa(patient=patient("9434765919", name=[{"family": "Moxey"}], birthDate="1962-03-28"))
    lab.post(sent)
    (row,) = clinic.waiting()
    clinic.do(incoming_actions.send_back, clinic.as_(clinic.amina), row.id, "The birth date is wrong.")
    said = lab.post(sent)
    assert said.status == 422
    assert said.texts == "The team sent this back: The birth date is wrong."


# --------------------------------------------------------------------------------------------------- what is refused

TOO_LONG = {"resourceType": "Bundle", "type": "message", "x": "a" * 11_000_000}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"<Bundle", XML, 400),
        (b"[]", JSON, 400),
        (b"null", JSON, 400),
        (b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>' + GOOD_XML[38:], XML, 400),
        (b'{"resourceType":"Bundle","type":"message","entry":[{"resource":"\\ud800"}]}', JSON, 400),
        (b'{"resourceType":"Bundle","x":"\xed\xa0\x80"}', JSON, 400),
        (b"\xff\xfe\x00", JSON, 400),
        (b"%00", JSON, 400),
        (b"{" * 200_000, JSON, 400),
        (as_json({"resourceType": "Patient"}), JSON, 400),
        (as_json({"resourceType": "Bundle", "type": "searchset"}), JSON, 400),
        (as_json(bundle(report=None)), JSON, 422),
        (as_json(for_rosa(report=report(status="nonsense"))), JSON, 422),
        (as_json(for_rosa(report=report(result=[{"reference": "urn:uuid:missing"}]))), JSON, 422),
        (as_json(for_rosa(report=report(issued="2190-01-01T00:00:00Z"))), JSON, 422),
        (as_json(for_rosa(report=report(issued="1900-01-01T00:00:00Z"))), JSON, 422),
        (as_json(for_rosa(report=report(presentedForm=[
            {"contentType": "application/pdf", "data": "bm90IGEgcGRm"}
        ]))), JSON, 422),
        (as_json(for_rosa()), "application/x-www-form-urlencoded", 415),
        (as_json(for_rosa()), "multipart/form-data; boundary=x", 415),
        (as_json(for_rosa()), "text/plain", 415),
        (as_json(for_rosa()), None, 415),
        (as_json(TOO_LONG), JSON, 413),
    ],
    ids=range(24),
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    clinic: Clinic, lab: Laboratory, body: bytes, content_type: str | None, status: int
) -> None:
    said = lab.post(body, content_type)
    assert said.status == status, said.texts
    assert any(issue["severity"] in ("error", "fatal") for issue in said.issues)
    assert nothing_kept(clinic)


def test_another_version_of_fhir_is_refused_by_its_name(clinic: Clinic, lab: Laboratory) -> None:
    said = lab.post(as_json(for_rosa()), JSON + "; fhirVersion=3.0")
    assert said.status == 400
    assert "R4" in said.texts
    assert nothing_kept(clinic)


def test_panels_that_hold_each_other_and_5000_results(clinic: Clinic, lab: Laboratory) -> None:
    one = observation("A") | {"hasMember": [{"reference": "urn:uuid:r1"}]}
    other = observation("B") | {"hasMember": [{"reference": "urn:uuid:r0"}]}
    said = lab.post(for_rosa(one, other))
    assert said.status in (200, 422)
    many = for_rosa(*(observation(f"Test {n}") for n in range(5_000)), report=report())
    of(many, "DiagnosticReport")["result"] = [{"reference": f"urn:uuid:r{n}"} for n in range(5_000)]
    of(many, "DiagnosticReport")["identifier"][0]["value"] = "MANY"
    said = lab.post(many)
    assert said.status == 200, said.texts
    filed = [row for row in clinic.reports() if row.identifiers[0]["value"] == "MANY"]
    assert len(clinic.results(filed[0].id)) == 5_000


def test_the_size_limit_is_a_setting(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    app = make_app(fhir_limit=5_000)
    from tests.filing.clinic import make

    clinic = make(app)
    lab = sending.new(app)
    said = lab.post(for_rosa(*(observation(f"Test {n}") for n in range(30))))
    assert (said.status, said.codes) == (413, ["too-long"])
    assert nothing_kept(clinic)
    statement = json.loads(app.test_client().get("/fhir/metadata").get_data())
    assert "5000 bytes" in statement["rest"][0]["documentation"]
    with pytest.raises(BadSetting, match="SELFCARE_FHIR_LIMIT"):
        Settings.from_environment(
            {
                "SELFCARE_FHIR_LIMIT": "ten",
                "DATABASE_URL": f"sqlite:///{tmp_path / 'x'}",
                "SELFCARE_SECRET_KEY": "a key that only tests know, and long enough",
            }
        )


def test_an_app_whose_commit_fails_says_so_in_fhir(
    clinic: Clinic, lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from selfcare.web import edge

    monkeypatch.setattr(edge, "finish", lambda keep: bool(database.finish(False)) and False)
    said = lab.post(for_rosa())
    assert (said.status, said.codes) == (503, ["transient"])
    assert nothing_kept(clinic)


# ----------------------------------------------------------------------------------------------------- nothing in logs


def test_nothing_of_the_record_is_logged(
    clinic: Clinic, lab: Laboratory, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import DataError

    from selfcare.filing import receive

    def fail(*_: object) -> None:
        raise DataError("insert", {"name": "Moxey"}, ValueError("Moxey 9434765919"))

    monkeypatch.setattr(receive, "keep", fail)
    said = lab.post(for_rosa())
    assert said.status == 422
    out = "".join(capfd.readouterr())
    assert "report not kept" in out
    for words in ("Moxey", "9434765919", "Urea", "1962"):
        assert words not in out
        assert words not in said.texts


# ------------------------------------------------------------------------------------------------------------ samples


@samples.needs_samples
def test_each_sample_is_filed_or_refused_by_name(clinic: Clinic, lab: Laboratory) -> None:
    taken = 0
    for file in samples.files():
        said = lab.post(file.read_bytes(), XML if file.suffix == ".xml" else JSON)
        assert said.status in (200, 400, 422), file.name
        taken += said.status == 200
    assert taken >= 5
    assert len(clinic.all(Receipt)) >= 5


@samples.needs_samples
def test_a_sample_with_an_element_that_is_not_right_is_never_half_filed(
    clinic: Clinic, lab: Laboratory
) -> None:
    """Elements here and there of each sample, dropped, doubled, emptied or retyped, through the endpoint.

    (The reader is tested with every one of them.) Whatever is answered: as many reports as receipts, each with its
    results.
    """
    seen: dict[int, int] = {}
    for file in samples.files():
        source = file.read_bytes()
        if file.suffix != ".xml":
            continue
        count = len([one for one in etree.fromstring(source).iter() if isinstance(one.tag, str)])
        for n in range(1, count, 23):
            root = etree.fromstring(source)
            element = [one for one in root.iter() if isinstance(one.tag, str)][n]
            _damage(element, n // 23 % 4)
            said = lab.post(etree.tostring(root), XML)
            seen[said.status] = seen.get(said.status, 0) + 1
    assert set(seen) <= {200, 400, 422}
    assert seen.get(200, 0) > 10
    assert seen.get(422, 0) + seen.get(400, 0) > 10
    with_report = [row for row in clinic.receipts() if row.report_id]
    assert len(clinic.receipts()) == len(with_report) + len(clinic.waiting())
    assert {row.id for row in clinic.all(Report)} == {row.report_id for row in with_report}


def _damage(element: Any, way: int) -> None:
    parent = element.getparent()
    if way == 0:
        parent.remove(element)
    elif way == 1:
        parent.insert(parent.index(element), etree.fromstring(etree.tostring(element)))
    elif way == 2:
        element.attrib.clear()
        for child in list(element):
            element.remove(child)
    else:
        element.set("value", "§")
