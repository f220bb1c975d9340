"""The door of a process: bodies that are answered take room, and end nobody's few words."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from selfcare.web.front import LARGE, LATE, Front


async def arriving(*chunks: bytes) -> AsyncIterator[bytes]:
    """A body on its way: others have their turn between its parts."""
    for chunk in chunks:
        yield chunk
        for _ in range(3):
            await asyncio.sleep(0)


async def received(front: Front, *chunks: bytes) -> dict[str, Any]:
    environ: dict[str, Any] = {}
    await front._receive(environ, arriving(*chunks), 3 * LARGE)  # type: ignore[arg-type]
    return environ


@pytest.mark.parametrize(
    ("chunks", "ends"), [([b"words"], False), ([b"x" * (LARGE + 1), b"x"], True)], ids=["words", "a file"]
)
def test_files_that_are_answered_end_other_files_and_no_words(chunks: list[bytes], ends: bool) -> None:
    """Alone catches: two letters that are drawn, while every save of a few words in that process fails."""
    front = Front(lambda *_: [], lambda _: 0, most_held=1000)
    front._answering = 1100
    # In a thread of its own: a browser that another test opened may keep its loop in this one.
    with ThreadPoolExecutor(1) as aside:
        environ = aside.submit(lambda: asyncio.run(received(front, *chunks))).result()
    assert bool(environ.get(LATE)) is ends
