"""Who may do what with an ask from where, as one table asked at the door; and that there is no other way in.

Each cell is a form sent to the app: `+` it is done, `-` it is refused (409) and nothing changed, `.` there is no such
thing for them (404).
"""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from selfcare import database
from selfcare.asks import states
from selfcare.asks.states import Move, State
from selfcare.web import edge
from tests.asks.world import make
from tests.harness.client import Client
from tests.house.access_table import routes

# Where an ask can stand; `_b`: a body has it.
STATES = (
    "asked", "proposed", "offered", "accepted", "accepted_body", "found", "found_body", "going", "going_body",
    "went", "not_for_me", "not_found", "not_needed",
)  # fmt: skip
PERSON = ("rosa", "leon", "meg")
WORKERS = ("priya", "amina", "cai", "owen", "bo", "bea", "una")
# rosa: the person. leon: a carer who may ask, and did. meg: who may only read. priya: the link worker. amina: the key
# contact. cai: a colleague. owen: of another team. bo, bea: of the body that has it. una: of another body.
TABLE = """
               asked proposed offered accepted accepted_b found found_b going going_b went  not_for not_found not_needed
rosa  add      +     +        +       +        +          +     +       +     +       -     -          -         -
leon  add      +     +        +       +        +          +     +       +     +       -     -          -         -
meg   add      .     .        .       .        .          .     .       .     .       .     .          .         .
rosa  go       -     -        -       -        -          +     +       -     -       -     -          -         -
leon  go       -     -        -       -        -          +     +       -     -       -     -          -         -
meg   go       .     .        .       .        .          .     .       .     .       .     .          .         .
rosa  notforme -     -        -       -        -          +     +       +     +       -     -          -         -
leon  notforme -     -        -       -        -          +     +       +     +       -     -          -         -
rosa  nolonger +     +        +       +        +          +     +       +     +       -     -          -         -
leon  nolonger +     +        +       +        +          +     +       +     +       -     -          -         -
meg   nolonger .     .        .       .        .          .     .       .     .       .     .          .         .
rosa  went     -     -        -       -        -          -     -       +     +       -     -          -         -
leon  went     -     -        -       -        -          -     -       +     +       -     -          -         -
meg   went     .     .        .       .        .          .     .       .     .       .     .          .         .
rosa  pass     -     +        -       -        -          -     -       -     -       -     -          -         -
leon  pass     -     .        -       -        -          -     -       -     -       -     -          -         -
meg   pass     .     .        .       .        .          .     .       .     .       .     .          .         .
rosa  told     +     +        +       +        +          +     +       +     +       +     +          +         +
leon  told     +     +        +       +        +          +     +       +     +       +     +          +         +
meg   told     +     +        +       +        +          +     +       +     +       +     +          +         +
priya take     +     +        +       -        -          -     -       -     -       -     -          -         -
amina take     +     +        +       -        -          -     -       -     -       -     -          -         -
cai   take     .     .        .       .        .          .     .       .     .       .     .          .         .
owen  take     .     .        .       .        .          .     .       .     .       .     .          .         .
bo    take     .     .        +       .        -          .     -       .     -       .     .          .         .
bea   take     .     .        +       .        -          .     -       .     -       .     .          .         .
una   take     .     .        .       .        .          .     .       .     .       .     .          .         .
priya pass-on  +     +        +       +        -          -     -       -     -       -     -          -         -
amina pass-on  +     +        +       +        -          -     -       -     -       -     -          -         -
cai   pass-on  .     .        .       .        .          .     .       .     .       .     .          .         .
owen  pass-on  .     .        .       .        .          .     .       .     .       .     .          .         .
bo    pass-on  .     .        .       .        .          .     .       .     .       .     .          .         .
una   pass-on  .     .        .       .        .          .     .       .     .       .     .          .         .
priya found    -     -        -       +        -          +     -       +     -       -     -          -         -
amina found    -     -        -       +        -          +     -       +     -       -     -          -         -
cai   found    .     .        .       .        .          .     .       .     .       .     .          .         .
owen  found    .     .        .       .        .          .     .       .     .       .     .          .         .
bo    found    .     .        -       .        +          .     +       .     +       .     .          .         .
bea   found    .     .        -       .        +          .     +       .     +       .     .          .         .
una   found    .     .        .       .        .          .     .       .     .       .     .          .         .
priya none     -     -        -       +        -          +     -       -     -       -     -          -         -
amina none     -     -        -       +        -          +     -       -     -       -     -          -         -
priya back     -     -        -       +        -          -     -       -     -       -     -          -         -
amina back     -     -        -       +        -          -     -       -     -       -     -          -         -
cai   back     .     .        .       .        .          .     .       .     .       .     .          .         .
bo    back     .     .        +       .        +          .     +       .     -       .     .          .         .
bea   back     .     .        +       .        +          .     +       .     -       .     .          .         .
una   back     .     .        .       .        .          .     .       .     .       .     .          .         .
priya wadd     +     +        +       +        +          +     +       +     +       -     -          -         -
amina wadd     +     +        +       +        +          +     +       +     +       -     -          -         -
cai   wadd     .     .        .       .        .          .     .       .     .       .     .          .         .
owen  wadd     .     .        .       .        .          .     .       .     .       .     .          .         .
bo    wadd     .     .        +       .        +          .     +       .     +       .     .          .         .
bea   wadd     .     .        +       .        +          .     +       .     +       .     .          .         .
una   wadd     .     .        .       .        .          .     .       .     .       .     .          .         .
priya seen     +     +        +       +        +          +     +       +     +       +     +          +         +
cai   seen     .     .        .       .        .          .     .       .     .       .     .          .         .
bo    seen     .     .        +       .        +          .     +       .     +       .     .          .         .
una   seen     .     .        .       .        .          .     .       .     .       .     .          .         .
"""
# The end of the address of each way, and what is sent.
ADDRESSES = {
    "add": "add", "go": "answer", "notforme": "answer", "nolonger": "answer", "went": "went", "pass": "pass",
    "told": "told", "take": "take", "pass-on": "pass-on", "found": "found", "none": "found", "back": "back",
    "wadd": "add", "seen": "seen",
}  # fmt: skip


def expected(state: str) -> dict[tuple[str, str], str]:
    column = STATES.index(state)
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return {(who, move): cells[column] for who, move, *cells in lines}


@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_from_where(
    app: Flask, new_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """A move that is open to one who has no part in the ask, or where it stands where the move makes no sense."""
    world = make(app, new_client)
    ask_id = world.brought_to(state)
    version = world.row(ask_id).version
    tokens = {name: _token(client) for name, client in world.clients.items()}
    monkeypatch.setattr(edge, "finish", lambda keep: database.finish(False))
    bodies = {
        "add": {"text": "And the stairs."}, "wadd": {"text": "Bring shoes."},
        "go": {"say": "go", "version": str(version)},
        "notforme": {"say": "not-for-me"}, "nolonger": {"say": "no-longer"}, "went": {"how_it_was": "Well."},
        "pass": {"say": "yes", "body": str(world.body.id)}, "told": {"version": str(version)}, "take": {}, "seen": {},
        "pass-on": {"body": str(world.body.id)}, "back": {"words": "We are full."},
        "found": {"what": "place", "place": "The hall", "version": str(version)},
        "none": {"what": "none", "why": "All are full.", "version": str(version)},
    }  # fmt: skip
    wrong = {}
    for (who, move), cell in expected(state).items():
        base = world.base if who in PERSON else "/asks/"
        sent = {**bodies[move], "csrf_token": tokens[who], "form_id": str(uuid4())}
        answer = world.clients[who].post(f"{base}{ask_id}/{ADDRESSES[move]}", sent, follow=False)
        found = {303: "+", 200: "+", 409: "-", 404: "."}.get(answer.status, str(answer.status))
        if found != cell:
            wrong[who, move] = (found, cell)
    assert not wrong, f"from {state}: (what they get, what the table says) {wrong}"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_table_has_every_way_there_is(app: Flask, engine_kind: str) -> None:
    """A way to change an ask that stands in no row of the table, or a state that it has no column for."""
    ways = {
        rule.rule.rsplit("/", 1)[1]
        for name, rule, method in routes(app)
        if method == "POST" and name.startswith("POST asks.") and "ask_id" in rule.arguments
    }
    assert ways == set(ADDRESSES.values())
    assert {state.removesuffix("_body") for state in STATES} == set(State)
    assert set(states.FROM) == set(states.WHO) == set(Move)


def _token(client: Client) -> str:
    page = client.get("/account/language")
    return str(page.html.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
