"""Uploading a file: what is in it, to whom and when they will see it, in words, before and after."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from selfcare.accounts.models import Account
from selfcare.database import session
from selfcare.filing.models import Receipt
from selfcare.people import actions as people
from selfcare.people.models import Person
from selfcare.results import actions as results
from selfcare.results import release as rules
from selfcare.results.models import Report
from tests import factories
from tests.fhir.messages import Node, as_json, as_xml, observation, patient, quantity, report
from tests.fhir.test_endpoint import for_rosa, named
from tests.filing.clinic import Clinic
from tests.harness.client import ORIGIN, Client
from tests.harness.pages import Answer


def chosen(body: bytes) -> FileStorage:
    return FileStorage(BytesIO(body), filename="report.json")


class Desk:
    """A professional's browser that can choose a file."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def choose(self, body: bytes, **fields: Any) -> Answer:
        """Choose a file on the upload page and press."""
        form = self.client.get("/results/receive/").form("upload").fill(**fields)
        return self._post(form.sent(), {"file": chosen(body)})

    def press(self, page: Answer, **fields: Any) -> Answer:
        """Press the button under what was looked at."""
        return self._post(page.form("file-them").fill(**fields).sent(), {})

    def _post(self, pairs: list[tuple[str, str]], files: dict[str, Any]) -> Answer:
        boundary, body = encode_multipart({**dict(pairs), **files})
        answer = self.client.raw.post(
            "/results/receive/",
            base_url=ORIGIN,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=self.client._headers("POST", False, ORIGIN + "/results/receive/"),
        )
        found = Answer(answer, ORIGIN + "/results/receive/", self.client.send)
        self.client.judge(found)
        return found


@pytest.fixture
def desk(clinic: Clinic, new_client: Callable[..., Client]) -> Desk:
    client = new_client()
    client.sign_in(clinic.amina)
    return Desk(client)


def message(**changed: Node | None) -> bytes:
    return as_json(for_rosa(**changed))


def test_it_says_what_will_happen_and_then_files(clinic: Clinic, desk: Desk) -> None:
    page = desk.choose(message())
    assert page.status == 200
    for words in (
        "Nothing is filed yet",
        "Urea and electrolytes",
        "To Rosa Moxey",
        "Rosa will see this now.",
    ):
        assert words in page, words
    assert clinic.reports() == []
    page = desk.press(page)
    assert "Filed to Rosa Moxey" in page
    (filed,) = clinic.reports()
    assert (filed.entered_by, filed.entered_as, filed.source) == (clinic.amina, "professional", "received")
    assert page.click("Urea and electrolytes").status == 200


def test_xml_is_read_the_same(clinic: Clinic, desk: Desk) -> None:
    page = desk.press(desk.choose(as_xml(for_rosa())))
    assert "Filed to Rosa Moxey" in page


def test_it_says_when_the_person_will_see_it(clinic: Clinic, desk: Desk) -> None:
    def choose() -> None:
        account = session().get_one(Account, clinic.rosas_account)
        results.choose(factories.permit(account, session().get_one(Person, clinic.rosa)), rules.WITH_NOTE, [])

    clinic.do(choose)
    page = desk.choose(message())
    assert "or when you add a note" in page
    # What was read on the page must still hold when it is pressed: else it is said anew, and nothing is filed.
    clinic.do(lambda: session().query(results.ResultChoice).delete())
    page = desk.press(page)
    assert page.status == 422
    assert "Something has changed since" in page
    assert "Rosa will see this now." in page
    assert clinic.reports() == []
    assert "Filed to Rosa Moxey" in desk.press(page)


def test_what_is_not_certain_is_said_to_wait(clinic: Clinic, desk: Desk) -> None:
    sent = message(patient=patient("9434765919", name=[{"family": "Moxey"}], birthDate="1962-03-28"))
    page = desk.choose(sent)
    assert "It will wait in the list" in page
    assert "another birth date" in page
    page = desk.press(page)
    assert "It waits" in page
    assert "Another birth date" in page.click("Go to what waits")
    assert clinic.reports() == []


def test_what_came_before_is_said(clinic: Clinic, desk: Desk) -> None:
    desk.press(desk.choose(message()))
    page = desk.choose(message())
    assert "It came before. Nothing is added." in page
    assert len(clinic.reports()) == 1


def test_a_report_that_cannot_be_taken_is_named_beside_one_that_can(clinic: Clinic, desk: Desk) -> None:
    made = for_rosa(report=named("1"))
    made["entry"].append({"fullUrl": "urn:uuid:x", "resource": report(status="nonsense")})
    page = desk.choose(as_json(made))
    assert "1 report in the file cannot be taken" in page
    assert "nonsense" in page
    page = desk.press(page)
    assert "Filed to Rosa Moxey" in page
    assert "nonsense" in page


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"nonsense", "not valid JSON"),
        (b"\xff\xfe\x00\x01", "UTF-8"),
        (b"%PDF-1.7 \xe2\xe3", "UTF-8"),
        (b"<!DOCTYPE a><Bundle/>", "document type"),
        (as_json({"resourceType": "Patient"}), "Patient"),
        (b'{"x":"' + b"a" * 11_000_000 + b'"}', "larger than"),
    ],
    ids=range(7),
)
def test_what_is_no_message_is_said_in_words(clinic: Clinic, desk: Desk, body: bytes, says: str) -> None:
    page = desk.choose(body)
    assert page.status == 422
    assert says in page, page.errors
    assert page.errors
    assert clinic.all(Receipt) == []


def test_nothing_chosen_and_nothing_to_file(clinic: Clinic, desk: Desk) -> None:
    page = desk.client.get("/results/receive/").form("upload").submit()
    assert page.status == 422
    assert "Choose a file." in page.errors
    page = desk.choose(as_json(for_rosa(report=None)))
    assert page.status == 422
    assert "There is nothing in it to file." in page


def test_what_was_packed_into_the_page_is_read_anew(clinic: Clinic, desk: Desk) -> None:
    page = desk.choose(message())
    for packed in ("", "nonsense", "eJwDAAAAAAE=", "ü"):
        assert desk.press(page, message=packed).status == 422, packed
    assert clinic.reports() == []


def test_a_professional_uploads_for_their_own_teams(
    clinic: Clinic, desk: Desk, new_client: Callable[..., Client]
) -> None:
    page = desk.client.get("/results/receive/").form("upload")
    page.values = [(name, value) for name, value in page.values if name != "team"]
    answer = desk._post([*page.values, ("team", str(clinic.other_team))], {"file": chosen(message())})
    assert answer.status == 422
    owen = new_client()
    owen.sign_in(clinic.owen)
    page_ = Desk(owen).choose(message())
    assert "It will wait in the list" in page_  # Rosa is not of his team
    assert "Rosa" not in page_


def test_somebody_of_several_teams_chooses_one(clinic: Clinic, desk: Desk, app: Flask) -> None:
    def join() -> None:
        people.join_team(
            session().get_one(people.Team, clinic.other_team), session().get_one(Account, clinic.amina)
        )

    clinic.do(join)
    assert "Hillside team" in desk.client.get("/results/receive/")
    page = desk.choose(message(), team=str(clinic.team))
    assert "Filed to Rosa Moxey" in desk.press(page)


def test_only_professionals_upload(clinic: Clinic, new_client: Callable[..., Client]) -> None:
    rosa = new_client()
    rosa.sign_in(clinic.rosas_account)
    assert rosa.get("/results/receive/").status == 404


def test_words_that_are_not_utf8_are_refused_beside_a_file(clinic: Clinic, desk: Desk) -> None:
    form = desk.client.get("/results/receive/").form("upload")
    token = dict(form.values)["csrf_token"]
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode()
        + b'\r\n--x\r\nContent-Disposition: form-data; name="team"\r\n\r\n\xff\xfe\r\n--x--\r\n'
    )  # fmt: skip
    answer = desk.client.raw.post(
        "/results/receive/",
        base_url=ORIGIN,
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers=desk.client._headers("POST", False, ORIGIN),
    )
    assert answer.status_code == 400


def test_other_pages_take_no_bytes_that_are_not_words(clinic: Clinic, desk: Desk) -> None:
    """The way round for files is for the upload page alone, and so is its size."""
    headers = desk.client._headers("POST", False, ORIGIN)
    for path in ("/caseload/find/", f"/people/{clinic.rosa}/results/type"):
        body = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\xff\r\n--x--\r\n'
        kind = "multipart/form-data; boundary=x"
        answer = desk.client.raw.post(path, base_url=ORIGIN, data=body, content_type=kind, headers=headers)
        assert answer.status_code == 400, path
        answer = desk.client.raw.post(path, base_url=ORIGIN, data=b"a=" + b"b" * 1_100_000, headers=headers)
        assert answer.status_code == 413, path


def test_a_late_version_is_said_to_be_told_to_nobody(clinic: Clinic, desk: Desk) -> None:
    desk.press(desk.choose(message(report=report(issued="2026-03-08T12:09:00+00:00"))))
    page = desk.choose(message(report=report(status="preliminary", issued="2026-03-08T10:00:00+00:00")))
    assert "is not told of this one" in page
    desk.press(page)
    assert [row.status for row in clinic.all(Report) if row.replaces_id is None] == ["preliminary"]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_check_shows_values_and_what_would_be_replaced(clinic: Clinic, desk: Desk) -> None:
    """*Check before you file* showed titles only; nobody could see that a value was another's."""
    page = desk.choose(as_json(for_rosa(observation("Serum sodium"))))
    assert "Check before you file" in page
    table = " ".join(page.all("main table"))
    assert "Serum sodium" in table
    assert "140 mmol/L" in table
    desk.press(page)
    corrected = report(status="corrected", issued="2026-03-09T12:09:00+00:00")
    lower = observation("Serum sodium", valueQuantity=quantity("120"))
    page = desk.choose(as_json(for_rosa(lower, report=corrected)))
    assert "120 mmol/L" in page
    assert "It will stand in place of the report that was sent before." in page
    page = desk.press(page)
    assert "It stands in place of the report that was sent before." in page


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside a report"])
def test_what_a_file_asks_to_take_back_is_named_and_not_done(clinic: Clinic, desk: Desk, alone: bool) -> None:
    """Entries that delete were dropped without a word, and whoever handed the file in believed them done."""
    desk.press(desk.choose(message()))
    entries: list[Node] = [
        {"request": {"method": "DELETE", "url": "DiagnosticReport?identifier=urn:lab|REP-7"}},
        {"request": {"method": "DELETE", "url": "DiagnosticReport/77"}},
    ]
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    if not alone:
        sent = json.loads(message(report=named("REP-8")))
        sent["entry"] = [*sent["entry"], *entries]
    page = desk.choose(json.dumps(sent).encode())
    pages = [page] if alone else [page, desk.press(page)]
    for each in pages:
        assert "A file takes nothing back" in each
        assert "REP-7" in each
        assert "DiagnosticReport/77" in each
    assert [report.void_at for report in clinic.reports()] == [None] * (1 if alone else 2)
