"""Adding somebody: nobody twice in silence, one name is enough, and who shares a name is told apart."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.database import command, session
from selfcare.people import actions
from selfcare.people.models import Person
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.factories import Household
from tests.harness.client import Client


@pytest.fixture
def house(app: Flask) -> Household:
    with app.test_request_context(), command():
        return factories.household()


def add(house: Household, given: str, family: str, born: date = date(1962, 3, 27)) -> Person:
    return actions.add_person(
        given_name=given, family_name=family, born=born, team_id=house.team.id, lead=house.amina.id
    )


TYPED = {
    "given_name": "rosa",
    "family_name": "OBrien",
    "born-day": "27",
    "born-month": "3",
    "born-year": "1962",
}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_letter_or_a_code_comes_before_a_second_record(client: Client, house: Household) -> None:
    """Alone catches: the way to the record there is, beneath the form that makes another (docs/decisions/0026)."""
    client.sign_in(house.amina.id)
    page = client.get("/caseload/add").html
    link = page.select_one('main a[href="/caseload/code"]')
    assert link is not None
    assert page.select_one("#add") in link.find_all_next("form")


def test_the_same_name_and_birth_date_is_asked_about(app: Flask, client: Client, house: Household) -> None:
    """The same person was added twice in silence, and had two records from then on."""
    with app.test_request_context(), command():
        known = add(house, "Rosa", "O’Brien").id
    client.sign_in(house.amina.id)
    page = client.get("/caseload/add").form("add").submit(**TYPED)
    assert page.status == 422
    assert "Rosa O’Brien, born 27 March 1962 is already here" in page
    assert page.html.select(f'a[href="/people/{known}/"]')
    with app.test_request_context():
        assert session().scalar(select(func.count(Person.id))) == 2
    added = page.form("add").submit("It is somebody else: add them")
    assert added.h1 == "Letter for rosa"
    with app.test_request_context():
        assert session().scalar(select(func.count(Person.id))) == 3


@pytest.mark.parametrize("sign", ["", "-", "–", " . "])
def test_one_name_is_enough_and_a_sign_is_no_name(
    app: Flask, client: Client, house: Household, sign: str
) -> None:
    client.sign_in(house.amina.id)
    client.get("/caseload/add").form("add").submit(**TYPED | {"given_name": "Suharto", "family_name": sign})
    with app.test_request_context():
        added = session().scalars(select(Person).where(Person.given_name == "Suharto")).one()
        assert (added.family_name, added.full_name) == ("", "Suharto")
    assert client.get(f"/people/{added.id}/").h1 == "Suharto"


def test_who_shares_a_name_is_told_apart(
    app: Flask, client: Client, house: Household, new_client: Callable[..., Client]
) -> None:
    """Two Rosas looked alike in the list, and in *Who is this for?*"""
    with app.test_request_context(), command():
        other = add(house, "Rosa", "Hill", date(1971, 5, 2))
        rights = {Area.DIARY: Level.ADD}
        actions.relate(other.id, kind=Role.CARER, account_id=house.leon.id, rights=rights)
        alone = add(house, "Bel", "Hill", date(1980, 1, 1))
        assert alone.id
    client.sign_in(house.amina.id)
    listed = client.get("/caseload/?view=team")
    for said in ("27 March 1962", "2 May 1971"):
        assert said in listed
    assert "1 January 1980" not in listed
    helper = new_client()
    helper.sign_in(house.leon.id)
    chooser = helper.get("/")
    for said in ("27 March 1962", "2 May 1971"):
        assert said in chooser


def test_people_are_found_however_a_name_is_spelled(app: Flask, client: Client, house: Household) -> None:
    with app.test_request_context(), command():
        for given, family in (("Rosa", "O’Brien"), ("Łukasz", "Strauß"), ("Anne‑Marie", "Zoe\u0308")):
            made = add(house, given, family)
            made.nhs_number = "9434765919" if family == "O’Brien" else None
    client.sign_in(house.amina.id)
    for typed, found in (
        ("obrien", "Rosa O’Brien"), ("o brien", "Rosa O’Brien"), ("O'BRIEN rosa", "Rosa O’Brien"),
        ("943\u2011476–5919\u200e", "Rosa O’Brien"),
        ("lukasz strauss", "Łukasz Strauß"), ("annemarie", "Anne‑Marie"), ("zoë", "Anne‑Marie"),
    ):  # fmt: skip
        page = client.get("/caseload/find/").form("find").submit(who=typed)
        titles = page.all(".row__title")
        assert len(titles) == 1, typed
        assert titles[0].startswith(found)
        assert page.url.endswith("/caseload/find/")  # no name in an address, nor in the history
