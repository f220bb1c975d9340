"""What nobody can see is no word: not in a name, a question, a reply or a note of what was said."""

import pytest
from flask import Flask

from selfcare.appointments.models import Question
from selfcare.contacts.models import Contact
from selfcare.database import command, session
from selfcare.people.models import Person
from tests import factories
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
UNSEEN = "\u200b \u2060\u200f"


@pytest.fixture
def house(app: Flask) -> factories.Household:
    with app.test_request_context(), command():
        return factories.household()


def counted(app: Flask, table: type) -> int:
    with app.app_context():
        return session().query(table).count()


def test_unseen_signs_are_no_contact(app: Flask, client: Client, house: factories.Household) -> None:
    """It would catch a contact with nothing in it, written down because a paste brought a joiner along."""
    client.sign_in(house.amina.id)
    page = client.get(f"/people/{house.person.id}/contacts/add")
    answer = page.form("contact").fill(how="phone", outcome="talked", said=UNSEEN).submit()
    assert answer.status == 422
    assert counted(app, Contact) == 0


def test_unseen_signs_are_no_question(app: Flask, client: Client, house: factories.Household) -> None:
    client.sign_in(house.rosa.id)
    answer = (
        client.get(f"/people/{house.person.id}/questions/add")
        .form("questions/add")
        .fill(text=UNSEEN)
        .submit()
    )
    assert answer.status == 422
    assert counted(app, Question) == 0


def test_unseen_signs_are_no_name(app: Flask, client: Client, house: factories.Household) -> None:
    client.sign_in(house.amina.id)
    page = client.get("/caseload/add")
    born = {"born-day": "1", "born-month": "2", "born-year": "1950"}
    assert page.form("Add them").fill(given_name=UNSEEN, **born).submit().status == 422
    assert counted(app, Person) == 1


def test_marks_in_a_date_are_not_its_digits(app: Flask, client: Client, house: factories.Household) -> None:
    """It would catch a right birth date, pasted from a right-to-left text, being called none."""
    client.sign_in(house.amina.id)
    born = {"born-day": "\u200f۲۷", "born-month": "3\u200e", "born-year": "\u2067۱۹۶۲\u2069"}
    answer = client.get("/caseload/add").form("Add them").fill(given_name="Samira", **born).submit()
    assert answer.status == 200, answer.errors
    assert counted(app, Person) == 2
