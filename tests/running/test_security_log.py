"""Security events that are noted at the edge, where whoever made them is told nothing: ids and words of ours alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from selfcare import log_output, security_log
from selfcare.database import command
from selfcare.web.access import Area
from tests import factories
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

Said = dict[str, str | None]


def events(capsys: pytest.CaptureFixture[str]) -> list[Said]:
    """The security events since the last time, without what every line has."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"security"' in line]
    return [
        {name: value for name, value in line.items() if name not in ("event", "level", "timestamp")}
        for line in lines
    ]


def test_who_asks_for_what_is_not_theirs_is_noted(
    app: Flask, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each by its view. Alone catches: somebody who tries address after address, and no line says so."""
    with app.test_request_context(), command():
        house = factories.household()
    client.sign_in(house.stranger.id)
    for address in (f"people/{house.person.id}/diary/", "caseload/", "team/phrases/"):
        assert client.get(f"/{address}").status == 404
    # A right that is asked for within a page, by somebody who holds others there.
    with app.test_request_context(), pytest.raises(NotFound):
        replace(factories.permit(house.leon, house.person), rights={}).require(Area.DIARY)
    found = events(capsys)
    assert [line["what"] for line in found] == ["not-allowed"] * 4
    assert [line["account"] for line in found] == [str(house.stranger.id)] * 3 + [str(house.leon.id)]
    assert {line["of"] for line in found[:3]} <= set(app.view_functions)
    assert str(house.person.id) not in str(found)


def test_what_no_page_of_ours_has_sent_is_noted(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    answer = client.post("/sign-in", {"email": "rosa@example.net"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert events(capsys) == [{"what": "not-from-here", "account": None, "of": "accounts.sign_in_send"}]


def test_too_many_tries_are_noted_by_what_was_tried(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(11):
        page = client.get("/sign-in").form("sign-in").submit(email="nobody@example.net", password="not it")
    assert page.status == 429
    found = events(capsys)
    assert found[-1] == {"what": "throttled", "account": None, "of": "sign-in"}
    assert [line["what"] for line in found[:-1]] == ["sign-in-wrong"] * 10


def test_a_system_without_a_token_that_opens_is_noted(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {"Authorization": "Bearer of-nobody", "Content-Type": "application/fhir+json"}
    assert client.post("/fhir", b"{}", headers=headers).status == 401
    assert events(capsys) == [{"what": "sender-refused", "account": None}]


def test_what_is_noted_goes_where_it_is_kept(
    make_app: Callable[..., Flask], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As JSON, and not among what a command says. Alone catches: a suspension from the shell that no log has."""
    kept = tmp_path / "log"
    try:
        app = make_app(log=str(kept))
        with app.test_request_context():
            security_log.note("suspended", None)
            security_log.note("suspension-ended", None)
        assert [json.loads(line)["what"] for line in kept.read_text().splitlines()] == [
            "suspended",
            "suspension-ended",
        ]
        assert capsys.readouterr().out == ""
        make_app(log=str(tmp_path / "no" / "such" / "folder"))
        security_log.note("suspended", None)
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["event"] for line in lines] == ["log", "security"]
        make_app(log="syslog")
        security_log.note("suspended", None)
        assert capsys.readouterr().out == ""
    finally:
        log_output.set_up("")
