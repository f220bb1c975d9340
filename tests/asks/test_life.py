"""The life of an ask, on its pages: who has it, what next, by when; two at once; late; how it ended."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from selfcare import database, i18n
from selfcare.asks import actions, desk_actions, returning
from selfcare.asks.actions import NobodyToAsk
from selfcare.asks.models import Ask, AskLine
from selfcare.database import command, session
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people import death, teams
from selfcare.people.models import Relationship
from selfcare.people.queries import grants
from selfcare.sharing import actions as sharing
from selfcare.web import item_reference
from selfcare.web.access import Area, Level
from tests.asks.world import World, make
from tests.factories.record import CANARY
from tests.harness.client import Client

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_two_accept_at_the_same_moment_and_one_is_told_kindly(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Both looked, nobody had it, both took it: the second overwrote the first, of whom the person had been told."""
    world = make(app, new_client)
    ask_id = world.brought_to("offered")
    forms = [world.clients[who].get(f"/asks/{ask_id}/").form(f"/asks/{ask_id}/take") for who in ("bo", "bea")]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda form: form.submit(follow=False), forms))
    assert sorted(answer.status for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status == 409)
    assert f"{world.row(ask_id).owner_name} has just taken it." in refused.text


@one_engine
def test_what_is_asked_is_once_there_and_says_who_what_and_by_when(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """A form sent twice that asks twice; an ask without a name or a day beside it; a reference that was made up."""
    world = make(app, new_client)
    rosa = world.clients["rosa"]
    token = _token_for(app, world, "service")
    form = rosa.get(f"{world.base}new?about={token}").form("ask")
    empty = rosa.get(f"{world.base}new").form("ask").submit(may_pass="y")
    assert empty.status == 422
    assert "Say in a few words what would help." in empty.text
    first, again = form.submit(), form.submit()
    assert first.status == again.status == 200
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Ask)) == 1
        row = session().scalars(select(Ask)).one()
        assert (row.about_kind, row.about_label) == ("service", "Hill Street movement class")
    page = rosa.get(world.base).text
    with app.test_request_context():
        day = teams.answer_by(teams.Promise(2, ()), row.entered_at)
        assert f"By {i18n.day(day)}" in page
    assert "Somebody takes it: Riverside community team, Amina" in page
    # A token of somebody else's record is none.
    with app.test_request_context():
        foreign = item_reference.sign(world.accounts["rosa"].id, "service", row.id, CANARY)
    assert CANARY not in rosa.get(f"{world.base}new?about={foreign}").text


def _token_for(app: Flask, world: World, kind: str) -> str:
    with app.test_request_context():
        return item_reference.sign(world.home.person.id, kind, uuid4(), "Hill Street movement class")


@one_engine
def test_a_day_that_passed_is_said_once_with_whom_to_call(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """A promise that passes in silence; or one that is told again each minute."""
    world = make(app, new_client)
    ask_id, waits = world.brought_to("accepted"), world.asked()
    with app.test_request_context(), database.command() as work:
        work.execute(update(Ask).values(due_on=teams.today() - timedelta(days=1)))
    page = world.clients["rosa"].get(f"{world.base}{ask_id}/").text
    assert "Priya is late with this. Call Riverside community team." in page
    assert "01632 960118" in page
    assert "Amina is late with this." in world.clients["rosa"].get(f"{world.base}{waits}/").text
    with app.test_request_context():
        assert [returning.settle(), returning.settle()] == [2, 0]
    with app.app_context():
        told = select(func.count()).select_from(Notice).where(Notice.kind == "ask", Notice.about_id == ask_id)
        assert session().scalar(told.where(Notice.account_id == world.accounts["rosa"].id)) == 1


@one_engine
def test_the_end_is_the_persons_and_the_team_reads_it_only_if_they_ticked_that(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """How it was, in the person's words, before the team's eyes though nothing was ticked; or hidden though it was."""
    world = make(app, new_client)
    shut, told = world.brought_to("going"), world.brought_to("going")
    rosa, priya = world.clients["rosa"], world.clients["priya"]
    rosa.get(f"{world.base}{shut}/went").form("went").submit(how_it_was=f"{CANARY} shut")
    rosa.get(f"{world.base}{told}/went").form("went").submit(how_it_was=f"{CANARY} told", tells="y")
    pages = [priya.get(f"/asks/{one}/").text for one in (shut, told)]
    pages.append(priya.get(f"{world.base}team").text)
    assert CANARY not in pages[0]
    assert "They went" not in pages[0]
    assert f"{CANARY} told" in pages[1]
    assert "They went" in pages[1]
    assert f"{CANARY} shut" not in pages[2]
    assert f"{CANARY} shut" in rosa.get(world.base).text
    assert "The team cannot see how it was." in rosa.get(f"{world.base}{shut}/").text
    # Nor in a summary that has all she asked for: it stays as their page says, and it is not said that she went.
    record = world.base.removesuffix("asks/")
    with world.acting("rosa") as permit:
        today = permit.today()
        sharing.share(permit, sections=("asks",), first=today, last=today, appointment_id=None)
    summary = world.clients["amina"].get(f"{record}summary/").html.main.get_text(" ", strip=True)
    assert f"How it was {CANARY} told" in summary
    assert f"{CANARY} shut" not in summary
    assert [summary.count(f"Now {state}") for state in ("Went", "Over")] == [1, 1]


@one_engine
def test_a_stale_form_keeps_what_was_typed_and_the_earlier_place_is_kept(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Two who say what they found: the second overwrites the first in silence; and the person says yes to a place that
    is another by then.
    """
    world = make(app, new_client)
    ask_id = world.brought_to("found")
    rosa, priya, amina = (world.clients[who] for who in ("rosa", "priya", "amina"))
    goes = rosa.get(f"{world.base}{ask_id}/").form("I will go Company at lunch")
    late = amina.get(f"/asks/{ask_id}/found").form("found")
    priya.get(f"/asks/{ask_id}/found").form("found").submit(what="place", place="The side door")
    refused = late.submit(what="place", place="The front door")
    assert refused.status == 409
    assert "The front door" in refused.text
    assert "Priya changed this" in refused.text
    assert "The side door" in refused.text
    assert world.row(ask_id).place == "The side door"
    assert goes.submit(follow=False).status == 409
    assert world.row(ask_id).state == "found"
    with app.app_context():
        versions = session().scalars(select(Ask.versions.body)).all()
        assert any(body["place"] == "The lunch club" for body in versions)


@one_engine
def test_what_is_added_is_said_to_be_read_by_whom(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """A line that says it was read though nobody did (it came after the page that says so), or stays unread though
    somebody has."""
    world = make(app, new_client)
    ask_id = world.brought_to("accepted")
    rosa, priya = world.clients["rosa"], world.clients["priya"]
    rosa.get(f"{world.base}{ask_id}/add").form("add").submit(text="Not on Mondays.")
    assert "Nobody has read it yet" in rosa.get(f"{world.base}{ask_id}/").text
    open_page = priya.get(f"/asks/{ask_id}/").form(f"/asks/{ask_id}/seen")
    rosa.get(f"{world.base}{ask_id}/add").form("add").submit(text="Nor on Sundays.")
    open_page.submit()
    page = rosa.get(f"{world.base}{ask_id}/").text
    assert page.count("Priya has read it") == page.count("Nobody has read it yet") == 1
    priya.get(f"/asks/{ask_id}/").form(f"/asks/{ask_id}/seen").submit()
    assert rosa.get(f"{world.base}{ask_id}/").text.count("Priya has read it") == 2
    priya.get(f"/asks/{ask_id}/add").form("add").submit(text="Then Tuesday.")
    assert "Nobody has read it yet" in priya.get(f"/asks/{ask_id}/").text
    rosa.get(f"{world.base}{ask_id}/").form("told").submit()
    assert "Rosa has read it" in priya.get(f"/asks/{ask_id}/").text
    with app.app_context(), command():
        assert session().scalar(select(func.count()).select_from(AskLine)) == 3
        late = datetime(
            2026, 7, 1, 23, 30, tzinfo=UTC
        )  # the second of July, half past midnight, where they work
        for row in (*session().scalars(select(AskLine)), *session().scalars(select(Ask))):
            row.entered_at = late
    page = priya.get(f"/asks/{ask_id}/").text
    assert (page.count("2 July"), page.count("1 July")) == (4, 0)


@one_engine
def test_who_has_died_is_asked_for_by_nobody(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """A body that goes on looking for somebody who has died, or a message about them."""
    world = make(app, new_client)
    ask_id = world.brought_to("accepted_body")
    about = select(func.count()).where(Notice.about_id == ask_id)
    with world.acting("amina") as amina:
        assert session().scalar(about)
        death.record(amina, amina.today())
        assert not session().scalar(about), "what is new about it lies in no inbox any more"
    for client in world.clients.values():
        client.strict = False
    assert world.clients["bo"].get(f"/asks/{ask_id}/").status == 404
    assert "Company at lunch" not in world.clients["bo"].get("/asks/").text
    assert "Company at lunch" not in world.clients["priya"].get("/asks/").text
    assert "I no longer need this" not in world.clients["leon"].get(f"{world.base}{ask_id}/").text
    with app.test_request_context():
        assert returning.settle() == 0


@one_engine
def test_nobody_to_ask_keeps_the_words(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Words that are lost because no team is there to read them; a team of nobody's that takes an ask."""
    world = make(app, new_client)
    with world.acting("rosa") as rosa, pytest.raises(NobodyToAsk):
        actions.ask(rosa, words="x", team_id=world.body.id)
    form = world.clients["rosa"].get(f"{world.base}new").form("ask").fill(words="Company at lunch")
    with app.test_request_context(), database.command() as work:
        work.execute(update(Relationship).where(Relationship.kind == "professional").values(state="ended"))
    answer = form.submit()
    assert answer.status == 409
    assert "Company at lunch" in answer.text
    assert "There is no team to ask right now." in answer.text


@one_engine
def test_a_summary_says_what_is_asked_and_how_it_ended(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """An ask that a summary leaves out, or says otherwise than it stands; or what the team was not to read."""
    world = make(app, new_client)
    world.brought_to("accepted")
    kept_back = world.brought_to("went")
    with world.acting("rosa") as rosa:
        row = actions.ask(rosa, words=f"{CANARY} class")
    with world.working("priya", row.id) as work:
        desk_actions.accept(work)
        desk_actions.found(work, None, place=f"{CANARY} hall")
    with world.acting("rosa") as rosa:
        shared = sharing.share(
            rosa, sections=("asks",), first=rosa.today(), last=rosa.today(), appointment_id=None
        )
    place = f"/people/{world.home.person.id}/summary/{shared}/"
    for page in (world.clients["amina"].get(place).text, world.clients["amina"].get(f"{place}text").text):
        for said in (f"{CANARY} class", f"{CANARY} hall", "Priya", "There is a place. Not answered yet."):
            assert said in page
        assert "Good company." not in page
        assert "Went" not in page
    assert "The team cannot see how it was." in world.clients["rosa"].get(f"{world.base}{kept_back}/").text
    # A helper who may not see asks reads none of it.
    with world.acting("rosa") as rosa:
        grant = next(one for one in grants(rosa) if one.account_id == world.accounts["leon"].id)
        people.set_rights(rosa, grant.id, {Area.SHARING: Level.SEE})
    assert CANARY not in world.clients["leon"].get(place).text
