"""Where copies lie: one sealed file each in a folder of the data, for the account that runs the app alone."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from selfcare.config import Settings
from selfcare.database import database
from selfcare.leaving.models import Export

_LEFT_FREE = 64 * 1024 * 1024  # bytes; also for what is not counted: rows, written twice
_MADE, _BEING_MADE = ".sealed", ".part"
_LIVING = ("making", "ready")  # a file gets its name a moment before its row says so


def folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.data / "exports"


def path(export_id: UUID) -> Path:
    return folder() / f"{export_id}{_MADE}"


@contextmanager
def being_made(export_id: UUID, lease: UUID) -> Iterator[tuple[BinaryIO, Path]]:
    """A file to write, and where it is. Whatever ends this work, it is not left there: `keep` gives it its name."""
    folder().mkdir(mode=0o700, exist_ok=True)
    place = folder() / f"{export_id}.{lease}{_BEING_MADE}"
    file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go of by the system, however this process ends
        with os.fdopen(file, "wb") as out:
            yield out, place
    finally:
        place.unlink(missing_ok=True)


def has_room(size: int) -> bool:
    """Whether a file of so many bytes leaves the database, on the same disk, room to go on."""
    folder().mkdir(mode=0o700, exist_ok=True)
    return shutil.disk_usage(folder()).free > size + _LEFT_FREE


def keep(place: Path, export_id: UUID) -> None:
    """Give a file that is whole its name, so that it is there after a power cut too."""
    place.replace(path(export_id))
    held = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def remove(export_id: UUID) -> None:
    path(export_id).unlink(missing_ok=True)


def sweep() -> int:
    """Remove every file without a row: what has had its day, and what a process that died left. :returns: how many."""
    there = list(folder().glob("*")) if folder().is_dir() else []
    with Session(database().engine) as reading:
        known = {path(one) for one in reading.scalars(select(Export.id).where(Export.state.in_(_LIVING)))}
    gone = 0
    for one in there:
        if one in known or (one.suffix == _BEING_MADE and _is_held(one)):
            continue
        if one.suffix in (_MADE, _BEING_MADE):
            one.unlink(missing_ok=True)
            gone += 1
    return gone


def _is_held(place: Path) -> bool:
    try:
        file = os.open(place, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(file)
