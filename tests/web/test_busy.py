"""A database that is held by somebody else: nobody waits without end, and what was typed is not lost."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from selfcare import database, writers
from selfcare.appointments import actions as appointments
from selfcare.appointments import question_actions
from selfcare.appointments.models import Question
from selfcare.database import command
from selfcare.diary.models import Entry
from selfcare.writers import Busy, WriterQueue
from tests import factories
from tests.factories.record import ago
from tests.harness.client import Client
from tests.harness.server import free_port

WORDS = "Dizzy after the new tablets, sat down for a while."


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for is the same; only less long."""
    monkeypatch.setattr(writers, "LONGEST_WAIT", 0.5)


@contextmanager
def held(url: str) -> Iterator[None]:
    """Somebody else's transaction on the whole database."""
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_form_that_met_a_held_database_comes_back_with_its_words(
    app: Flask, make_app: Callable[..., Flask], validator: Any, database_url: str, brief: None
) -> None:
    """Would fail where a writer waits 40 seconds and meets a bare 500. Sent again from that page, it is kept once."""
    app = make_app(testing=False)
    with app.test_request_context(), command():
        house = factories.household()
        person, rosa = house.person.id, house.rosa.id
    client = Client(app, validator)
    client.sign_in(rosa)
    form = client.get(f"/people/{person}/diary/note").form()
    began = monotonic()
    with held(database_url):
        refused = form.submit(note=WORDS)
    assert monotonic() - began < 20
    assert (refused.status, refused.h1) == (503, "This could not be kept")
    assert int(refused.headers["Retry-After"]) > 0
    saved = refused.form().submit()
    assert saved.status == 200
    with app.app_context():
        assert [entry.note for entry in database.session().query(Entry)] == [WORDS]


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_form_that_met_a_deadlock_comes_back_with_its_words(
    app: Flask, make_app: Callable[..., Flask], validator: Any
) -> None:
    """Alone catches: 40P01 as a bare 500, or half of a form kept. Sent again from that page, all of it is kept once."""
    app = make_app(testing=False)
    with app.test_request_context(), command():
        house = factories.household()
        rosa = factories.permit(house.rosa, house.person)
        visit = appointments.add_visit(rosa, when=ago(rosa, hours=3), how="phone", with_whom="Amina").id
        first, second = (question_actions.ask(rosa, text=text, appointment_id=visit).id for text in "ab")
        person, account = house.person.id, house.rosa.id
    client = Client(app, validator)
    client.sign_in(account)
    page = client.get(f"/people/{person}/appointments/{visit}/after/")
    form = page.form("after")
    fields = [name for name, _ in form.values if name.endswith("-answer")]
    form.fill(**{name: f"{WORDS} {number}" for number, name in enumerate(fields)})
    ids = [UUID(name.removeprefix("q-").removesuffix("-answer")) for name in fields]
    assert set(ids) == {first, second}
    lock = text("select 1 from question where person_id = :person and id = :id for update")
    with app.app_context():
        engine = database.database().engine
    sent: list[Any] = []
    sending = threading.Thread(target=lambda: sent.append(form.submit(follow=False)))
    with engine.connect() as other, engine.connect() as looks:
        # The other waits as long as it likes: it is the form that finds out.
        other.execute(text("set deadlock_timeout = '1min'"))
        other.execute(lock, {"person": person, "id": ids[1]})
        sending.start()  # takes the first question, and waits for the second
        waits = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and pid <> pg_backend_pid()"
                     " and datname = current_database()")  # fmt: skip
        while not looks.execute(waits).scalar():
            looks.rollback()
            assert sending.is_alive()
        other.execute(lock, {"person": person, "id": ids[0]})
        other.rollback()
    sending.join(30)
    (refused,) = sent
    assert (refused.status, refused.h1) == (503, "This could not be kept")
    with app.app_context():
        assert {row.answer for row in database.session().query(Question)} == {None}
    assert refused.form().submit().status == 200
    with app.app_context():
        assert {row.answer for row in database.session().query(Question)} == {f"{WORDS} 0", f"{WORDS} 1"}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_all_who_wait_are_told_in_time(app: Flask, database_url: str, brief: None) -> None:
    """Would fail where each waits for the one before, and only then begins its own wait."""
    told: list[float] = []

    def write() -> None:
        began = monotonic()
        with app.test_request_context(), pytest.raises(Exception) as fault:
            database.writing()
        assert database.is_busy(fault.value)
        told.append(monotonic() - began)

    with held(database_url):
        threads = [threading.Thread(target=write) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(told) == 40
    assert max(told) < 10  # one after another: 20 seconds


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_without_its_database_the_app_still_answers_kindly(
    app: Flask, make_app: Callable[..., Flask], validator: Any
) -> None:
    """Not even who asks can be read then, and the page that says so does not need it."""
    app = make_app(testing=False)
    with app.test_request_context(), command():
        house = factories.household()
        person, rosa = house.person.id, house.rosa.id
    client = Client(app, validator)
    client.sign_in(rosa)
    form = client.get(f"/people/{person}/diary/note").form()
    database.rebind(app, f"postgresql+psycopg://127.0.0.1:{free_port()}/nobody")
    answer = client.get(f"/people/{person}/diary/")
    assert (answer.status, answer.h1) == (503, "Selfcare is busy just now")
    refused = form.submit(note=WORDS)
    assert refused.status == 503
    assert refused.form().value("note") == WORDS


def test_a_turn_that_does_not_come_is_given_up_and_the_next_one_comes(tmp_path: Path) -> None:
    """Between two processes: one holds the file; who waited goes away, and the turn is not lost with them."""
    ours, theirs = WriterQueue(tmp_path / "lock"), WriterQueue(tmp_path / "lock")
    theirs.enter()
    for _ in range(2):
        with pytest.raises(Busy):
            ours.enter(until=monotonic() + 0.05)
    inside = threading.Event()

    def wait() -> None:
        ours.enter(until=monotonic() + 30)
        inside.set()
        ours.leave()

    waiting = threading.Thread(target=wait)
    waiting.start()
    theirs.leave()
    assert inside.wait(20)
    waiting.join(20)
    theirs.enter(until=monotonic() + 20)  # and it was given back
    theirs.leave()
    with pytest.raises(Busy):
        ours.enter(until=_with(ours))
    ours.close()
    theirs.close()


def _with(queue: WriterQueue) -> float:
    queue.enter()
    return monotonic() + 0.05
