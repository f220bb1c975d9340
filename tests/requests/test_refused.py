"""A request that is refused: why, and with all that was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import command
from selfcare.people.models import Relationship
from tests.harness.client import Client
from tests.harness.pages import Form
from tests.requests.world import NUMBER, World, make


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def _without_key_contact(world: World) -> None:
    with world.app.app_context(), command() as work:
        row = work.scalars(select(Relationship).where(Relationship.kind == "professional")).one()
        row.account_id, row.lead = None, False


def as_phone(form: Form, **fields: str) -> dict[str, Any]:
    """What a phone is answered that sends a form later."""
    form.fill(**fields)
    headers = {"Accept": "application/json"}
    answer = form.page.send("POST", form.action, data=form.sent(), referrer=form.page.url, headers=headers)
    return {"status": answer.status, **answer.json}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_refusal_gives_back_all_that_was_typed(world: World, engine_kind: str) -> None:
    """The next step of a call, and the number and the hour of a request, were dropped."""
    typed = {"number": "07700 900999", "own_time": "After the school run"}
    late, again = world.rosa.get(world.base).form("ask"), world.rosa.get(world.base).form("ask")
    world.asks(world.leon)
    page = late.submit(about="The stair lift", **typed)
    assert page.status == 409
    assert page.form("add").value("text") == "The stair lift\n07700 900999\nAfter the school run"
    note = world.amina.get(f"{world.one}done").form("contact")
    world.rosa.get(world.one).form(f"{world.one}cancel").submit()
    page = note.submit("Save", said="We talked.", next_step="Send the leaflet.")
    assert page.status == 409
    assert "We talked. Send the leaflet." in page
    _without_key_contact(world)
    page = again.submit(about="The stair lift", **typed)
    assert page.status == 409
    assert "The stair lift 07700 900999 After the school run" in page


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_phone_that_sends_it_later_is_told_why_not(world: World, engine_kind: str) -> None:
    late, again = world.rosa.get(world.base).form("ask"), world.leon.get(world.base).form("ask")
    world.asks(world.leon)
    said = as_phone(late, about="The stair lift")
    assert said["status"] == 409
    assert said["messages"] == ["You asked already. What you typed now can be added to it."]
    world.rosa.get(world.one).form(f"{world.one}cancel").submit()
    _without_key_contact(world)
    said = as_phone(again, about="The stair lift", number=NUMBER)
    assert said["status"] == 409
    assert said["messages"] == ["Rosa has no key contact to ask right now."]
