"""The server that is killed and comes back: on the same database, the same port, with the same key."""

import os
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tests.conftest import SECRET
from tests.harness.places import ROOT, program
from tests.harness.server import LOOPBACK, START_WITHIN, free_port


@dataclass
class Standing:
    """A server in a process group of its own. `target` is the app behind its own front door, as `module:name`."""

    database_url: str
    folder: Path
    target: str
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    kills: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        settings = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
        settings |= {
            "DATABASE_URL": self.database_url,
            "SELFCARE_DATA": str(self.folder),
            "SELFCARE_SECRET_KEY": SECRET,
            "SELFCARE_DEMO": "0",
        }
        command = [
            program("granian"), "--interface", "rsgi", "--http", "1", "--no-ws", "--host", LOOPBACK,
            "--port", str(self.port), "--workers", "1", self.target,
        ]  # fmt: skip
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=settings, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        latest, between = monotonic() + START_WITHIN, threading.Event()
        while monotonic() < latest:
            try:
                urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}/healthz", timeout=2).close()
                return
            except OSError:
                between.wait(0.02)
        raise RuntimeError((self.folder / "server.log").read_text(errors="replace"))

    def kill(self) -> None:
        """As when the machine's plug is pulled: nothing is asked, nothing is finished."""
        with self.guard:
            if self.process is not None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(15)
                self.process, self.kills = None, self.kills + 1


@contextmanager
def standing(database_url: str, folder: Path, target: str = "app:app") -> Iterator[Standing]:
    server = Standing(database_url, folder, target, free_port())
    try:
        server.start()
        yield server
    finally:
        server.kill()
