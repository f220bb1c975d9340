"""Rows, leases and how they end: on both engines, with many workers at once."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from selfcare.database import command, database, now, session
from selfcare.outbox import queue
from selfcare.outbox.models import Outbox
from selfcare.outbox.queue import Delivery
from tests import factories


@pytest.fixture
def account(app: Flask) -> UUID:
    with app.app_context(), command():
        return factories.account().id


Put = Callable[..., UUID]


@pytest.fixture
def put(app: Flask, account: UUID) -> Put:
    def enqueue(dedupe: str | None = None, **values: Any) -> UUID:
        key = dedupe or uuid4().hex
        with app.app_context(), command() as work:
            queue.enqueue(key, account_id=account, person_id=None, kind="daily", about={}, **values)
            return work.scalars(select(Outbox.id).where(Outbox.dedupe == key)).one()

    return enqueue


def row(app: Flask, delivery: UUID) -> Outbox:
    with app.app_context():
        return session().get_one(Outbox, delivery)


def claim(app: Flask) -> Delivery | None:
    with app.app_context():
        return queue.claim()


def lease_runs_out(app: Flask, delivery: UUID) -> None:
    with app.app_context(), command() as work:
        work.execute(
            update(Outbox).where(Outbox.id == delivery).values(lease_until=now() - timedelta(seconds=1))
        )


def test_the_same_key_is_one_delivery(app: Flask, account: UUID) -> None:
    with app.app_context(), command():
        made = [
            queue.enqueue("rosa:ready:7", account_id=account, person_id=None, kind="ready", about={})
            for _ in range(2)
        ]
    assert made == [True, False]


def test_the_delivery_of_a_notice_has_its_id(app: Flask, account: UUID) -> None:
    notice = uuid4()
    with app.app_context(), command():
        queue.enqueue("x", account_id=account, person_id=None, kind="ready", about={"notice": str(notice)})
    assert row(app, notice).state == "waiting"


def test_what_is_due_comes_in_the_order_it_became_due(app: Flask, put: Put) -> None:
    moment = now()
    late, later = put(not_before=moment - timedelta(hours=1)), put(not_before=moment + timedelta(hours=1))
    latest = put(not_before=moment - timedelta(hours=2))
    assert [found.id if (found := claim(app)) else None for _ in range(3)] == [latest, late, None]
    assert row(app, later).state == "waiting"


def test_a_claim_is_a_lease_of_two_minutes(app: Flask, put: Put) -> None:
    delivery = put()
    held = claim(app)
    assert held is not None
    found = row(app, delivery)
    assert (found.state, found.lease, found.tries) == ("sending", held.lease, 0)
    assert found.lease_until is not None
    assert timedelta(seconds=110) < found.lease_until - now() <= timedelta(minutes=2)
    assert claim(app) is None


def test_a_worker_that_died_gives_its_row_back(app: Flask, put: Put) -> None:
    delivery = put()
    first = claim(app)
    lease_runs_out(app, delivery)
    second = claim(app)
    assert first is not None
    assert second is not None
    assert second.id == delivery
    assert second.lease != first.lease
    assert second.tries == 1, "dying counts as a try"


def test_a_worker_whose_row_was_taken_can_no_longer_settle_it(app: Flask, put: Put) -> None:
    delivery = put()
    slow = claim(app)
    lease_runs_out(app, delivery)
    other = claim(app)
    assert slow is not None
    assert other is not None
    with app.app_context():
        assert not queue.renew(slow)
        assert not queue.hand_over(slow)
        assert not queue.end(slow, queue.SENT, "push")
        assert not queue.put_off(slow, now(), "quiet", tried=False)
    found = row(app, delivery)
    assert (found.state, found.lease) == ("sending", other.lease)
    with app.app_context():
        assert queue.end(other, queue.SENT, "push")
        assert not queue.end(other, queue.FAILED, "push"), "settled twice"
    assert row(app, delivery).state == "sent"


def test_a_row_found_half_handed_over_stays_so_until_it_is_settled(app: Flask, put: Put) -> None:
    delivery = put()
    held = claim(app)
    assert held is not None
    with app.app_context():
        assert queue.hand_over(held)
    lease_runs_out(app, delivery)
    again = claim(app)
    assert again is not None
    assert again.state == "handing over"
    assert row(app, delivery).state == "handing over"
    lease_runs_out(app, delivery)
    once_more = claim(app)
    assert once_more is not None
    assert once_more.state == "handing over", "one that dies now does not make it new"


def test_renewing_keeps_it(app: Flask, put: Put) -> None:
    delivery = put()
    held = claim(app)
    assert held is not None
    lease_runs_out(app, delivery)
    with app.app_context():
        assert queue.renew(held), "nobody had taken it"
    assert claim(app) is None


def test_putting_off_counts_only_what_was_tried(app: Flask, put: Put) -> None:
    delivery = put()
    for tried, tries in ((False, 0), (True, 1), (True, 2), (False, 2)):
        held = claim(app)
        assert held is not None
        with app.app_context():
            queue.put_off(held, now(), "quiet", tried=tried)
        found = row(app, delivery)
        assert (found.state, found.tries, found.lease, found.lease_until) == ("waiting", tries, None, None)


def test_what_waits_can_be_moved_dropped_or_made_needless_and_what_is_under_way_cannot(
    app: Flask, put: Put
) -> None:
    waiting, taken, failed = put(), put(not_before=now() - timedelta(hours=1)), put()
    assert (held := claim(app)) is not None
    assert held.id == taken
    with app.app_context(), command() as work:
        work.execute(update(Outbox).where(Outbox.id == failed).values(state="failed"))
        tomorrow = now() + timedelta(days=1)
        queue.postpone([waiting, taken, failed], tomorrow)
    assert row(app, waiting).not_before == tomorrow
    assert row(app, taken).not_before < tomorrow
    with app.app_context(), command():
        queue.needless([waiting, taken], "seen")
    assert [row(app, each).state for each in (waiting, taken)] == ["dropped", "sending"]
    with app.app_context(), command():
        queue.drop([waiting, taken, failed])
    with app.app_context():
        assert set(session().scalars(select(Outbox.id))) == {waiting, taken}


def test_a_failed_one_is_closed_once(app: Flask, put: Put) -> None:
    delivery = put()
    with app.app_context(), command():
        assert not queue.close(delivery), "it had not failed"
    with app.app_context(), command() as work:
        work.execute(update(Outbox).where(Outbox.id == delivery).values(state="failed"))
        assert queue.close(delivery)
        assert not queue.close(delivery)
    assert row(app, delivery).state == "told"


def test_many_workers_take_each_row_once(app: Flask, put: Put) -> None:
    rows = {put() for _ in range(40)}
    taken: list[UUID] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        while (held := claim(app)) is not None:
            taken.append(held.id)
            with app.app_context():
                assert queue.end(held, queue.SENT, "push")

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # One that passed by what others were taking may have gone home early; what is left is taken now.
    work_left = threading.Barrier(1)
    start = work_left
    work()
    assert Counter(taken) == Counter(rows)


@pytest.mark.parametrize(
    "engine_kind", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_nobody_waits_for_a_row_that_another_is_taking(
    app: Flask, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite its writers come one after another anyway. Alone catches: that nothing is said to be due where others
    are taking all that was looked at before the turn."""
    monkeypatch.setattr(queue, "_NEXT", 1)
    first, second = put(not_before=now() - timedelta(hours=1)), put()
    with app.app_context(), database().transaction() as other:
        other.scalar(select(Outbox).where(Outbox.id == first).with_for_update())
        found = claim(app)
    assert found is not None
    assert found.id == second


def test_looking_whether_anything_is_due_holds_no_writer_up(app: Flask, put: Put) -> None:
    put(not_before=now() + timedelta(hours=1))
    said: list[str] = []
    with app.app_context():
        event.listen(database().engine, "before_cursor_execute", lambda *args: said.append(args[2]))
        with database().transaction():  # a writer is at work, and the look is not held up by it
            assert queue.claim() is None
    assert not any("UPDATE" in text for text in said)


def test_what_somebody_waits_for_is_taken_before_what_is_due_longest(
    app: Flask, put: Put, account: UUID
) -> None:
    """Alone catches: a code for signing in that is good for ten minutes behind a morning's reminders."""
    long_due = put(not_before=now() - timedelta(minutes=5))
    with app.app_context(), command() as work:
        queue.enqueue("code", account_id=account, person_id=None, kind="sign_in", about={})
        code = work.scalars(select(Outbox.id).where(Outbox.dedupe == "code")).one()
    with app.app_context():
        taken = [queue.claim({"sign_in"}), queue.claim({"sign_in"}), queue.claim({"sign_in"})]
    assert [held and held.id for held in taken] == [code, long_due, None]
