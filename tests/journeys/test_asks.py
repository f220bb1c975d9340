"""Ask for something near by: taken, a place, I will go, I went; and an ask that nobody takes."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from selfcare.asks.models import Ask
from selfcare.database import command
from selfcare.people import teams
from tests import factories
from tests.conftest import Browse
from tests.factories.asks import link_worker
from tests.harness.places import only_proof
from tests.pages.people import Amina, Rosa

WORDS = "Company on the way to the class"
MORE = "Help with the heating bill"


def meets(app: Flask, browse: Browse, locale: str, javascript: bool) -> tuple[Rosa, Amina, UUID]:
    with app.test_request_context(), command():
        house = factories.household()
        priya = link_worker(house.team)
        rosa, person, priya_id = house.rosa.id, house.person.id, priya.id
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    return (
        Rosa(browse("phone", account=rosa, locale=spoken, javascript=javascript), locale),
        Amina(browse("desk", account=priya_id, javascript=javascript)),
        person,
    )


@pytest.mark.parametrize(
    ("locale", "javascript"), [("en", False), *only_proof(("ur", True))], ids=["no javascript", "urdu"]
)
def test_ask_taken_a_place_going_went_and_one_that_nobody_takes(
    app: Flask, browse: Browse, locale: str, javascript: bool
) -> None:
    """A step of the way that cannot be gone on a phone, in a browser without JavaScript, or right to left."""
    rosa, priya, person = meets(app, browse, locale, javascript)

    # Rosa finds where to ask, and asks in her words.
    rosa.opens(f"/people/{person}/mine/")
    rosa.follows("What I asked for")
    rosa.follows("Ask for something")
    rosa.page.locator("[name=words]").fill(WORDS)
    rosa.presses("Ask", "button")
    rosa.sees("You asked. You can close this.")

    # Priya, the link worker, takes it and finds a place.
    priya.opens("/asks/")
    priya.taps_on(priya.page.get_by_role("link", name=WORDS))
    priya.presses("I take this")
    priya.follows("Say what you found")
    priya.taps_on(priya.page.locator("label", has_text="There is a place"))
    priya.page.locator("[name=place]").fill("Hill Street Hall")
    priya.presses("Save")

    # Rosa says that she goes, and afterwards that she went.
    rosa.opens(f"/people/{person}/asks/")
    rosa.sees_words("Hill Street Hall")
    rosa.taps_on(rosa.page.get_by_role("button", name=rosa.says("I will go")))
    rosa.sees("You go. Whoever found it knows.")
    rosa.follows("I went")
    rosa.page.locator("[name=how_it_was]").fill("Good company.")
    rosa.presses("Save")
    rosa.sees("Thank you. It is over.")

    # One that nobody takes: past its day it says so, and whom to call; she takes it back.
    rosa.opens(f"/people/{person}/asks/new")
    rosa.page.locator("[name=words]").fill(MORE)
    rosa.presses("Ask", "button")
    with app.app_context(), command() as work:
        work.execute(update(Ask).where(Ask.words == MORE).values(due_on=teams.today() - timedelta(days=1)))
    rosa.opens(f"/people/{person}/asks/")
    rosa.sees("%(name)s is late with this. Call %(team)s.", name="Amina", team="Riverside community team")
    rosa.taps_on(rosa.page.get_by_role("button", name=rosa.says("I no longer need this")))
    rosa.sees("It is taken back. Nobody looks for it any more.")
