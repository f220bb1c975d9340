"""The queue before SQLite: one writer at a time, first in first out within a process, by `flock` between processes."""

import fcntl
import os
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from selfcare import counters

LONGEST_WAIT = 8.0  # seconds that anybody waits for the database before they are told


class Busy(TimeoutError):
    """The turn to write did not come in time: something else holds the database."""


class WriterQueue:
    """Lets one writer in at a time, in the order they came. A plain lock would starve some of them."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False
        self._claim: _Claim | None = None

    def enter(self, until: float | None = None) -> None:
        """Wait for the turn.

        :param until: by the monotonic clock; LONGEST_WAIT from now when left out.
        :raises Busy: when it has not come by then.
        """
        began = monotonic()
        try:
            self._enter(until or began + LONGEST_WAIT)
        except Busy:
            counters.now().busy.inc()
            raise
        counters.now().waits.observe(monotonic() - began)

    def _enter(self, until: float) -> None:
        with self._guard:
            if self._held:
                turn: threading.Lock | None = threading.Lock()
                turn.acquire()  # type: ignore[union-attr]
                self._waiting.append(turn)  # type: ignore[arg-type]
            else:
                self._held, turn = True, None
        if turn is not None and not turn.acquire(timeout=max(until - monotonic(), 0)):
            with self._guard:
                given_up = turn in self._waiting
                if given_up:
                    self._waiting.remove(turn)
            if given_up:
                raise Busy
            # It was handed over in this very moment.
        if self._path is not None:
            try:
                if self._file is None:
                    self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
                self._lock(self._file, until)
            except BaseException:
                self._pass_on()  # a full disk or too many files: whoever comes next must get a turn
                raise

    def _lock(self, file: int, until: float) -> None:
        """Lock the file against other processes. The system gives it back when a process dies, however it dies.

        A wait for it cannot be ended, so a thread waits; one whose waiter went away lets the lock go again.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        with self._guard:
            claim = self._claim
            if claim is None:
                claim = self._claim = _Claim()
                threading.Thread(target=self._wait_for, args=(file, claim), daemon=True).start()
            claim.wanted = True
        claim.settled.wait(max(until - monotonic(), 0))
        with self._guard:
            claim.wanted = False
            if not claim.settled.is_set():
                raise Busy
            self._claim = None
        if claim.fault is not None:
            raise claim.fault

    def _wait_for(self, file: int, claim: "_Claim") -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as fault:
            claim.fault = fault
        with self._guard:
            if claim.wanted:
                claim.settled.set()
                return
            self._claim = None
            if claim.fault is None:
                fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the lock's file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def leave(self) -> None:
        try:
            if self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


@dataclass
class _Claim:
    """A wait for the file's lock: whether somebody still wants it, and how it ended."""

    settled: threading.Event = field(default_factory=threading.Event)
    wanted: bool = False
    fault: OSError | None = None
