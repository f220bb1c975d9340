"""A place with people in it, an empty one beside, and the commands that lead from one to the other."""

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from selfcare import database
from selfcare.config import Settings


@dataclass
class Place:
    """The app on its database, and an empty database of the same kind."""

    app: Flask
    here: str
    empty: str
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "one.backup"

    def run(self, *args: str) -> Result:
        return self.app.test_cli_runner().invoke(args=list(args))

    def back_up(self) -> str:
        done = self.run("backup", str(self.file))
        assert done.exit_code == 0, done.output
        return done.output

    def restore(self, *args: str) -> Result:
        """Into the empty place, where the app then stands."""
        self.stand(self.empty)
        return self.run("restore", str(self.file), *args)

    def stand(self, url: str) -> None:
        database.rebind(self.app, url)

    def left_over(self) -> list[str]:
        return [path.name for path in self.folder.rglob(".selfcare-under-way-*")]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Files of this process can only be so long, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, told)


@pytest.fixture
def with_settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes the app's settings: `with_settings(backups=2)`."""

    def change(**values: object) -> None:
        known: Settings = app.config["SETTINGS"]
        monkeypatch.setitem(app.config, "SETTINGS", replace(known, **values))  # type: ignore[arg-type]

    return change


@pytest.fixture
def place(
    app: Flask,
    database_url: str,
    empty_database_url: str,
    tmp_path: Path,
    with_settings: Callable[..., None],
) -> Place:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with_settings(data=data)
    return Place(app, database_url, empty_database_url, tmp_path)
