"""Who may see what, answered from a page on which something else stood."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from selfcare.database import now, session
from selfcare.people import actions, queries
from selfcare.people.models import Relationship
from selfcare.web.access import Area, Level
from tests.harness.client import Client
from tests.people.scenes import Home, acting, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


@pytest.fixture
def rosa(house: Home, client: Client) -> Client:
    client.sign_in(house.rosa)
    return client


def test_an_older_page_gives_no_right_back(
    house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    """Questions were taken from Leon; the tab that was open before took his diary, and gave him the questions again."""
    leon = new_client(strict=False)
    leon.sign_in(house.leon)
    url, taken = f"/people/{house.person}/access/{house.leons}/", f"/people/{house.person}/questions/"
    older, newer = (rosa.get(url).form("Save") for _ in range(2))
    newer.submit(questions="0")
    assert leon.get(taken).status == 404
    asked = older.submit(diary="0", follow=False)
    assert asked.status == 409
    assert "Diary: Nothing" in asked
    choice = asked.form("Keep what I chose")
    assert choice.submit().h1 == "Two versions", "nothing is chosen beforehand"
    assert choice.submit(keep="theirs").status == 200
    assert leon.get(taken).status == 404
    assert leon.get(f"/people/{house.person}/diary/").status == 200


def test_what_is_not_on_the_form_stays_as_it_is(app: Flask, house: Home, rosa: Client) -> None:
    """A deputy who lets others in, and reads of health, lost both when their diary was changed."""
    with acting(app, house.rosa, house.person) as permit:
        given = {Area.PEOPLE: Level.MANAGE, Area.HEALTH: Level.SEE, Area.DIARY: Level.SEE}
        actions.set_rights(permit, house.leons, given)  # type: ignore[arg-type]
    form = rosa.get(f"/people/{house.person}/access/{house.leons}/").form("Save")
    assert form.submit(diary="0").status == 200
    with acting(app, house.rosa, house.person) as permit:
        held = next(grant for grant in queries.grants(permit) if grant.id == house.leons)
        assert held.rights == {Area.PEOPLE: Level.MANAGE, Area.HEALTH: Level.SEE}


def test_a_year_more_is_one_however_often_it_is_pressed(app: Flask, house: Home, rosa: Client) -> None:
    with acting(app, house.rosa, house.person):
        session().get_one(Relationship, house.leons).until = now() + timedelta(days=5)
    form = rosa.get(f"/people/{house.person}/sharing/").form("1 more year for Leon")
    for _ in range(2):
        assert form.submit().status == 200
    with acting(app, house.rosa, house.person):
        until = session().get_one(Relationship, house.leons).until
        assert until is not None
        assert until < now() + timedelta(days=371)
