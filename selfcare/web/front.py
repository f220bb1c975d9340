"""What stands before the app's threads: a request is received whole, and only then takes one of them.

A server that reads bodies on its threads stands still as soon as as many clients send slowly as it has threads. Here
a body is read on the event loop, where one that waits costs a few kilobytes: it has an allowance, which is asked
before the first byte is, a time, and a rate it must keep. The granian server finds this door by the name `__rsgi__`
(RSGI 1.6). Everything behind it is WSGI (PEP 3333), and an answer is handed over whole: no slow reader holds a thread.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import urlsplit

THREADS = 16  # of one process: whoever waits for their turn to write holds one
PATIENCE = 20.0  # seconds in which any body may come, and to which every second's worth of bytes adds one
LEAST_RATE = 1_000  # bytes a second, after that
LARGE = 1_000_000  # bytes: a file, or many words
# Bytes of bodies on their way, or not yet answered, in one process; then the one that has waited longest is ended.
MOST_HELD = 64_000_000

# Of the connection, not of the answer (RFC 9110, section 7.6.1).
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "trailer", "te"})

LATE = "selfcare.late"  # in the environment of a request whose body did not come

Environ = dict[str, Any]
Answer = tuple[int, list[tuple[str, str]], bytes]


class Headers(Protocol):
    def items(self) -> list[tuple[str, str]]: ...


class Scope(Protocol):
    """A request as granian tells it: the path decoded, the query as it came."""

    proto: str
    http_version: str
    client: str
    server: str
    method: str
    path: str
    query_string: str
    headers: Headers


class Wire(Protocol):
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None: ...
    def close(self, status: int | None) -> Any: ...


@dataclass
class Front:
    """The door of one process.

    :param app: the WSGI app.
    :param allowance: how many bytes of a body this request may bring; 0 where the app answers without.
    :param patience: see PATIENCE; `most_held`: see MOST_HELD.
    """

    app: Callable[..., Iterable[bytes]]
    allowance: Callable[[Environ], int]
    patience: float = PATIENCE
    most_held: int = MOST_HELD
    # Bytes of those on their way, oldest first.
    _held: dict[asyncio.Timeout, int] = field(default_factory=dict)
    _answering: int = 0  # bytes of those that are here whole
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "answer"))

    async def __call__(self, scope: Scope, wire: Wire) -> None:
        if scope.proto != "http":
            wire.close(None)
            return
        environ = environ_of(scope)
        if environ is None:
            wire.response_bytes(400, [("content-type", "text/plain")], b"This request names two hosts.\n")
            return
        most = self.allowance(environ)
        if most and _length(environ) <= most:
            await self._receive(environ, wire, most)
        size = environ["wsgi.input"].getbuffer().nbytes
        self._answering += size
        try:
            answer = asyncio.get_running_loop().run_in_executor(self._threads, answer_of, self.app, environ)
            status, headers, body = await answer
        finally:
            self._answering -= size
        if _length(environ) > size:
            headers.append(("connection", "close"))  # the rest is not waited for
        if body:
            wire.response_bytes(status, headers, body)
        else:
            wire.response_empty(status, headers)

    async def _receive(self, environ: Environ, wire: Wire, most: int) -> None:
        """Put the body where the app reads it; where it came too slowly, say so to the app instead (`LATE`)."""
        began, chunks, held = asyncio.get_running_loop().time(), [], 0
        try:
            async with asyncio.timeout_at(began + self.patience) as late:
                self._held[late] = 0
                try:
                    async for chunk in wire:
                        chunks.append(chunk)
                        held = self._held[late] = held + len(chunk)
                        if held > most:
                            break  # one that did not say its length
                        late.reschedule(began + self.patience + held / LEAST_RATE)
                        self._make_room(began)
                finally:
                    del self._held[late]
        except TimeoutError:
            environ[LATE] = True
            return
        if "CONTENT_LENGTH" in environ and held < _length(environ):
            environ[LATE] = True  # the line was cut
            return
        environ["wsgi.input"] = BytesIO(b"".join(chunks))
        environ["CONTENT_LENGTH"] = str(held)

    def _make_room(self, moment: float) -> None:
        """Where more is held than may be, the oldest that is still on its way ends: of what is large, as long as it is
        answers under way that take the room. A form of some words never does.
        """
        coming = sum(self._held.values())
        if coming + self._answering <= self.most_held:
            return
        crowded = coming > self.most_held
        ending = (one for one, size in self._held.items() if not one.expired() and (crowded or size > LARGE))
        if oldest := next(ending, None):
            oldest.reschedule(moment)


def environ_of(scope: Scope) -> Environ | None:
    """The request as WSGI has it, its body still empty; None where it names two hosts."""
    client, server = urlsplit(f"//{scope.client}"), urlsplit(f"//{scope.server}")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server.hostname or "localhost",
        "SERVER_PORT": str(server.port or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.hostname or "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # X_Forwarded_For would be read as X-Forwarded-For
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        if key not in environ:
            environ[key] = value
        elif key == "HTTP_HOST":
            return None
        else:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ", ") + value
    return environ


def answer_of(app: Callable[..., Iterable[bytes]], environ: Environ) -> Answer:
    """Ask a WSGI app, and wait for the whole of its answer."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _fault: Any = None
    ) -> Callable[..., None]:
        begun[:] = [(status, headers)]
        return _refuse_to_write

    parts = app(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    status, headers = begun[0]
    kept = [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
    return int(status[:3]), kept, b"" if environ["REQUEST_METHOD"] == "HEAD" else body


def _refuse_to_write(_: bytes) -> None:
    raise NotImplementedError("nothing here uses the imperative write of PEP 3333")


def _length(environ: Environ) -> int:
    text = str(environ.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else sys.maxsize
