"""The real servers under `serve`: killed, they come back, and nobody else notices; asked to end, they finish first."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from selfcare.database import command, session
from selfcare.diary.models import Entry
from tests import factories
from tests.conftest import SECRET
from tests.harness.client import session_cookie
from tests.harness.places import ROOT
from tests.harness.server import LOOPBACK, free_port

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

FORM = "application/x-www-form-urlencoded"


@dataclass
class Writers:
    """People who save notes, one after the other, until they are told to stop. Whoever gets no answer asks again."""

    port: int
    diary: str
    headers: dict[str, str]
    token: str
    kept: list[float] = field(default_factory=list)  # the moments of the answers
    refused: list[int] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    guard: threading.Condition = field(default_factory=threading.Condition)

    def save(self) -> None:
        """One note, asked for again under its own id until it is answered."""
        body = urlencode({"csrf_token": self.token, "form_id": str(uuid4()), "note": "It began at night."})
        while True:
            try:
                with closing(HTTPConnection(LOOPBACK, self.port, timeout=30)) as line:
                    line.request("POST", f"{self.diary}note", body, self.headers | {"Content-Type": FORM})
                    answer = line.getresponse()
                    status, _ = answer.status, answer.read()
            except (OSError, HTTPException):
                if self.stop.wait(0.02):
                    return
                continue
            with self.guard:
                self.refused += [status] if status != 303 else []
                self.kept.append(monotonic())
                self.guard.notify_all()
            return

    def work(self) -> None:
        while not self.stop.is_set():
            self.save()

    def after(self, more: int) -> None:
        """Wait until so many more are kept."""
        with self.guard:
            target = len(self.kept) + more
            assert self.guard.wait_for(lambda: len(self.kept) >= target, 120), "saving stands still"

    @contextmanager
    def at_work(self, number: int) -> Iterator[None]:
        threads = [threading.Thread(target=self.work) for _ in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(60)


@pytest.fixture
def serving(
    app: Flask, database_url: str, tmp_path: Path
) -> Iterator[tuple["subprocess.Popen[str]", Writers]]:
    with app.test_request_context(), command():
        house = factories.household()
        diary, rosa = f"/people/{house.person.id}/diary/", house.rosa.id
    name, value = session_cookie(app, rosa)
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
    env |= {
        "DATABASE_URL": database_url, "SELFCARE_DATA": str(tmp_path), "SELFCARE_SECRET_KEY": SECRET, "PORT": str(port),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "serve"],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert next(line for line in iter(process.stdout.readline, "") if "Stop with Ctrl+C." in line)
        drain = threading.Thread(target=process.stdout.read)
        drain.start()
        headers = {"Cookie": f"{name}={value}", "Sec-Fetch-Site": "same-origin"}
        page = _when_up(port, f"{diary}note", headers)
        token = BeautifulSoup(page, "html.parser").select_one("[name=csrf_token]")
        assert token is not None
        yield process, Writers(port, diary, headers, str(token["value"]))
        process.terminate()
        drain.join(60)
    finally:
        process.kill()
        process.communicate()


def _when_up(port: int, path: str, headers: dict[str, str]) -> bytes:
    latest, between = monotonic() + 120, threading.Event()
    while True:
        try:
            with closing(HTTPConnection(LOOPBACK, port, timeout=30)) as line:
                line.request("GET", path, headers=headers)
                answer = line.getresponse()
                assert answer.status == 200
                return answer.read()
        except OSError:
            assert monotonic() < latest
            between.wait(0.05)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(serve: int) -> list[int]:
    """The processes that answer: each the child of a server that `serve` keeps."""
    return [worker for server in children(serve) for worker in children(server)]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes where Linux shows them")
def test_killed_workers_come_back_and_saving_goes_on(
    app: Flask,
    serving: tuple["subprocess.Popen[str]", Writers],
    record_property: Callable[[str, object], None],
) -> None:
    """Would fail where two that die within seconds end the server, or a dead one keeps its turn to write: then those
    who wait for it are refused."""
    process, people = serving
    with people.at_work(4):
        people.after(20)
        first, second = workers(process.pid)
        os.kill(first, signal.SIGKILL)
        people.after(10)
        os.kill(second, signal.SIGKILL)
        people.after(40)
        assert len({*workers(process.pid)} - {first, second}) >= 1
    gaps = [later - earlier for earlier, later in zip(people.kept, people.kept[1:], strict=False)]
    assert people.refused == []
    assert process.poll() is None
    with app.app_context():
        assert session().query(Entry).count() >= len(people.kept)
    record_property("table", f"saving stood still for {max(gaps):.1f} s at most")


def test_asked_to_end_it_answers_what_it_has_taken(serving: tuple["subprocess.Popen[str]", Writers]) -> None:
    """Would fail where what is under way is cut: forty at once, more than there are threads."""
    process, people = serving
    lines = [HTTPConnection(LOOPBACK, people.port, timeout=60) for _ in range(40)]
    for line in lines:
        body = urlencode({"csrf_token": people.token, "form_id": str(uuid4()), "note": "It began at night."})
        line.request("POST", f"{people.diary}note", body, people.headers | {"Content-Type": FORM})
    first = lines[0].getresponse()  # one is answered: the others have been sent before
    process.terminate()
    answers = [first, *(line.getresponse() for line in lines[1:])]
    assert [answer.status for answer in answers] == [303] * 40
    for line in (*answers, *lines):
        line.close()
    assert process.wait(60) == 0
