"""A statement that fails, anywhere in any view: an honest page, and nothing of the record in a log."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, exc
from sqlalchemy.engine import Engine

from selfcare.database import command
from selfcare.web import edge
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import asks
from tests.factories.record import CANARY, fill
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.harness.proofs import Record, figure
from tests.house.crawl import addresses
from tests.house.odd_input import Asked, Found, fit, forms_of, nothing_is_kept

WORDS = f"These words are nobody else's: {CANARY}"
# In `make test` of every so-manieth form and page, and of a few of its statements.
EACH, MOST = (1, 10_000) if PROOF else (40, 2)
KINDS = (
    (exc.OperationalError, sqlite3.OperationalError), (exc.IntegrityError, sqlite3.IntegrityError),
    (exc.DataError, sqlite3.DataError),
)  # fmt: skip


@dataclass
class Faulty:
    """The statements of one request, of which one fails: with a text that quotes the record, as drivers do."""

    at: int = 0  # none
    seen: int = 0
    failed: bool = False

    def begin(self, at: int) -> None:
        self.at, self.seen, self.failed = at, 0, False

    def listen(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.seen += 1
        if self.seen == self.at:
            self.failed = True
            kind, driver = KINDS[self.at % len(KINDS)]
            raise kind(statement, {"note": WORDS}, driver(f"row contains {WORDS}"))


@contextmanager
def faulty(engine: Engine) -> Iterator[Faulty]:
    found = Faulty()
    event.listen(engine, "before_cursor_execute", found.listen)
    yield found
    event.remove(engine, "before_cursor_execute", found.listen)


@dataclass
class Lived:
    """A record of which an app shows every page, and every form of it, filled in so that it is accepted."""

    app: Flask
    asked: Asked
    forms: list[Found]
    pages: list[str]

    @property
    def engine(self) -> Engine:
        engine: Engine = self.app.extensions["database"].engine
        return engine

    def get(self, url: str) -> tuple[int, str]:
        answer = self.app.test_client(use_cookies=False).get(url, headers={"Cookie": self.asked.cookie})
        return answer.status_code, answer.get_data(as_text=True)

    def send(self, form: Found) -> tuple[int, str]:
        return self.asked.send(form, form.filled(words=WORDS), "a fault")


@pytest.fixture
def lived(
    make_app: Callable[..., Flask], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Lived:
    """As people meet it: a fault of ours is a page. What is sent gets as far as its commit, and is rolled back."""
    app = make_app(testing=False)
    who = getattr(request, "param", "rosa")
    with app.test_request_context(), command():
        house = factories.household(dict.fromkeys(Area, Level.MANAGE))
        ids = fill(house)
        account = asks.called(who, house, ids["ask_id"])
    client = Client(app, None, strict=False)  # type: ignore[arg-type]
    client.sign_in(account)
    client.get("/account/language")
    name = str(app.config["SESSION_COOKIE_NAME"])
    asked = Asked(app, f"{name}={client.cookie(name)}")
    nothing_is_kept(monkeypatch)
    pages = [url for _, url in addresses(app, ids)]
    pages = [f"/people/{ids['person_id']}/diary/note", *pages[::EACH]]
    found = [form for url in pages for form in forms_of(app, client.get(url, follow=False))]
    forms = list({(form.endpoint, *form.kinds): form for form in found if form.method == "POST"}.values())
    for form in forms:
        fit(asked, form)
    asked.faults.clear()
    return Lived(app, asked, forms, pages)


def unhonest(status: int, page: str, *, sent: bool) -> str:
    """What is wrong with an answer to a request of which a statement failed."""
    if status < 400:
        return f"answered {status} as if all were well"
    if status >= 500 and "Nothing was changed" not in page and "Nothing is lost" not in page:
        return f"answered {status} and does not say what that means"
    if "Traceback" in page or "sqlite3" in page or (not sent and CANARY in page):
        return f"answered {status} with what nobody should read"
    return ""


def each_fault(
    lived: Lived, ask: Callable[[], tuple[int, str]], name: str, *, sent: bool
) -> tuple[list[str], int]:
    """Asks again and again, each time with another of its statements failing.

    :returns: what was wrong, and how often a statement failed.
    """
    wrong, asked = [], 0
    with faulty(lived.engine) as fault:
        fault.begin(0)
        ask()
        whole = fault.seen
        step = max(whole // MOST, 1)
        for at in range(1, whole + 1, step):
            fault.begin(at)
            status, page = ask()
            asked += fault.failed
            said = unhonest(status, page, sent=sent) if fault.failed else ""
            wrong += [f"{name}, statement {at} of {whole}: {said}"] if said else []
    return wrong, asked


@pytest.mark.parametrize("lived", ["rosa", "amina", "leon", "bo"] if PROOF else ["rosa"], indirect=True)
def test_a_statement_that_fails_is_said_honestly(
    lived: Lived, engine_kind: str, capfd: pytest.CaptureFixture[str], record_property: Record
) -> None:
    """Alone catches: a view that swallows a fault and says all is well, and a log that quotes the record: each driver's
    fault has the words of the row in its text."""
    wrong, asked = [], 0
    for form in lived.forms:
        found, times = each_fault(lived, lambda form=form: lived.send(form), form.endpoint, sent=True)  # type: ignore[misc]
        wrong, asked = wrong + found, asked + times
    for url in lived.pages:
        found, times = each_fault(lived, lambda url=url: lived.get(url), url, sent=False)  # type: ignore[misc]
        wrong, asked = wrong + found, asked + times
    logged = "".join(capfd.readouterr())
    figure(
        record_property, "disk full, SQL faults", f"{engine_kind}: {asked} statements failed",
        f"{len(wrong)} answers not honest", f"{logged.count(CANARY)} words of the record logged",
    )  # fmt: skip
    assert wrong == []
    assert logged.count("unhandled") >= asked // 4, "the log is looked at"
    assert CANARY not in logged


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_fault_that_is_quoted_would_be_seen(
    lived: Lived, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    """The controls: the log says a fault in its own words; and one that is swallowed."""
    monkeypatch.setattr(edge, "describe", str)
    note = next(form for form in lived.forms if form.endpoint == "diary.note_send")
    each_fault(lived, lambda: lived.send(note), "note", sent=True)
    quoted = "".join(capfd.readouterr()).count(CANARY)
    swallow = dict.fromkeys(lived.app.error_handler_spec[None][None], lambda _: ("Saved", 200))
    monkeypatch.setitem(lived.app.error_handler_spec[None], None, swallow)
    wrong, _ = each_fault(lived, lambda: lived.send(note), "note", sent=True)
    figure(
        record_property, "disk full, SQL faults", f"control: {quoted} times quoted in a log",
        f"{len(wrong)} answers not honest",
    )  # fmt: skip
    assert quoted > 0
    assert wrong != []
