"""What the pages of asks say of who sees, who is told and what will happen is so, in each state and its opposite."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from selfcare import database
from selfcare.asks import actions, desk_actions
from selfcare.database import session
from selfcare.notifications.models import Notice
from selfcare.people import staff
from selfcare.people.models import Member, Relationship
from tests.asks.world import World, make
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_who_sees_an_ask_is_said_as_it_is(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """A sentence that says a team, a body or a helper sees it where they do not, or leaves one out that does."""
    world = make(app, new_client)
    ask_id = world.asked()
    for page in (f"{world.base}{ask_id}/", f"{world.base}new"):
        assert "Leon and Meg can see this." in world.clients["rosa"].get(page)
        assert "can see this." not in world.clients["leon"].get(page)
    assert world.clients["meg"].get(f"{world.base}{ask_id}/").status == 200
    mine, leons = (
        lambda who=who: world.clients[who].get(f"{world.base}{ask_id}/").text for who in ("rosa", "leon")
    )
    team = "Riverside community team sees this."
    body = "Riverside Leisure sees this, and nothing else: the name Rosa"
    assert team in mine()
    assert body not in mine()
    assert "has not agreed yet that a group" in world.clients["priya"].get(f"/asks/{ask_id}/").text
    with world.working("priya", ask_id) as work:
        desk_actions.offer(work, world.body.id)
    assert body not in mine()
    with world.acting("rosa") as rosa:
        actions.agree(rosa, ask_id, world.body.id, with_phone=False)
    assert body in mine()
    assert "agreed that a group near by is told" in world.clients["priya"].get(f"/asks/{ask_id}/").text
    with app.test_request_context(), database.command() as work:
        work.execute(update(Relationship).where(Relationship.kind == "professional").values(state="ended"))
    assert "does not look after you any more, so nobody there sees this." in mine()
    assert "no longer looks after Rosa, so nobody there sees this." in leons()
    assert team not in mine()
    for who in ("priya", "amina", "bo"):
        world.clients[who].strict = False
        assert world.clients[who].get(f"/asks/{ask_id}/").status == 404


def test_passing_on_is_said_as_it_will_be(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """A body that has it at once though the page said that the person is asked first, or the other way round."""
    world = make(app, new_client)
    bo = world.clients["bo"]
    bo.strict = False
    for agreed, said, status in ((False, "is asked first.", 404), (True, "That group sees it at once.", 200)):
        ask_id = world.asked("rosa", may_pass=agreed)
        page = world.clients["priya"].get(f"/asks/{ask_id}/pass-on")
        assert said in page.text
        page.form("pass-on").submit(body=str(world.body.id))
        assert bo.get(f"/asks/{ask_id}/").status == status
    with world.acting("leon") as leon:
        of_leon = actions.ask(leon, words="A lift", may_pass=True)
    assert not world.row(of_leon.id).may_pass  # only the person says that


def test_a_link_worker_is_told_first(app: Flask, engine_kind: str, new_client: Callable[..., Client]) -> None:
    """An ask that waits for nobody; or for the key contact though there is a link worker, or for a stranger."""
    world = make(app, new_client)
    admin, priya = world.clients["amina"], world.accounts["priya"]
    with app.test_request_context(), database.command():
        staff.make_administrator(world.home.team.id, world.home.amina.id)
    assert _told(world, world.asked()) == {priya.id}
    page = admin.get(f"/team/{world.home.team.id}/people/{priya.id}/")
    page.form("They are a link worker no more").submit()
    with app.app_context():
        assert not session().get_one(Member, (world.home.team.id, priya.id)).link_worker
    assert _told(world, world.asked()) == {world.home.amina.id}
    admin.get(f"/team/{world.home.team.id}/people/{priya.id}/").form("They are a link worker").submit()
    assert _told(world, world.asked()) == {priya.id}


def test_who_is_told_of_an_ask(app: Flask, engine_kind: str, new_client: Callable[..., Client]) -> None:
    """A place that was found, of which neither the person nor who asked for them hears; or a helper who did not ask."""
    world = make(app, new_client)
    ask_id = world.brought_to("accepted")
    with app.app_context(), database.command() as work:
        work.query(Notice).delete()
    world.clients["priya"].get(f"/asks/{ask_id}/found").form("found").submit(what="place", place="The hall")
    assert _told(world, ask_id) == {world.accounts["rosa"].id, world.accounts["leon"].id}
    assert world.row(ask_id).place == "The hall"


def _told(world: World, ask_id: UUID) -> set[UUID]:
    with world.app.app_context():
        return set(session().scalars(select(Notice.account_id).where(Notice.about_id == ask_id)))
