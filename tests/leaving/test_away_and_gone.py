"""Export → erase → raw bytes: everything is in the copy, and afterwards nothing is anywhere.

Each with its control that fails: a copy that leaves a table out, rows that are deleted and no more.
"""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, select, text, update

from selfcare.accounts.models import Account
from selfcare.audit import chain
from selfcare.audit.models import Trail
from selfcare.database import Base, command, now, session
from selfcare.diary.models import Entry
from selfcare.leaving import reading, tables
from selfcare.leaving.models import Erased
from selfcare.people.models import Person
from tests import factories
from tests.factories.record import fill
from tests.harness.places import run_folder
from tests.harness.proofs import Record, figure
from tests.leaving.canaries import fill_every_table, in_the_copy, plant
from tests.leaving.conftest import Home

WITHOUT_TEXTS = {
    "notice",
    "trail",
    "right",
    "report_seen",
    "change",
    "app_me_too",
}  # ids, codes and moments alone
MINE, OTHERS = "Kanarie", "Andermans"


def words_in(archive: ZipFile, word: str) -> set[str]:
    found = (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return {each for text_ in found for each in re.findall(rf"{word}\d{{5}}x", text_)}


def raw(home: Home) -> bytes:
    """Every byte of the database's files (without PostgreSQL's own log), every row as it can be asked for, and every
    other file of the data."""
    whole = [path.read_bytes() for path in sorted(home.data.rglob("*")) if path.is_file()]
    with home.app.app_context():
        engine = home.app.extensions["database"].engine
        for table in Base.metadata.sorted_tables:
            whole.append(repr(session().execute(select(table)).all()).encode())
        if engine.dialect.name == "sqlite":
            place = Path(engine.url.database)
            whole += [path.read_bytes() for path in place.parent.glob(f"{place.name}*")]
        else:
            session().rollback()
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("CHECKPOINT"))
                number = connection.scalar(
                    text("select oid from pg_database where datname = current_database()")
                )
            folder = run_folder() / "postgresql" / "base" / str(number)
            files = [path for path in folder.iterdir() if path.is_file()]
            assert sum(path.stat().st_size for path in files) > 1_000_000
            whole += [path.read_bytes() for path in files]
    return b"\0".join(whole)


def have_it_come(home: Home) -> None:
    """The day comes."""
    with home.app.app_context(), command() as work:
        done = work.execute(update(Person).where(Person.erase_at.is_not(None)).values(erase_at=now()))
        assert done.rowcount == 1  # type: ignore[attr-defined]


def change_something_first(home: Home) -> None:
    """Other words stood there before: they are in no row any more, and may lie between the rows."""
    with home.app.app_context(), command() as work:
        if home.app.extensions["database"].is_sqlite:
            work.execute(text("PRAGMA secure_delete=OFF"))  # as some builds have it
        mine = Entry.person_id == home.house.person.id
        work.execute(update(Entry).where(mine).values(note=f"{MINE}99999x " * 200))
        work.flush()
        work.execute(update(Entry).where(mine).values(note=f"{MINE}99998x"))


def test_all_of_it_is_in_the_copy_and_then_nowhere(
    home: Home, monkeypatch: pytest.MonkeyPatch, engine_kind: str, record_property: Record
) -> None:
    with home.app.test_request_context(), command() as work:
        other = factories.household()
        fill(other)
        theirs = plant(work, other.person.id, other.rosa, OTHERS)
    with home.app.app_context(), command() as work:
        rosa = work.get_one(Account, home.house.rosa.id)
        fill_every_table(work, home.house.person.id, rosa.id)
        planted = plant(work, home.house.person.id, rosa, MINE)
        expected = in_the_copy(work, rosa.id, planted)
        kept = set(work.scalars(select(Trail.seq).where(Trail.person_id == home.house.person.id)))
    with_texts = {name for name in tables.TAKEN if name not in WITHOUT_TEXTS}
    assert {planted[one][0] for one in expected} == with_texts
    assert len(planted) - len(expected) > 50, "what waits to be seen, and secrets, are planted too"
    home.rosa.strict = False  # its words are no words any more
    home.rosa.sign_in(home.house.rosa.id)
    home.ask()
    archive = home.fetch()
    found = words_in(archive, MINE)
    assert not expected - found, {planted[one][:2] for one in expected - found}
    assert not found - expected, {planted[one][:2] for one in found - expected}
    assert not words_in(archive, OTHERS)
    real = reading.rows
    with monkeypatch.context() as control:  # a copy that leaves a table out
        control.setattr(
            reading, "rows", lambda whose, name: real(whose, name) if name != "goal" else iter(())
        )
        home.ask()
        assert {planted[one][0] for one in expected - words_in(home.fetch(), MINE)} == {"goal"}

    change_something_first(home)
    assert MINE.encode() in raw(home)
    with home.app.app_context():
        heads = chain.anchor()
    page = home.rosa.get(home.base + "erasure/")
    page.form("erase").submit(sure="y")
    have_it_come(home)
    done = home.app.test_cli_runner().invoke(args=["erase-due"])
    assert "erased 1" in done.output, done.output
    whole = raw(home)
    left = set(re.findall(rb"Kanarie\d{5}x", whole))
    figure(
        record_property, "export, erase, raw bytes", f"{engine_kind}: {len(planted)} words planted",
        f"{len(expected)} in the copy, {len(expected - found)} missing", f"{len(left)} left afterwards",
    )  # fmt: skip
    assert MINE.encode() not in whole, {planted[one.decode()][:2] for one in left if one.decode() in planted}
    assert len(re.findall(rb"Andermans\d{5}x", whole)) >= len(theirs), "nothing of anybody else went"
    assert home.house.person.id.hex.encode() not in whole
    assert str(home.house.person.id).encode() not in whole
    with home.app.app_context():
        assert session().get(Account, home.house.rosa.id) is None
        assert session().scalars(select(Erased.cleared_at)).one() is not None
        # What was done is still there, under another name, and the chain of the trail still holds, also against heads
        # that were kept elsewhere.
        assert kept <= set(session().scalars(select(Trail.seq)))
        assert chain.verify(heads).faults == []
        chain.anchor()
        assert chain.verify(heads).faults == []


def test_rows_that_are_deleted_and_no_more_are_still_there(home: Home, record_property: Record) -> None:
    """The control of the one before: without clearing, what a database keeps of them can be read."""
    with home.app.app_context(), command() as work:
        rosa = work.get_one(Account, home.house.rosa.id)
        plant(work, home.house.person.id, rosa, MINE)
    with home.app.app_context(), command() as work:
        if home.app.extensions["database"].is_sqlite:
            work.execute(text("PRAGMA secure_delete=OFF"))
        for table in reversed(tables.of_people()):
            work.execute(delete(table).where(tables.of(table, home.house.person.id)))
    left = raw(home).count(MINE.encode())
    figure(record_property, "export, erase, raw bytes", f"control: {left} words left")
    assert left > 0
