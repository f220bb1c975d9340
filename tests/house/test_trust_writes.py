"""Nothing is lost and nothing is half done: edits at once, twins, faults at the edge, turns always handed on."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask import session as cookie
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.accounts import actions as accounts
from selfcare.accounts import sessions
from selfcare.accounts.models import Account, SignIn
from selfcare.appointments import actions as visits
from selfcare.appointments import queries as questions
from selfcare.appointments import question_order
from selfcare.appointments.models import Question
from selfcare.audit.models import Trail
from selfcare.database import command, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.filing import actions as filing
from selfcare.filing.actions import AlreadyReplaced, TypedHold, TypedResult
from selfcare.outbox.models import Outbox
from selfcare.people import actions as people
from selfcare.people import adding
from selfcare.people.models import Person
from selfcare.results import actions as results
from selfcare.results import queries as result_queries
from selfcare.results.models import Report, ReportNote
from selfcare.sharing import actions as sharing
from selfcare.sharing import snapshot
from selfcare.sharing.models import Summary
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record, public
from selfcare.web.room import Room
from selfcare.web.versions import Stale
from selfcare.web.when import at_instant
from selfcare.writers import WriterQueue
from tests import factories
from tests.factories import Household
from tests.harness import proofs
from tests.harness.client import Client
from tests.harness.markup import Validator
from tests.harness.places import PROOF
from tests.people.scenes import acting

WRITERS, EDITS = 4, 500 if PROOF else 50


@pytest.fixture
def house(app: Flask) -> Household:
    with app.test_request_context(), command():
        return factories.household()


def together(
    work: Callable[[int], None], number: int = WRITERS, patience: float = 120
) -> list[BaseException]:
    """Runs `work(n)` in threads that start at the same moment. Answers what was raised."""
    start, raised = threading.Barrier(number), []

    def one(n: int) -> None:
        start.wait(20)
        try:
            work(n)
        except BaseException as fault:
            raised.append(fault)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
        assert not thread.is_alive()
    return raised


def test_edits_at_once_lose_nothing(
    app: Flask, engine_kind: str, house: Household, record_property: proofs.Record
) -> None:
    """Four people add their mark to one note, each again and again, and start over when theirs was stale."""
    with acting(app, house.rosa.id, house.person.id) as rosa:
        entry = diary.log(rosa, None, at_instant(database.now(), rosa.zone), note=".").id

    def edit(n: int) -> None:
        for turn in range(EDITS):
            while True:
                with app.test_request_context():
                    row = session().scalars(select(Entry).where(Entry.id == entry)).one()
                    read, words = row.version, row.note
                try:
                    with acting(app, house.rosa.id, house.person.id) as rosa:
                        when = at_instant(row.utc, rosa.zone)
                        diary.change(rosa, entry, read, when=when, note=f"{words} {n}-{turn}")
                    break
                except Stale:
                    continue

    assert together(edit, patience=800) == []
    with app.app_context():
        row = session().scalars(select(Entry).where(Entry.id == entry)).one()
        lost = WRITERS * EDITS + 1 - len(set(row.note.split()))
        proofs.figure(
            record_property,
            "kill -9",
            f"{engine_kind}: {WRITERS} × {EDITS} edits at once: {lost} lost updates",
        )
        assert sorted(row.note.split()[1:]) == sorted(
            f"{n}-{turn}" for n in range(WRITERS) for turn in range(EDITS)
        )
        assert row.version == WRITERS * EDITS + 1


def file(permit: Permit, **more: Any) -> UUID:
    return filing.file_typed(
        permit, asked_for="Blood", laboratory="Lab", results=[TypedResult("Hb", "118")], **more
    )


def test_two_corrections_at_once_are_one(app: Flask, house: Household) -> None:
    with acting(app, house.amina.id, house.person.id) as amina:
        first = file(amina)

    def correct(_: int) -> None:
        with acting(app, house.amina.id, house.person.id) as amina:
            file(amina, replaces_id=first)

    raised = together(correct, 2)
    assert [type(fault) for fault in raised] == [AlreadyReplaced]
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Report)) == 2


def test_a_note_read_before_its_turn_came_is_stale(app: Flask, engine_kind: str, house: Household) -> None:
    """On PostgreSQL two pages may have read a note before either holds the report; on SQLite one waits to read."""
    with acting(app, house.amina.id, house.person.id) as amina:
        report = file(amina)
        results.set_note(amina, report, "First.", version=0)

    def other(_: int) -> None:
        with acting(app, house.amina.id, house.person.id) as second:
            results.set_note(second, report, "From another window.", version=1)

    def mine() -> None:
        with acting(app, house.amina.id, house.person.id) as amina:
            result_queries.sheet(amina, report)
            if engine_kind == "postgresql":
                assert together(other, 1) == []
            results.set_note(amina, report, "Mine, without having read that.", version=1)

    if engine_kind == "sqlite":
        assert together(other, 1) == []
    with pytest.raises(Stale):
        mine()
    with app.app_context():
        assert session().scalars(select(ReportNote.text)).all() == ["From another window."]


def test_of_summaries_shared_at_once_one_is_the_newest(app: Flask, house: Household) -> None:
    def share(_: int) -> None:
        with acting(app, house.rosa.id, house.person.id) as rosa:
            today = rosa.today()
            sharing.share(rosa, sections=snapshot.SECTIONS, first=today, last=today, appointment_id=None)

    assert together(share) == []
    with app.app_context():
        rows = session().scalars(select(Summary).order_by(Summary.as_of)).all()
    assert [row.superseded_by is None for row in rows] == [False] * (WRITERS - 1) + [True]


def test_moves_at_once_keep_every_question_in_one_place(app: Flask, house: Household) -> None:
    with acting(app, house.rosa.id, house.person.id) as rosa:
        asked = [visits.ask(rosa, text=str(n)).id for n in range(6)]

    def up(n: int) -> None:
        for turn in range(10):
            with acting(app, house.rosa.id, house.person.id) as rosa:
                question_order.move_up(rosa, asked[(n + turn) % 6])

    assert together(up) == []
    with acting(app, house.rosa.id, house.person.id) as rosa:
        assert sorted(each.text for each in questions.open_questions(rosa)) == list("012345")
        assert session().scalar(select(func.count(Question.place.distinct()))) == 6


def test_twins_with_one_nhs_number_are_one(app: Flask, house: Household) -> None:
    def add(n: int) -> None:
        with app.test_request_context(), command() as work:
            panel = factories.panel(work.get_one(Account, house.amina.id))
            adding.add_to_list(
                panel, team_id=house.team.id, given_name=f"Twin {n}", family_name="Hill", known_as="",
                born=house.person.born, nhs_number="9434765919",
            )  # fmt: skip

    raised = together(add)
    assert [type(fault) for fault in raised] == [people.NumberTaken] * (WRITERS - 1)
    with app.app_context():
        found = select(Person.id).where(Person.nhs_number == "9434765919")
        added = session().scalars(found).all()
        assert len(added) == 1
        assert session().scalars(
            select(Trail.person_id).where(Trail.verb == "added", Trail.kind == "person")
        ).all() == list(added)


def _deliveries(app: Flask, kind: str) -> list[Any]:
    with app.app_context():
        return [row.not_before for row in session().scalars(select(Outbox).where(Outbox.kind == kind))]


def test_a_hold_keeps_the_delivery_back_and_a_release_sends_it(app: Flask, house: Household) -> None:
    until = database.now() + timedelta(days=3)
    with acting(app, house.amina.id, house.person.id) as amina:
        report = file(amina, hold=TypedHold("To talk it over.", until))
    with acting(app, house.rosa.id, house.person.id) as rosa:
        results.ask_sooner(rosa, report)
    later = until + timedelta(days=2)
    with acting(app, house.amina.id, house.person.id) as amina:
        results.hold(amina, report, "One day more.", later)
    assert _deliveries(app, "result") == [later]
    assert _deliveries(app, "sooner")[0] < until, (
        "what the nurse is told does not wait for the person's result"
    )
    with acting(app, house.amina.id, house.person.id) as amina:
        results.release(amina, report)
    assert _deliveries(app, "result")[0] <= database.now()


def test_what_is_taken_back_is_not_delivered(app: Flask, house: Household) -> None:
    with acting(app, house.rosa.id, house.person.id) as rosa:
        asked = visits.ask(rosa, text="May I drive?", send_now=True)
        assert session().scalar(select(func.count()).select_from(Outbox)) == 1
        visits.change_question(
            rosa, asked.id, 1, text="May I drive?", why="", appointment_id=None, only_me=True
        )
    assert _deliveries(app, "question") == []


def test_of_two_new_passwords_at_once_the_first_ends_the_other_session(app: Flask) -> None:
    with app.test_request_context(), command() as work:
        account = factories.account(email="rosa@example.net")
        users = []
        for _ in range(2):
            users.append(sessions.begin(account, sessions.Began.PASSWORD, complete=True))
            cookie.clear()
        work.flush()

    def change(n: int) -> None:
        with app.test_request_context():
            accounts.set_password(users[n], "rosa@example.net", f"three words together {n}")
            assert database.finish(True)

    assert [type(fault) for fault in together(change, 2)] == [NotFound]
    with app.app_context():
        assert session().scalar(select(func.count()).where(SignIn.ended_at.is_(None))) == 1


# -------------------------------------------------------------------------------------------------- faults and turns


def test_a_lock_that_cannot_be_had_leaves_the_turn_to_the_next(tmp_path: Path) -> None:
    queue = WriterQueue(tmp_path / "gone" / "lock")
    with pytest.raises(FileNotFoundError):
        queue.enter()
    (tmp_path / "gone").mkdir()
    passed = threading.Thread(target=lambda: (queue.enter(), queue.leave()), daemon=True)
    passed.start()
    passed.join(5)
    assert not passed.is_alive()
    queue.close()


def broken() -> Room:
    """A room whose views write, and then fail in every way there is."""
    room = Room("broken", __name__)

    @room.post("/people/<uuid:person_id>/broken/<how>")
    @on_record(Area.DIARY, Level.ADD)
    def write(permit: Permit, how: str) -> Any:
        diary.log(permit, None, at_instant(database.now(), permit.zone), note="kept?")
        if how == "raises":
            raise RuntimeError
        if how == "page":
            return pages.show("error.html")  # its words are missing: the template raises
        if how == "ledger":
            database.after_commit(lambda work: work.execute(select(1 / 0)))
            return pages.saved("/")
        if how == "refused":
            return "no", 422
        if how == "commit":
            session().commit = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]
        return pages.saved("/")

    @room.get("/people/<uuid:person_id>/broken/read")
    @on_record(Area.DIARY, Level.SEE)
    def read(permit: Permit) -> Any:
        diary.log(permit, None, at_instant(database.now(), permit.zone), note="written by a GET")
        return "read"

    @room.get("/broken/open")
    @public
    def noted() -> Any:
        database.after_commit(lambda work: work.execute(select(1 / 0)))
        return "secret words"

    return room


@pytest.mark.parametrize(
    ("how", "status", "kept"),
    [("raises", 500, 0), ("page", 500, 0), ("refused", 422, 0), ("commit", 503, 0), ("well", 303, 1)],
)
def test_what_is_not_acknowledged_is_not_kept(
    make_app: Callable[..., Flask], validator: Validator, how: str, status: int, kept: int
) -> None:
    app, client, person = _broken_app(make_app, validator)
    assert _send(client, person, how).status == status
    assert _entries(app) == kept
    assert _send(client, person, "well").status == 303, "and the next writer has the turn"
    assert _entries(app) == kept + 1


def test_a_ledger_that_cannot_be_written_answers_nothing(
    make_app: Callable[..., Flask], validator: Validator
) -> None:
    _, client, person = _broken_app(make_app, validator)
    answer = client.get("/broken/open", follow=False)
    assert answer.status == 503
    assert "secret words" not in answer.text
    assert _send(client, person, "ledger").status == 503
    assert _send(client, person, "well").status == 303


def test_a_get_writes_nothing(make_app: Callable[..., Flask], validator: Validator) -> None:
    app, client, person = _broken_app(make_app, validator)
    assert client.get(f"/people/{person}/broken/read").status == 200
    assert _entries(app) == 0


def _broken_app(make_app: Callable[..., Flask], validator: Validator) -> tuple[Flask, Client, UUID]:
    app = make_app(testing=False)
    app.register_blueprint(broken())
    with app.test_request_context(), command():
        house = factories.household()
        account, person = house.rosa.id, house.person.id
    client = Client(app, validator, strict=False)
    client.sign_in(account)
    return app, client, person


def _send(client: Client, person: UUID, how: str) -> Any:
    token = client.get("/account/language").form("Save").value("csrf_token")
    return client.post(f"/people/{person}/broken/{how}", {"csrf_token": token}, follow=False)


def _entries(app: Flask) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(Entry)) or 0
