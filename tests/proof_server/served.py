"""The app as `serve` runs it, on a port of its own, which can be killed and comes back; and people who write to it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Flask

from selfcare.database import command, now
from selfcare.diary import actions as diary
from selfcare.web.when import at_instant
from tests import factories
from tests.conftest import SECRET
from tests.harness.client import Client
from tests.harness.markup import Validator
from tests.harness.places import ROOT
from tests.harness.server import LOOPBACK, START_WITHIN, end, free_port

FORM = "application/x-www-form-urlencoded"


@dataclass
class Served:
    """`flask --app app serve`: two servers and the deliverer. `tree` is where its `app.py` is."""

    database_url: str
    folder: Path
    tree: Path = ROOT
    before: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        return self.folder / "served.log"

    def env(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
        return plain | {
            "DATABASE_URL": self.database_url, "SELFCARE_DATA": str(self.folder), "SELFCARE_SECRET_KEY": SECRET,
            "PORT": str(self.port), "SELFCARE_BACKUPS": "0", "SELFCARE_DEMO": "off", "PYTHONPATH": str(ROOT),
        }  # fmt: skip

    def start(self) -> None:
        line = [*self.before, sys.executable, "-m", "flask", "--app", "app", "serve"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                line,
                cwd=self.tree,
                env=self.env(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> float:
        """Waits until it answers. :returns: the seconds it took."""
        began, between = monotonic(), threading.Event()
        while monotonic() < began + START_WITHIN:
            try:
                with closing(HTTPConnection(LOOPBACK, self.port, timeout=2)) as line:
                    line.request("GET", "/healthz")
                    answer = line.getresponse()
                    answer.read()
                    if answer.status == 200:
                        return monotonic() - began
            except (OSError, HTTPException):
                between.wait(0.01)
        raise RuntimeError(self.log.read_text(errors="replace")[-4000:])

    def tree_of_processes(self) -> list[int]:
        """This process and all it has started, those last that are lowest."""
        found = [self.process.pid] if self.process else []
        for pid in found:
            try:
                listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
            except OSError:
                continue
            found += [int(child) for child in listed.split()]
        return found

    def kill_workers(self) -> None:
        """All that answer, at one moment; whoever keeps them running stays."""
        for pid in self.tree_of_processes()[1:]:
            _kill(pid)

    def kill(self) -> None:
        """Everything at one moment."""
        for pid in self.tree_of_processes():
            _kill(pid)
        if self.process:
            self.process.wait(30)

    def stop(self) -> None:
        if self.process:
            end(self.process)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def served(database_url: str, folder: Path, **more: Any) -> Iterator[Served]:
    server = Served(database_url, folder, **more)
    server.start()
    try:
        server.answers()
        yield server
    finally:
        server.stop()


def other_app(folder: Path, *lines: str) -> Path:
    """A folder with an app that is not as it should be, for a control: `lines` are run once it is made."""
    folder.mkdir()
    head = ("from selfcare.factory import create_app", "", "app = create_app()")
    (folder / "app.py").write_text("\n".join([*head, *lines, ""]))
    return folder


# ------------------------------------------------------------------------------------------------------ who writes


@dataclass(frozen=True)
class Place:
    """Whose diary is written to, with which cookie, and the note that all change."""

    diary: str
    cookie: str
    shared: UUID
    form: dict[str, str]  # the form that changes it, as it is shown


def place(app: Flask) -> Place:
    with app.test_request_context(), command():
        house = factories.household()
        rosa = factories.permit(house.rosa, house.person)
        shared = diary.log(rosa, None, at_instant(now(), rosa.zone), note="began").id
        account, path = house.rosa.id, f"/people/{house.person.id}/diary/"
    browser = Client(app, cast(Validator, None), strict=False)
    browser.sign_in(account)
    form = browser.get(f"{path}entries/{shared}/change").form("log")
    name = str(app.config["SESSION_COOKIE_NAME"])
    return Place(path, f"{name}={browser.cookie(name)}", shared, dict(form.values))


class NoAnswer(Exception):
    """The line was cut before an answer came: whether it was kept is not known."""


@dataclass
class Writer:
    """One who writes over one line after the other, and knows what was said to be kept."""

    place: Place
    port: int
    name: str
    token: str = ""
    kept: dict[str, str] = field(default_factory=dict)  # the words of a note → the id of its entry
    marks: list[str] = field(default_factory=list)  # what was said to be in the shared note now
    maybe: list[str] = field(default_factory=list)  # what may be, or not
    refused: list[int] = field(default_factory=list)
    _line: HTTPConnection | None = None

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> tuple[int, Any]:
        headers = {"Cookie": self.place.cookie, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
        if body is None:
            headers["Accept"] = "text/html"
        try:
            if self._line is None:
                self._line = HTTPConnection(LOOPBACK, self.port, timeout=30)
            sent = urlencode(body) if body is not None else None
            self._line.request(method, path, sent, headers | ({"Content-Type": FORM} if body else {}))
            answer = self._line.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException) as fault:
            self.close()
            raise NoAnswer from fault
        return answer.status, json.loads(text) if "json" in (answer.headers["Content-Type"] or "") else text

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def read(self, path: str, *names: str) -> dict[str, str]:
        """The values of some fields of a form."""
        status, page = self.ask("GET", self.place.diary + path)
        if status == 503:
            raise NoAnswer
        assert status == 200, (status, path)
        found = {name: _value(page, name) for name in ("csrf_token", *names)}
        self.token = found["csrf_token"]
        return found

    def save(self, number: int) -> bool:
        """A note under an id of its own, sent again under the same id until an answer comes."""
        words, form_id = f"{self.name}-{number}", str(uuid4())
        while True:
            try:
                if not self.token:
                    self.read("note")
                sent = {"csrf_token": self.token, "form_id": form_id, "note": words}
                status, told = self.ask("POST", f"{self.place.diary}note", sent)
            except NoAnswer:
                threading.Event().wait(0.02)
                continue
            if status in (200, 201):
                self.kept[words] = told["id"]
                return True
            if status != 503:
                self.refused.append(status)
                return False

    def mark(self, number: int) -> None:
        """Adds a mark to the note that all change, and begins anew where somebody was quicker."""
        mark, path = f"{self.name}+{number}", f"entries/{self.place.shared}/change"
        while True:
            try:
                form = self.read(path, "version", "note")
                if mark in form["note"].split():
                    self.marks.append(mark)
                    return
                form["note"] += f" {mark}"
                sent = self.place.form | form | {"form_id": str(uuid4())}
                status, _ = self.ask("POST", self.place.diary + path, sent)
            except NoAnswer:
                # Where nothing was said the next look at the note says it.
                threading.Event().wait(0.02)
                continue
            if status in (200, 201):
                self.marks.append(mark)
                return
            if status not in (409, 503):
                self.refused.append(status)
                return


def together(writers: Sequence[Writer], work: Callable[[Writer], None]) -> list[threading.Thread]:
    """Begins the work of all of them; each thread ends with it."""

    def one(writer: Writer) -> None:
        try:
            work(writer)
        finally:
            writer.close()

    threads = [threading.Thread(target=one, args=(writer,), daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    return threads


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL
    )
    assert found, f"no field {name}"
    return unescape(found[1])
