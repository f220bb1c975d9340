"""Somebody without any device, from invited to ready to agreed: on the phone with a nurse, and with who helps."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Appointment
from selfcare.database import command, now, session
from selfcare.people import actions as people
from selfcare.people.models import Person
from selfcare.web.access import Area, Level, Role
from selfcare.web.when import at_instant
from tests import factories
from tests.conftest import Browse
from tests.harness.places import only_proof
from tests.journeys.conftest import Counted
from tests.pages.people import Amina, Someone

pytestmark = [
    pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True),
    pytest.mark.parametrize(
        ("locale", "javascript"),
        [*only_proof(("en", True)), ("en", False), ("ur", True)],
        ids=["english", "no javascript", "urdu"],
    ),
]
MATTERS, WORDS, ASKS = "To get to the market by myself.", "Slower, but no falls.", "Is there a bus for me?"
PARTS = {"matters": MATTERS, "words": WORDS, "question1": ASKS}
BUS = "Ask the council about the bus"
SPOKEN = {"en": "en-GB", "ur": "ur"}


def a_visit(house: factories.Household, person: Person) -> UUID:
    amina = factories.permit(house.amina, person)
    when = at_instant((now() + timedelta(days=3)).replace(second=0, microsecond=0), amina.zone)
    return appointments.add_visit(amina, when=when, how="phone", with_whom="Amina").id


def is_over(app: Flask, person: UUID, visit: UUID) -> None:
    """A visit that was to come has been, five hours ago."""
    with app.test_request_context(), command():
        row = session().get_one(Appointment, (person, visit))
        zone = session().get_one(Person, person).zone
        row.utc = now() - timedelta(hours=5)
        row.wall = row.utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_told(who: Someone) -> None:
    """The talk, in its order: both ticks, how, what is said, and that it may be shared."""
    for box in ("identity", "consent"):
        who.ticks(who.page.locator(f"[name={box}]"))
    who.ticks(who.page.locator("[name=how][value=phone]"))
    for name, text in PARTS.items():
        who.page.locator(f"[name={name}]").fill(text)
    who.ticks(who.page.locator("[name=share][value=yes]"))


def test_a_nurse_gets_ready_with_somebody_on_the_phone(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    """Alone catches: a way from the invitation to what was agreed that asks for a device of the person's anywhere."""
    with app.test_request_context(), command():
        house = factories.household()
        nurse = house.amina.id
    amina = Amina(browse("desk", account=nurse, locale=SPOKEN[locale], javascript=javascript), locale)

    # She is invited, and never comes in.
    assert amina.adds_somebody("Ida", "Marsh", ("2", "5", "1941"))
    with app.test_request_context(), command():
        ida = session().scalars(select(Person).filter_by(family_name="Marsh")).one()
        visit, record = a_visit(house, ida), f"/people/{ida.id}/"
        person = ida.id

    # On the phone, both get ready: six taps and two pages.
    amina.opens(record)
    with counted("ready on behalf, on the phone", amina, taps=6, loads=2):
        amina.follows("Get ready with %(name)s", name="Ida")
        amina.sees("%(name)s has not come in yet, and is not told.", name="Ida")
        is_told(amina)
        amina.presses("Save as told to %(name)s", name="Amina")
        amina.sees("Saved.")
    for text in PARTS.values():
        amina.sees_words(text)
    expect(amina.link("Large print")).to_be_visible()  # to post it
    amina.opens("/caseload/")
    line = amina.page.locator("li, tr", has_text="Ida")
    expect(line.first).to_contain_text(amina.says("Ready", "visit"))
    amina.opens(f"{record}contacts/")
    amina.sees("Phone", "way of contact")

    # They talk at the visit, and agree on something.
    is_over(app, person, visit)
    amina.opens(f"{record}appointments/{visit}/")
    amina.follows("What we agreed")
    amina.follows("Add something we agreed")
    amina.page.locator("[name=what]").fill(BUS)
    amina.ticks(amina.page.locator(f"[name=who][value='{nurse}'], [name=who][value=me]").first)
    amina.presses("Add this line")
    amina.sees_words(BUS)


def test_who_helps_writes_down_what_they_are_told(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    """Alone catches: a helper who cannot do on a phone what the nurse does at the desk."""
    with app.test_request_context(), command():
        house = factories.household()
        ida = factories.person(house.amina, house.team, "Ida")
        rights = {Area.APPOINTMENTS: Level.ADD, Area.QUESTIONS: Level.ADD, Area.SHARING: Level.ADD}
        people.relate(ida.id, kind=Role.CARER, account_id=house.leon.id, rights=rights)
        visit, record = a_visit(house, ida), f"/people/{ida.id}/"
        helper, nurse = house.leon.id, house.amina.id
    leon = Someone(browse("phone", account=helper, locale=SPOKEN[locale], javascript=javascript), locale)
    amina = Amina(browse("desk", account=nurse, javascript=javascript))

    leon.opens(f"{record}appointments/{visit}/prepare/")
    with counted("ready on behalf, by who helps", leon, taps=6, loads=2):
        leon.follows("Write down what %(name)s tells me", name="Ida")
        is_told(leon)
        leon.presses("Save as told to %(name)s", name="Leon")
        leon.sees("Saved.")
    amina.opens_the_summary_of("Ida")
    for text in PARTS.values():
        amina.sees_words(text)
    expect(amina.page.locator("main")).to_contain_text("As told to Leon, by phone,")
    assert "As told to Leon, by phone," in amina.copies_it_as_text()
