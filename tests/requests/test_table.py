"""Who may do what with a request from where, as one table asked at the door; and that there is no other way in.

Each cell is a form sent to the app: `+` it is done, `-` it is refused (409) and nothing changed, `.` there is no such
thing for them (404).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from selfcare import database
from selfcare.people import teams
from selfcare.people.working_days import next_working_day
from selfcare.requests import actions
from selfcare.requests.models import ContactRequest
from selfcare.web import edge
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests import factories
from tests.harness.client import Client
from tests.house.access_table import routes
from tests.requests.world import World, make

STATES = ("none", "asked", "read", "planned", "done", "cancelled")
# rosa: the person. leon: a carer who may ask, and did. sue: a carer who may ask, and did not. meg: a carer who may only
# read. amina: the key contact. priya: of the same team. owen: of another.
TABLE = """
              none  asked  read  planned  done  cancelled
rosa  ask     +     -      -     -        +     +
leon  ask     +     -      -     -        +     +
sue   ask     +     -      -     -        +     +
meg   ask     .     .      .     .        .     .
amina ask     .     .      .     .        .     .
priya ask     .     .      .     .        .     .
owen  ask     .     .      .     .        .     .
rosa  add     .     +      +     +        -     -
leon  add     .     +      +     +        -     -
sue   add     .     +      +     +        -     -
meg   add     .     .      .     .        .     .
amina add     .     .      .     .        .     .
priya add     .     .      .     .        .     .
owen  add     .     .      .     .        .     .
rosa  cancel  .     +      +     +        -     -
leon  cancel  .     +      +     +        -     -
sue   cancel  .     .      .     .        -     -
meg   cancel  .     .      .     .        .     .
amina cancel  .     .      .     .        .     .
priya cancel  .     .      .     .        .     .
owen  cancel  .     .      .     .        .     .
rosa  seen    .     .      .     .        .     .
leon  seen    .     .      .     .        .     .
sue   seen    .     .      .     .        .     .
meg   seen    .     .      .     .        .     .
amina seen    .     +      +     +        -     -
priya seen    .     +      +     +        -     -
owen  seen    .     .      .     .        .     .
rosa  told    .     +      +     +        +     +
leon  told    .     +      +     +        +     +
sue   told    .     +      +     +        +     +
meg   told    .     +      +     +        +     +
amina told    .     .      .     .        .     .
priya told    .     .      .     .        .     .
owen  told    .     .      .     .        .     .
rosa  plan    .     .      .     .        .     .
leon  plan    .     .      .     .        .     .
sue   plan    .     .      .     .        .     .
meg   plan    .     .      .     .        .     .
amina plan    .     +      +     +        -     -
priya plan    .     +      +     +        -     -
owen  plan    .     .      .     .        .     .
rosa  done    .     .      .     .        .     .
leon  done    .     .      .     .        .     .
sue   done    .     .      .     .        .     .
meg   done    .     .      .     .        .     .
amina done    .     +      +     +        -     -
priya done    .     +      +     +        -     -
owen  done    .     .      .     .        .     .
"""


def expected(state: str) -> dict[tuple[str, str], str]:
    column = STATES.index(state)
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return {(who, move): cells[column] for who, move, *cells in lines}


def brought_to(world: World, state: str) -> None:
    """A request of Leon's, brought to a state by those who may."""
    if state == "none":
        return
    world.asks(world.leon)
    with world.as_(world.home.amina) as amina:
        request_id = world.one.rsplit("/", 2)[1]
        one = UUID(request_id)
        day = next_working_day(teams.today() + timedelta(days=3), teams.closed_for(amina))
        if state == "read":
            actions.read(amina, one)
        if state == "planned":
            actions.plan(amina, one, None, on=day, how="phone")
        if state == "done":
            actions.finish(amina, one, when=at_instant(database.now(), amina.zone), how="phone", said="Well.")
    if state == "cancelled":
        with world.as_(world.home.rosa) as rosa:
            actions.cancel(rosa, one)


@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_from_where(
    app: Flask, new_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    world = make(app, new_client)
    with app.test_request_context(), database.command():
        sue = factories.account(name="Sue")
        factories.people.relate(
            world.home.person.id,
            kind=factories.Role.CARER,
            account_id=sue.id,
            rights={Area.CONTACTS: Level.ADD},
        )
        owen, _ = factories.nurse("Owen", factories.people.make_team("Hillside team"))
    clients = {
        "rosa": world.rosa,
        "leon": world.leon,
        "meg": world.meg,
        "amina": world.amina,
        "priya": world.priya,
    }
    for name, account in (("sue", sue), ("owen", owen)):
        clients[name] = new_client()
        clients[name].sign_in(account.id)
    brought_to(world, state)
    one = world.one if state != "none" else f"{world.base}{world.home.person.id}/"
    with app.test_request_context(), database.command():
        amina = factories.permit(world.home.amina, world.home.person)
        day = next_working_day(teams.today() + timedelta(days=3), teams.closed_for(amina))
    tokens = {name: _token(client) for name, client in clients.items()}
    monkeypatch.setattr(edge, "finish", lambda keep: database.finish(False))
    bodies = {
        "ask": {"about": "Moving house", "how": "phone"},
        "add": {"text": "And the stairs."},
        "cancel": {},
        "seen": {},
        "told": {"version": "1"},
        "plan": {
            "on": (day + timedelta(days=7)).isoformat(),
            "how": "visit",
            "version": "2" if state == "planned" else "1",
        },
        "done": {
            "how": "phone",
            "when": "now",
            "outcome": "talked",
            "said": "We talked.",
            "due": day.isoformat(),
        },
    }
    found = {}
    for who, client in clients.items():
        for move, body in bodies.items():
            sent = {**body, "csrf_token": tokens[who], "form_id": _fresh()}
            answer = client.post(world.base if move == "ask" else one + move, sent, follow=False)
            found[who, move] = {303: "+", 409: "-", 404: "."}.get(answer.status, str(answer.status))
    wrong = {key: (found[key], cell) for key, cell in expected(state).items() if found[key] != cell}
    assert not wrong, f"from {state}: (what they get, what the table says) {wrong}"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_table_has_every_way_there_is(app: Flask, engine_kind: str) -> None:
    """A way to change a request that stands in no row of the table."""
    moves = {line.split()[1] for line in TABLE.strip().splitlines()[1:]}
    ways = {
        rule.rule.rsplit("/", 1)[1] or "ask"
        for name, rule, method in routes(app)
        if method == "POST" and name.startswith("POST requests.")
    }
    assert ways == moves


def _token(client: Client) -> str:
    page = client.get("/account/language")
    return str(page.html.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]


def _fresh() -> str:
    return str(uuid4())


def test_two_who_ask_at_once_ask_once(app: Flask, new_client: Callable[..., Client]) -> None:
    """Both looked, nothing was open, and both were kept: each waits on the person, and the second sees the first."""
    world = make(app, new_client)
    forms = [who.get(world.base).form("ask").fill(about="Moving house") for who in (world.rosa, world.leon)]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda form: form.submit(follow=False).status, forms))
    assert sorted(answers) == [303, 409]
    assert world.count(ContactRequest) == 1
