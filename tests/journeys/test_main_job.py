"""From the letter in the hand to the summary read: the product's main job, by all three kinds of people."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfcare.appointments import actions as appointments
from selfcare.database import command, now, session
from selfcare.people.models import Person
from selfcare.web.when import at_instant
from tests import factories
from tests.conftest import Browse
from tests.harness.places import only_proof
from tests.journeys.conftest import Counted
from tests.pages.people import Amina, Leon, Rosa

BORN = ("27", "3", "1962")
MATTERS = "I want to be well enough for my sister’s visit in April."
TABLETS = "Is the tiredness from the new tablets?"
WEEKEND = "Who can I call at the weekend?"


@dataclass
class Cast:
    """Everybody in the journey, each in front of their own device."""

    rosa: Rosa
    amina: Amina
    leon: Leon


def meets(browse: Browse, app: Flask, locale: str, javascript: bool) -> Cast:
    with app.test_request_context(), command():
        nurse, _ = factories.nurse()
        account = nurse.id
    spoken = {"en": "en-GB", "ur": "ur"}[locale]
    return Cast(
        Rosa(browse("phone", locale=spoken, javascript=javascript), locale),
        Amina(browse("desk", account=account, javascript=javascript)),
        Leon(browse("phone", locale=spoken, javascript=javascript), locale),
    )


def a_visit_in_five_days(app: Flask, amina: object) -> str:
    """The nurse's team puts the visit in. :returns: the person's address."""
    with app.test_request_context(), command():
        person = session().query(Person).one()
        nurse = factories.permit(
            session().query(factories.Account).filter_by(kind="professional").one(), person
        )
        when = at_instant((now() + timedelta(days=5)).replace(second=0, microsecond=0), nurse.zone)
        appointments.add_visit(nurse, when=when, how="phone", with_whom="Amina", purpose="Review")
        return f"/people/{person.id}/"


@pytest.mark.parametrize(
    ("locale", "javascript"),
    [*only_proof(("en", True)), ("en", False), ("ur", True)],
    ids=["english", "no javascript", "urdu"],
)
def test_from_the_letter_in_the_hand_to_the_summary_read(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    cast = meets(browse, app, locale, javascript)
    rosa, amina, leon = cast.rosa, cast.amina, cast.leon

    # Amina adds Rosa and prints her letter. Rosa comes in with it and saves her first entry.
    code = amina.adds_somebody("Rosa", "Hill", BORN)
    with counted("the letter to the first entry", rosa, taps=8):
        rosa.opens_the_letter(code)
        rosa.confirms_the_birth_date(*BORN)
        rosa.keeps_an_eye_on("Tiredness", "Pain", "Sleep")
        rosa.logs(severity=6)

    # A result comes, with Amina's plain words. Rosa opens it and asks about it.
    record = a_visit_in_five_days(app, amina)
    amina.opens(f"{record}results/type")
    amina.types_a_result(
        "Haemoglobin",
        "118",
        "g/L",
        "120 - 150",
        "A little under the range, much like last time.",
        "Full blood count",
    )
    rosa.opens_her_result("Full blood count", "Haemoglobin")
    rosa.sees_words("120 - 150")
    rosa.sees_words("A little under the range, much like last time.")
    rosa.follows("Ask about this")
    rosa.asks(TABLETS)

    # She adds another question, puts it first, and writes what matters to her.
    rosa.gets_ready()
    rosa.unfolds("questions")
    rosa.follows("Add a question")
    rosa.asks(WEEKEND)
    rosa.gets_ready()
    rosa.unfolds("questions")
    rosa.moves_up_question(2)
    rosa.writes_what_matters(MATTERS)
    rosa.previews_and_shares_with("Amina", MATTERS)

    # Amina finds her on the list, reads the summary, replies, copies it as text, and writes down the call.
    amina.opens("/caseload/")
    amina.sees("Ready", "visit")
    amina.opens_the_summary_of("Rosa")
    amina.sees_words(MATTERS)
    order = amina.page.locator("body").inner_text()
    assert order.index(WEEKEND) < order.index(TABLETS)
    amina.replies_to_the_first_question("Our line is open on Saturdays, nine to five.")
    amina.opens_the_summary_of("Rosa")
    text = amina.copies_it_as_text()
    assert MATTERS.replace("’", "'") in text.replace("’", "'")
    amina.opens(f"{record}contacts/add")
    amina.chooses("Phone", "way of contact")
    amina.page.locator("[name=said]").fill("She is settling in.")
    amina.presses("Save, and next person")

    # Rosa reads the reply, and lets Leon help her.
    rosa.opens("/")
    rosa.sees("%(who)s replied to you", who="Amina")
    rosa.opens(f"{record}carers/add")
    rosa.sets_her_way_in("rosa@example.net", "winter ladder teapot")
    rosa.types("What do you call them?", "Leon")
    rosa.chooses("I choose, one by one")
    for area in ("diary", "questions", "appointments"):
        group = rosa.page.locator(f"fieldset:has([name={area}])")
        rosa.chooses("See and add", "right", within=group)
    rosa.presses("Make a code for them")
    carer_code = rosa.page.locator(".qr__code").first.inner_text()

    # Leon comes in with the code and asks for her. It says who wrote it.
    leon.opens_the_letter(carer_code)
    leon.confirms_the_birth_date(*BORN)
    leon.helps("Rosa")
    leon.opens(f"{record}questions/add")
    leon.types("What would you like to ask?", "Could the next visit be by phone too?")
    leon.presses("Save")
    rosa.opens(f"{record}questions/")
    rosa.sees("Entered by %(name)s for you", name="Leon")

    # Rosa ends his access. The page he has open leads nowhere; with a phone to keep them, his words are not lost.
    leon.opens(f"{record}questions/add")
    rosa.opens(f"{record}sharing/")
    rosa.taps_on(rosa.page.locator("a[href$='/end']").last)
    rosa.presses("End it now")
    leon.types("What would you like to ask?", "Is he still there?")
    if javascript:
        leon.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    with leon.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        leon.presses("Save")
    if javascript:  # his phone kept them before it asked
        leon.sees("This could not be sent")
        leon.sees_words("Is he still there?")
    else:
        assert answer.value.status == 404
        expect(leon.page.locator("h1")).to_have_text(leon.says("We cannot find this page"))
    rosa.opens(f"{record}questions/")
    rosa.does_not_see_words("Is he still there?")
