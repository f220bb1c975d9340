"""A backup takes its name when it is whole and good, or nothing is there; and the newest few are kept."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.upkeep import archive, backing_up, copying
from selfcare.upkeep.models import Job
from selfcare.upkeep.workplace import workplace
from tests import factories
from tests.conftest import SECRET
from tests.harness.places import ROOT
from tests.upkeep.conftest import Place, room_for

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def refused(place: Place, *args: str) -> str:
    done = place.run("backup", *args)
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    assert place.left_over() == []
    return done.output


def everyone(place: Place) -> list[UUID]:
    with place.app.app_context():
        return list(session().scalars(select(Account.id)))


def test_what_is_there_is_not_written_over(place: Place) -> None:
    place.back_up()
    before = place.file.read_bytes()
    assert "is there already" in refused(place, str(place.file))
    assert place.file.read_bytes() == before
    assert place.run("backup", str(place.file), "--replace").exit_code == 0
    # Alone catches: the database, or anything else, in the place of which a backup is put.
    here, letter, link = (
        Path(place.here.removeprefix("sqlite:///")),
        place.folder / "letter",
        place.folder / "db",
    )
    letter.write_text("to my sister")
    link.symlink_to(here)
    for other in (here, link, letter):
        before = other.stat()
        assert "it is not replaced" in refused(place, str(other), "--replace")
        assert other.stat() == before
    assert letter.read_text() == "to my sister"
    assert len(everyone(place)) == 0, "the database is still one"


def test_where_it_cannot_be_put_is_said(place: Place) -> None:
    assert "There is no folder" in refused(place, str(place.folder / "no" / "one.backup"))
    assert "is a folder" in refused(place, str(place.folder))
    assert "could not be written to /proc" in refused(place, "/proc/one.backup")


@pytest.mark.parametrize("share", [0.0, 0.5, 1.01])
def test_a_full_disk_leaves_the_one_before(place: Place, share: float) -> None:
    """Full at the first byte, and in the middle of the copy. The control: with room enough for it, it is made."""
    with place.app.test_request_context(), command():
        factories.household()
    place.back_up()
    before = place.file.read_bytes()
    size = archive.read(place.file, SECRET).size
    with room_for(int(size * share)):
        done = place.run("backup", str(place.file), "--replace")
    if share > 1:
        assert done.exit_code == 0, done.output
        return
    assert (done.exit_code, "Nothing" in done.output, "Traceback" in done.output) == (1, True, False)
    assert place.file.read_bytes() == before
    assert place.left_over() == []


def test_a_damaged_database_is_not_backed_up_as_if_it_were_well(place: Place) -> None:
    with place.app.test_request_context(), command():
        factories.household()
    place.back_up()
    path = place.folder / "data" / "damaged.db"
    archive.read(place.file, SECRET, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: 4096 * 3] + bytes(4096 * 8) + whole[4096 * 11 :])
    place.stand(f"sqlite:///{path}")
    place.file.unlink()
    done = place.run("backup", str(place.file))
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert not place.file.exists()


def test_asked_to_end_it_leaves_nothing(place: Place) -> None:
    with place.app.app_context(), pytest.raises(copying.WasStopped):
        backing_up.make(place.file, stopped=lambda: True)
    assert not place.file.exists()
    assert place.left_over() == []


def test_what_a_killed_one_left_is_cleared_and_what_is_under_way_is_not(place: Place) -> None:
    line = (
        "import os, signal, sys; from pathlib import Path; from selfcare.upkeep.workplace import workplace\n"
        "with workplace(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'copy').write_text('half of it'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", line, str(place.folder)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(place.left_over()) == 1, "the control: it did leave something"
    with workplace(place.folder) as mine:
        assert place.left_over() == [mine.name]
        place.back_up()
        assert place.left_over() == [mine.name]


def test_the_newest_few_are_kept_and_nothing_else_is_touched(
    place: Place, with_settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place.folder / "data" / "backups"
    with_settings(backups=2)
    start = now()
    for night in range(4):
        monkeypatch.setattr(backing_up, "now", lambda night=night: start + timedelta(days=night))
        with place.app.app_context():
            backing_up.nightly(backing_up.never)
        if not night:
            for name in ("before-the-move.backup", "selfcare-old.backup"):
                (folder / name).write_text("mine")
    kept = sorted(os.listdir(folder))
    assert kept[:1] == ["before-the-move.backup"]
    assert kept[-1:] == ["selfcare-old.backup"]
    assert kept[1:-1] == [backing_up.NIGHTLY.format(start + timedelta(days=night)) for night in (2, 3)]
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("off", [{"backups": 0}, {"demo": True}])
def test_none_is_made_at_night_where_that_is_off(
    place: Place, with_settings: Callable[..., None], off: dict[str, object]
) -> None:
    with_settings(**off)
    with place.app.app_context():
        backing_up.nightly(backing_up.never)
    assert not (place.folder / "data" / "backups").exists()


def test_its_age_is_said_in_words(place: Place, with_settings: Callable[..., None]) -> None:
    def status(**later: float) -> tuple[bool, str]:
        with place.app.app_context():
            return backing_up.status(place.app.config["SETTINGS"], now() + timedelta(**later))

    assert status() == (False, "No backup was made yet.")
    assert "No backup was made yet. Make one" in place.run("check-live").output
    with_settings(backups=0)
    assert "SELFCARE_BACKUPS=0" in status()[1]
    place.back_up()
    for later, ago in (({}, "just now"), ({"minutes": 1.1}, "1 minute ago"), ({"hours": 35}, "1 day ago")):
        well, said = status(**later)  # type: ignore[arg-type]
        assert (well, f"was made {ago}" in said) == (True, True), said
    assert status(hours=37)[0] is False
    with place.app.app_context(), command() as work:
        work.scalars(select(Job)).one().fault = "The disk is full."
    well, said = status()
    assert (well, "The last try failed: The disk is full." in said) == (False, True)
    place.file.unlink()
    assert "not there any more" in status()[1]
    done = place.run("backup-status")
    assert (done.exit_code, "not there any more" in done.output) == (1, True)
