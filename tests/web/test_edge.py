"""Signed out, every address under /people/ leads to the sign-in page; what does not exist is told like what does."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from selfcare.database import command
from selfcare.web.access import public
from tests import factories
from tests.harness.client import Client

NOWHERE = ["diary/", "no-such-page/", "results/not-an-id/", ""]


@pytest.mark.parametrize("rest", NOWHERE)
def test_signed_out_every_address_of_a_record_leads_to_the_sign_in_page(
    app: Flask, client: Client, rest: str
) -> None:
    with app.test_request_context(), command():
        person = factories.household().person.id
    for who in (person, "00000000-0000-0000-0000-000000000000", "nobody"):
        answer = client.get(f"/people/{who}/{rest}", follow=False)
        assert answer.status == 303
        assert answer.location.startswith("/sign-in")


def test_someone_elses_record_and_an_unknown_one_are_the_same_page(app: Flask, client: Client) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        person, stranger = house.person.id, house.stranger.id
    client.sign_in(stranger)
    theirs = client.get(f"/people/{person}/diary/")
    nobodys = client.get("/people/00000000-0000-0000-0000-000000000000/diary/")
    nowhere = client.get("/people/nobody/at-all")
    assert theirs.status == nobodys.status == nowhere.status == 404
    assert theirs.html.main == nobodys.html.main == nowhere.html.main


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_fault_of_ours_tells_its_kind_and_place_and_nothing_else(
    make_app: Callable[..., Flask], validator: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alone catches: the text of a fault, which may quote the record, on the page or in the log; a fault not logged."""
    app = make_app(testing=False)

    @public
    def broken() -> ResponseReturnValue:
        raise RuntimeError("Zwischenwert")

    app.view_functions["about.help_"] = broken
    client = Client(app, validator)
    client.strict = False
    answer = client.get("/help")
    assert (answer.status, answer.h1) == (500, "Something went wrong here")
    said = capsys.readouterr().out
    assert "RuntimeError" in said
    assert "test_edge.py:" in said
    assert "Zwischenwert" not in said + answer.text
