"""Where what waits on a phone is put right once the server may have it: at what it made, by the worker's own table."""

import json
import subprocess
from uuid import UUID

import pytest
from flask import Flask

from selfcare.config import ROOT
from tests.harness.places import program

MADE, OTHER = UUID(int=1), UUID(int=2)
ASK = """
const { addressOf, removable } = await import(process.argv[1]);
const entry = { url: process.argv[2], made: { id: process.argv[3] } };
const address = (kind) => addressOf(entry, { kind });
console.log(JSON.stringify([address("change"), removable(entry) && address("remove")]));
"""
# Each form that can wait and makes something: what answers when it is put right, and what takes it out.
PUT_RIGHT = {
    "diary/log/{other}": "diary",
    "diary/note": "diary",
    "one-by-one/{other}": "diary",
    "goals/{other}/check-in": "goals.check_in",
    "questions/add": "appointments.question",
    "agreed/add": "agreed",
    "hospital-stays/add": "admissions",
}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", PUT_RIGHT)
def test_what_may_have_arrived_is_put_right_where_it_is(app: Flask, form: str) -> None:
    """Alone catches: a form without its place, so that a corrected answer is kept twice, and one taken out stays."""
    url = f"/people/{OTHER}/{form.format(other=OTHER)}"
    worker = str(ROOT / "static" / "sw" / "outbox.js")
    asked = [program("node"), "--input-type=module", "-e", ASK, worker, url, str(MADE)]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    change, remove = json.loads(said)
    routes = app.url_map.bind("localhost")
    found = {}
    for how, address in (("change", change), ("remove", remove)):
        endpoint, values = routes.match(address, method="POST")
        assert MADE in values.values(), address
        found[how] = endpoint
    assert all(endpoint.startswith(PUT_RIGHT[form]) for endpoint in found.values()), found
    assert ("change" in found["change"], "remove" in found["remove"]) == (True, True), found
