"""Ways of care: one place of truth for what somebody needs, asked again after a year; and where the choice counts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from selfcare.about_me import words
from selfcare.about_me.models import AboutAnswer
from selfcare.appointments import actions as appointments
from selfcare.audit.models import Trail
from selfcare.contacts import words as contacts
from selfcare.database import command, now
from selfcare.people.models import Person, PersonChange
from tests.about_me.world import World, make
from tests.factories.record import ahead
from tests.harness.client import Client


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def asked_on(world: World, days: int) -> None:
    with world.acting() as rosa:
        day = rosa.today() - timedelta(days=days)
    with world.app.test_request_context(), command() as work:
        work.execute(
            update(Person)
            .where(Person.id == world.home.person.id)
            .values(needs=["large-print"], interpreter="Urdu", needs_asked_on=day)
        )


def test_how_somebody_likes_best_to_be_in_touch_is_chosen_beforehand(world: World) -> None:
    """Alone catches: a way that is asked for and then forgotten; one that a carer learns of without the right."""
    assert set(words.HOW) == set(contacts.HOW)
    there = f"{world.record}get-in-touch/"
    assert world.rosa.get(there).form("ask").value("how") == "phone"
    page = world.rosa.get(f"{world.record}ways/").click("How I like best to be in touch")
    page = page.form("answer").submit(choice="message")
    assert page.h1 == "Ways I want care"
    assert "Message" in page.all("main .rows li")[0]
    assert world.rosa.get(there).form("ask").value("how") == "message"
    page = (
        page.click("Change How I like best to be in touch")
        .form("answer")
        .submit(choice="video", text="By day")
    )
    assert "Video call By day" in page
    assert world.rosa.get(there).form("ask").value("how") == "video"


def test_what_somebody_needs_is_that_of_their_details_and_is_asked_again_after_a_year(world: World) -> None:
    """Alone catches: needs kept a second time; a question that comes too soon, or that an answer does not end."""
    asked_on(world, 364)
    ways = f"{world.record}ways/"
    page = world.rosa.get(ways)
    for need in ("Large print", "Interpreter: Urdu"):
        assert need in page
        assert need in world.leon.get(ways)
    assert "Is this still right?" not in page
    with world.acting() as rosa:
        visit = appointments.add_visit(rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina").id
    ready = f"{world.record}appointments/{visit}/prepare/"
    question = "Is what you need still right? It is a year since you were asked"
    assert question not in world.rosa.get(ready)
    asked_on(world, 365)
    assert "It is a year since Rosa was asked about needs." in world.leon.get(ways)
    page = world.rosa.get(ready).click(question)
    late = page.form("It is all still right")
    with world.app.test_request_context(), command() as work:
        work.execute(
            update(Person).where(Person.id == world.home.person.id).values(version=Person.version + 1)
        )
    assert late.submit().status == 409
    page = world.rosa.get(ways).form("It is all still right").submit()
    assert page.status == 200
    assert "Is this still right?" not in page
    assert question not in world.rosa.get(ready)
    with world.app.test_request_context(), command() as work:
        assert [each.field for each in work.query(PersonChange)] == ["needs_asked_on"]
    assert page.click("Change what I need").h1 == "How to reach me"


def test_ways_are_asked_about_a_year_after_they_were_said_or_found_right(world: World) -> None:
    """Alone catches: ways that nobody asks about since needs were; an answer that makes needs "asked on today" of
    somebody whom nobody asked; and one that does not end the question."""
    ways = f"{world.record}ways/"
    row = world.says("where", "At home")
    with world.acting() as rosa:
        visit = appointments.add_visit(rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina").id
    ready = f"{world.record}appointments/{visit}/prepare/"
    question = "Is how you want care still right? It is a year since you said it"

    def older(days: int) -> None:
        with world.app.test_request_context(), command() as work:
            at = now() - timedelta(days=days)
            work.execute(update(AboutAnswer).where(AboutAnswer.id == row.id).values(entered_at=at))
            work.execute(update(Trail).where(Trail.verb == "confirmed").values(at=at))

    older(300)
    assert question not in world.rosa.get(ready)
    older(370)
    assert "It is a year since Rosa said this." in world.leon.get(ways)
    page = world.rosa.get(ready).click(question).form("It is all still right").submit()
    assert "Is this still right?" not in page
    assert "None asked about yet" in page
    assert "Asked on" not in page
    assert question not in world.rosa.get(ready)
    older(370)
    assert "Is this still right?" in world.rosa.get(ways)
