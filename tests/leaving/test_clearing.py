"""What is done, and not done again, until nothing is left between the rows."""

from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from selfcare.database import Database, now
from selfcare.leaving import clearing

on_sqlite = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)


@on_sqlite
def test_a_disk_that_is_nearly_full_is_left_alone(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: a file written anew into the last room there is, so that nobody can write at all."""
    place = Database(database_url)
    monkeypatch.setattr(clearing.shutil, "disk_usage", lambda _: SimpleNamespace(free=clearing._SPARE))
    with pytest.raises(clearing.NotCleared):
        clearing.clear(place, [], now())
    place.close()


@on_sqlite
def test_only_the_log_is_tried_again(database_url: str) -> None:
    """Alone catches: the whole file written anew every hour of the day, because one reader held up its log."""
    place, said = Database(database_url), []
    real = place.engine.raw_connection

    def listening():  # type: ignore[no-untyped-def]
        found = real()
        found.driver_connection.set_trace_callback(said.append)
        return found

    place.engine.raw_connection = listening  # type: ignore[method-assign]
    moment = now()
    clearing.clear(place, [], moment)
    clearing.clear(place, [], moment)
    assert (said.count("VACUUM"), sum("wal_checkpoint" in one for one in said)) == (1, 2)
    clearing.clear(place, [], now())
    assert said.count("VACUUM") == 2
    place.close()


@on_postgresql
def test_who_began_to_read_before_is_waited_for(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: rows that are said to be cleared, and were kept for a backup that reads since before they
    went, or for somebody who writes in another database of the server."""
    place = Database(database_url)
    monkeypatch.setattr(clearing, "_OLD_READERS", 0.0)
    with place.engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
        reader.execute(text("SELECT count(*) FROM person"))
        with place.transaction() as work:
            work.execute(text("SELECT pg_current_xact_id()"))
        with pytest.raises(clearing.NotCleared):
            clearing.clear(place, ["trail_anchor"], now())
    clearing.clear(place, ["trail_anchor"], now())
    elsewhere = create_engine(place.engine.url.set(database="postgres"))
    with elsewhere.connect() as writer:
        writer.execute(text("SELECT pg_current_xact_id()"))
        with place.transaction() as work:
            work.execute(text("SELECT pg_current_xact_id()"))
        with pytest.raises(clearing.NotCleared):
            clearing.clear(place, ["trail_anchor"], now())
    elsewhere.dispose()
    place.close()
