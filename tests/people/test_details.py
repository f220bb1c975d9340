"""Details: corrected with a reason, earlier values kept, everybody it concerns told; taken off only while unused."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.audit.models import Trail
from selfcare.contacts import actions as contacts
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.people import invitations
from selfcare.people.models import Person, PersonChange, Relationship, Team
from selfcare.web.when import at_instant
from tests import factories
from tests.harness.client import Client
from tests.harness.pages import words
from tests.people.scenes import Home, acting, home

NUMBER, OTHER = "9434765919", "9990000018"


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


def row(app: Flask, house: Home) -> Person:
    with app.test_request_context():
        found = session().get_one(Person, house.person)
        session().expunge(found)
        return found


def told(app: Flask, house: Home) -> set[object]:
    with app.test_request_context():
        return set(session().scalars(select(Notice.account_id).where(Notice.kind == "details")))


def test_a_wrong_birth_date_and_number_are_corrected(app: Flask, client: Client, house: Home) -> None:
    """Nothing could ever be corrected: a digit typed wrong kept a person's results waiting for ever."""
    client.sign_in(house.amina)
    form = client.get(f"/people/{house.person}/details/correct").form("correct")
    refused = form.submit(**{"born-year": "1926", "nhs_number": "943 476 5919"})
    assert refused.status == 422
    assert "Say why" in refused
    page = refused.form("correct").submit(reason="Misheard on the phone")
    assert row(app, house).born == date(1926, 3, 27)
    assert row(app, house).nhs_number == NUMBER
    for said in ("27 March 1962", "27 March 1926", "943 476 5919", "Misheard on the phone", "Amina"):
        assert said in page
    with app.test_request_context():
        assert (
            "corrected" in session().scalars(select(Trail.verb).where(Trail.person_id == house.person)).all()
        )
    assert told(app, house) == {house.rosa}  # Amina is the lead herself
    client.sign_in(house.rosa)
    assert "Your details were changed" in client.get("/inbox/")
    assert "27 March 1926" in client.get(f"/people/{house.person}/details/")


def test_the_lead_is_told_of_what_others_change(app: Flask, client: Client, house: Home) -> None:
    client.sign_in(house.rosa)
    form = client.get(f"/people/{house.person}/details/change").form("details")
    form.submit(
        phone="+44 (0)20 7946 0958 ext 12", known_as="Rosie", language="ur", interpreter="Punjabi",
        needs=["large-print"],
        other_needs="Hears less on the left\nWrite it down",
    )  # fmt: skip
    assert told(app, house) == {house.amina}
    found = row(app, house)
    assert (found.known_as, found.language) == ("Rosie", "ur")
    assert found.needs == ["large-print", "Hears less on the left", "Write it down"]
    with app.test_request_context():
        assert session().get_one(Account, house.rosa).locale == "ur"  # e-mail follows
    client.speak("en")
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/contacts/")
    link = page.html.select_one(".banner a")
    assert link is not None
    assert link["href"] == "tel:+442079460958,12"
    tags = [words(tag) for tag in page.html.select(".banner li")]
    assert tags == ["Large print", "Hears less on the left", "Write it down", "Interpreter: Punjabi"]
    assert "The details of Rosie were changed" in client.get("/inbox/")


def test_a_form_filled_from_before_is_not_swallowed(app: Flask, client: Client, house: Home) -> None:
    client.sign_in(house.amina)
    first = client.get(f"/people/{house.person}/details/change").form("details")
    second = client.get(f"/people/{house.person}/details/change").form("details")
    first.submit(phone="01632 960118")
    both = second.submit(phone="01632 960119")
    assert both.status == 409
    assert "01632 960118" in both
    assert "01632 960119" in both
    assert row(app, house).phone == "01632 960118"


def test_a_number_of_somebody_else_of_the_team_is_refused(app: Flask, client: Client, house: Home) -> None:
    with app.test_request_context(), command() as work:
        team = work.get_one(Team, work.get_one(Relationship, house.aminas).team_id)
        other = factories.person(work.get_one(Account, house.amina), team)
        other.nhs_number, other_id = OTHER, other.id
    client.sign_in(house.amina)
    form = client.get(f"/people/{house.person}/details/correct").form("correct")
    page = form.submit(nhs_number=OTHER, reason="Typed wrong")
    assert page.status == 422
    assert "Somebody of your teams has this number already." in page
    assert row(app, house).nhs_number is None
    with app.test_request_context(), command() as work:
        work.get_one(Person, other_id).nhs_number = None
    assert page.form("correct").submit(nhs_number=OTHER, reason="Typed wrong").status == 200


def test_only_the_person_and_professionals(app: Flask, client: Client, house: Home) -> None:
    client.sign_in(house.leon)
    assert client.get(f"/people/{house.person}/details/").status == 404
    client.sign_in(house.rosa)
    assert client.get(f"/people/{house.person}/details/correct").status == 404


def test_added_by_mistake_is_off_all_lists_and_kept(app: Flask, client: Client) -> None:
    house = home(app, own=False)
    with acting(app, house.amina, house.person) as permit:
        session().get_one(Person, house.person).nhs_number = NUMBER
        code = invitations.write_letter(permit)
    client.sign_in(house.amina)
    assert "Added by mistake?" in client.get(f"/people/{house.person}/details/")
    page = client.get(f"/people/{house.person}/details/mistake")
    listed = page.form("mistake").submit(reason="Added twice")
    assert f"/people/{house.person}/" not in listed.text
    assert client.get(f"/people/{house.person}/").status == 404
    found = row(app, house)
    assert found.mistaken_at is not None
    assert found.nhs_number is None  # free for the right one
    with app.test_request_context():
        assert invitations.accept(code, date(1962, 3, 27), None) is None
        kept = session().scalars(select(PersonChange).where(PersonChange.person_id == house.person)).all()
        assert {(change.field, change.before) for change in kept} == {
            ("mistaken", ""),
            ("nhs_number", NUMBER),
        }
        assert "took off" in session().scalars(select(Trail.verb)).all()


@pytest.mark.parametrize("used", ["came in", "contact"])
def test_who_is_in_use_is_not_taken_off(app: Flask, client: Client, used: str) -> None:
    house = home(app, own=used == "came in")
    if used == "contact":
        with acting(app, house.amina, house.person) as permit:
            contacts.log(permit, when=at_instant(now(), permit.zone), how="phone", said="Hello")
    client.sign_in(house.amina)
    assert "Added by mistake?" not in client.get(f"/people/{house.person}/details/")
    page = client.get(f"/people/{house.person}/details/mistake")
    assert "cannot be taken off" in page
    assert page.html.select("form#mistake") == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_day_is_the_day_where_the_person_lives(
    app: Flask, new_client: Callable[..., Client], house: Home
) -> None:
    """At 00:30 in summer the day in UTC is yesterday still: "today" was said to be still to come."""
    with time_machine.travel("2027-07-01T23:30:00+00:00", tick=False):
        client = new_client()
        client.sign_in(house.amina)
        form = client.get(f"/people/{house.person}/death").form("death")
        form.submit(**{"died_on-day": "2", "died_on-month": "7", "died_on-year": "2027"})
        assert row(app, house).died_on == date(2027, 7, 2)
        client.get(f"/people/{house.person}/death/undo").form("Take it back").submit()
        form = client.get(f"/people/{house.person}/death").form("death")
        late = date(2027, 7, 2) + timedelta(days=1)
        page = form.submit(**{"died_on-day": str(late.day), "died_on-month": "7", "died_on-year": "2027"})
        assert page.status == 422
