"""A disk that is full at each write: an honest page, nothing acknowledged lost, and the next one has the turn."""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from string import ascii_letters
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.database import command, session
from selfcare.diary.models import Entry
from selfcare.web import edge
from tests import factories
from tests.factories.record import CANARY
from tests.harness.client import Client
from tests.harness.proofs import Record, figure
from tests.proof_server.postgresql import cluster
from tests.upkeep.conftest import room_for

ROW = "disk full, SQL faults"
A_PAGE = 4120  # of SQLite's log, with its head
MOST = 60


class Desk:
    """Somebody who saves notes, in an app that shows people its page for a fault."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.test_request_context(), command():
            house = factories.household()
            rosa, self.url = house.rosa.id, f"/people/{house.person.id}/diary/note"
        self.client = Client(app, None, strict=False)  # type: ignore[arg-type]
        self.client.sign_in(rosa)
        self.said: set[str] = set()
        url = app.extensions["database"].url
        if url.startswith("sqlite"):  # a log that another test left long would be written from its start
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as beside:
                assert beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        self.anew()

    def anew(self) -> None:
        self.form = self.client.get(self.url).form("log")

    def save(self, note: str) -> Any:
        """Sends the form; what was acknowledged is remembered."""
        answer = self.form.submit(note=note, follow=False)
        if answer.status == 303:
            self.said.add(note)
        return answer

    def saved(self, note: str) -> bool:
        """Saves it from a page that is opened anew."""
        self.anew()
        return bool(self.save(note).status == 303)

    def kept(self) -> set[str]:
        with self.app.app_context():
            return set(session().scalars(select(Entry.note)))


def log_of(url: str) -> int:
    return Path(url.removeprefix("sqlite:///") + "-wal").stat().st_size


def is_honest(answer: Any, note: str) -> bool:
    return answer.status == 503 and "Nothing was changed" in answer and note in answer.text


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_disk_is_full_at_each_write(
    make_app: Callable[..., Flask],
    database_url: str,
    capsys: pytest.CaptureFixture[str],
    record_property: Record,
) -> None:
    """Files may not grow beyond the log as it is, then by one page more, and so on, until all of it has room. Alone
    catches: a write that fails before the commit's own, and a full disk that leaves the turn to write taken."""
    app = make_app(testing=False)
    desk = Desk(app)
    assert all(desk.saved(f"before {number}") for number in range(12))
    steps = honest = 0
    while steps < MOST:
        note = f"{CANARY} {steps}"
        desk.anew()
        with room_for(log_of(database_url) + A_PAGE * steps):
            answer = desk.save(note)
        if answer.status == 303:
            break
        steps += 1
        honest += is_honest(answer, note)
        assert desk.saved(f"after {steps}"), "the next one has the turn"
    lost = desk.said - desk.kept()
    figure(
        record_property, ROW, f"sqlite: full at each of {steps} writes", f"{honest} honest pages",
        f"{len(lost)} acknowledged lost",
    )  # fmt: skip
    assert 3 <= steps < MOST
    assert honest == steps
    assert desk.kept() == desk.said
    assert CANARY not in "".join(capsys.readouterr())


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_commit_that_is_not_looked_at_would_be_seen(
    make_app: Callable[..., Flask],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """The control: what could not be committed is answered as if it had been."""
    app = make_app(testing=False)
    desk = Desk(app)
    assert desk.saved("before")
    desk.anew()
    finish = database.finish
    monkeypatch.setattr(edge, "finish", lambda keep: finish(keep) or True)
    for steps in range(MOST):
        with room_for(log_of(database_url) + A_PAGE * steps):
            if desk.save(f"lost {steps}").status == 303:
                break
        desk.anew()
    lost = desk.said - desk.kept()
    figure(record_property, ROW, f"control: {len(lost)} acknowledged lost")
    assert lost


@contextmanager
def a_small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own, in memory. Only who runs as root may have one."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False)
    if done.returncode:
        pytest.skip("a small disk can only be made by root: mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """To its last byte, until the block ends."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    yield
    filler.unlink()


@pytest.mark.proof
@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_the_disk_of_the_databases_server_is_full(
    make_app: Callable[..., Flask],
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    record_property: Record,
) -> None:
    """PostgreSQL on a small disk, and notes as long as they may be, which want pages of their own."""
    letters, rounds, honest = Random(1), 10, 0
    with (
        a_small_disk(tmp_path_factory.mktemp("full"), "400m") as disk,
        cluster(disk / "data") as own,
    ):
        app = make_app(testing=False, database_url=own.migrated())
        desk = Desk(app)
        assert all(desk.saved(f"before {number}") for number in range(5))
        for step in range(rounds):
            note = f"{CANARY} {step} " + "".join(letters.choices(ascii_letters, k=15_000))
            desk.anew()
            with full(disk):
                honest += is_honest(desk.save(note), note)
            assert desk.saved(f"after {step}"), "there is room again"
        kept = desk.kept()
        app.extensions["database"].close()
    figure(
        record_property, ROW, f"postgresql: its disk full {rounds} times", f"{honest} honest pages",
        f"{len(desk.said - kept)} acknowledged lost",
    )  # fmt: skip
    assert honest == rounds
    assert desk.said == kept
    assert CANARY not in "".join(capsys.readouterr())
