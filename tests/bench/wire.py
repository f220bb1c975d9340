"""A browser of the leanest kind: one connection that is kept, requests made ready beforehand, many of them at once.

Each reader is a process of its own, so that none waits for another one's interpreter. Those who write wait for the
server most of the time: they share one, which takes next to nothing of the processors that they and the server share.
"""

import re
import socket
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter
from typing import Any
from urllib.parse import urlencode, urlsplit

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"set-cookie: *([^;\r]+)", re.IGNORECASE)
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
TOGETHER_WITHIN = 60.0  # seconds until all of them stand ready, or the server answers one of them
_barrier: Barrier


class Wire:
    """A kept connection to a server."""

    def __init__(self, url: str, cookie: str) -> None:
        self.host, self.cookie = urlsplit(url).netloc, cookie
        self.connect()

    def connect(self) -> None:
        """Take a line of its own, also where the last one was let go of."""
        name, port = self.host.split(":")
        self.socket = socket.create_connection((name, int(port)), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left = b""

    def ready(self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> bytes:
        """The bytes of a request."""
        body = urlencode(fields).encode() if fields is not None else b""
        lines = [
            f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Cookie: {self.cookie}", "Sec-Fetch-Site: same-origin",
            f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]  # fmt: skip
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def send(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Answers (status, head, body)."""
        self.socket.sendall(request)
        while (answer := self.received()) is None:
            self.receive()
        return answer

    def token(self, path: str) -> str:
        """The token of the form at `path`. The session learns it with the first form, and says so in a new cookie."""
        _, head, page = self.send(self.ready("GET", path))
        token = _TOKEN.search(page)
        assert token, f"no form at {path}"
        self.cookie = (_COOKIE.findall(head) or [self.cookie.encode()])[0].decode()
        return token[1].decode()

    def form(self, path: str, fields: dict[str, str], token: str) -> bytes:
        """The bytes of a form that is sent."""
        return self.ready("POST", path, {**fields, "csrf_token": token}, Origin=f"http://{self.host}")

    def receive(self) -> None:
        """Wait for some bytes of an answer."""
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the server let go")
        self.left += data

    def received(self) -> tuple[int, bytes, bytes] | None:
        """(status, head, body) of an answer that is here whole, None until then."""
        head, end, body = self.left.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if not end or len(body) < length:
            return None
        self.left = body[length:]
        return int(head[9:12]), head, body[:length]


def _begin(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _one(work: tuple[Callable[..., Any], tuple[Any, ...]]) -> Any:
    return work[0](*work[1])


def all_ready() -> None:
    """Wait until everybody who takes part stands here."""
    _barrier.wait(TOGETHER_WITHIN)


def together(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Run `work` once for each arguments, each in a process of its own, all at the same time."""
    context = get_context("spawn")
    barrier = context.Barrier(len(arguments))
    with context.Pool(len(arguments), initializer=_begin, initargs=(barrier,)) as pool:
        return pool.map(_one, [(work, one) for one in arguments], chunksize=1)


def read(url: str, cookie: str, path: str, seconds: float, headers: dict[str, str]) -> int:
    """Ask for a page over and over. Answers how many came."""
    wire = Wire(url, cookie)
    request = wire.ready("GET", path, **headers)
    status, head, _ = wire.send(request)
    assert status == 200, f"{status} from {path}"
    assert b"content-length" in head.lower()
    all_ready()
    end, number = perf_counter() + seconds, 0
    while perf_counter() < end:
        assert wire.send(request)[0] == 200
        number += 1
    return number


class Writer:
    """Somebody who has opened the page of a form, and has filled it in several times."""

    def __init__(self, url: str, cookie: str, path: str, forms: list[dict[str, str]]) -> None:
        self.wire = wire = Wire(url, cookie)
        token = wire.token(path)
        self._left = [wire.form(path, form, token) for form in reversed(forms)]
        self._began = 0.0
        self.took: list[tuple[float, int]] = []

    def go_on(self) -> bool:
        """Send the next form. :returns: whether there was one."""
        if self._left:
            self._began = perf_counter()
            self.wire.socket.sendall(self._left.pop())
            return True
        return False

    def hear(self) -> bool:
        """Receive what is there. :returns: whether the answer is whole; `took` has (milliseconds, status) of each."""
        self.wire.receive()
        answer = self.wire.received()
        if answer is not None:
            self.took.append(((perf_counter() - self._began) * 1000, answer[0]))
        return answer is not None


def write(writers: Sequence[Writer]) -> list[tuple[float, int]]:
    """All send their forms, each one after the other. Answers (milliseconds, status) of each."""
    with DefaultSelector() as waiting:
        for one in writers:
            waiting.register(one.wire.socket, EVENT_READ, one)
        for one in writers:
            one.go_on()
        while waiting.get_map():
            heard = waiting.select(TOGETHER_WITHIN)
            assert heard, "the server has stopped answering"
            for key, _ in heard:
                if key.data.hear() and not key.data.go_on():
                    waiting.unregister(key.fileobj)
                    key.data.wire.socket.close()
    return [each for one in writers for each in one.took]
