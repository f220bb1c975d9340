"""A helper, from the code to being done: one question a screen, stopped, gone on, done for now, and ended."""

import pytest
from flask import Flask

from selfcare.database import command
from selfcare.diary import actions as diary
from tests import factories
from tests.conftest import Browse
from tests.harness.places import only_proof
from tests.journeys.conftest import Counted
from tests.pages.people import Invited, Rosa

BORN = ("27", "3", "1962")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("locale", "javascript"),
    [*only_proof(("en", True)), ("en", False), ("ur", True)],
    ids=["english", "no javascript", "urdu"],
)
def test_a_helper_logs_stops_goes_on_and_is_done(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        own = factories.permit(house.rosa, house.person)
        for name in ("Tiredness", "Pain", "Dizziness"):
            diary.add_tracker(own, kind="symptom", name=name)
        account, person = house.rosa.id, f"/people/{house.person.id}/"
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    rosa = Rosa(browse("phone", account=account, locale=spoken, javascript=javascript), locale)
    samira = Invited(browse("phone", locale=spoken, javascript=javascript), locale)

    # Rosa lets Samira help her log, and nothing more.
    rosa.opens(person + "carers/add")
    rosa.page.locator("[name=name]").fill("Samira")
    rosa.ticks(rosa.page.locator("[name=preset][value=log]"))
    rosa.presses("Make a code for them")
    rosa.heading("Show this to %(name)s", name="Samira")
    code = rosa.page.locator(".qr__code").inner_text()

    # Samira comes in with the code, and is asked one thing a screen.
    samira.opens_the_letter(code)
    samira.confirms_the_birth_date(*BORN)
    samira.opens("/")
    with counted("a helper logs two of three and stops", samira, taps=6):
        samira.follows("Help %(name)s", name="Rosa")
        samira.follows("One question at a time")
        samira.sees("Question %(number)s of %(total)s", number=1, total=3)
        samira.ticks(samira.page.locator("[name=severity][value='8']"))
        samira.presses("Next")
        samira.ticks(samira.page.locator("[name=severity][value='3']"))
        samira.presses("Save and stop here")

    # She goes on where she stopped, and is done.
    samira.follows("One question at a time")
    samira.sees("Question %(number)s of %(total)s", number=3, total=3)
    samira.ticks(samira.page.locator("[name=severity][value='0']"))
    samira.presses("Next")
    samira.heading("That is all for now")
    samira.page.locator("main").get_by_role(
        "link", name=samira.says("Done for now", "helping somebody")
    ).click()
    # What a phone keeps is said where something keeps it.
    kept = " No page of it is kept on this phone." if javascript else ""
    samira.sees(f"You are done with the record of %(name)s for now.{kept}", name="Rosa")

    # Rosa sees all three, and that Samira has ended it, when she does.
    rosa.opens(person + "diary/")
    for number in ("8", "3", "0"):
        rosa.sees_words(number)
    rosa.sees("Entered by %(name)s for you", name="Samira")
    samira.opens(person + "stop-helping")
    samira.presses("End my access")
    samira.sees("Saved.")
    rosa.opens(person + "sharing/")
    assert rosa.page.locator(".notice", has_text="Samira").count() == 1
