"""What counts as read is what a page showed."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import session
from selfcare.notifications.models import Notice
from tests.harness.client import Client
from tests.harness.pages import Answer, Form
from tests.requests.world import World, make

ADDED = "The blue ones"
READ: dict[str, Callable[[Form], Answer]] = {
    "seen": lambda form: form.submit(),
    "plan": lambda form: form.submit(),
    "done": lambda form: form.submit("Save", outcome="no_answer"),
}


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def form(world: World, where: str) -> Form:
    """The form by which Amina's page marks a request as read."""
    if where == "seen":
        return world.amina.get(f"/people/{world.home.person.id}/").form(f"{world.one}seen")
    return world.amina.get(f"{world.one}{where}").form({"plan": "plan", "done": "contact"}[where])


def add(world: World, text: str = ADDED) -> None:
    world.rosa.get(f"{world.one}add").form("add").submit(text=text)


def new_to(world: World, account_id: UUID) -> list[str]:
    """The kinds of what an account was told and has not opened."""
    with world.app.app_context():
        mine = Notice.account_id == account_id, Notice.seen_at.is_(None)
        return list(session().scalars(select(Notice.kind).where(*mine).order_by(Notice.made_at)))


@pytest.mark.parametrize("where", READ)
def test_what_came_after_the_page_was_drawn_is_read_by_nobody(world: World, where: str) -> None:
    """It was marked as read by whoever planned or logged from an older page, and by pages that do not show it."""
    world.asks()
    older = form(world, where)
    add(world)
    READ[where](older)
    assert "Nobody has read it yet." in world.rosa.get(world.one)
    assert "Something was added." in world.amina.get("/caseload/")
    assert new_to(world, world.home.amina.id) == ["request"]
    newer = form(world, where)
    assert ADDED in newer.page
    READ[where](newer)
    assert "Nobody has read it yet" not in world.rosa.get(world.one)
    assert "Something was added." not in world.amina.get("/caseload/")
    assert new_to(world, world.home.amina.id) == []


@pytest.mark.parametrize("shown", ["", "yesterday", "2027-03-09T14:05:00", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_page_that_does_not_say_what_it_showed_has_shown_no_line(
    world: World, shown: str, engine_kind: str
) -> None:
    world.asks()
    add(world)
    assert form(world, "seen").submit(shown=shown).status == 200
    page = world.rosa.get(world.one)
    assert "Amina has read it" in page
    assert "Nobody has read it yet." in page


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_button_alone_shows_what_it_is_pressed_for(world: World, engine_kind: str) -> None:
    world.asks()
    add(world)
    page = world.amina.get(f"{world.one}seen")
    assert "My new tablets" in page
    assert ADDED in page
    page.form("I have read it").submit()
    assert "Nobody has read it yet" not in world.rosa.get(world.one)


def test_the_day_somebody_gets_in_touch_is_new_until_it_was_opened(world: World) -> None:
    """It stayed new for ever: nothing that was opened said so."""
    world.asks()
    assert not world.rosa.get(world.one).html.find(id="told")
    form(world, "plan").submit(how="phone")
    older = world.rosa.get(world.one).form("told")
    form(world, "plan").submit(how="visit")
    older.submit()
    assert new_to(world, world.home.rosa.id) == ["planned", "planned"]
    page = world.rosa.get(world.base).form("told").submit()
    assert new_to(world, world.home.rosa.id) == []
    assert not page.html.find(id="told")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_once_they_have_talked_the_day_is_new_to_nobody(world: World, engine_kind: str) -> None:
    world.asks(world.leon)
    form(world, "plan").submit()
    assert new_to(world, world.home.leon.id) == new_to(world, world.home.rosa.id) == ["planned"]
    form(world, "done").submit("Save", said="We talked.")
    assert new_to(world, world.home.leon.id) == new_to(world, world.home.rosa.id) == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_request_is_not_over_before_what_was_added_is_read(world: World, engine_kind: str) -> None:
    """A line that came while the note was written went with the request, and was read by nobody."""
    world.asks()
    older = form(world, "done")
    add(world)
    page = older.submit("Save", said="We talked.")
    assert page.status == 409
    assert page.all(".error-summary li") == ["Something was added."]
    assert ADDED in page
    assert world.rosa.get(world.base).h1 == "You asked us to get in touch"
    page.form("contact").submit("Save")
    assert world.rosa.get(world.base).h1 == "Please get in touch"
    assert "Nobody has read it yet" not in world.rosa.get(world.one)
