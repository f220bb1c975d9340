"""Whose record this is for: asked of everyone who helps somebody, each time."""

from datetime import timedelta

from selfcare import database
from selfcare.database import now
from selfcare.people import actions as people
from selfcare.people.models import Relationship
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.harness.client import Client
from tests.home.conftest import World


def test_a_carer_chooses_and_reads_what_they_may_do(client: Client, world: World) -> None:
    client.sign_in(world.leon)
    page = client.get("/")
    assert page.h1 == "Who is this for?"
    assert "Help Rosa" in page
    assert (
        "See and add to the diary. See and add questions. See visits, and what was agreed. "
        "See goals, add to them and check in." in page
    )
    assert "My own record" not in page
    assert "Rosa chooses what you can see and do." in page
    assert page.click("Help Rosa").h1 == "Today"
    assert page.click("End my access to the record of Rosa").status == 200


def test_what_a_phone_keeps_is_said_only_where_the_phone_says_so(client: Client, world: World) -> None:
    """Alone catches: a sentence that nothing is kept, of a phone that could not take it off."""
    client.sign_in(world.leon)
    done, kept = "You are done with the record of Rosa for now.", "No page of it is kept on this phone."
    there = f"/?left={world.home.person.id}"
    assert [(done in page, kept in page) for page in (client.get(there), client.get(there + "&off=1"))] == [
        (True, False),
        (True, True),
    ]


def test_until_when(client: Client, world: World) -> None:
    until = now() + timedelta(days=90)
    with world.app.app_context(), database.command() as work:
        row = work.query(Relationship).filter_by(account_id=world.leon).one()
        row.until = until
    client.sign_in(world.leon)
    page = client.get("/")
    assert f"Until {until.day} {until:%B}" in page


def test_somebody_with_an_own_record_who_helps_is_asked_too(client: Client, world: World) -> None:
    with world.app.app_context(), database.command():
        factories.person(world.home.amina, world.home.team, "Leon", own=world.home.leon)
    client.sign_in(world.leon)
    page = client.get("/")
    assert page.h1 == "Who is this for?"
    assert page.click("My own record").h1 == "Hello, Leon"


def test_several_people(client: Client, world: World) -> None:
    with world.app.app_context(), database.command():
        daniel = factories.person(world.home.amina, world.home.team, "Daniel")
        people.relate(daniel.id, kind=Role.CARER, account_id=world.leon, rights={Area.RESULTS: Level.SEE})
    client.sign_in(world.leon)
    page = client.get("/")
    assert page.all(".who__title") == ["Help Daniel", "Help Rosa"]
    assert "Daniel and Rosa choose what you can see and do." in page
    assert page.click("End my access to the record of Daniel").status == 200


def test_access_that_ended_is_not_offered(client: Client, world: World) -> None:
    with world.app.app_context(), database.command() as work:
        work.query(Relationship).filter_by(account_id=world.leon).one().until = now() - timedelta(minutes=1)
    client.sign_in(world.leon)
    page = client.get("/")
    assert page.h1 == "Nothing here for you yet"
    assert "Rosa" not in page
    assert client.get(world.url).status == 404


def test_an_account_with_nothing_is_met_kindly(client: Client, world: World) -> None:
    client.sign_in(world.stranger)
    page = client.get("/")
    assert page.h1 == "Nothing here for you yet"
    assert page.link("Use the code on my letter") == "/invitation"


def test_who_has_only_an_own_record_is_not_asked(client: Client, world: World) -> None:
    client.sign_in(world.rosa)
    assert client.get("/").h1 == "Hello, Rosa"


def test_a_professional_goes_to_the_list(client: Client, world: World) -> None:
    client.sign_in(world.amina)
    answer = client.get("/", follow=False)
    assert (answer.status, answer.location) == (303, "/caseload/")
