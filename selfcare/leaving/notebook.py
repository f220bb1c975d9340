"""Who was erased, noted beside the key: a backup of before would bring them back, and its tables do not know it.

A line each: the keyed digest of the record's id, and when. Whose it is nobody can tell from one. Where an erasing did
not come through, and the person keeps their record after all, another line takes it back: no line is ever changed.
"""

import os
from datetime import datetime
from pathlib import Path

from flask import current_app

from selfcare.config import Settings

_KEPT = "kept"


def place() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.data / "erased"


def note(digest: str, moment: datetime) -> None:
    """Note one, before the erasing is kept: it is on the disk when this returns."""
    _append(f"{digest} {moment.isoformat()}")


def take_back(digest: str) -> None:
    """Take back one that was noted, where it was."""
    if digest in noted():
        _append(f"{digest} {_KEPT}")


def _append(line: str) -> None:
    held = os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(held, f"{line}\n".encode())
        os.fsync(held)
    finally:
        os.close(held)


def noted() -> frozenset[str]:
    """The digests of all of them."""
    if not place().is_file():
        return frozenset()
    last = dict(line.split() for line in place().read_text().splitlines() if line.strip())
    return frozenset(digest for digest, said in last.items() if said != _KEPT)
