"""Short writers keep what they wrote together: by one commit, each undone by itself, and none told too early."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask, g
from sqlalchemy import event, select

from selfcare import database
from selfcare.database import command, now, session
from selfcare.web.models import Throttle
from selfcare.writers import WriterQueue, _open

ON_SQLITE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def note(name: str) -> None:
    session().add(Throttle(key=name, hits=1, until=now() + timedelta(hours=1)))
    session().flush()


def fail(name: str) -> None:
    note(name)
    raise RuntimeError


def lose(name: str) -> None:
    """As a full disk does: the transaction is ended by the database itself."""
    note(name)
    session().connection().connection.dbapi_connection.rollback()  # type: ignore[union-attr]


def lose_and_read(name: str) -> None:
    """As a view that goes on after a full disk: what it reads begins another transaction."""
    lose(name)
    with suppress(Exception):
        session().rollback()
    with suppress(Exception):
        session().scalars(select(Throttle)).all()
    raise RuntimeError


def invalidate(name: str) -> None:
    """As SQLAlchemy does with a connection that it cannot make out any more."""
    note(name)
    session().connection().invalidate()
    raise RuntimeError


def refuse(name: str) -> None:
    """As a disk that cannot be written to."""
    note(name)
    g.db_together.connection.commit = lambda: 1 / 0


def look(name: str) -> None:
    """As a form that came a second time: it reads what came of the first, and keeps nothing."""
    database.let_go()


@contextmanager
def commits(app: Flask) -> Iterator[list[object]]:
    found: list[object] = []
    engine = app.extensions["database"].engine
    add = found.append
    event.listen(engine, "commit", add)
    yield found
    event.remove(engine, "commit", add)


def one_after_the_other(app: Flask, *work: tuple[Callable[[str], None], str, bool]) -> dict[str, bool]:
    """Each waits for its turn behind the one before. :returns: by name, whether each was told that it is kept."""
    told: dict[str, bool] = {}

    def write(act: Callable[[str], None], name: str, short: bool) -> None:
        with app.test_request_context():
            database.writing(short=short)
            try:
                act(name)
            except RuntimeError:
                database.finish(False)
                told[name] = False
            else:
                told[name] = database.finish(True)

    queue = app.extensions["database"].queue
    threads = [threading.Thread(target=write, args=one, daemon=True) for one in work]
    queue.enter()
    for number, thread in enumerate(threads, 1):
        thread.start()
        latest = monotonic() + 30
        while len(queue._waiting) < number:
            assert thread.is_alive()
            assert monotonic() < latest
            threading.Event().wait(0.001)
    queue.leave()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return told


def kept(app: Flask) -> set[str]:
    with app.app_context():
        return set(session().scalars(select(Throttle.key)))


@ON_SQLITE
def test_one_commit_keeps_them_all_but_the_one_that_failed(app: Flask) -> None:
    """Alone catches: a commit for each; words of one that failed, kept with the others'; theirs undone with it."""
    with commits(app) as found:
        told = one_after_the_other(app, (note, "first", True), (fail, "second", True), (note, "third", True))
    assert told == {"first": True, "second": False, "third": True}
    assert kept(app) == {"first", "third"}
    assert len(found) == 1


@ON_SQLITE
def test_who_is_not_short_finds_it_kept(app: Flask) -> None:
    """Alone catches: the turn handed on with a transaction open, to one that begins its own and waits for itself."""
    told = one_after_the_other(app, (note, "first", True), (note, "long", False), (note, "last", True))
    assert told == {"first": True, "long": True, "last": True}
    assert kept(app) == {"first", "long", "last"}


@ON_SQLITE
def test_where_it_was_lost_all_are_told_so_and_the_next_begins_anew(app: Flask) -> None:
    """Alone catches: success for what a full disk undid, and a transaction of nobody's that the next one writes in."""
    told = one_after_the_other(app, (note, "first", True), (lose, "second", True), (note, "third", True))
    assert told == {"first": False, "second": False, "third": True}
    assert kept(app) == {"third"}


@ON_SQLITE
@pytest.mark.parametrize("way", [lose_and_read, invalidate])
def test_a_transaction_that_is_another_by_now_keeps_nothing_of_the_first(
    app: Flask, way: Callable[[str], None]
) -> None:
    """Alone catches: success for what is lost, since some transaction is open; a turn that is never given back."""
    told = one_after_the_other(app, (note, "first", True), (way, "second", True), (note, "third", True))
    assert told == {"first": False, "second": False, "third": True}
    assert kept(app) == {"third"}


@ON_SQLITE
def test_where_the_commit_fails_all_are_told_so(app: Flask) -> None:
    """Alone catches: success for who ended the transaction, or for who waited for its end, though nothing is kept."""
    told = one_after_the_other(app, (note, "first", True), (refuse, "second", True), (note, "third", False))
    assert told == {"first": False, "second": False, "third": True}
    assert kept(app) == {"third"}


@ON_SQLITE
def test_who_saw_what_is_not_kept_is_told_so(app: Flask) -> None:
    """Alone catches: "saved" for a form that came twice, when what came of the first was lost with its commit."""
    told = one_after_the_other(app, (refuse, "first", True), (look, "second", True))
    assert told == {"first": False, "second": False}
    assert one_after_the_other(app, (note, "first", True), (look, "again", True)) == {
        "first": True,
        "again": True,
    }


@ON_SQLITE
def test_no_more_than_so_many_wait_for_each_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: a process whose writers follow each other without end, while those of others wait."""
    monkeypatch.setattr(database.writers, "MOST_TOGETHER", 2)
    with commits(app) as found:
        told = one_after_the_other(app, *((note, f"{number}", True) for number in range(5)))
    assert set(told.values()) == {True}
    assert len(found) == 3


@ON_SQLITE
def test_one_that_dies_in_its_turn_leaves_it_to_the_next(app: Flask) -> None:
    """Alone catches: a request that never ends its part, behind which nobody's is kept."""

    def vanish() -> None:
        with app.test_request_context():
            database.writing(short=True)
            note("vanished")  # its context ends, and nothing says whether it is kept

    vanish()
    with app.app_context(), command():
        note("next")
    assert kept(app) == {"next"}


def test_who_has_just_left_comes_in_behind_another_process_that_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a busy process that takes the file again each time before the other one wakes up."""
    monkeypatch.setattr(database.writers, "_POLITE", 30)  # a thread may come late on a busy machine
    ours, theirs, order = WriterQueue(tmp_path / "lock"), WriterQueue(tmp_path / "lock"), []
    theirs.enter()

    def wait() -> None:
        ours.enter(monotonic() + 30)
        order.append("who waited")
        ours.leave()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    following, latest = _open(tmp_path / "lock-next"), monotonic() + 10
    while not _is_held(following):
        assert monotonic() < latest, "nobody stands behind the one that is in"
    theirs.leave()
    theirs.enter(monotonic() + 30)
    order.append("who had left")
    theirs.leave()
    waiting.join(30)
    ours.close()
    theirs.close()
    assert order == ["who waited", "who had left"]


def _is_held(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


def test_a_process_that_was_stopped_while_it_stands_there_keeps_nobody_out(tmp_path: Path) -> None:
    """Alone catches: all others that are busy, though the file is free, until the one that stands still is ended."""
    stopped = _open(tmp_path / "lock-next")
    fcntl.flock(stopped, fcntl.LOCK_EX)
    ours = WriterQueue(tmp_path / "lock")
    ours.enter(monotonic() + 30)
    ours.leave()
    ours.close()
    os.close(stopped)
