"""Writers take turns: none is lost, none starves, and a reader never waits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from selfcare.database import command, database, now, session
from selfcare.web import throttle
from selfcare.web.models import Throttle
from selfcare.writers import WriterQueue

WRITERS, TURNS = 8, 25


def together(work: list[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(60)
        assert not thread.is_alive()


def test_parallel_tries_are_all_counted(app: Flask) -> None:
    def count() -> None:
        with app.test_request_context():
            for _ in range(TURNS):
                throttle.spend("test", "somebody", limit=100_000, minutes=60)

    with app.app_context(), command() as work:
        work.execute(text("select 1"))
    with app.test_request_context():
        throttle.spend("test", "somebody", limit=100_000, minutes=60)
    together([threading.Thread(target=count) for _ in range(WRITERS)])
    with app.app_context():
        assert session().query(Throttle).one().hits == WRITERS * TURNS + 1


def test_without_the_queue_updates_are_lost_or_refused(tmp_path: Path) -> None:
    """The control: read, then write, in SQLite's own default transactions."""
    engine = create_engine(f"sqlite:///{tmp_path / 'plain.db'}", connect_args={"timeout": 0.1})
    with engine.begin() as connection:
        connection.execute(text("create table counter (n integer)"))
        connection.execute(text("insert into counter values (0)"))
    both_have_read = threading.Barrier(2)
    refused: list[str] = []

    def add_one() -> None:
        try:
            with engine.begin() as connection:
                found = connection.execute(text("select n from counter")).scalar_one()
                both_have_read.wait(10)
                connection.execute(text("update counter set n = :n"), {"n": found + 1})
        except OperationalError:
            refused.append("locked")

    together([threading.Thread(target=add_one) for _ in range(2)])
    with engine.connect() as connection:
        assert connection.execute(text("select n from counter")).scalar_one() + len(refused) < 3
        assert connection.execute(text("select n from counter")).scalar_one() == 1
    engine.dispose()


def test_the_queue_is_first_in_first_out(tmp_path: Path) -> None:
    queue, order, started = WriterQueue(tmp_path / "lock"), [], threading.Semaphore(0)

    def write(number: int) -> None:
        started.release()
        queue.enter()
        order.append(number)
        queue.leave()

    queue.enter()
    threads = []
    for number in range(5):
        thread = threading.Thread(target=write, args=(number,))
        thread.start()
        started.acquire()
        while len(queue._waiting) <= number:  # until this one stands in line, before the next one comes
            threading.Event().wait(0.001)
        threads.append(thread)
    queue.leave()
    for thread in threads:
        thread.join(10)
    queue.close()
    assert order == [0, 1, 2, 3, 4]


def test_a_fault_lets_the_next_writer_in(app: Flask) -> None:
    @contextmanager
    def broken() -> Iterator[None]:
        with app.app_context(), command():
            yield
            raise RuntimeError("a fault while writing")

    with pytest.raises(RuntimeError), broken():
        pass
    with app.test_request_context():
        throttle.spend("after", limit=5, minutes=1)
    with app.app_context():
        assert database().queue is None or not database().queue._held  # type: ignore[union-attr]


def test_one_thing_at_a_time_and_the_end_of_one_gives_back_no_others(app: Flask) -> None:
    """Alone catches: two at once on either engine; a turn that is kept for ever; one that is given back by who had it
    before, and whose time was over.
    """
    with app.app_context():
        with throttle.alone("test", "a", seconds=30):
            with pytest.raises(throttle.InUse), throttle.alone("test", "a", seconds=30):
                pass
            with throttle.alone("test", "b", seconds=30):
                pass
        with throttle.alone("test", "a", seconds=30), time_machine.travel(now() + timedelta(seconds=31)):
            late = throttle.alone("test", "a", seconds=30)
            late.__enter__()
        with time_machine.travel(now() + timedelta(seconds=32)):
            with pytest.raises(throttle.InUse), throttle.alone("test", "a", seconds=30):
                pass
            late.__exit__(None, None, None)
            with throttle.alone("test", "a", seconds=30):
                pass
