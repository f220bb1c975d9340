"""Killed at any moment, the real servers lose nothing, keep nothing by halves, and are back at once."""

import threading
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from selfcare.audit.models import Trail
from selfcare.database import Database, rebind
from selfcare.diary.models import Entry
from selfcare.web.models import Once
from tests.harness.places import PROOF
from tests.harness.proofs import Record, figure
from tests.proof_server.postgresql import cluster
from tests.proof_server.served import Place, Writer, other_app, place, served, together

WRITERS, BACK_IN = 4, 3.0
KILLS, EDITS = (100, 50) if PROOF else (3, 10)
# Of so many kills, each so-manieth is of everything, and it is started anew as after a crash of the machine.
EACH_ALL = 10
DATABASE_KILLS = 10


def faults(url: str, here: Place, writers: Sequence[Writer]) -> dict[str, int]:
    """What is not as it was said to be."""
    said = {words: UUID(entry) for writer in writers for words, entry in writer.kept.items()}
    marks = [mark for writer in writers for mark in writer.marks]
    data = Database(url)
    with Session(data.engine) as work:
        rows = work.execute(select(Entry.note, Entry.id).where(Entry.id != here.shared)).all()
        noted = set(work.scalars(select(Trail.item_id).where(Trail.verb == "added", Trail.kind == "entry")))
        once = set(work.scalars(select(Once.row_id).where(Once.kind == "entry")))
        unanswered = work.scalar(select(func.count()).where(Once.location.is_(None)))
        shared = work.scalars(select(Entry.note).where(Entry.id == here.shared)).one().split()
    data.close()
    kept = dict(rows)  # type: ignore[arg-type]
    entries = set(kept.values())
    return {
        "said": len(said) + len(marks),
        "lost": sum(kept.get(words) != entry for words, entry in said.items()),
        "twice": len(rows) - len(kept),
        "half-saved": len(entries ^ (noted - {here.shared}))
        + len(entries ^ (once - {here.shared}))
        + (unanswered or 0),
        "lost updates": len(set(marks) - set(shared)) + len(shared) - len(set(shared)),
    }


def storm(
    app: Flask, url: str, folder: Path, kills: int, edits: int, *, tree: Path | None = None
) -> tuple[dict[str, int], list[float], list[float]]:
    """Four write; meanwhile everything that answers is killed again and again, each time after it answered some."""
    here, over = place(app), threading.Event()
    with served(url, folder, **({"tree": tree} if tree else {})) as server:
        writers = [Writer(here, server.port, f"w{n}") for n in range(WRITERS)]

        def work(writer: Writer) -> None:
            number = 0
            while number < edits or not over.is_set():
                writer.save(number)
                if number < edits:
                    writer.mark(number)
                number += 1

        threads = together(writers, work)
        workers, whole = [], []
        for kill in range(kills):
            _until_more(writers, 4)
            if kill % EACH_ALL == EACH_ALL - 1:
                server.kill()
                server.start()
                whole.append(server.answers())
            else:
                server.kill_workers()
                workers.append(server.answers())
        over.set()
        for thread in threads:
            thread.join(600)
            assert not thread.is_alive()
        assert [writer.refused for writer in writers] == [[]] * WRITERS
    return faults(url, here, writers), workers, whole


def _until_more(writers: list[Writer], more: int) -> None:
    """Until each has been told that something was kept, and all together of so many more things."""
    between, before = threading.Event(), sum(len(writer.kept) + len(writer.marks) for writer in writers)
    while sum(len(writer.kept) + len(writer.marks) for writer in writers) < before + more:
        between.wait(0.005)


def test_killed_again_and_again_nothing_is_lost(
    app: Flask, database_url: str, engine_kind: str, tmp_path: Path, record_property: Record
) -> None:
    """Alone catches: an answer that leaves before its commit, a row without its note in the trail, an edit that is kept
    over one it has not read, and a server that a dead one keeps from starting."""
    found, workers, whole = storm(app, database_url, tmp_path, KILLS, EDITS)
    figure(
        record_property, "kill -9", f"{engine_kind}: {KILLS} kills under {WRITERS} writers, {WRITERS} × {EDITS} edits",
        f"of {found['said']} acknowledged {found['lost']} lost, {found['twice']} twice",
        f"{found['half-saved']} half-saved",
        f"{found['lost updates']} lost updates", f"back in {max(workers):.1f} s",
        f"all of it started anew in {max(whole, default=0):.1f} s",
    )  # fmt: skip
    assert {name: found[name] for name in ("lost", "twice", "half-saved", "lost updates")} == dict.fromkeys(
        ("lost", "twice", "half-saved", "lost updates"), 0
    )
    # A busy machine is slow to start anything: seconds are for `make proof`, which has it for itself.
    assert max(workers) <= BACK_IN or not PROOF


# Says that something is kept before it is, and keeps of four things three.
HASTY = (
    "from itertools import count",
    "from selfcare import database",
    "from selfcare.web import edge",
    "turns = count(1)",
    "finish = edge.finish",
    "edge.finish = lambda keep: finish(keep and next(turns) % 4 > 0) or True",
)
# Takes whatever version a form names.
CARELESS = (
    "from selfcare.diary import actions",
    "from selfcare.web import versions",
    "turn = versions.change",
    "def change(permit, row, version, **values):",
    "    return turn(permit, row, row.version, **values)",
    "versions.change = change",
)


@pytest.mark.proof
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("wrong", "what"), [(HASTY, "lost"), (CARELESS, "lost updates")])
def test_what_is_wrong_would_be_seen(
    app: Flask, database_url: str, tmp_path: Path, wrong: tuple[str, ...], what: str, record_property: Record
) -> None:
    """The controls: an app that does not keep all it says it has kept; and one that does not look at versions."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    found, _, _ = storm(app, database_url, data, 1, 30, tree=other_app(tmp_path / "tree", *wrong))
    figure(record_property, "kill -9", f"control: {found[what]} {what} of {found['said']}")
    assert found[what] > 0


# ----------------------------------------------------------------------------- the database's own server is killed


@pytest.mark.proof
@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_killed_the_databases_server_loses_nothing(
    app: Flask, tmp_path: Path, record_property: Record
) -> None:
    """In place of a power loss on PostgreSQL, whose own log is proved by others: its settings are those that wait for
    the disk, and killed with all it has in its memory it comes back with everything that was acknowledged."""
    with cluster() as own:
        waits = {name: own.setting(name) for name in ("fsync", "synchronous_commit", "full_page_writes")}
        assert set(waits.values()) == {"on"}, waits
        rebind(app, own.migrated())
        here, over, back = place(app), threading.Event(), list[float]()
        with served(own.url, tmp_path) as server:
            writers = [Writer(here, server.port, f"w{n}") for n in range(WRITERS)]

            def work(writer: Writer) -> None:
                number = 0
                while not over.is_set():
                    writer.save(number)
                    writer.mark(number)
                    number += 1

            threads = together(writers, work)
            try:
                for _ in range(DATABASE_KILLS):
                    _until_more(writers, 20)
                    back.append(own.kill())
            finally:
                over.set()
            for thread in threads:
                thread.join(120)
                assert not thread.is_alive()
            assert [writer.refused for writer in writers] == [[]] * WRITERS
        found = faults(own.url, here, writers)
        figure(
            record_property, "power loss", f"postgresql: its server killed {DATABASE_KILLS} times, fsync on",
            f"of {found['said']} acknowledged {found['lost']} lost", f"{found['half-saved']} half-saved",
            f"back in {max(back):.1f} s",
        )  # fmt: skip
        app.extensions["database"].close()
        assert [found[name] for name in ("lost", "twice", "half-saved", "lost updates")] == [0] * 4
