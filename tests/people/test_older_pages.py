"""Who may see what, answered from a page on which something else stood."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from selfcare.database import now, session
from selfcare.people.models import Relationship
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
