"""What the worker makes of what it is told, with hands of the test's own, as the floors above hand theirs in."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import command, database, now, session
from selfcare.outbox import deliver, queue
from selfcare.outbox.deliver import Answer, Hands, Outcome
from selfcare.outbox.models import Outbox
from selfcare.outbox.queue import Delivery
from tests import factories
from tests.outbox.test_queue import lease_runs_out


@dataclass
class Recorder:
    """Hands that do as they are told, and remember."""

    outcome: Callable[[Delivery], Outcome] = lambda _: deliver.sent("push")
    answers: tuple[Callable[[Delivery], Answer], ...] = (lambda _: Answer(True),)
    owner_id: UUID | None = None
    given: list[tuple[Delivery, str | None]] = field(default_factory=list)
    looked: list[datetime] = field(default_factory=list)
    before: Callable[[datetime], object] = lambda _: None

    def send(self, held: Delivery, zone: str | None) -> Outcome:
        self.given.append((held, zone))
        return self.outcome(held)

    def look(self, moment: datetime) -> None:
        self.looked.append(moment)
        self.before(moment)

    def hands(self) -> Hands:
        return Hands(self.answers, self.send, lambda _: self.owner_id, self.look, frozenset({"test"}))


@pytest.fixture
def account(app: Flask) -> UUID:
    with app.app_context(), command():
        return factories.account().id


@dataclass
class Desk:
    app: Flask
    account: UUID
    recorder: Recorder
    monkeypatch: pytest.MonkeyPatch

    def put(self, kind: str = "daily") -> UUID:
        key = uuid4().hex
        with self.app.app_context(), command() as work:
            queue.enqueue(key, account_id=self.account, person_id=None, kind=kind, about={})
            return work.scalars(select(Outbox.id).where(Outbox.dedupe == key)).one()

    def run(self, **changes: object) -> dict[str, int]:
        hands = replace(self.recorder.hands(), **changes)  # type: ignore[arg-type]
        self.monkeypatch.setitem(self.app.extensions, "deliver", hands)
        return dict(deliver.run(self.app, threading.Event(), once=True))

    def row(self, delivery: UUID) -> Outbox:
        with self.app.app_context():
            return session().get_one(Outbox, delivery)


@pytest.fixture
def desk(app: Flask, account: UUID, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(app, account, Recorder(owner_id=account), monkeypatch)


@pytest.mark.parametrize(
    ("outcome", "state", "owned", "tries"),
    [
        (deliver.sent("push"), "sent", False, 1),
        (deliver.dropped("off"), "dropped", False, 0),
        (deliver.failed("email"), "failed", True, 1),
        (deliver.unsure("email"), "unsure", True, 1),
    ],
)
def test_how_it_ends(desk: Desk, outcome: Outcome, state: str, owned: bool, tries: int) -> None:
    delivery = desk.put()
    desk.recorder.outcome = lambda _: outcome
    assert desk.run() == {state: 1}
    row = desk.row(delivery)
    assert (row.state, row.reason, row.tries) == (state, outcome.reason, tries)
    assert row.owner == (desk.account if owned else None)
    assert row.ended_at is not None
    assert (row.lease, row.lease_until) == (None, None)
    assert desk.run() == {}, "what has ended is not touched again"


def test_later_is_later(desk: Desk) -> None:
    delivery = desk.put()
    far = now() + timedelta(hours=5)
    desk.recorder.outcome = lambda _: deliver.later("push", far)
    desk.run()
    row = desk.row(delivery)
    assert (row.state, row.tries, row.not_before) == ("waiting", 1, far)


def test_put_off_is_no_try(desk: Desk) -> None:
    delivery = desk.put()
    far = now() + timedelta(hours=5)
    desk.recorder.outcome = lambda _: deliver.put_off(far, "quiet")
    desk.run()
    row = desk.row(delivery)
    assert (row.state, row.tries, row.reason, row.not_before) == ("waiting", 0, "quiet", far)


def test_the_first_no_drops_it_and_nobody_sends_it(desk: Desk) -> None:
    delivery = desk.put()
    asked: list[str] = []

    def says(name: str, answer: Answer) -> Callable[[Delivery], Answer]:
        return lambda _: asked.append(name) or answer  # type: ignore[func-returns-value]

    desk.recorder.answers = (
        says("one", Answer(True)),
        says("two", Answer(False, "died")),
        says("three", Answer(True)),
    )
    assert desk.run() == {"dropped": 1}
    assert asked == ["one", "two"]
    assert desk.row(delivery).reason == "died"
    assert desk.recorder.given == []


def test_the_first_zone_that_is_known_counts(desk: Desk) -> None:
    desk.put()
    desk.recorder.answers = (
        lambda _: Answer(True),
        lambda _: Answer(True, zone="Asia/Kolkata"),
        lambda _: Answer(True, zone="UTC"),
    )
    desk.run()
    assert [zone for _, zone in desk.recorder.given] == ["Asia/Kolkata"]


def test_a_fault_of_ours_is_a_try_and_the_others_are_delivered(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = desk.put(), desk.put()

    def send(held: Delivery) -> Outcome:
        if held.id == bad:
            raise RuntimeError("Zwischenwert")
        return deliver.sent("push")

    desk.recorder.outcome = send
    assert desk.run() == {"waiting": 1, "sent": 1}
    assert (desk.row(bad).state, desk.row(bad).reason, desk.row(bad).tries) == ("waiting", "fault", 1)
    assert desk.row(good).state == "sent"
    said = capsys.readouterr().out
    assert "RuntimeError" in said
    assert "Zwischenwert" not in said


def test_who_asks_may_fail_too_and_then_nothing_is_sent(desk: Desk) -> None:
    delivery = desk.put()

    def ask(_: Delivery) -> Answer:
        raise RuntimeError

    desk.recorder.answers = (ask,)
    desk.run()
    assert desk.recorder.given == []
    assert desk.row(delivery).state == "waiting"


def test_an_owner_who_cannot_be_found_does_not_hide_it(desk: Desk) -> None:
    delivery = desk.put()
    desk.recorder.outcome = lambda _: deliver.failed("email")

    def nobody(_: Delivery) -> UUID:
        raise RuntimeError

    assert desk.run(owner=nobody) == {"failed": 1}
    assert desk.row(delivery).owner is None


def test_a_try_is_not_tried_again(desk: Desk) -> None:
    delivery = desk.put("test")
    desk.recorder.outcome = lambda _: deliver.later("push")
    assert desk.run() == {"failed": 1}
    assert desk.row(delivery).owner == desk.account


def test_what_somebody_waits_for_goes_first_and_is_tried_again_within_seconds(desk: Desk) -> None:
    """Alone catches: a code that is good for ten minutes, tried again when nobody waits for it any more."""
    other, code = desk.put(), desk.put("sign_in")
    desk.recorder.outcome = lambda _: deliver.later("email")
    began = now()
    assert desk.run(first=frozenset({"sign_in"})) == {"waiting": 2}
    assert [held.id for held, _ in desk.recorder.given] == [code, other]
    assert desk.row(code).not_before - began < timedelta(seconds=45) < desk.row(other).not_before - began
    assert timedelta(seconds=70) < deliver.wait_after(2, deliver.SOON) < timedelta(seconds=110)


def test_a_row_that_ends_every_worker_ends_itself_at_last(app: Flask, desk: Desk) -> None:
    delivery = desk.put()
    for _ in range(deliver.MOST_TRIES + 1):
        with app.app_context():
            queue.claim()  # and dies
        lease_runs_out(app, delivery)
    assert desk.run() == {"failed": 1}
    assert desk.row(delivery).reason == "interrupted"
    assert desk.recorder.given == []


def test_half_handed_over_is_never_begun_again(app: Flask, desk: Desk) -> None:
    delivery = desk.put()
    with app.app_context():
        held = queue.claim()
        assert held is not None
        queue.hand_over(held)
    assert desk.run() == {}, "its worker may still be at it"
    lease_runs_out(app, delivery)
    assert desk.run() == {"unsure": 1}
    row = desk.row(delivery)
    assert (row.state, row.reason, row.owner) == ("unsure", "interrupted", desk.account)
    assert desk.recorder.given == []


def test_sending_happens_outside_any_transaction(desk: Desk) -> None:
    """While one row is sent, anybody can write: on SQLite a transaction held open would make them wait for it."""
    desk.put()

    def send(held: Delivery) -> Outcome:
        with database().transaction() as other:
            other.execute(select(Outbox.id))
        if not database().is_sqlite:
            assert database().engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        return deliver.sent("push")

    desk.recorder.outcome = send
    assert desk.run() == {"sent": 1}


def test_told_to_end_it_finishes_the_row_under_way_and_takes_no_other(desk: Desk, app: Flask) -> None:
    stop = threading.Event()
    for _ in range(3):
        desk.put()
    desk.recorder.outcome = lambda _: stop.set() or deliver.sent("push")  # type: ignore[func-returns-value]
    desk.monkeypatch.setitem(app.extensions, "deliver", desk.recorder.hands())
    assert dict(deliver.run(app, stop)) == {"sent": 1}


def test_what_becomes_due_is_looked_for_first_and_its_fault_holds_nothing_up(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    def becomes_due(_: datetime) -> None:
        if len(desk.recorder.looked) > 1:
            raise RuntimeError
        desk.put()

    desk.recorder.before = becomes_due
    assert desk.run() == {"sent": 1}
    desk.put()
    assert desk.run() == {"sent": 1}
    assert len(desk.recorder.looked) == 2
    assert "nothing made due" in capsys.readouterr().out


def test_what_becomes_due_is_looked_for_once_a_minute(
    desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 30.0, 59.0, 60.0, 61.0, 120.0])
    monkeypatch.setattr(deliver, "monotonic", lambda: next(clock))
    desk.monkeypatch.setitem(app.extensions, "deliver", desk.recorder.hands())

    class Passes:
        """Ends after the clock above has been asked for as many passes as it goes."""

        def __init__(self) -> None:
            self.number = 0

        def is_set(self) -> bool:
            return False

        def wait(self, _: float) -> bool:
            self.number += 1
            return self.number == 4

    deliver.run(app, Passes())  # type: ignore[arg-type]
    assert len(desk.recorder.looked) == 2


@pytest.mark.parametrize(
    "engine_kind", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_of_many_workers_one_looks_for_what_becomes_due(desk: Desk, app: Flask) -> None:
    """On SQLite its writers come one after another anyway."""

    def while_one_looks(_: datetime) -> None:
        if len(desk.recorder.looked) == 1:
            desk.run()  # another worker comes by

    desk.recorder.before = while_one_looks
    desk.run()
    assert len(desk.recorder.looked) == 1
    desk.recorder.before = lambda _: None
    desk.run()
    assert len(desk.recorder.looked) == 2, "the lock was let go"


def test_the_command_says_what_it_did(desk: Desk, app: Flask) -> None:
    desk.monkeypatch.setitem(app.extensions, "deliver", desk.recorder.hands())
    run = app.test_cli_runner().invoke
    assert "nothing was due" in run(args=["deliver", "--once"]).output
    desk.put()
    assert "sent 1" in run(args=["deliver", "--once"]).output


def test_waits_grow_and_differ() -> None:
    waits = [deliver.wait_after(tries) for tries in range(1, 8)]
    assert timedelta(minutes=2) < waits[0] < timedelta(minutes=3)
    assert sorted(waits) == waits
    assert timedelta(days=1.5) < sum(waits, timedelta()) < timedelta(days=2.5)
    assert len({deliver.wait_after(3) for _ in range(20)}) > 1
