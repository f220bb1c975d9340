"""The night's tidying in a process of its own, which begins with this: no other part of the bench is imported."""

from time import perf_counter, thread_time, time
from typing import Any
from unittest.mock import patch

from selfcare.config import Settings
from selfcare.factory import create_app
from selfcare.upkeep import night, tidying
from selfcare.writers import WriterQueue
from tests.bench.towns import SECRET


def tidied(url: str) -> tuple[int, float, float, list[tuple[float, float]]]:
    """The night's tidying, in a process of its own as in life.

    :returns: how many rows went, when it began and ended, and of each turn how long it was held: by the clock, and by
        the processor.
    """
    app = create_app(Settings(database_url=url, secret_key=SECRET, testing=True, demo=True))
    turns: list[tuple[float, float]] = []
    gone = [0]
    own, queue, stamp = tidying._let_go, app.extensions["database"].queue, [0.0, 0.0]
    enter, leave = WriterQueue.enter, WriterQueue.leave

    def entered(self: WriterQueue, *until: Any, **how: Any) -> None:
        enter(self, *until, **how)
        stamp[:] = perf_counter(), thread_time()

    def left(self: WriterQueue) -> None:
        _note(turns, stamp)
        leave(self)

    def let_go(*what: Any) -> int:
        stamp[:] = perf_counter(), thread_time()
        gone[0] += (number := own(*what))
        if queue is None:
            _note(turns, stamp)
        return number

    began = time()
    with (
        patch.object(tidying, "_let_go", let_go),
        patch.object(WriterQueue, "enter", entered),
        patch.object(WriterQueue, "leave", left),
    ):
        assert night.do(app, "tidy")
    return gone[0], began, time(), turns


def _note(turns: list[tuple[float, float]], since: list[float]) -> None:
    turns.append(((perf_counter() - since[0]) * 1000, (thread_time() - since[1]) * 1000))
