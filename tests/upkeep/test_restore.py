"""What was backed up is what comes back, into an empty place only; and whatever is not as it should be is said."""

import fcntl
import gzip
import os
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, select, text, update

from selfcare import migrations
from selfcare.accounts import factor, passwords
from selfcare.accounts.models import SignIn
from selfcare.audit import chain
from selfcare.audit.models import Trail
from selfcare.database import Database, command, now, session
from selfcare.leaving import erasing, notebook
from selfcare.outbox.models import Outbox
from selfcare.people.models import Person
from selfcare.upkeep import archive
from tests import factories
from tests.conftest import SECRET
from tests.factories import record
from tests.upkeep.conftest import Place, room_for

ON_SQLITE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
# Restoring ends sessions, and sees to what was under way: these it changes.
CHANGED = ("sign_in", "outbox", "job")


def everything(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    engine, tables = create_engine(url), MetaData()
    tables.reflect(engine)
    with engine.connect() as work:
        found = {
            table.name: sorted(map(repr, work.execute(select(table)))) for table in tables.tables.values()
        }
    engine.dispose()
    return found


def live(place: Place) -> None:
    """A life in it: a record with one of everything, a chained trail, a password and a second step."""
    with place.app.test_request_context(), command():
        house = factories.household()
        record.fill(house)
        house.rosa.password_hash = passwords.hashed("winter ladder teapot")
        house.amina.totp_secret = factor.sealed("GEZDGNBVGY3TQOJQ")
    with place.app.app_context():
        chain.anchor()


def test_what_was_backed_up_is_what_comes_back(place: Place) -> None:
    """Every row of every table, on either engine. Alone catches: a copy that leaves out a table, or turns a value."""
    live(place)
    said = place.back_up()
    assert "The keys are not in it" in said
    assert place.file.stat().st_mode & 0o777 == 0o600
    before = everything(place.here)
    done = place.restore()
    assert done.exit_code == 0, done.output
    for words in ("rows are back", "The trail holds", "A sign-in works", "Everybody signs in again"):
        assert words in done.output
    after = everything(place.empty)
    assert {name for name in before if before[name] != after[name]} <= set(CHANGED)
    assert [len(before[name]) for name in CHANGED[:2]] == [len(after[name]) for name in CHANGED[:2]]
    with place.app.app_context():
        assert list(session().scalars(select(SignIn.id).where(SignIn.ended_at.is_(None)))) == []
    assert place.left_over() == []


@ON_SQLITE
def test_what_waited_and_may_have_been_sent_since_is_not_sent_again(place: Place) -> None:
    """Whose task that is sees it: nobody knows. What is due later goes its way."""
    with place.app.test_request_context(), command() as work:
        house = factories.household()
        row = {"account_id": house.rosa.id, "kind": "x", "about": {}, "made_at": now(), "reason": None}
        for name, at in (("due", now()), ("later", now() + timedelta(days=2))):
            work.add(Outbox(dedupe=name, not_before=at, person_id=house.person.id, **row))
    place.back_up()
    done = place.restore()
    assert done.exit_code == 0, done.output
    with place.app.app_context():
        states = {row.dedupe: row.state for row in session().scalars(select(Outbox))}
    assert states == {"due": "handing over", "later": "waiting"}


@ON_SQLITE
def test_who_was_erased_since_is_not_let_in_again(place: Place) -> None:
    """By the note beside the key. Alone catches: somebody erased who is back, and everybody else who goes too."""
    with place.app.test_request_context(), command():
        gone, stays = factories.household().person.id, factories.household().person.id
    with place.app.app_context():
        chain.anchor()
    place.back_up()
    with place.app.app_context():
        notebook.note(erasing.digest(gone), now())
    done = place.restore()
    assert done.exit_code == 0, done.output
    with place.app.app_context():
        assert session().scalars(select(Person.id)).all() == [stays]
        assert chain.verify().faults == []


def refused(place: Place, *args: str) -> str:
    """The one sentence or two that a restore was refused with; the place is as empty as before."""
    done = place.restore(*args)
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    said = done.output.strip().splitlines()[-1]
    assert said.startswith("Error: ")
    with place.app.extensions["database"].engine.connect() as work:
        names = MetaData()
        names.reflect(work)
        assert list(names.tables) == []
    assert place.left_over() == []
    return said


def _another_manifest(file: Path, **values: Any) -> None:
    """The same backup, saying something else of itself, sealed as if by us."""
    copy = file.with_name("copy")
    manifest = archive.read(file, SECRET, copy)
    file.unlink()
    archive.write(file, copy, replace(manifest, **values), SECRET)


def torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])


def torn_at_its_end(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def torn_at_its_head(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:40])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def altered(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    middle = len(whole) // 2
    for at in range(middle, middle + 16):  # one bit alone may name other noughts to repeat: no alteration
        whole[at] ^= 0xFF
    file.write_bytes(whole)


def altered_and_packed_again(file: Path) -> None:
    """With a digest that is right, by somebody without the key."""
    copy = file.with_name("copy")
    manifest = archive.read(file, SECRET, copy)
    with closing(sqlite3.connect(copy)) as work:
        work.execute("update account set name = 'Mallory'")
        work.commit()
    file.unlink()
    digest = archive.digest_of(copy)
    archive.write(file, copy, replace(manifest, size=copy.stat().st_size, digest=digest), "another key")


def altered_under_its_manifest(file: Path) -> None:
    """Packed again whole, with the seal that it had."""
    copy = file.with_name("copy")
    manifest = archive.read(file, SECRET, copy)
    whole = copy.read_bytes()
    copy.write_bytes(whole.replace(b"Rosa", b"Rose"))
    file.unlink()
    archive.write(file, copy, manifest, SECRET)


def a_text(file: Path) -> None:
    file.write_text("Dear all, here is the backup.")


def another_archive(file: Path) -> None:
    with tarfile.open(file, "w:gz") as made:
        made.addfile(tarfile.TarInfo("photos"), BytesIO())


def packed_text(file: Path) -> None:
    file.write_bytes(gzip.compress(b"nothing of ours" * 100))


def the_database_itself(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as made:
        made.execute("create table x (y)")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def gone(file: Path) -> None:
    file.unlink()


def newer(file: Path) -> None:
    _another_manifest(file, migration="9999", version="7.0")


def newer_kind(file: Path) -> None:
    _another_manifest(file, format=2)


def of_another_engine(file: Path) -> None:
    _another_manifest(file, engine="postgresql")


def with_rows_lost(file: Path) -> None:
    manifest = archive.read(file, SECRET)
    _another_manifest(file, rows=manifest.rows | {"account": manifest.rows["account"] + 1})


SPOILED: dict[Callable[[Path], None], str] = {
    torn: "is torn or was altered",
    torn_at_its_end: "is torn or was altered",
    torn_at_its_head: "is torn or was altered",
    emptied: "is torn or was altered",
    altered: "is torn or was altered",
    altered_under_its_manifest: "is torn or was altered",
    altered_and_packed_again: "is torn or was altered",
    a_text: "is no backup of Selfcare",
    another_archive: "is no backup of Selfcare",
    packed_text: "is no backup of Selfcare",
    the_database_itself: "is no backup of Selfcare",
    a_folder: "Is a directory",
    gone: "No such file",
    newer: "was made by a newer version of Selfcare (7.0, 9999)",
    newer_kind: "was made by a newer version of Selfcare",
    of_another_engine: "is a backup of PostgreSQL, and DATABASE_URL names SQLite",
    with_rows_lost: "account has 5 rows instead of 6",
}


@pytest.fixture(scope="module")
def a_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one backup is kept that is spoiled in every way."""
    return tmp_path_factory.mktemp("good") / "one.backup"


@ON_SQLITE
@pytest.mark.parametrize("how", SPOILED, ids=lambda how: how.__name__)
def test_what_is_no_good_backup_is_refused(place: Place, a_backup: Path, how: Callable[[Path], None]) -> None:
    """Whole it is taken: see above. The place is left empty, and nothing lies about."""
    if not a_backup.exists():
        with place.app.test_request_context(), command():
            factories.household()
            factories.account(name="Sam")
        place.back_up()
        place.file.rename(a_backup)
    place.file.write_bytes(a_backup.read_bytes())
    how(place.file)
    assert SPOILED[how] in refused(place)


@ON_SQLITE
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_full_disk_leaves_the_place_empty(place: Place, share: float) -> None:
    place.back_up()
    size = archive.read(place.file, SECRET).size
    place.stand(place.empty)
    with room_for(int(size * share)):
        done = place.run("restore", str(place.file))
    assert (done.exit_code, "Traceback" in done.output) == (1, False), done.output
    assert "the disk is full" in done.output or "Nothing of it was kept" in done.output
    assert place.restore().exit_code == 0


@ON_SQLITE
def test_a_seal_that_does_not_fit_is_found_where_the_key_is_at_hand(place: Place) -> None:
    """Alone catches: a manifest that says it was sealed with our key, and was not."""
    place.back_up()
    copy = place.folder / "copy"
    manifest = archive.read(place.file, SECRET, copy)
    place.file.unlink()
    archive.write(place.file, copy, manifest, "another key")
    assert "is torn or was altered" in refused(place)


@ON_SQLITE
def test_under_another_key_it_is_only_restored_when_that_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(place)
    place.back_up()
    another = replace(place.app.config["SETTINGS"], secret_key="another key, and long enough for it")
    monkeypatch.setitem(place.app.config, "SETTINGS", another)
    monkeypatch.setitem(place.app.config, "SECRET_KEY", another.secret_key)
    assert "was made with another secret key" in refused(place)
    done = place.restore("--another-key")
    assert done.exit_code == 0, done.output
    assert "1 second steps were closed with another key" in done.output


def test_data_that_is_there_is_never_written_over(place: Place) -> None:
    """Also one table that is not ours. Alone catches: a restore that asks only for tables of its own."""
    place.back_up()
    done = place.run("restore", str(place.file))
    assert (done.exit_code, "holds data already" in done.output) == (1, True), done.output
    place.stand(place.empty)
    with place.app.extensions["database"].engine.begin() as work:
        work.execute(text("create table accounts_of_the_club (name varchar)"))
    done = place.run("restore", str(place.file))
    assert (done.exit_code, "holds data already" in done.output) == (1, True), done.output


@ON_SQLITE
def test_a_file_that_is_no_database_is_not_written_over(place: Place) -> None:
    place.back_up()
    target = place.folder / "data" / "mine.db"
    target.write_bytes(b"a letter to my sister " * 500)
    place.stand(f"sqlite:///{target}")
    done = place.run("restore", str(place.file))
    assert (done.exit_code, "something else is there" in done.output) == (1, True), done.output
    assert target.read_bytes().startswith(b"a letter")


def test_a_trail_that_was_changed_is_not_put_back(place: Place) -> None:
    """On PostgreSQL what was loaded is taken out again. Alone catches: a restore that does not verify."""
    live(place)
    with place.app.app_context(), command() as work:
        work.execute(update(Trail).where(Trail.verb == "added").values(verb="looked"))
    place.back_up()
    assert "The trail in the backup is not as it was" in refused(place)


@ON_SQLITE
def test_passwords_that_cannot_be_read_are_said(place: Place) -> None:
    with place.app.test_request_context(), command():
        factories.household().rosa.password_hash = "plain"
    place.back_up()
    assert "1 passwords in the backup cannot be read" in refused(place)


@ON_SQLITE
def test_an_older_one_is_brought_to_this_version(place: Place, tmp_path: Path) -> None:
    """Made before the tables of today were there."""
    old = f"sqlite:///{tmp_path / 'data' / 'old.db'}"
    made = Database(old)
    migrations.upgrade(made.engine, "0036")
    made.close()
    place.stand(old)
    place.back_up()
    assert archive.read(place.file, SECRET).migration == "0036"
    done = place.restore()
    assert done.exit_code == 0, done.output
    with place.app.app_context():
        assert session().scalar(text("select version_num from alembic_version")) == migrations.head()


@ON_SQLITE
def test_a_server_that_runs_there_is_not_restored_under(place: Place) -> None:
    place.back_up()
    path = place.empty.removeprefix("sqlite:///")
    held = os.open(f"{path}.serving", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(held, fcntl.LOCK_SH)
    try:
        assert "Selfcare is running on" in refused(place)
    finally:
        os.close(held)


@ON_SQLITE
def test_what_was_written_last_to_a_database_that_is_elsewhere_is_left_alone(place: Place) -> None:
    """Alone catches: a database moved away without its log, which then goes with the first look at its old place."""
    place.back_up()
    written = Path(f"{place.empty.removeprefix('sqlite:///')}-wal")
    written.write_bytes(b"the last words")
    done = place.restore()
    assert (done.exit_code, "belong together" in done.output) == (1, True), done.output
    assert written.read_bytes() == b"the last words"


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_others_at_the_database_are_not_restored_under(place: Place) -> None:
    """Alone catches: a deliverer that sends what waited in the backup, while it is put back."""
    place.back_up()
    other = create_engine(place.empty)
    with other.connect() as connection:
        connection.execute(text("select 1"))
        assert "Others are connected to" in refused(place)
    other.dispose()
    assert place.restore().exit_code == 0
