"""The bad line between phone and server: a small HTTP proxy that loses requests, loses answers, refuses and hangs."""

import contextlib
import http.client
import queue
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.harness.server import LOOPBACK

# What can become of a request.
PASS = "pass"
CUT_BEFORE = "cut before the server got it"
CUT_AFTER = "cut after the server answered"
BUSY = "503"
BUSY_AFTER = "503 after the server had done it"
HANG = "never answered"
HANG_AFTER = "done, and never answered"
HOLD = "done, and answered when a test says so"
KILL = "the server was killed over it"

Fate = Callable[[str, str], str]  # (method, path) → one of the above


@dataclass(frozen=True)
class Held:
    """A request whose answer is held back until `go` is set."""

    method: str
    path: str
    go: threading.Event


@dataclass
class Wire:
    """A line to a server on a port. `fate` decides about each request; what it did is counted in `done`."""

    server_port: int
    port: int
    fate: Fate = lambda _method, _path: PASS
    kill: Callable[[], None] = lambda: None
    # Goes with forms instead of the browser's own: somebody else signed in meanwhile.
    cookie: str | None = None
    # Fates of a test's own.
    answers: dict[str, tuple[int, list[tuple[str, str]], bytes]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    freed: threading.Event = field(default_factory=threading.Event)  # what hangs is cut at once
    held: "queue.Queue[Held]" = field(default_factory=queue.Queue)  # answers that wait for a test's word

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


@contextmanager
def wire(server_port: int, port: int = 0) -> Iterator[Wire]:
    """A line that works, until `fate` says otherwise.

    :param port: where it can be reached; 0 takes a free one.
    """
    server = _Line((LOOPBACK, port), _Handler)
    line = server.line = Wire(server_port, server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.freed.set()
        while not line.held.empty():
            line.held.get().go.set()
        server.shutdown()
        server.server_close()
        server.cut()
        thread.join(10)


class _Line(ThreadingHTTPServer):
    """Knows its connections, so that with its end they end too: a browser keeps them open for the next request."""

    daemon_threads = True
    line: Wire

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def cut(self) -> None:
        for each in list(self.open):
            with contextlib.suppress(OSError):  # it may have gone first
                each.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer goes out in one piece

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self) -> None:
        line: Wire = self.server.line  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = line.fate(self.command, self.path)
        line.done[fate] += 1
        if fate == CUT_BEFORE:
            return self._cut()
        if fate == HANG:
            line.freed.wait(15)
            return self._cut()
        if fate == BUSY:
            return self._answer(503, [], b"")
        if fate in line.answers:
            return self._answer(*line.answers[fate])
        try:
            status, headers, answer = self._ask(line, body, kill=fate == KILL)
        except (OSError, http.client.HTTPException):
            line.done["server away"] += 1
            return self._cut()
        if fate == CUT_AFTER:
            return self._cut()
        if fate == HANG_AFTER:
            line.freed.wait(15)
            return self._cut()
        if fate == HOLD:
            held = Held(self.command, self.path, threading.Event())
            line.held.put(held)
            held.go.wait(15)
        if fate == BUSY_AFTER:
            return self._answer(503, [], b"")
        return self._answer(status, headers, answer)

    do_GET = do_POST = do_HEAD = _pass_on  # noqa: N815 - the names http.server asks for

    def _ask(self, line: Wire, body: bytes, *, kill: bool) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(LOOPBACK, line.server_port, timeout=30)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() == "cookie" and line.cookie and self.command == "POST":
                    value = line.cookie
                if name.lower() not in ("connection", "content-length"):
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            if kill:
                line.kill()
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(OSError):  # the phone may have gone first
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):  # the phone may have gone first
            self.connection.shutdown(socket.SHUT_RDWR)
