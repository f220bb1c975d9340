"""What is new in a summary since the one before it, on every way it is read; and the text that fits anywhere."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.appointments import actions as appointments
from selfcare.appointments import question_actions
from selfcare.database import session
from selfcare.diary import actions as diary
from selfcare.goals import actions as goals
from selfcare.health import actions as health
from selfcare.people.models import Person, Relationship, Right
from selfcare.sharing import actions, plain_text, snapshot
from selfcare.web.access import Level, Permit
from tests.harness.client import Client
from tests.harness.pages import words
from tests.sharing.pdf_reader import Pdf
from tests.sharing.scenes import Scene, acting, scene, share, when

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
NEWS, NONE = "New or changed since the summary of", "Nothing here is new since the summary of"


def move_on(rosa: Permit, made: Scene) -> dict[str, UUID]:
    """A question more, another worded anew, a medicine, three entries, and other words of what matters."""
    first = appointments.queries.question(rosa, made.question)
    question_actions.change_question(
        rosa, first.id, first.version, text="Is it from the tablets?", why="", appointment_id=made.visit
    )
    new = question_actions.ask(rosa, text="Shall I take them at night?")
    hidden = question_actions.ask(rosa, text="Is it my heart?")
    health.add(rosa, kind="medicine", name="Vitamin D", about="Bones")
    person = session().get_one(Person, made.person)
    for day in (0.1, 0.2, 0.3):
        diary.log(rosa, made.weight, when(person, -day), first="71.2")
    appointments.set_matters(rosa, made.visit, None, "I want to sleep.")
    return {"new": new.id, "hidden": hidden.id}


def test_what_is_new_is_said_on_the_page_in_the_text_and_in_the_file(app: Flask, client: Client) -> None:
    """A nurse who reads two pages again to find one question; a number that tells of a question that is *only me* now;
    something told as new that stood there before."""
    made = scene(app)
    share(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        ids = move_on(rosa, made)
    summary = share(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        found = appointments.queries.question(rosa, ids["hidden"])
        question_actions.change_question(
            rosa, found.id, found.version, text=found.text, why="", appointment_id=None, only_me=True
        )
    client.sign_in(made.amina)
    there = f"{made.base}/summary/{summary}/"
    said = "What matters to Rosa, The questions of Rosa (2), How Rosa has been (3), Health, as Rosa keeps it (1)."
    page = client.get(there)
    marked = [words(one.parent) for one in page.html.select(".question .tag, .summary__item .tag")]
    assert [one for one in marked if "tablets" in one or "night" in one or "Vitamin" in one] == [
        "Is it from the tablets? Changed", "Shall I take them at night? New", "Vitamin D New What it is for: Bones",
    ]  # fmt: skip
    text = words(client.get(there + "text").html.find("pre"))
    file = Pdf(client.get(f"{made.base}/sharing/{summary}/pdf").response.data).text
    for told in (words(page.html), text, file):
        assert NEWS in told
        assert said in told
    assert "1. [Changed] Is it from the tablets?" in text
    assert "What happens if we leave things as they are? New" not in words(page.html)


def leave(_rosa: Permit, _first: UUID) -> None:
    pass


def withdraw(rosa: Permit, first: UUID) -> None:
    actions.withdraw(rosa, first)


@pytest.mark.parametrize(("act", "says"), [(leave, True), (withdraw, False)])
def test_the_one_before_is_one_that_still_stands(
    app: Flask, client: Client, act: Callable[[Permit, UUID], None], says: bool
) -> None:
    """What was withdrawn told of by what came after it; a first summary that is compared with nothing."""
    made = scene(app)
    first = share(app, made)
    second = share(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        act(rosa, first)
    client.sign_in(made.amina)
    assert (NONE in client.get(f"{made.base}/summary/{second}/")) is says
    if act is leave:
        assert "since the summary of" not in client.get(f"{made.base}/summary/{first}/")


@pytest.mark.parametrize("locale", ["en", "ur"])
def test_the_text_fits_into_a_clinical_system(app: Flask, client: Client, locale: str) -> None:
    """A text that a system cuts off by itself, and nobody knows; one that loses whose it is, a part without a word, or
    the direction of a number."""
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        for n in range(60):
            question_actions.ask(rosa, text=f"میں {n}: 3.5–5.3، " + "long words " * 12)
        goals.add(rosa, text="One word " * 50)
        today = rosa.today()
        summary = actions.share(
            rosa, sections=snapshot.SECTIONS, first=today - timedelta(days=30), last=today,
            appointment_id=made.visit, notes=True,
        )  # fmt: skip
    client.locale = locale
    client.sign_in(made.amina)
    page = client.get(f"{made.base}/summary/{summary}/text").html.select_one("#plain-text")
    assert page is not None
    text = page.get_text()
    assert 3_500 < len(text) <= plain_text.MOST
    assert "Rosa Hill" in text.split("\n")[0]
    for line in text.split("\n"):
        assert line.count("\u2066") == line.count("\u2069")
    if locale == "en":
        assert "Not all of it fits into 4000 characters. The page has all of it." in text
        assert "(More of this is on the page.)" in text
        for heading in ("QUESTIONS, IN ROSA", "HOW ROSA HAS BEEN", "NEW RESULTS", "GOALS", "WHAT MATTERS"):
            assert heading in text
        assert "Haemoglobin: 118 g/L; laboratory's range 120 - 150; laboratory's flag Low" in text
        assert text.rstrip().endswith("End of the summary.")
    else:
        assert "\u20663.5-5.3\u2069" in text


def test_the_text_fits_also_below_all_that_stands_before_it(app: Flask, client: Client) -> None:
    """Alone catches: a page that breaks, or a text that is too long, where needs and allergies alone fill the room."""
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        session().get_one(Person, made.person).needs = [f"{n} " + "y" * 97 for n in range(12)]
        team = select(Relationship.id).where(Relationship.team_id.is_not(None))
        session().merge(
            Right(relationship_id=session().scalars(team).one(), area="health", level=int(Level.SEE))
        )
        for n in range(40):
            health.add(rosa, kind="allergy", name=f"Allergen {n} " + "z" * 80, about="")
    summary = share(app, made)
    client.sign_in(made.amina)
    answer = client.get(f"{made.base}/summary/{summary}/text")
    assert answer.status == 200
    found = answer.html.select_one("#plain-text")
    assert found is not None
    assert len(found.get_text()) <= plain_text.MOST
    first, *_ = found.get_text().split("\n")
    assert "Rosa Hill" in first
    assert first.endswith("... (More of this is on the page.)")
    assert found.get_text().rstrip().endswith("End of the summary.")


def test_what_somebody_takes_and_what_was_measured_is_cut_last(app: Flask, client: Client) -> None:
    """Alone catches: a list of medicines, of allergies or of results that ends in the middle for the sake of a diary:
    what was pasted is read as all of it.
    """
    made = scene(app)
    names = [f"{kind} {n}" for kind in ("Allergen", "Tablet") for n in range(9)]
    with acting(app, made.rosa, made.person) as rosa:
        for name in names:
            kind = "allergy" if name.startswith("A") else "medicine"
            health.add(rosa, kind=kind, name=name, about="Some words of it " * 2)
        for n in range(30):
            diary.log(
                rosa, None, when(session().get_one(Person, made.person), -n / 9), note="Long words " * 30
            )
            goals.add(rosa, text=f"{n} " + "One word " * 20)
        today = rosa.today()
        summary = actions.share(
            rosa, sections=snapshot.SECTIONS, first=today - timedelta(days=30), last=today,
            appointment_id=made.visit, notes=True,
        )  # fmt: skip
    client.sign_in(made.amina)
    page = client.get(f"{made.base}/summary/{summary}/text").html.select_one("#plain-text")
    assert page is not None
    text = page.get_text()
    assert len(text) <= plain_text.MOST
    assert "(More of this is on the page.)" in text
    for one in (*names, "Haemoglobin: 118 g/L", "HOW ROSA HAS BEEN", "GOALS"):
        assert one in text, one
