"""What is done at night is done once, by one process; one that dies gives it back, and one that fails tries again."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update

from selfcare.database import command, now, session
from selfcare.upkeep import backing_up, night
from selfcare.upkeep.models import Job
from tests import factories
from tests.upkeep.conftest import Place

ON_SQLITE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def job(place: Place, name: str = "backup") -> Job:
    with place.app.app_context():
        return session().get_one(Job, name)


def set_job(place: Place, **values: object) -> None:
    with place.app.app_context(), command() as work:
        work.execute(update(Job).values(**values))


def due(place: Place) -> None:
    """The first look only says when; then its time has come."""
    for name in night.JOBS:
        assert night.do(place.app, name) is False
    set_job(place, next_at=now() - timedelta(minutes=1))


@ON_SQLITE
def test_the_night_begins_where_the_team_is(place: Place, with_settings: Callable[..., None]) -> None:
    with_settings(zone="Europe/London", backup_at=time(2, 30))
    with place.app.app_context():
        summer, winter = datetime(2026, 7, 1, 1, 29, tzinfo=UTC), datetime(2026, 11, 30, 2, 30, tzinfo=UTC)
        assert night.next_night(summer) == datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
        assert night.next_night(winter) == datetime(2026, 12, 1, 2, 30, tzinfo=UTC)


def test_all_of_it_is_done_once(place: Place) -> None:
    """On both engines, with the real work. Asked again, nothing is due until the next night."""
    with place.app.test_request_context(), command():
        house = factories.household()
        factories.permit(house.amina, house.person)
    due(place)
    assert [night.do(place.app, name) for name in night.JOBS] == [True] * 4
    assert [night.do(place.app, name) for name in night.JOBS] == [False] * 4
    found = job(place)
    assert (found.fault, found.lease, found.next_at > now()) == (None, None, True)  # type: ignore[operator]
    assert found.place
    assert len(os.listdir(place.folder / "data" / "backups")) == 1
    with place.app.app_context():
        assert backing_up.status(place.app.config["SETTINGS"], now())[0]


def test_of_many_processes_one_has_it(place: Place) -> None:
    due(place)
    got: list[night.Held | None] = []
    together = threading.Barrier(4)

    def try_it() -> None:
        with place.app.app_context():
            together.wait()
            got.append(night.claim("backup", now()))

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [each for each in got if each]
    assert len(held) == 1
    # It dies: when its time is over the next one takes it, and what the dead one says then changes nothing.
    set_job(place, lease_until=now() - timedelta(seconds=1))
    with place.app.app_context():
        again = night.claim("backup", now())
        assert again is not None
        assert night.let_go(held[0], fault="too late") is False
        assert night.let_go(again, fault=None) is True


@ON_SQLITE
def test_what_did_not_go_well_is_tried_again_within_the_hour(place: Place) -> None:
    """And is said. Alone catches: a folder that is full, and nobody hears of it until the backup is needed."""
    due(place)
    (place.folder / "data" / "backups").write_text("in the way")
    assert night.do(place.app, "backup") is False
    found = job(place)
    assert found.fault
    assert "cannot be made" in found.fault
    assert now() < found.next_at < now() + timedelta(hours=1, minutes=1)  # type: ignore[operator]
    assert "The last try failed" in place.run("backup-status").output
    (place.folder / "data" / "backups").unlink()
    set_job(place, next_at=now())
    assert night.do(place.app, "backup") is True
    assert job(place).fault is None


@ON_SQLITE
def test_a_fault_of_ours_ends_nothing_else(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: object) -> None:
        raise ZeroDivisionError

    due(place)
    monkeypatch.setitem(night.JOBS, "tidy", breaks)
    stop = threading.Event()
    monkeypatch.setattr(stop, "wait", lambda _: True)
    night.run(place.app, stop)
    assert job(place, "tidy").fault == "ZeroDivisionError"
    assert job(place).done_at is not None


@ON_SQLITE
def test_the_deliverer_does_it(place: Place) -> None:
    """As `serve` starts it; asked to end, it ends. Alone catches: nights that no process ever begins."""
    due(place)
    folder = place.folder / "data" / "backups"
    over = threading.Event()

    def ends_it() -> None:
        while not list(folder.glob("*.backup")) and not over.is_set():
            over.wait(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    other = threading.Thread(target=ends_it)
    before = signal.getsignal(signal.SIGTERM)
    other.start()
    done = place.run("deliver")
    over.set()
    other.join()
    assert (done.exit_code, done.exception) == (0, None)
    assert len(os.listdir(folder)) == 1
    assert signal.getsignal(signal.SIGTERM) is before
    assert not any("night" in thread.name for thread in threading.enumerate()), "the thread goes on"


@ON_SQLITE
def test_a_clock_that_was_years_ahead_stops_no_night(
    place: Place, with_settings: Callable[..., None]
) -> None:
    """Alone catches: nights that wait for a day that a wrong clock has set, a backup of a day to come that is called
    good, and one just made that goes because others are named after such days.
    """
    with_settings(backups=1)
    due(place)
    ahead = now() + timedelta(days=3_650)
    set_job(place, next_at=ahead, done_at=ahead)
    folder = place.folder / "data" / "backups"
    folder.mkdir(mode=0o700)
    (folder / "selfcare-20361130T023000Z.backup").write_text("of a day to come")
    with place.app.app_context(), command() as work:
        work.get_one(Job, "backup").place = str(place.folder / "one.backup")
    place.file.write_text("of a day to come")
    assert "in the future" in place.run("backup-status").output
    assert night.do(place.app, "backup") is False  # its next night is set anew
    assert job(place).next_at < now() + timedelta(days=2)  # type: ignore[operator]
    set_job(place, next_at=now())
    assert night.do(place.app, "backup") is True
    assert [path.name for path in folder.iterdir()] != ["selfcare-20361130T023000Z.backup"]
    assert len(list(folder.iterdir())) == 1
    assert place.run("backup-status").exit_code == 0


@ON_SQLITE
def test_a_disk_that_is_not_there_is_said_and_no_folder_is_made_for_it(
    place: Place, with_settings: Callable[..., None]
) -> None:
    """Alone catches: backups that lie beside the data because the disk they were meant for was not connected."""
    disk = place.folder / "disk"
    with_settings(backup_folder=disk)
    due(place)
    assert night.do(place.app, "backup") is False
    assert "Is its disk connected?" in (job(place).fault or "")
    assert not disk.exists()


@ON_SQLITE
def test_a_fault_in_one_part_of_the_night_leaves_the_others(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: days that come and are not kept, because something else went wrong before."""
    done = []

    def fails(*_: object) -> int:
        raise RuntimeError("no")

    monkeypatch.setattr(night.keeping, "announce", fails)
    monkeypatch.setattr(night.keeping, "close_accounts", lambda *_: done.append("closed"))
    monkeypatch.setattr(night.erasing, "due", lambda _: done.append("erased"))
    due(place)
    assert night.do(place.app, "erase") is False
    assert done == ["closed", "erased"]
    assert job(place, "erase").fault == "RuntimeError"
