"""How long an answer took, counted by the name of its view: addresses hold ids, names do not."""

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from selfcare import counters

ROUTE = "selfcare.route"  # in the environment of a request, once it is known which view is to answer

Environ = dict[str, Any]
Wsgi = Callable[..., Iterable[bytes]]


class Timed:
    """Around the WSGI app, what it serves from disk included. The time in which a body arrives is not in it."""

    def __init__(self, app: Wsgi) -> None:
        self.app = app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, status = perf_counter(), "500 "

        def started(said: str, *rest: Any) -> Any:
            nonlocal status
            status = said
            return start_response(said, *rest)

        try:
            return self.app(environ, started)
        finally:
            took = perf_counter() - began
            counters.now().requests.labels(environ.get(ROUTE, "static"), f"{status[:1]}xx").observe(took)
