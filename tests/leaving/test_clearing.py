"""What is done, and not done again, until nothing is left between the rows."""

from types import SimpleNamespace

import pytest

from selfcare.database import Database, now
from selfcare.leaving import clearing

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_disk_that_is_nearly_full_is_left_alone(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: a file written anew into the last room there is, so that nobody can write at all."""
    place = Database(database_url)
    monkeypatch.setattr(clearing.shutil, "disk_usage", lambda _: SimpleNamespace(free=clearing._SPARE))
    with pytest.raises(clearing.NotCleared):
        clearing.clear(place, [], now())
    place.close()


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
