"""It stays light, however many rooms there are (loop.md, *House rules for growth*). Generated from what is registered.

A room on floor 3 that is registered from now on is asked by its being there: it stands nowhere before it has something
or somebody invites to it, it is found once it has, and it costs what a room may cost.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

import selfcare
from selfcare.database import command
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.places import ROOT

MOST_ROWS = 8
SAID = "/said/"
MOST_LINES, MOST_OF_TEMPLATES = 900, 300
SOURCE = Path(selfcare.__file__).parent
PLACES = ("", "more/", "mine/")  # Today, More, and Plan and more

# What stood when the rule was made, and why it may stand where there is nothing in it yet: it is the way to begin.
FROM_THE_START = {
    "diary": "a tab, and the tiles of the first minute",
    "goals": "a row of the eight",
    "appointments": "a tab, and questions are a row of the eight",
    "results": "a tab: that there is none yet is said there",
    "contacts": "how to ask the team to get in touch",
    "about_me": "a row of Plan and more: the page itself is the beginning",
    "care_plan": "as about_me",
    "decisions": "as about_me",
    "health": "as about_me",
    "letters": "as about_me",
}
# Rooms that cost more, with the reason.
LARGER = {
    "diary": "the core: symptoms, measurements, notes, charts, search",
    "goals": "goals and check-ins, of before the rule",
    "appointments": "visits, questions and their replies, readiness, what was told: of before the rule",
    "results": "reports as sent, notes, phrases, holds, charts: of before the rule",
    "contacts": "contacts and rhythm, of before the rule",
    "care_plan": "a plan agreed line by line needs two sides of each",
    "decisions": "a table of options that two people fill",
    "letters": "files are read, drawn anew and sent in parts",
    "community": "half of it reads lists that others keep, with all that can be wrong in them",
    "asks": "ten states between four kinds of people, one of whom opens no record",
    "feedback": "what a person says, what a team answers in public, and the log of the app: three audiences",
    "budget": "what is agreed by both, what is spent, and what is asked first: three things with two sides each",
}


@cache
def floor_three() -> tuple[str, ...]:
    """The rooms of the record, as the floors name them."""
    floors = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in floors if one["id"] == "floors")
    return tuple(next(layer for layer in layers if layer.startswith("diary")).split(" | "))


def registered(app: Flask) -> list[str]:
    """Those of them that have pages."""
    return [room for room in floor_three() if room in app.blueprints]


def of_records(app: Flask) -> set[str]:
    """Every page that is of one record."""
    return {str(rule.endpoint) for rule in app.url_map.iter_rules() if "person_id" in rule.arguments}


def ways_in(app: Flask, client: Client, base: str, places: tuple[str, ...] = PLACES) -> dict[str, set[str]]:
    """Room of the record → on which of some pages there is a link to a page of it, of this person."""
    adapter, found = app.url_map.bind("localhost"), {}
    for place in places:
        for link in client.get(base + place).html.select("a[href]"):
            path = re.split("[?#]", str(link["href"]))[0]
            if path.startswith(base):
                room = str(adapter.match(path)[0]).split(".")[0]
                found.setdefault(room, set()).add(place)
    return {room: places for room, places in found.items() if room in floor_three()}


@pytest.fixture
def new(app: Flask, client: Client) -> tuple[Client, str]:
    """A person who has just come in, with nothing in their record, and the beginning of their addresses."""
    with app.test_request_context(), command():
        amina, team = factories.nurse()
        own = factories.account(name="Rosa")
        person = factories.person(amina, team, own=own)
        account, base = own.id, f"/people/{person.id}/"
    client.strict = False
    client.sign_in(account)
    return client, base


pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_more_has_at_most_eight_rows_and_today_nothing_of_a_new_room(
    app: Flask, new: tuple[Client, str]
) -> None:
    """Alone catches: a ninth row under More for somebody new, or a new room on their Today."""
    client, base = new
    page = client.get(f"{base}more/").html
    rows = [row for row in page.select("main .rows > .row") if row.find_parent("details") is None]
    assert page.select(f"#about ~ * a[href='{SAID}']"), "what was done is read from under About this app"
    assert 4 < len(rows) + len(page.select("main details")) <= MOST_ROWS, [row.text for row in rows]
    assert set(ways_in(app, client, base, ("",))) <= set(FROM_THE_START), "a new room stands on Today"


def test_a_room_is_invisible_until_it_has_something_and_is_found_then(
    app: Flask, client: Client, new: tuple[Client, str]
) -> None:
    """Alone catches: an empty room that stands among the others; a full one whose way in was forgotten."""
    asked, base = new
    rooms = [room for room in registered(app) if room in {name.split(".")[0] for name in of_records(app)}]
    assert "feedback" in rooms
    empty = ways_in(app, asked, base)
    early = {room: places for room, places in empty.items() if room not in FROM_THE_START}
    assert early == {}, "an empty room is shown"
    house, _ = lived_in(app)
    client.sign_in(house.rosa.id)
    full = ways_in(app, client, f"/people/{house.person.id}/")
    assert [room for room in rooms if room not in full and room not in FROM_THE_START] == [], (
        "nobody finds it"
    )


def test_a_room_costs_what_a_room_may(app: Flask) -> None:
    """Alone catches: a room that has grown past what the next person can read in an hour, and does not say why."""
    over = {}
    for room in floor_three():
        lines = sum(len(path.read_text().splitlines()) for path in (SOURCE / room).glob("*.py"))
        shown = sum(len(path.read_text().splitlines()) for path in (ROOT / "templates" / room).glob("*.html"))
        if lines > MOST_LINES or shown > MOST_OF_TEMPLATES:
            over[room] = (lines, shown)
    assert set(over) == set(LARGER), over
