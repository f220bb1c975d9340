"""What was typed goes through the sign-in, and only to whose page it stood on. All forms: tests/house/test_typed.py."""

from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.diary.models import Entry
from tests import factories
from tests.accounts.conftest import PASSWORD, Made, Make
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
WORDS = "Felt better on the stairs"


@pytest.fixture
def rosa(app: Flask, make: Make) -> Made:
    return make("Rosa")


@pytest.fixture
def person(app: Flask, rosa: Made) -> str:
    with app.app_context(), command() as work:
        amina, team = factories.nurse()
        return str(factories.person(amina, team, own=work.get_one(Account, rosa.id)).id)


@pytest.fixture
def form(app: Flask, client: Client, rosa: Made, person: str) -> Form:
    """A note that Rosa has typed; then her session is ended elsewhere."""
    client.sign_in(rosa.id)
    form = client.get(f"/people/{person}/diary/note").form().fill(note=WORDS)
    with app.app_context(), command() as work:
        work.execute(update(SignIn).values(ended_at=now()))
    return form


def notes(app: Flask) -> list[str]:
    with app.app_context():
        return list(session().scalars(select(Entry.note)))


def test_it_comes_back_and_is_kept_once(app: Flask, form: Form, rosa: Made) -> None:
    unseen = {
        "version": "diary:2 goals:1",
        "told": "one two",
        "readers_was": "no words",
        "outbox-name": "A note",
    }
    form.values += unseen.items()
    page = form.submit()
    assert (page.status, page.h1) == (401, "Sign in")
    assert "What you wrote is not saved yet." in page
    wrong = page.form("sign-in").submit(email=rosa.email, password="not this one at all")
    assert wrong.status == 422
    offer = wrong.form("sign-in").submit(email=rosa.email, password=PASSWORD)
    assert (offer.status, offer.h1) == (200, "Please send it once more")
    assert WORDS in offer
    assert not [value for value in unseen.values() if value in offer.html.main.get_text()], (
        "shown as her words"
    )
    assert notes(app) == []
    offer.form("kept").submit()
    offer.form("kept").submit()
    assert notes(app) == [WORDS]


def test_somebody_else_is_neither_shown_it_nor_sends_it(
    app: Flask, form: Form, rosa: Made, make: Make
) -> None:
    leon = make("Leon")
    offer = form.submit().form("sign-in").submit(email=leon.email, password=PASSWORD)
    assert offer.h1 == "Somebody else wrote this"
    assert "Somebody filled in a form here, and then you signed in. It was not sent." in offer
    assert WORDS not in offer
    assert offer.form("Sign in as somebody else").values
    back = offer.form("Sign in as somebody else").submit()
    assert back.h1 == "Sign in"
    back.form("sign-in").submit(email=rosa.email, password=PASSWORD).form("kept").submit()
    assert notes(app) == [WORDS]


def test_a_page_of_an_earlier_session_is_offered_again(
    app: Flask, client: Client, form: Form, rosa: Made
) -> None:
    """Signed in anew in another tab; and there as somebody else."""
    client.sign_in(rosa.id)
    offer = form.submit()
    assert (offer.status, WORDS in offer) == (400, True)
    offer.form("kept").submit()
    assert notes(app) == [WORDS]


def test_a_page_of_another_account_is_not(app: Flask, client: Client, form: Form, make: Make) -> None:
    client.sign_in(make("Leon").id)
    assert form.submit().h1 == "Somebody else wrote this"
    assert notes(app) == []


def test_htmx_is_told_and_keeps_its_page(client: Client, form: Form) -> None:
    answer = form.submit(htmx=True)
    assert (answer.status, answer.text, answer.headers["Sign-In"]) == (401, "", "/sign-in")
    assert "Location" not in answer.headers


def test_a_file_is_said_not_to_come_along(app: Flask, make: Make, client: Client) -> None:
    answer = client.raw.post(
        f"/people/{uuid4()}/goals/add",
        data={
            "words": WORDS,
            "file": (BytesIO(b"%PDF"), "letter.pdf"),
        },
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert WORDS in text
    assert "The file you chose cannot be kept here." in text


def test_what_was_never_read_is_not_said_to_be_kept(client: Client, rosa: Made, person: str) -> None:
    """Alone catches: words beside a file, refused at the door, of which the page says that they are kept in it; and an
    empty form that is offered to be sent."""
    there = f"/people/{person}/letters/add"
    unread = {  # as the front door hands it on
        "CONTENT_LENGTH": "3000000",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input_terminated": True,
    }
    door = client.raw.post(there, environ_overrides=unread, headers={"Sec-Fetch-Site": "same-origin"})
    page = Answer(door, there, client.send)
    assert (page.status, "It is kept in this page" in page) == (401, False)
    assert "could not be kept here: a file was with it" in page
    back = page.form("sign-in").submit(email=rosa.email, password=PASSWORD)
    assert (back.url, "Please send it once more" in back) == (f"http://localhost{there}", False)


@pytest.mark.parametrize(
    "to", ["//elsewhere.example/", "https://elsewhere.example/", "/no/such/form", "/\\x"]
)
def test_only_to_a_form_of_ours(client: Client, make: Make, to: str) -> None:
    """Nobody is given a button that sends words elsewhere."""
    made = make("Rosa")
    page = client.get("/sign-in").form("sign-in")
    page.values += [
        ("kept-to", to),
        ("kept-of", ""),
        ("kept--note", WORDS),
        ("kept--password", "secret words here"),
    ]
    offer = page.submit(email=made.email, password=PASSWORD)
    assert "elsewhere.example" not in offer.text
    assert "secret words" not in offer.text


def test_a_body_that_is_refused_unread_is_a_page(app: Flask, client: Client, rosa: Made, person: str) -> None:
    """It would catch a page that looks, while it is drawn, into a form that nobody may read."""
    client.sign_in(rosa.id)
    for url in (f"/people/{person}/diary/note", "/sign-in"):
        answer = client.post(url, {"note": "long " * 300_000})
        assert (answer.status, answer.h1) == (413, "This is too long to keep")
