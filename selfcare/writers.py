"""The queue before SQLite: one writer at a time, first in first out within a process, by `flock` between processes.

Writers of few words may keep what they wrote together: each hands the turn on with the transaction open, and whoever is
last ends it for all of them (`Together`). One wait for the disk then serves them all, and none is answered before it.
"""

import fcntl
import os
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from selfcare import counters

LONGEST_WAIT = 8.0  # seconds that anybody waits for the database before they are told
MOST_TOGETHER = 16  # writers that keep what they wrote together: other processes wait for as long
# Seconds between two looks at whether another process has left, the first and the longest.
_SOON, _LATER = 0.0002, 0.01
_POLITE = 0.5  # seconds for which whoever comes lets another process go before


class Lost(RuntimeError):
    """What was written together is not there any more."""


class Busy(TimeoutError):
    """The turn to write did not come in time: something else holds the database."""


@dataclass
class Together:
    """Writers who keep what they wrote together, in one transaction, each behind a savepoint of its own.

    Only who has the turn may use it. `kept` says whether it was kept, once `ended` is set.
    """

    connection: Connection
    number: int = 0
    kept: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def one_more(self) -> Session:
        """What one of them writes in: it can be undone by itself."""
        self.number += 1
        work = Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        work.connection()
        return work

    def __post_init__(self) -> None:
        self._say("SAVEPOINT together")

    def stands(self) -> bool:
        """Whether the transaction is still the one that was begun. A full disk ends it behind our back, and a savepoint
        that is set after that begins another one: then this one's own is not known any more.
        """
        try:
            self._say("RELEASE together")
            self._say("SAVEPOINT together")
        except Exception:  # whatever the driver raises, or SQLAlchemy of a connection that it has given up
            return False
        return True

    def _say(self, words: str) -> None:
        self.connection.connection.cursor().execute(words).close()

    def end(self) -> None:
        """Keep it, or raise what the driver does. All are told."""
        try:
            if not self.stands():
                raise Lost
            self.connection.commit()
            self.kept = True
        finally:
            self.ended.set()
            self.connection.close()


@dataclass(eq=False)
class _Waiting:
    short: bool
    turn: threading.Lock = field(default_factory=threading.Lock)


class WriterQueue:
    """Lets one writer in at a time, in the order they came. A plain lock would starve some of them.

    `together`: those whose transaction is open. Read and set by whoever has the turn.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._files: tuple[int, int] | None = None
        self._guard = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._held = False
        self.together: Together | None = None

    def enter(self, until: float | None = None, *, short: bool = False) -> None:
        """Wait for the turn.

        :param until: by the monotonic clock; LONGEST_WAIT from now when left out.
        :param short: it may come with the transaction of the one before (`together`).
        :raises Busy: when it has not come by then.
        """
        began = monotonic()
        try:
            self._enter(until or began + LONGEST_WAIT, short)
        except Busy:
            counters.now().busy.inc()
            raise
        counters.now().waits.observe(monotonic() - began)

    def _enter(self, until: float, short: bool) -> None:
        one = None
        with self._guard:
            if self._held:
                one = _Waiting(short)
                one.turn.acquire()
                self._waiting.append(one)
            else:
                self._held = True
        if one is not None and not one.turn.acquire(timeout=max(until - monotonic(), 0)):
            with self._guard:
                given_up = one in self._waiting
                if given_up:
                    self._waiting.remove(one)
            if given_up:
                raise Busy
            # It was handed over in this very moment.
        if self._path is not None and self.together is None:
            try:
                if self._files is None:
                    self._files = _open(self._path), _open(self._path.with_name(self._path.name + "-next"))
                _lock(*self._files, until)
            except BaseException:
                self._pass_on()  # a full disk or too many files: whoever comes next must get a turn
                raise

    def close(self) -> None:
        """Let go of the lock's files."""
        for file in self._files or ():
            os.close(file)
        self._files = None

    def hand_on(self) -> bool:
        """Let the next one of this process in without leaving, where that is a short one. :returns: whether it was."""
        with self._guard:
            if not self._waiting or not self._waiting[0].short:
                return False
            self._waiting.popleft().turn.release()
            return True

    def leave(self) -> None:
        self.together = None
        try:
            if self._files is not None:
                fcntl.flock(self._files[0], fcntl.LOCK_UN)
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().turn.release()
            else:
                self._held = False


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _lock(file: int, following: int, until: float) -> None:
    """Lock a file against other processes. The system gives it back when a process dies, however it dies.

    Whoever waits holds the file of the one that follows: so a process that has just left does not come in before it.
    """
    with suppress(Busy):  # one that was stopped while it stands there keeps nobody out for longer
        _wait_for(following, min(until, monotonic() + _POLITE))
    try:
        _wait_for(file, until)
    finally:
        fcntl.flock(following, fcntl.LOCK_UN)


def _wait_for(file: int, until: float) -> None:
    # A wait of the system's own could not be given up.
    wait = _SOON
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            left = until - monotonic()
        if left <= 0:
            raise Busy
        sleep(min(wait, left))
        wait = min(wait * 1.25, _LATER)
