"""Who may send: a right token and nothing else, on /fhir/ and nowhere else."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from lxml import etree

from selfcare.filing import laboratories
from selfcare.filing.models import SenderToken
from selfcare.web.machine import machine
from selfcare.web.room import Room
from tests.fhir import sending
from tests.fhir.messages import JSON, XML, as_json
from tests.fhir.sending import Laboratory
from tests.fhir.test_endpoint import for_rosa, nothing_kept
from tests.filing.clinic import Clinic
from tests.harness.client import ORIGIN, Client


def test_a_wrong_token_is_refused_and_counted(clinic: Clinic, lab: Laboratory) -> None:
    for token in ("-", "wrong"):
        said = lab.post(for_rosa(), token=token)
        assert (said.status, said.codes) == (401, ["login"])
        assert said.response.headers["WWW-Authenticate"].startswith("Bearer")
    assert lab.post(for_rosa(), Authorization="Basic eDp5").status == 401
    clinic.do(laboratories.withdraw, "Riverside Pathology")
    assert lab.post(for_rosa()).status == 401
    assert nothing_kept(clinic)
    (listed,), unknown = clinic.do(laboratories.listed)
    assert (listed.refused, unknown) == (1, 1)  # no token at all is no guess


def test_guessing_is_slowed_down_and_a_right_token_never(clinic: Clinic, lab: Laboratory) -> None:
    statuses = [lab.post(b"", token=f"guess-{n}").status for n in range(laboratories.MOST_WRONG + 1)]
    assert statuses == [401] * laboratories.MOST_WRONG + [429]
    said = lab.post(b"", token="guess")
    assert said.codes == ["throttled"]
    assert int(said.response.headers["Retry-After"]) > 0
    assert lab.post(for_rosa()).status == 200


def test_a_sender_files_for_its_own_team_alone(clinic: Clinic, lab: Laboratory) -> None:
    other = sending.new(clinic.app, "Hillside Laboratory", "Hillside team")
    assert "waits" in other.post(for_rosa()).texts
    (row,) = clinic.waiting()
    assert row.team_id == clinic.other_team
    assert lab.post(for_rosa()).status == 200
    assert len(clinic.reports()) == 1


def test_the_token_is_kept_as_a_digest_and_its_use_is_noted(clinic: Clinic, lab: Laboratory) -> None:
    (row,) = clinic.all(SenderToken)
    assert lab.token not in json.dumps(row.token_hash)
    assert row.used_at is None
    lab.post(for_rosa())
    (row,) = clinic.all(SenderToken)
    assert row.used_at is not None
    assert datetime.now(UTC) - row.used_at < timedelta(minutes=1)


def test_a_browser_cannot_send_with_somebodys_session(clinic: Clinic, client: Client) -> None:
    """A page of another site makes a signed-in professional's browser post: without a token, nothing is done."""
    client.sign_in(clinic.amina)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example", "Content-Type": JSON}
    answer = client.raw.post("/fhir/", base_url=ORIGIN, data=as_json(for_rosa()), headers=headers)
    assert answer.status_code == 401
    assert nothing_kept(clinic)


def test_only_this_door_is_open_without_a_forms_token(app: Flask) -> None:
    """The mark that the edge lets by: on these views, which ask for a bearer token; on those of a link, whose address
    is all that whoever has it shows; and on no other."""
    marked = {name for name, view in app.view_functions.items() if vars(view)["access"]["mark"] == "machine"}
    assert marked == {
        "fhir.take", "fhir.base", "fhir.elsewhere", "fhir.validate", "fhir.one_report", "fhir.one_by_search",
        "fhir.became", "links.manifest", "links.direct", "links.sealed_file",
    }  # fmt: skip


def test_a_sender_cannot_reach_a_page(clinic: Clinic, lab: Laboratory) -> None:
    """A sender's token opens /fhir/ and nothing else."""
    browser = clinic.app.test_client(use_cookies=False)
    headers = {"Authorization": f"Bearer {lab.token}", "Sec-Fetch-Site": "same-origin"}
    assert browser.get(f"/people/{clinic.rosa}/results/", headers=headers).status_code == 303
    assert browser.post("/results/receive/", headers=headers).status_code == 401  # a page that asks who it is


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/fhir/", 405), ("PUT", "/fhir/", 405), ("DELETE", "/fhir/", 405), ("PATCH", "/fhir/", 405),
        ("GET", "/fhir/DiagnosticReport/1", 405), ("GET", "/fhir/DiagnosticReport", 405), ("GET", "/fhir", 405),
        ("GET", "/fhir/Patient", 404), ("POST", "/fhir/Patient", 404),
    ],
)  # fmt: skip
def test_there_is_nothing_else_here(lab: Laboratory, method: str, path: str, status: int) -> None:
    said = lab.post(b"", path=path, method=method)
    assert said.status == status
    assert "/fhir/" in said.texts
    if status == 405:
        assert said.response.headers["Allow"]
    assert lab.post(b"", path=path, method=method, token="-").status == 401


def test_the_capability_statement_in_both_formats(app: Flask) -> None:
    browser = app.test_client()
    made = json.loads(browser.get("/fhir/metadata").get_data())
    assert (made["resourceType"], made["fhirVersion"], made["kind"]) == (
        "CapabilityStatement",
        "4.0.1",
        "instance",
    )
    answer = browser.get("/fhir/metadata", headers={"Accept": XML})
    root = etree.fromstring(answer.get_data())
    assert root.find("{http://hl7.org/fhir}fhirVersion").get("value") == "4.0.1"
    assert answer.mimetype == XML


def test_a_machine_view_needs_its_mark() -> None:
    room = Room("x", __name__)

    @machine(lambda token: None, lambda status: ("", status))
    def view(caller: object) -> str:
        return "x"

    room.add_url_rule("/x", view_func=view)  # would raise without a mark
    assert vars(view)["access"]["mark"] == "machine"
