"""Making a backup while people write, keeping the newest few, and saying how old the last good one is."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from selfcare.config import Settings
from selfcare.database import database, describe, is_busy, now
from selfcare.upkeep import archive, copying
from selfcare.upkeep.copying import Stopped
from selfcare.upkeep.models import Job
from selfcare.upkeep.workplace import put, workplace

log = structlog.get_logger()

VERSION = "0.1.0"
OLD = timedelta(hours=36)  # after which the last good one is older than one missed night
NIGHTLY = "selfcare-{:%Y%m%dT%H%M%SZ}.backup"
_OURS = re.compile(r"selfcare-\d{8}T\d{6}Z\.backup")


class CannotBackUp(Exception):
    """No backup was made. The message says why, in one sentence."""


def never() -> bool:
    """Nobody asks this work to stop."""
    return False


def make(target: Path, *, replace: bool = False, stopped: Stopped = never) -> archive.Manifest:
    """Back the whole database up to a file, as it is at one moment, while others write.

    It is read back before it takes its name, so that a file of this name is a good one.

    :param replace: whether a backup that is there may be replaced. Nothing else ever is.
    :raises CannotBackUp: and nothing was kept. :raises copying.WasStopped: likewise.
    """
    target = target.absolute()
    _refuse(target, replace)
    settings: Settings = current_app.config["SETTINGS"]
    moment = now()
    try:
        with workplace(target.parent) as folder:
            copied, packed = folder / "copy", folder / "packed"
            found = copying.copy(database(), copied, stopped)
            manifest = archive.Manifest(
                engine="sqlite" if database().is_sqlite else "postgresql",
                version=VERSION,
                migration=found.migration,
                made_at=moment.isoformat(timespec="seconds"),
                size=copied.stat().st_size,
                digest=archive.digest_of(copied),
                rows=found.rows,
                key=archive.key_of(settings.secret_key),
            )
            archive.write(packed, copied, manifest, settings.secret_key)
            archive.read(packed, settings.secret_key)
            _refuse(target, replace)
            put(packed, target)
            size = target.stat().st_size
    except OSError as fault:
        raise CannotBackUp(
            f"The backup could not be written to {target.parent}: {fault.strerror or fault}. Nothing of it was kept."
        ) from None
    except (copying.CannotCopy, archive.CannotRead) as fault:
        raise CannotBackUp(str(fault)) from None
    _remember(target, moment)
    log.info("backup made", bytes=size, rows=sum(found.rows.values()))
    return manifest


def nightly(stopped: Stopped) -> None:
    """Make tonight's, and let go of the oldest: only of files with our name, and only after a good one."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.backups or settings.demo:
        return
    folder = folder_of(settings)
    if settings.backup_folder and not folder.is_dir():
        # A disk that is not there: a folder of its name would stand on another one.
        raise CannotBackUp(f"The folder {folder} is not there. Is its disk connected?")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as fault:
        raise CannotBackUp(f"The folder {folder} cannot be made: {fault.strerror}.") from None
    tonight = folder / NIGHTLY.format(now())
    make(tonight, replace=True, stopped=stopped)
    # The one just made stays, also where a wrong clock has named others after days to come.
    others = sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name) and path != tonight)
    for old in others[: len(others) - settings.backups + 1]:
        old.unlink(missing_ok=True)


def folder_of(settings: Settings) -> Path:
    """Where nightly backups are kept."""
    return settings.backup_folder or settings.data / "backups"


def status(settings: Settings, moment: datetime) -> tuple[bool, str]:
    """How old the last good backup is. :returns: whether that is well, and a sentence."""
    with Session(database().engine) as reading:
        here = inspect(reading.connection()).has_table(Job.__tablename__)  # not before it is migrated
        job = reading.get(Job, "backup") if here else None
    why = f" The last try failed: {job.fault}" if job and job.fault else ""
    if job is None or job.done_at is None or job.place is None:
        off = " None is made at night: SELFCARE_BACKUPS=0." if not settings.backups else ""
        return False, f"No backup was made yet.{off}{why}"
    age = moment - job.done_at
    said = f"The last good backup was made {_ago(age)} ({job.done_at:%Y-%m-%d %H:%M} UTC): {job.place}"
    if not Path(job.place).is_file():
        return False, f"{said}. That file is not there any more, or is on another machine.{why}"
    if age < timedelta(0):
        return False, f"{said}. That is in the future: was the clock wrong?{why}"
    return age <= OLD and not why, f"{said}.{why}"


def _ago(age: timedelta) -> str:
    for unit, name in (
        (timedelta(days=1), "day"),
        (timedelta(hours=1), "hour"),
        (timedelta(minutes=1), "minute"),
    ):
        if (number := age // unit) >= 1:
            return f"{number} {name}{'' if number == 1 else 's'} ago"
    return "just now"


def _refuse(target: Path, replace: bool) -> None:
    if not target.parent.is_dir():
        raise CannotBackUp(f"There is no folder {target.parent}. Make it first, or name another.")
    if target.is_dir():
        raise CannotBackUp(f"{target} is a folder. Name a file in it.")
    if not target.exists():
        return
    if not replace:
        raise CannotBackUp(f"{target} is there already. Name another file, or say --replace.")
    here = database().engine.url.database
    if database().is_sqlite and here and Path(here).exists() and target.samefile(here):
        # It is not even read: to close a second handle of the file would let go of the locks that others hold on it.
        raise CannotBackUp(f"{target} is the database itself: it is not replaced. Name another file.")
    try:
        archive.read(target, current_app.config["SETTINGS"].secret_key)
    except archive.CannotRead:
        raise CannotBackUp(
            f"{target} is there already and is no good backup: it is not replaced. Name another file."
        ) from None


def _remember(target: Path, moment: datetime) -> None:
    try:
        with database().transaction() as work:
            job = work.get(Job, "backup") or Job(name="backup")
            job.done_at, job.place = moment, str(target)
            job.fault = None
            work.add(job)
    except Exception as fault:
        if not is_busy(fault):
            raise
        log.error("backup not noted", fault=describe(fault))  # it is good all the same
