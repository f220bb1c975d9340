"""Please get in touch: kept in time, and missed; from the first page, in four taps."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import update

from selfcare.database import command
from selfcare.people import teams
from selfcare.people.models import Person
from selfcare.requests.models import ContactRequest
from tests import factories
from tests.conftest import Browse
from tests.harness.places import only_proof
from tests.journeys.conftest import Counted
from tests.pages.people import Amina, Rosa

ABOUT = "My new tablets, and the next visit"


def meets(app: Flask, browse: Browse, locale: str, javascript: bool) -> tuple[Rosa, Amina, UUID]:
    with app.test_request_context(), command() as work:
        house = factories.household()
        work.get_one(Person, house.person.id).phone = "07700 900461"
        rosa, amina, person = house.rosa.id, house.amina.id, house.person.id
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    return (
        Rosa(browse("phone", account=rosa, locale=spoken, javascript=javascript), locale),
        Amina(browse("desk", account=amina, javascript=javascript)),
        person,
    )


def the_day_passes(app: Flask) -> None:
    """Nobody got in touch, and the promise was for yesterday."""
    with app.app_context(), command() as work:
        work.execute(update(ContactRequest).values(answer_by=teams.today() - timedelta(days=1)))


@pytest.mark.parametrize(
    ("locale", "javascript"),
    [*only_proof(("en", True)), ("en", False), ("ur", True)],
    ids=["english", "no javascript", "urdu"],
)
def test_please_get_in_touch_kept_in_time_and_missed(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    rosa, amina, person = meets(app, browse, locale, javascript)

    # Rosa asks to be called. It is four taps from the first page, whatever she has logged.
    rosa.opens("/")
    with counted("ask for contact", rosa, taps=4):
        rosa.follows("Feeling very unwell? Who to call")
        rosa.follows("Please get in touch")
        rosa.taps_on(rosa.page.locator("[name=about]"))
        rosa.page.locator("[name=about]").fill(ABOUT)
        rosa.presses("Ask %(name)s to get in touch", name="Amina")
        rosa.sees("You asked. You can close this.")
    rosa.sees("Nobody has read it yet")

    # Amina finds it where contact with Rosa is due, opens her page, and says when she calls.
    amina.opens("/caseload/")
    amina.sees_words(ABOUT)
    amina.taps_on(amina.page.get_by_role("link", name="Rosa", exact=True))
    amina.sees_words(ABOUT)
    if javascript:  # what stands before her eyes is read
        amina.sees("Marked as read.")
    amina.follows("Say when")
    amina.presses("Save")
    amina.follows("Done: log it")

    # Rosa sees that it was read, and when she is called.
    rosa.opens(f"/people/{person}/get-in-touch/")
    rosa.sees("%(name)s has read it", name="Amina")
    rosa.sees("%(name)s said when", name="Amina")

    # They talk, and it is done.
    amina.page.locator("[name=said]").fill("Two in the morning, with food.")
    amina.presses("Save, and next person")
    rosa.opens(f"/people/{person}/get-in-touch/")
    rosa.heading("Please get in touch")
    rosa.sees_words(ABOUT)

    # She asks again, and this time the day passes: it says so, and whom to call.
    rosa.page.locator("[name=about]").fill("The letter from the hospital")
    rosa.presses("Ask %(name)s to get in touch", name="Amina")
    rosa.sees("You asked. You can close this.")
    the_day_passes(app)
    rosa.opens(f"/people/{person}/get-in-touch/")
    missed = rosa.says("We said by %(day)s. That did not happen.", day="|").split("|")
    for part in missed:
        rosa.sees_words(part)
    expect(rosa.page.locator(".card--strong a[href='tel:01632960118']")).to_be_visible()
    amina.opens("/caseload/")
    amina.sees_words("The answer was due on")
