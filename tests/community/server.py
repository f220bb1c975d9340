"""A list's interface on this machine, which answers as a test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selfcare.community.fetching import Reach
from tests.community.lists import Told, page

HERE = Reach(("http",), lambda address: address.is_loopback)
ABOUT = {
    "version": "HSDS-UK-3.0",
    "profile": "https://docs.example/uk",
    "openapi_url": "https://docs.example/openapi",
}


class Interface:
    """Pages of services, and each service's own. `odd` takes the place of an answer, by what is asked: a body, a
    status, or what is called with the handler; a list of these is used up one by one."""

    def __init__(self, *pages: list[Told], own: dict[str, Told] | None = None) -> None:
        total = sum(len(each) for each in pages)
        self.answers: dict[str, Any] = {"/": ABOUT}
        for number, each in enumerate(pages, 1):
            self.answers[f"/services?page={number}"] = page(
                each,
                total_items=total,
                total_pages=len(pages),
                page_number=number,
                last_page=number == len(pages),
            )
        self.answers |= {f"/services/{key}": told for key, told in (own or {}).items()}
        self.odd: dict[str, Any] = {}
        self.asked: list[str] = []
        self.address = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path.removeprefix("/o"))
        number = parse_qs(parts.query).get("page")
        what = parts.path + (f"?page={number[0]}" if number else "")
        self.asked.append(what)
        found = self.odd.get(what, self.answers.get(what, 404))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found(handler)
            return
        body = (
            b""
            if isinstance(found, int)
            else found.encode()
            if isinstance(found, str)
            else json.dumps(found).encode()
        )
        handler.send_response(found if isinstance(found, int) else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked went away: that is what some tests are about."""


@contextmanager
def serving(interface: Interface) -> Iterator[Interface]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            interface.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    interface.address = f"http://127.0.0.1:{server.server_address[1]}/o"
    try:
        yield interface
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
