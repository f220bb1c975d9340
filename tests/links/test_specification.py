"""What the server answers, against the sentences of SMART Health Cards and Links 1.0.0 (STU 1), “SMART Health Links
Specification”: each test bears the sentence that it asks in its name, and quotes it.
"""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from selfcare.config import BadSetting, Settings
from selfcare.database import command, now, session
from selfcare.links import actions, opening
from selfcare.links.models import SharedLinkView
from tests import factories
from tests.links.world import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
ADA = {"recipient": "Dr Ada Obi"}


def test_the_manifest_url_includes_at_least_256_bits_of_entropy(world: World) -> None:
    """“SHALL include at least 256 bits of entropy”: 43 letters of base64url, never the same. Catches a shorter one."""
    found = {world.link().path for _ in range(3)}
    assert len(found) == 3
    assert all(re.fullmatch("/shl/[A-Za-z0-9_-]{43}", path) for path in found)


def test_the_manifest_url_does_not_exceed_128_characters(world: World, tmp_path: Any) -> None:
    """“SHALL NOT exceed 128 characters”: no address of the app is taken that would make them longer."""
    host = "a" * 57 + ".clinics.example"
    env = {"SELFCARE_DATA": str(tmp_path / "d"), "SELFCARE_TRUSTED_PROXIES": "1"}
    most = f"https://{host[-72:]}"
    assert len(most + "/shl/" + 43 * "x") == 128
    assert Settings.from_environment({**env, "SELFCARE_URL": most}).url == most
    with pytest.raises(BadSetting, match="SELFCARE_URL"):
        Settings.from_environment({**env, "SELFCARE_URL": f"https://{host}"})


def test_no_longer_active_is_404(world: World) -> None:
    """“If the SMART Health Link is no longer active, the Resource Server SHALL respond with a 404.”"""
    link = world.link(days=1)
    assert world.ask(link).status_code == 200
    with time_machine.travel(now() + timedelta(days=1, seconds=1), tick=False):
        assert world.ask(link).status_code == 404


def test_recipient_is_required(world: World) -> None:
    """“`recipient`: Required. A string”: missing, empty, no string or of 10 kB is refused, no look is noted."""
    link = world.link()
    for said in ({}, {"recipient": ""}, {"recipient": " \u00a0"}, {"recipient": 7}, {"recipient": "x" * 201},
                 {"recipient": "a\u202eb"}, ["recipient"]):  # fmt: skip
        assert world.ask(link, said).status_code == 400, said
    assert world.ask(link, {"recipient": "x" * 10_000}).status_code == 413
    for raw in (b"", b"{", b"\xff", b"[" * 5_000):
        assert world.ask(link, raw=raw).status_code == 400, raw
    with world.app.app_context():
        assert session().scalars(select(SharedLinkView.id)).all() == []
    assert world.ask(link, ADA | {"extension": {"anything": 1}}).status_code == 200


def test_a_wrong_passcode_is_401_with_remaining_attempts(world: World) -> None:
    """“The error response for an invalid Passcode SHALL use the 401 HTTP status code and the response body SHALL be a
    JSON payload with `remainingAttempts`”; “SHALL enforce a total lifetime count of incorrect Passcodes”: right ones in
    between give none back.
    """
    link = world.link(passcode="482107")
    assert world.ask(link).json == {"remainingAttempts": 5}, "none at all is no try"
    left = []
    for _ in range(4):
        answer = world.ask(link, ADA | {"passcode": "000000"})
        assert answer.status_code == 401
        left.append(answer.json["remainingAttempts"])
        assert world.ask(link, ADA | {"passcode": "482107"}).status_code == 200
    assert left == [4, 3, 2, 1]
    assert world.ask(link, ADA | {"passcode": "1"}).json == {"remainingAttempts": 0}
    assert world.ask(link, ADA | {"passcode": "482107"}).status_code == 404


def test_the_manifest_file(world: World) -> None:
    """Its elements: `files` with contentType, embedded, lastUpdated, status, fhirVersion; `list`, a FHIR List."""
    link = world.link()
    answer = world.ask(link)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    (file,) = answer.json["files"]
    assert set(file) == {"contentType", "embedded", "lastUpdated", "status", "fhirVersion"}
    assert file["contentType"] == "application/fhir+json"
    assert file["status"] == "finalized"
    assert file["fhirVersion"] == "4.0.1"
    assert abs(datetime.fromisoformat(file["lastUpdated"]) - now()) < timedelta(minutes=1)
    assert {**answer.json["list"], "date": ""} == {
        "resourceType": "List", "status": "current", "mode": "snapshot", "date": "", "title": "For the eye clinic",
    }  # fmt: skip


def test_embedded_length_max_is_kept_and_the_location_is_short_lived(world: World) -> None:
    """“the server SHALL NOT [return] embedded payload longer than the client-designated maximum”, “The lifetime of
    `.files.location` links SHALL NOT exceed one hour”, “content-type: application/jose”, “single use”.
    """
    link = world.link()
    whole = world.ask(link).json["files"][0]["embedded"]
    assert "embedded" in world.ask(link, ADA | {"embeddedLengthMax": len(whole)}).json["files"][0]
    (file,) = world.ask(link, ADA | {"embeddedLengthMax": len(whole) - 1}).json["files"]
    assert "embedded" not in file
    path = urlsplit(file["location"]).path
    first = world.get(path)
    assert (first.status_code, first.mimetype, first.text) == (200, "application/jose", whole)
    assert first.headers["Cache-Control"] == "no-store"
    assert world.get(path).status_code == 404
    (file,) = world.ask(link, ADA | {"embeddedLengthMax": 0}).json["files"]
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        assert world.get(urlsplit(file["location"]).path).status_code == 404
    for odd in (-1, "9", True, 1.5):
        assert world.ask(link, ADA | {"embeddedLengthMax": odd}).status_code == 400


def test_with_flag_u_the_url_is_the_file_by_get_with_recipient(world: World) -> None:
    """“SHALL retrieve a SMART Health Links's sole encrypted file by issuing a request to the `url` with Method: GET”,
    “`recipient`: Required”. A HEAD, which whoever shows a preview sends, opens nothing.
    """
    link = world.link(flag="U", once=True)
    assert world.get(link.path).status_code == 400
    assert world.app.test_client().head(link.path + "?recipient=Ada").status_code == 405
    assert world.ask(link).status_code == 404, "no manifest"
    answer = world.get(link.path + "?recipient=Ada")
    assert (answer.status_code, answer.mimetype, answer.text.count(".")) == (200, "application/jose", 4)
    assert world.get(link.path + "?recipient=Ada").status_code == 404


def test_u_is_never_in_combination_with_p(world: World) -> None:
    """“SHALL NOT be used in combination with `P`”: a link with a passcode has no file to get. Catches a way past it."""
    link = world.link(passcode="482107")
    assert world.get(link.path + "?recipient=Ada").status_code == 404


def test_any_page_may_ask_and_no_cookie_counts(world: World) -> None:
    """A viewer is a page of any origin: the browser's own question before (CORS), and the headers on refusals too."""
    link = world.link()
    asked = world.app.test_client().options(
        link.path, headers={"Origin": "https://viewer.example", "Access-Control-Request-Method": "POST"}
    )
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "content-type"
    for answer in (
        world.ask(link),
        world.ask(link, {}),
        world.get("/shl/x?recipient=Ada"),
        world.get("/shl/file/x"),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert answer.mimetype in ("application/json", "application/jose")


def test_asked_too_often_is_429_with_retry_after(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """“the server MAY respond with HTTP status 429 and a `Retry-After` header”. Catches one that never says so."""
    monkeypatch.setattr(opening, "by_manifest", lambda *_: opening.Opened("", now(), "x", None))
    link = world.link()
    answers = [world.ask(link) for _ in range(61)]
    assert [one.status_code for one in answers] == [200] * 60 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert json.loads(answers[-1].text)["error"]


def test_one_link_is_not_another(world: World) -> None:
    """An ended link's neighbour goes on. Catches an address that finds the wrong row."""
    one, other = world.link(), world.link(label="For the physio")
    with world.app.test_request_context(), command():
        actions.end(factories.permit(world.home.rosa, world.home.person), one.id)
    assert world.ask(one).status_code == 404
    assert world.ask(other).json["list"]["title"] == "For the physio"
