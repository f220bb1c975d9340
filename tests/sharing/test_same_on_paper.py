"""What became of something since it was shared is said alike on the page, on paper and in the text."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from selfcare.admissions import actions as admissions
from selfcare.appointments import actions as appointments
from selfcare.appointments import question_actions, question_replies
from selfcare.contacts import actions as contacts
from selfcare.own_view import actions as own_view
from selfcare.web.access import Permit
from tests.factories.record import ago
from tests.harness.client import Client
from tests.harness.pages import words
from tests.sharing.scenes import acting, scene, share

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
ASKED = "Shall I take them at night?"
PROMISED = "A reply was promised by"


def replied(_rosa: Permit, amina: Permit, ids: dict[str, UUID]) -> None:
    question_replies.reply(amina, ids["asked"], "Yes, at night.", "specialist nurse")


def closed(rosa: Permit, _amina: Permit, ids: dict[str, UUID]) -> None:
    question_actions.discuss(rosa, ids["asked"])


def asked_no_more(rosa: Permit, _amina: Permit, ids: dict[str, UUID]) -> None:
    found = appointments.queries.question(rosa, ids["asked"])
    question_actions.change_question(
        rosa, found.id, found.version, text=ASKED, why="", appointment_id=None, unask=True
    )


def stay_out(rosa: Permit, _amina: Permit, ids: dict[str, UUID]) -> None:
    admissions.remove(rosa, ids["stay"])


def contact_out(_rosa: Permit, amina: Permit, ids: dict[str, UUID]) -> None:
    contacts.remove(amina, ids["contact"])


Act = Callable[[Permit, Permit, dict[str, UUID]], None]
# What was done → what is said of it, what is said no more.
SINCE: dict[Act | None, tuple[str, str]] = {
    None: (PROMISED, "No longer open"),
    replied: ("Amina replied: Yes, at night.", PROMISED),
    closed: ("No longer open", PROMISED),
    asked_no_more: (ASKED, PROMISED),
    stay_out: ("A hospital stay that was here was taken out since.", "Lake hospital"),
    contact_out: ("What Amina wrote, and this stood beside, was taken out.", "You were settling in."),
}


@pytest.mark.parametrize("act", SINCE, ids=lambda act: act.__name__ if act else "nothing")
def test_the_page_the_paper_and_the_text_say_it_alike(app: Flask, client: Client, act: Act | None) -> None:
    """Alone catches: a promise that was taken back, and stands on in what is copied into another system."""
    made = scene(app)
    with acting(app, made.amina, made.person) as amina:
        contact = contacts.log(
            amina, when=ago(amina, days=3), how="phone", said="You were settling in.", next_step=""
        )
        ids = {"contact": contact.id}
    with acting(app, made.rosa, made.person) as rosa:
        ids["asked"] = question_actions.ask(rosa, text=ASKED, send_now=True).id
        own_view.put(rosa, "contact", ids["contact"], None, "I lay awake.", "You were settling in.", "Amina")
        came = rosa.today() - timedelta(days=5)
        ids["stay"] = admissions.add(rosa, place="Lake hospital", came_on=came, planned="no").id
    summary = share(app, made)
    if act:
        with acting(app, made.rosa, made.person) as rosa, acting(app, made.amina, made.person) as amina:
            act(rosa, amina, ids)
    client.sign_in(made.amina)
    there = f"{made.base}/summary/{summary}/"
    page = client.get(there)
    paper = BeautifulSoup(page.text, "html.parser")
    for part in paper.select(".screen-only"):
        part.decompose()
    text = client.get(there + "text")
    said, gone = SINCE[act]
    for found in (words(page.html), words(paper), words(text.html)):
        assert said in found
        assert gone not in found
