"""An ask that waited on a phone for a signal: it arrives once, with the words and the yes that stood there last."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.asks import desk_actions
from selfcare.asks.models import Ask, AskLine
from selfcare.database import now, session
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.web.access import Area, Level, Role
from tests.asks.world import World, make
from tests.factories.asks import link_worker
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def send(world: World, url: str, body: dict[str, str], of: UUID | None = None) -> tuple[UUID, Answer]:
    """What a phone's worker sends once there is a signal. `of`: its first form, which may have arrived."""
    rosa, form_id = world.clients["rosa"], uuid4()
    token = rosa.get("/phone/session", headers={"Accept": "application/json"}).json["token"]
    sent = {**body, "form_id": str(form_id), "csrf_token": str(token)} | (
        {"outbox-of": str(of)} if of else {}
    )
    headers = {"Accept": "application/json", "Phone-Clock": now().isoformat()}
    return form_id, rosa.post(url, sent, headers=headers, follow=False)


def kept(app: Flask) -> tuple[list[Ask], list[str]]:
    with app.app_context():
        lines = session().scalars(select(AskLine.text).order_by(AskLine.entered_at, AskLine.id))
        return list(session().scalars(select(Ask))), list(lines)


def told(world: World, ask_id: UUID) -> list[str]:
    """For whom it is new."""
    names = {one.id: name for name, one in world.accounts.items()}
    with world.app.app_context():
        found = session().scalars(
            select(Notice.account_id).where(Notice.about_id == ask_id, Notice.seen_at.is_(None))
        )
        return sorted(names[one] for one in found)


def opened(world: World, ask_id: UUID) -> Form:
    """Priya's page of it as it stands now; sent, it says that she has read what it showed."""
    return world.clients["priya"].get(f"/asks/{ask_id}/").form(f"/asks/{ask_id}/seen")


def test_what_was_put_right_while_it_waited_is_one_ask(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Alone catches: corrected words that are lost, or asked a second time; a yes to telling a group that was taken
    back on the phone, and counts; words that change under the hands of who has taken it, or of who has read others,
    and is not told.
    """
    world = make(app, new_client)
    at = f"{world.base}new"
    first, answer = send(world, at, {"words": "Company", "may_pass": "y", "with_phone": "y"})
    assert answer.status == 201
    opened(world, kept(app)[0][0].id).submit()
    _, answer = send(world, at, {"words": "Company at lunch"}, of=first)
    (row,), lines = kept(app)
    assert answer.json["id"] == str(row.id)
    assert (row.words, row.may_pass, row.passed_name, row.passed_phone, lines) == (
        "Company at lunch", False, "", "", [],
    )  # fmt: skip
    assert told(world, row.id) == ["priya"]
    with world.working("priya", row.id) as work:
        desk_actions.accept(work)
    for _ in range(2):
        send(world, at, {"words": "Company at lunch, on Tuesdays"}, of=first)
    (row,), lines = kept(app)
    assert (row.words, lines) == ("Company at lunch", ["Company at lunch, on Tuesdays"])
    # Over meanwhile: what was typed comes back with a sentence, to be asked anew.
    with world.working("priya", row.id) as work:
        desk_actions.not_found(work, "Nobody runs one here.")
    _, answer = send(world, at, {"words": "Company on Sundays"}, of=first)
    assert (answer.status, answer.json["messages"]) == (
        409,
        ["This changed meanwhile. Look how it stands now."],
    )


def test_what_was_added_is_put_right_until_somebody_read_it(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a corrected line that is lost (the first words stay), or stands there twice; and words that are
    said to be read by who saw only those before them, or of which nobody is told.
    """
    world = make(app, new_client)
    at = f"{world.base}{world.asked('rosa')}/add"
    first, _ = send(world, at, {"text": "I can stand"})
    send(world, at, {"text": "I can stand ten minutes"}, of=first)
    assert kept(app)[1] == ["I can stand ten minutes"]
    # A page from before they were put right shows others: read by nobody, and said to who has it.
    ask_id = kept(app)[0][0].id
    before = opened(world, ask_id)
    send(world, at, {"text": "I can stand a quarter hour"}, of=first)
    before.submit()
    assert "Priya has read it" not in world.clients["rosa"].get(f"{world.base}{ask_id}/").text
    assert told(world, ask_id) == ["priya"]
    send(world, at, {"text": "I can stand ten minutes"}, of=first)
    with app.test_request_context(), world.acting("rosa"):
        session().query(AskLine).update({"read_at": now()})
    send(world, at, {"text": "I can stand an hour"}, of=first)
    assert kept(app)[1] == ["I can stand ten minutes", "I can stand an hour"]


def test_another_team_that_was_chosen_while_it_waited_has_it(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Alone catches: an ask that stays with the first team, or its news, though another was chosen; one that is taken
    out of the hands of who has it; a kept form, which names no team, that moves one.
    """
    world = make(app, new_client)
    with world.acting("rosa"):
        other = people.make_team("Alder Road team")
        rights = {Area.CONTACTS: Level.MANAGE}
        people.relate(world.home.person.id, kind=Role.PROFESSIONAL, team_id=other.id, rights=rights)
        world.accounts["lou"] = link_worker(other, "Lou")
    at, home = f"{world.base}new", world.home.team.id
    first, _ = send(world, at, {"words": "Company", "to": str(home)})
    (row,), _ = kept(app)
    assert told(world, row.id) == ["priya"]
    _, answer = send(world, at, {"words": "Company", "to": str(other.id)}, of=first)
    (row,), _ = kept(app)
    assert (answer.status, row.team_id, told(world, row.id)) == (201, other.id, ["lou"])
    send(world, at, {"words": "Company at lunch"}, of=first)
    (row,), _ = kept(app)
    assert (row.team_id, row.words) == (other.id, "Company at lunch")
    with world.working("lou", row.id) as work:
        desk_actions.accept(work)
    _, answer = send(world, at, {"words": "Company on Sundays", "to": str(home)}, of=first)
    (row,), lines = kept(app)
    assert (answer.status, answer.json["messages"]) == (
        409,
        ["This changed meanwhile. Look how it stands now."],
    )
    assert (row.team_id, row.owner_name, lines) == (other.id, "Lou", [])


def test_a_phone_keeps_the_form_where_a_team_can_be_asked(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a form that no phone has without a signal, or no way to it; and a promised day, which counts from
    when it arrives.
    """
    world = make(app, new_client)
    for who, asks in (("rosa", True), ("leon", True), ("meg", False)):
        pages = world.clients[who].get("/phone/pages").json["pages"]
        assert (f"{world.base}new" in pages) is asks, who
        today = pages[world.base.removesuffix("asks/")]
        assert ("Ask for something" in today["main"]) is asks, who
    form = world.clients["rosa"].get("/phone/pages").json["pages"][f"{world.base}new"]["main"]
    assert "What you ask for. Not sent yet: to reach somebody now, call." in form
    assert "Somebody takes it by" not in form
    assert "You need a signal" not in world.clients["rosa"].get(f"{world.base}new").text


def test_who_has_two_teams_asks_the_key_contacts_from_a_phone(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a kept form, which names no team, that is refused once there are two to choose from."""
    world = make(app, new_client)
    with world.acting("rosa"):
        other = people.make_team("Alder Road team")
        people.relate(world.home.person.id, kind=Role.PROFESSIONAL, team_id=other.id)
    assert "The link worker" in world.clients["leon"].get(f"{world.base}new").text
    form = world.clients["leon"].get("/phone/pages").json["pages"][f"{world.base}new"]["main"]
    assert 'name="to"' not in form
    _, answer = send(world, f"{world.base}new", {"words": "Company"})
    (row,), _ = kept(app)
    assert (answer.status, row.team_id) == (201, world.home.team.id)
