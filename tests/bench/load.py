"""People who use the app at a steady pace, as a town does: what they open, log and ask, one thing after another."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count, cycle
from time import monotonic, perf_counter
from uuid import uuid4

from selfcare.config import DEMO_PASSWORD
from tests.bench.serving import cookie
from tests.bench.towns import Town
from tests.bench.wire import Wire
from tests.harness.client import session_cookie

# Below a person's own address, where they do not begin with a stroke.
READ = (
    "/", "diary/", "diary/?q=", "goals/", "results/", "more/", "letters/", "decisions/", "asks/", "budget/",
    "community/", "community/?q=walk", "links/", "feedback/", "sharing/", "appointments/", "questions/", "plan/",
)  # fmt: skip
DESK = (
    "/caseload/", "/inbox/", "/asks/", "/caseload/questions/", "/said/", "summary/", "results/", "",
    "/caseload/results/",
)  # fmt: skip
STAYS = 40  # things somebody does before they put the phone away
SIGNS_IN = 3  # of so many who come, one types a password

Deed = tuple[str, Callable[[], int]]


@dataclass
class Hand:
    """Whoever comes one after the other, each on connections of their own; a professional looks in between."""

    url: str
    town: Town
    people: range
    done: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def work(self, over: threading.Event, every: float) -> None:
        """Do something each `every` seconds until it is over. What was missed is not made up for."""
        due = monotonic()
        for kind, act in self._days():
            if over.wait(max(due - monotonic(), 0)):
                return
            due = max(due + every, monotonic())
            began = perf_counter()
            try:
                status = act()
            except OSError as fault:
                self.wrong[f"{kind}: {type(fault).__name__}"] += 1
                continue
            self.took.append((perf_counter() - began) * 1000)
            self.done[kind] += 1
            if status not in (200, 303):
                self.wrong[f"{kind}: {status}"] += 1

    def _days(self) -> Iterator[Deed]:
        name, value = session_cookie(self.town.app, self.town.nurse)
        own = {n: cookie(self.town, n) for n in self.people}
        pages, desk = cycle(READ), cycle(DESK)
        for n, come in zip(cycle(self.people), count()):
            if come % SIGNS_IN == 0:
                yield "signs in", partial(_sign_in, self.url, n)
            person, staff = Wire(self.url, own[n]), Wire(self.url, f"{name}={value}")
            somebody = self.town.somebody(n)
            home = f"/people/{somebody.person}/"
            for number in range(STAYS):
                if number == 15:
                    yield "asks", partial(_ask, person, f"{home}questions/add")
                elif number % 10 == 3:
                    yield "logs", partial(_log, person, f"{home}diary/log/{somebody.tracker}", number % 11)
                elif number % 10 == 7:
                    yield "professional reads", partial(_read, staff, home, next(desk))
                else:
                    yield "reads", partial(_read, person, home, next(pages))
            own[n] = person.cookie
            person.socket.close()
            staff.socket.close()


def _read(wire: Wire, home: str, path: str) -> int:
    where = path if path.startswith("/") else home + path
    request = wire.ready("GET", where, Accept_Encoding="br")
    try:
        return wire.send(request)[0]
    except ConnectionError:  # the server lets go of a line on which nobody said anything for ten seconds
        wire.connect()
        return wire.send(request)[0]


def _send(wire: Wire, path: str, fields: dict[str, str]) -> int:
    return wire.send(wire.form(path, fields, wire.token(path)))[0]


def _log(wire: Wire, path: str, severity: int) -> int:
    return _send(wire, path, _new() | {"severity": str(severity), "when": "now", "note": "As on most days."})


def _ask(wire: Wire, path: str) -> int:
    return _send(wire, path, _new() | {"text": "May I take both in the morning?", "readers": "now"})


def _sign_in(url: str, n: int) -> int:
    wire = Wire(url, "")
    try:
        fields = {"email": f"person-{n}@town.example.org", "password": DEMO_PASSWORD, "next": ""}
        return _send(wire, "/sign-in", fields)
    finally:
        wire.socket.close()


def _new() -> dict[str, str]:
    return {"form_id": str(uuid4())}
