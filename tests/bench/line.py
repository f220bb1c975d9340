"""A slow line: what stands between a browser and the server takes as long as on a phone, whoever in the browser asks.

The debugger slows down what a page fetches, and nothing of what its service worker does, through which every save goes.
Here both go over the same wire. Connections are there at once, as where one is kept for all (HTTP/2).
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import sleep

from tests.harness.server import LOOPBACK

# Lighthouse's slow 4G: there and back in seconds, and bytes a second.
THERE_AND_BACK, DOWN, UP = 0.150, 1_638_400 / 8, 750_000 / 8
METHODS = ("GET ", "POST ", "HEAD ")
QUIET = 1.5  # seconds


@dataclass
class Direction:
    """One way of the line: what goes along it stands in one row, and arrives half the way later."""

    rate: float
    free: float = 0.0
    carried: int = 0

    def arrives(self, size: int, now: float) -> float:
        """When so many bytes, sent now, have arrived."""
        self.carried += size
        self.free = max(self.free, now) + size / self.rate
        return self.free + THERE_AND_BACK / 2


@dataclass
class Line:
    """A line to a server on a port of this machine: where it can be reached, and what went along it."""

    server_port: int
    port: int = 0
    up: Direction = field(default_factory=lambda: Direction(UP))
    down: Direction = field(default_factory=lambda: Direction(DOWN))
    asked: list[str] = field(default_factory=list)  # "GET /path", in the order of asking

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def quiet(self) -> None:
        """Wait until nothing has come for a while: what a page's worker fetches begins when the page is there."""
        before = -1
        while before != self.down.carried:
            before = self.down.carried
            sleep(QUIET)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(LOOPBACK, self.server_port)
        both = (self._carry(reader, back, self.up), self._carry(there, writer, self.down))
        with suppress(OSError):
            await asyncio.gather(*both)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Direction
    ) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while (one := await under_way.get())[1]:
                await asyncio.sleep(one[0] - loop.time())
                writer.write(one[1])
                await writer.drain()
            writer.close()

        delivering = asyncio.ensure_future(deliver())
        # A piece is as long as a packet or two: what is asked later need not wait for all that was asked before.
        while data := await reader.read(2_800):
            if way is self.up and (head := data[:200].decode("latin-1")).startswith(METHODS):
                self.asked.append(" ".join(head.split(" ", 2)[:2]))
            under_way.put_nowait((way.arrives(len(data), loop.time()), data))
        under_way.put_nowait((0, b""))
        await delivering


@contextmanager
def slow_line(server_port: int) -> Iterator[Line]:
    """A slow line to a server, until the block ends."""
    loop, line = asyncio.new_event_loop(), Line(server_port)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    begun = asyncio.start_server(line.connected, LOOPBACK, 0)
    server = asyncio.run_coroutine_threadsafe(begun, loop).result(10)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
