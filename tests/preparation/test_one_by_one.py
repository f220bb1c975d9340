"""One question a screen, for somebody who helps: stop anywhere, come back to where one stopped, and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Appointment, Question
from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.people import actions as people
from selfcare.people.presets import PRESETS
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests.harness.client import Answer, Client
from tests.people.scenes import Home, acting, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


@pytest.fixture
def trackers(app: Flask, house: Home) -> list[UUID]:
    """Leon helps to get ready; three things are logged, and a visit is near."""
    with acting(app, house.rosa, house.person) as permit:
        people.set_rights(permit, house.leons, PRESETS["ready"])  # type: ignore[arg-type]
        when = at_instant((now() + timedelta(days=3)).replace(second=0, microsecond=0), permit.zone)
        appointments.add_visit(permit, when=when, how="phone", with_whom="Amina", purpose="Review")
        return [
            diary.add_tracker(permit, kind="symptom", name=name).id for name in ("Tiredness", "Pain", "Sleep")
        ]


@pytest.fixture
def leon(house: Home, client: Client, trackers: list[UUID]) -> Client:
    client.sign_in(house.leon)
    return client


def start(leon: Client, house: Home) -> Answer:
    return leon.get(f"/people/{house.person}/one-by-one/")


def entries(app: Flask, house: Home) -> list[tuple[int | None, str]]:
    with acting(app, house.rosa, house.person):
        rows = session().scalars(select(Entry).order_by(Entry.entered_at, Entry.id))
        return [(row.severity, row.entered_name) for row in rows]


def test_one_question_a_screen_to_the_end(app: Flask, house: Home, leon: Client) -> None:
    """Alone catches: a step that is asked twice or never, an answer kept under another name."""
    page = leon.get(f"/people/{house.person}/").click("One question at a time")
    assert "Question 1 of 5" in page
    assert page.h1 == "Tiredness"
    page = page.form("one").submit("Next", severity="8")
    assert ("Saved." in page, "Question 2 of 5" in page, page.h1) == (True, True, "Pain")
    page = page.form("one").submit("Next")  # nothing chosen: left out
    assert ("Saved." in page, page.h1) == (False, "Sleep")
    page = page.form("one").submit("Next", severity="4", note="Woke at three.")
    assert page.h1 == "What matters most to Rosa this time?"
    page = page.form("one").submit("Next", matters="To sleep through.")
    assert page.h1 == "Is there something Rosa would like to ask?"
    page = page.form("one").submit("Next", text="Can I take them in the morning?")
    assert page.h1 == "That is all for now"
    assert page.text.count("Has an answer") == 4
    assert page.click("Pain").h1 == "Pain"
    assert entries(app, house) == [(8, "Leon"), (4, "Leon")]
    with acting(app, house.rosa, house.person):
        assert session().scalars(select(Appointment.matters)).one() == "To sleep through."
        assert session().scalars(select(Question.entered_name)).one() == "Leon"


@pytest.mark.parametrize("stop_at", range(5))
def test_stopping_saves_what_stands_there_and_leads_back_to_the_next(
    house: Home, leon: Client, stop_at: int
) -> None:
    """Stopped at each of them. Alone catches: an answer that is thrown away, a way that begins at the first again."""
    names = [
        "Tiredness",
        "Pain",
        "Sleep",
        "What matters most to Rosa this time?",
        "Is there something Rosa would like to ask?",
    ]
    sent = [{"severity": "5"}] * 3 + [{"matters": "To sleep."}, {"text": "Why?"}]
    page = start(leon, house)
    for values in sent[:stop_at]:
        page = page.form("one").submit("Next", **values)
    stopped = page.form("one").submit("Save and stop here", **sent[stop_at])
    assert "Saved." in stopped
    assert stopped.url.endswith(f"/people/{house.person}/?saved=1")
    assert start(leon, house).h1 == [*names, "That is all for now"][stop_at + 1]


def test_stopping_without_an_answer_keeps_the_place(app: Flask, house: Home, leon: Client) -> None:
    page = start(leon, house).form("one").submit("Next", severity="5")
    stopped = page.form("one").submit("Save and stop here")
    assert "Saved." not in stopped
    assert start(leon, house).h1 == "Pain"
    assert entries(app, house) == [(5, "Leon")]


def test_what_was_left_out_comes_last(house: Home, leon: Client) -> None:
    """Alone catches: somebody who is led back to what they had left out, before they have been through the rest."""
    page = start(leon, house).form("one").submit("Next", severity="5")
    page = page.form("one").submit("Next", severity="skip")
    page.form("one").submit("Save and stop here", severity="4")
    page = start(leon, house)
    assert page.h1 == "What matters most to Rosa this time?"
    page = page.form("one").submit("Next", matters="To sleep.").form("one").submit("Next", text="Why?")
    assert page.h1 == "That is all for now"
    assert start(leon, house).h1 == "Pain"


def test_a_note_without_a_number_is_asked_about_and_kept(app: Flask, house: Home, leon: Client) -> None:
    """Alone catches: words that go because no number stood beside them."""
    refused = start(leon, house).form("one").submit("Next", note="She did not want to say.")
    assert refused.status == 422
    assert refused.form("one").value("note") == "She did not want to say."
    page = refused.form("one").submit("Next", severity="skip")
    assert page.h1 == "Pain"
    assert entries(app, house) == [(None, "Leon")]


def test_pressed_twice_is_once(app: Flask, house: Home, leon: Client) -> None:
    form = start(leon, house).form("one")
    assert form.submit("Next", severity="8").h1 == "Pain"
    assert form.submit("Next", severity="8").status == 200
    assert entries(app, house) == [(8, "Leon")]


def test_words_of_somebody_else_are_shown_and_not_overwritten(
    app: Flask, house: Home, leon: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a sentence of the person's that a helper's older page replaces."""
    form = leon.get(f"/people/{house.person}/one-by-one/matters").form("one")
    with acting(app, house.rosa, house.person) as permit:
        visit = session().scalars(select(Appointment.id)).one()
        appointments.set_matters(permit, visit, None, "My sister’s visit.")
    asked = form.submit("Next", matters="To sleep through.")
    assert asked.status == 409
    assert "“My sister’s visit.”" in asked
    assert asked.form("one").value("matters") == "To sleep through."
    assert asked.form("one").submit("Next").status == 200
    with acting(app, house.rosa, house.person):
        assert session().scalars(select(Appointment.matters)).one() == "To sleep through."


def test_who_may_not_is_not_asked(
    app: Flask, house: Home, leon: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a step whose answer would be refused; and the page for anybody but a helper."""
    form = start(leon, house).form("one")
    with acting(app, house.rosa, house.person) as permit:
        people.set_rights(permit, house.leons, {Area.DIARY: Level.ADD})  # type: ignore[arg-type]
    assert "Question 1 of 3" in start(leon, house)
    with acting(app, house.rosa, house.person) as permit:
        people.set_rights(permit, house.leons, {Area.DIARY: Level.SEE})  # type: ignore[arg-type]
    assert form.submit("Next", severity="8").status == 404
    assert start(leon, house).status == 404
    assert "One question at a time" not in leon.get(f"/people/{house.person}/")
    rosa = new_client()
    rosa.sign_in(house.rosa)
    assert rosa.get(f"/people/{house.person}/one-by-one/").status == 404
    assert entries(app, house) == []
