"""What was acknowledged is on the disk, and not only in the memory before it: kill -9 shows nothing of that.

The real servers run under `strace`. At each answer of success what the disk would hold is built from what was synced,
and once more with some of what was not; the database is opened there, and all that was acknowledged by then looked for.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from selfcare import database as databases
from tests.harness.proofs import Record, figure
from tests.proof_server.disk import Disk, File, strace
from tests.proof_server.served import Writer, other_app, place, served, together

POINTS, WRITERS = 200, 4
# For the control: what SQLite itself proposes for its log, which is not synced at each answer.
NORMAL = (
    "from sqlalchemy import event",
    "event.listen(app.extensions['database'].engine, 'connect',",
    "    lambda connection, _: connection.execute('PRAGMA synchronous=NORMAL').close())",
)

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_every_connection_waits_for_the_disk(app: Flask) -> None:
    """Alone catches, in `make test`: a connection that answers before its log is synced. What that is worth, the proof
    below shows."""
    with app.app_context(), databases.session().connection() as connection:
        asked = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        ]
    assert asked == ["wal", 2]


def run(app: Flask, url: str, tmp_path: Path, points: int, *, tree: Path | None = None) -> dict[str, int]:
    """Serves, has people write, and counts what is not there after the power went at one of the answers."""
    assert shutil.which("strace"), "this proof needs strace: apt install strace"
    folder, trace = tmp_path / "data", tmp_path / "trace"
    folder.mkdir(mode=0o700)
    here = place(app)
    path = folder / "selfcare.db"
    with (
        closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
        closing(sqlite3.connect(path)) as target,
    ):
        source.backup(target)
    disk = Disk(folder, {path.name: File(bytearray(path.read_bytes()), path.read_bytes())})
    more = {"tree": tree} if tree else {}
    with served(f"sqlite:///{path}", folder, before=strace(trace), **more) as server:
        writers = [Writer(here, server.port, f"w{n}") for n in range(WRITERS)]

        def work(writer: Writer) -> None:
            for number in range(points // WRITERS):
                writer.save(number)

        for thread in together(writers, work):
            thread.join(300)
        assert [writer.refused for writer in writers] == [[]] * WRITERS
    kept = {entry for writer in writers for entry in writer.kept.values()}
    found = {"points": 0, "lost": 0, "lost in a mix": 0, "damaged": 0}
    said: list[str] = []
    luck = Random(1)
    where = tmp_path / "after"
    for entry in disk.replay(trace):
        if entry not in kept:
            continue
        said.append(entry)
        found["points"] += 1
        for name, chance in (("lost", None), ("lost in a mix", luck)):
            shutil.rmtree(where, ignore_errors=True)
            where.mkdir()
            disk.leave(where, chance)
            there, whole = look(where / path.name)
            found[name] += len(set(said) - there)
            found["damaged"] += not whole
    found["syncs"] = disk.syncs
    return found


def look(path: Path) -> tuple[set[str], bool]:
    """The entries in a database that is opened after the power came back, and whether it is whole."""
    with closing(sqlite3.connect(path)) as after:
        try:
            whole = after.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return {str(UUID(row[0])) for row in after.execute("SELECT id FROM entry")}, whole
        except sqlite3.DatabaseError:
            return set(), False


@pytest.mark.proof
def test_what_was_acknowledged_outlives_the_power(
    app: Flask, database_url: str, tmp_path: Path, record_property: Record
) -> None:
    found = run(app, database_url, tmp_path, POINTS)
    figure(
        record_property, "power loss", f"sqlite: {found['points']} points, {found['syncs']} syncs",
        f"{found['lost']} lost",
        f"{found['lost in a mix']} lost where some of what was not synced is there too", f"{found['damaged']} damaged",
    )  # fmt: skip
    assert found["points"] == POINTS
    assert (found["lost"], found["lost in a mix"], found["damaged"]) == (0, 0, 0)


@pytest.mark.proof
def test_without_the_wait_for_the_disk_it_is_lost(
    app: Flask, database_url: str, tmp_path: Path, record_property: Record
) -> None:
    """The control: `synchronous=NORMAL`."""
    found = run(app, database_url, tmp_path, 20, tree=other_app(tmp_path / "tree", *NORMAL))
    figure(record_property, "power loss", f"control: {found['lost']} times lost at {found['points']} points")
    assert found["points"] == 20
    assert found["lost"] > 0
