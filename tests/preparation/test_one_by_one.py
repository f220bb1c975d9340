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


def test_what_was_yesterday_is_no_answer_for_today(
    app: Flask, house: Home, leon: Client, trackers: list[UUID]
) -> None:
    """Alone catches: today's pain not asked for, because yesterday's was written down this morning."""
    with acting(app, house.leon, house.person) as permit:
        for tracker, days in zip(trackers, (1, 0, 2), strict=True):
            diary.log(permit, tracker, at_instant(now() - timedelta(days=days), permit.zone), severity=4)
    assert start(leon, house).h1 == "Sleep", "Pain was answered today, and they go on from there"
    page = start(leon, house).form("one").submit("Next", severity="skip")
    page = page.form("one").submit("Next", matters="To sleep.").form("one").submit("Next", text="Why?")
    assert start(leon, house).h1 == "Tiredness"


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


def add_visit(app: Flask, house: Home, days: int, with_whom: str) -> UUID:
    with acting(app, house.rosa, house.person) as permit:
        when = at_instant((now() + timedelta(days=days)).replace(second=0, microsecond=0), permit.zone)
        return appointments.add_visit(permit, when=when, how="phone", with_whom=with_whom, purpose="").id


def matters_of(app: Flask, house: Home) -> dict[str, str]:
    with acting(app, house.rosa, house.person):
        return {row.with_whom: row.matters for row in session().scalars(select(Appointment))}


def to_matters(leon: Client, house: Home, app: Flask) -> Answer:
    with acting(app, house.rosa, house.person):
        visit = session().scalars(select(Appointment.id).where(Appointment.with_whom == "Amina")).one()
    return leon.get(f"/people/{house.person}/one-by-one/visits/{visit}/matters")


def test_words_of_somebody_else_are_shown_and_not_overwritten(app: Flask, house: Home, leon: Client) -> None:
    """Alone catches: a sentence of the person's that a helper who may only add replaces or empties."""
    form = to_matters(leon, house, app).form("one")
    with acting(app, house.rosa, house.person) as permit:
        visit = session().scalars(select(Appointment.id)).one()
        appointments.set_matters(permit, visit, None, "My sister’s visit.")
    refused = form.submit("Next", matters="To sleep through.")
    assert refused.status == 409
    assert ("My sister’s visit." in refused, "To sleep through." in refused) == (True, True)
    shown = to_matters(leon, house, app)
    assert "My sister’s visit." in shown
    assert "Rosa wrote this. You can read it, and not change it." in shown
    assert shown.all("textarea") == []
    assert shown.form("one").submit("Next").h1 == "Is there something Rosa would like to ask?"
    assert matters_of(app, house) == {"Amina": "My sister’s visit."}


def test_an_empty_answer_takes_nothing_out(app: Flask, house: Home, leon: Client) -> None:
    """Alone catches: *Leave it empty, and “Next” goes on without it* that empties what the helper wrote before."""
    to_matters(leon, house, app).form("one").submit("Next", matters="To sleep through.")
    to_matters(leon, house, app).form("one").submit("Next", matters="")
    assert matters_of(app, house) == {"Amina": "To sleep through."}


def test_what_is_written_is_for_the_visit_on_the_page(app: Flask, house: Home, leon: Client) -> None:
    """Another visit is before it by now. Alone catches: words about one visit that stand at another."""
    form = to_matters(leon, house, app).form("one")
    add_visit(app, house, 2, "Dentist")
    asked = form.submit("Next", matters="For Amina only.")
    assert matters_of(app, house) == {"Amina": "For Amina only.", "Dentist": ""}
    assert asked.status == 200


@pytest.mark.parametrize("field", ["matters", "text"])
def test_words_for_a_visit_that_is_gone_are_kept_on_the_page(
    app: Flask, house: Home, leon: Client, field: str
) -> None:
    """Alone catches: words for a visit that was taken out, lost or put down for another."""
    page = to_matters(leon, house, app)
    page = page if field == "matters" else page.form("one").submit("Next")
    add_visit(app, house, 2, "Dentist")
    with acting(app, house.rosa, house.person) as permit:
        visit = session().scalars(select(Appointment.id).where(Appointment.with_whom == "Amina")).one()
        appointments.remove_visit(permit, visit)
    refused = page.form("one").submit("Next", **{field: "For Amina only."})
    assert refused.status == 409
    assert "This visit is over, or was taken out." in refused
    assert refused.form("one").value(field) == "For Amina only."
    assert refused.form("one").submit("Save and stop here", **{field: ""}).status == 200
    assert matters_of(app, house)["Dentist"] == ""
    with acting(app, house.rosa, house.person):
        assert session().scalars(select(Question.text)).all() == []


def test_a_visit_of_somebody_else_is_none(app: Flask, house: Home, leon: Client) -> None:
    """Alone catches: an id of another record that is answered, with words or without."""
    form = to_matters(leon, house, app).form("one")
    form.action = form.action.replace(form.action.split("/")[-2], str(house.person))
    assert [form.submit("Next", matters=words).status for words in ("", "Words")] == [404, 404]


def test_another_button_is_no_other_answer(app: Flask, house: Home, leon: Client) -> None:
    """*Next*, and no answer comes; then *Save and stop here*. Alone catches: one answer that is kept twice."""
    form = start(leon, house).form("one")
    form.submit("Next", severity="4")
    assert form.submit("Save and stop here", severity="4").status == 200
    assert entries(app, house) == [(4, "Leon")]


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
