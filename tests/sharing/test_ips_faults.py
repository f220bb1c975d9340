"""What a program is told where it asks for FHIR and something is wrong; and that a browser still gets its page."""

import json
from typing import Any

import fhirkit
import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import OperationalError

from selfcare.database import now
from selfcare.fhir import capability
from selfcare.sharing import ips
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.sharing.scenes import Scene, scene

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
PROGRAMS = ("application/fhir+json", "application/json", "*/*", "", "application/fhir+json, text/html;q=0.5")


@pytest.fixture
def rosa(app: Flask) -> Scene:
    return scene(app)


def asked(client: Client, url: str, accept: str) -> Answer:
    return client.get(url, follow=False, headers={"Accept": accept})


def told(answer: Answer) -> tuple[int, str]:
    """The status, and the code of the one issue of a valid OperationOutcome."""
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    found: dict[str, Any] = json.loads(answer.response.data)
    assert fhirkit.validate(found) == []
    (issue,) = found["issue"]
    assert issue["severity"] == "error"
    return answer.status, issue["code"]


def busy(*_: Any, **__: Any) -> None:
    raise OperationalError("", {}, Exception("database is locked"))


@pytest.mark.parametrize("accept", PROGRAMS)
def test_a_program_is_told_in_fhir_and_led_to_no_page(
    client: Client, rosa: Scene, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    """Alone catches: a page of HTML, or the way to sign in, read by a program as if it were the summary."""
    address = f"/fhir/Patient/{rosa.person}/$summary"
    assert told(asked(client, address, accept)) == (401, "login")
    client.sign_in(rosa.stranger)
    assert told(asked(client, address, accept)) == (404, "not-found")
    client.sign_in(rosa.rosa)
    assert asked(client, address, accept).status == 200
    with time_machine.travel(now().timestamp() + 660, tick=False):
        assert told(asked(client, address, accept)) == (401, "login")
    client.sign_in(rosa.rosa)
    assert told(asked(client, "/fhir/metadata?a=%00", accept)) == (400, "structure")
    monkeypatch.setattr(ips, "own", busy)
    monkeypatch.setattr(capability, "statement_bytes", busy)
    for one in (address, "/fhir/metadata"):
        assert told(asked(client, one, accept)) == (503, "transient")


def test_a_browser_that_asks_for_a_page_gets_one(
    client: Client, rosa: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a person who follows the link to their file and reads braces, instead of signing in again."""
    address = f"/fhir/Patient/{rosa.person}/$summary"
    assert client.get(address, follow=False).location.startswith("/sign-in?next=")
    client.sign_in(rosa.stranger)
    missing = client.get(address)
    assert (missing.status, missing.html.h1.text) == (404, "We cannot find this page")
    client.sign_in(rosa.rosa)
    with time_machine.travel(now().timestamp() + 660, tick=False):
        assert client.get(address, follow=False).location.startswith("/sign-in/again")
    assert client.get("/fhir/metadata?a=%00").html.h1.text == "We could not read that"
    client.sign_in(rosa.rosa)
    monkeypatch.setattr(ips, "own", busy)
    slow = client.get(address)
    assert slow.status == 503
    assert slow.html.h1
    assert slow.headers["Retry-After"]
