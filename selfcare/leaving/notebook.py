"""Who was erased, noted beside the key: a backup of before would bring them back, and its tables do not know it.

A line each: the keyed digest of the record's id, and when. Whose it is nobody can tell from one.
"""

import os
from datetime import datetime
from pathlib import Path

from flask import current_app

from selfcare.config import Settings


def place() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.data / "erased"


def note(digest: str, moment: datetime) -> None:
    """Note one, before the erasing is kept: it is on the disk when this returns."""
    held = os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(held, f"{digest} {moment.isoformat()}\n".encode())
        os.fsync(held)
    finally:
        os.close(held)


def noted() -> frozenset[str]:
    """The digests of all of them."""
    if not place().is_file():
        return frozenset()
    return frozenset(line.split()[0] for line in place().read_text().splitlines() if line.strip())
