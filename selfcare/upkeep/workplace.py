"""A folder of one's own beside what is made, on the same disk, that is gone when the work ends, however it ends."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

_NAME = ".selfcare-under-way-"


@contextmanager
def workplace(beside: Path) -> Iterator[Path]:
    """A new folder in `beside`, for this account alone. What processes that died left there is cleared first."""
    for left in beside.glob(f"{_NAME}*"):
        _clear(left)
    folder = beside / f"{_NAME}{token_hex(8)}"
    folder.mkdir(mode=0o700)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)  # let go of by the system, however this process ends
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def put(made: Path, place: Path) -> None:
    """Move a file that is whole to where it belongs, so that it is there after a power cut too, or not at all."""
    made.chmod(0o600)
    _sync(made)
    made.replace(place)
    _sync(place.parent)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _clear(left: Path) -> None:
    try:
        held = os.open(left, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
    except BlockingIOError:
        return  # somebody is at work in it
    finally:
        os.close(held)
