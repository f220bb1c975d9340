"""Where what waits on a phone is put right once the server may have it: at what it made, by the worker's own table."""

import json
import subprocess
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from selfcare.config import ROOT
from tests.harness.places import program
from tests.proof_offline.kinds import KINDS

MADE, OTHER = UUID(int=1), UUID(int=2)
ASK = """
const { addressOf, removable } = await import(process.argv[1]);
const entry = { url: process.argv[2], made: { id: process.argv[3] } };
const address = (kind) => addressOf(entry, { kind });
console.log(JSON.stringify([address("change"), removable(entry) && address("remove")]));
"""
# Each form that can wait and makes something: what answers when it is put right, and what takes it out.
PUT_RIGHT = {
    "diary/now/": "diary.together",
    "diary/log/{other}": "diary",
    "diary/note": "diary",
    "one-by-one/{other}": "diary",
    "goals/{other}/check-in": "goals.check_in",
    "questions/add": "appointments.question",
    "agreed/add": "agreed",
    "hospital-stays/add": "admissions",
    "about-me/talk/": "about_me",
    "ways/where/": "about_me",
    "letters/told": "letters",
    "decisions/add": "decisions",
    "health/medicine/add": "health",
    "budget/{other}/spends/add": "budget.spend",
}

# Makes something, and has no address to put it right at: it is sent again, and the server knows it by its first form.
SENT_AGAIN = {
    "requests.add_send",
    "preparation.after_send",
    "preparation.behalf_send",
    "care_plan.suggest_send",
    "asks.new_send",
    "asks.add_send",
}
# One at a time, or one beside each thing: what is sent again finds what is there.
ONE_OF_A_KIND = {"requests.ask_send", "contacts.view_send", "results.view_send"}
AGAIN = """
globalThis.self = globalThis;
const { request } = await import(process.argv[1]);
const steps = [{ id: "22222222-2222-4222-8222-222222222222", kind: "change", body: "text=b" }];
const entry = { url: process.argv[2], id: process.argv[3], steps, made: { id: "row" }, at: 0 };
const { body } = request(entry, { token: "t", off: 0 });
console.log(JSON.stringify(body.get("outbox-of")));
"""


def said_by(script: str, file: str, *more: str) -> Any:
    worker = str(ROOT / "static" / "sw" / file)
    asked = [program("node"), "--input-type=module", "-e", script, worker, *more]
    return json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize(
    ("page", "known"),
    [
        ("get-in-touch/{}/add", True),
        ("appointments/{}/after/", True),
        ("plan/suggest", True),
        ("asks/new", True),
        ("questions/add", False),
    ],
)
def test_what_has_no_place_is_sent_again_by_its_first_name(page: str, known: bool) -> None:
    """Alone catches: a line that was corrected after a try, and stands there twice."""
    said = said_by(AGAIN, "replay.js", f"/people/{OTHER}/{page.format(OTHER)}", str(MADE))
    assert said == (str(MADE) if known else None)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_form_that_makes_something_can_be_put_right(app: Flask) -> None:
    """Held against what the offline proof sends, and so against the app's own pages."""
    routes = app.url_map.bind("localhost")
    placed = [f"/people/{OTHER}/{form.format(other=OTHER)}" for form in PUT_RIGHT]
    there = {routes.match(each, method="POST")[0] for each in placed}
    assert {kind.endpoint for kind in KINDS if kind.makes} == there | SENT_AGAIN | ONE_OF_A_KIND


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", PUT_RIGHT)
def test_what_may_have_arrived_is_put_right_where_it_is(app: Flask, form: str) -> None:
    """Alone catches: a form without its place, so that a corrected answer is kept twice, and one taken out stays."""
    url = f"/people/{OTHER}/{form.format(other=OTHER)}"
    change, remove = said_by(ASK, "outbox.js", url, str(MADE))
    routes = app.url_map.bind("localhost")
    found = {}
    for how, address in (("change", change), ("remove", remove)):
        endpoint, values = routes.match(address, method="POST")
        assert MADE in values.values(), address
        found[how] = endpoint
    assert all(endpoint.startswith(PUT_RIGHT[form]) for endpoint in found.values()), found
    assert ("change" in found["change"], "remove" in found["remove"]) == (True, True), found
