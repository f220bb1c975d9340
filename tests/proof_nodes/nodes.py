"""Two nodes as `serve` runs them, each with its deliverer, behind the proxy of `deploy/`, on one PostgreSQL."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.harness.places import ROOT, program
from tests.harness.server import LOOPBACK, end, free_port
from tests.proof_server.served import NoAnswer, Served, Writer
from tests.running.stand import listens

# What a proxy answers where the app is not there, and what the app answers where its database is not.
LATER = (502, 503, 504)
PATIENCE = 20.0  # seconds that somebody waits who was told to try again in a minute


@dataclass
class Node(Served):
    """One machine's `serve`. What it keeps beside the database lies in a folder that all nodes share."""

    more: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.folder / f"served-{self.port}.log"

    def env(self) -> dict[str, str]:
        return super().env() | self.more

    def migrates(self) -> str:
        """Brings the database to the version of this node's tree. :returns: what it says."""
        line = [sys.executable, "-m", "flask", "--app", "app", "migrate"]
        done = subprocess.run(
            line, cwd=self.tree, env=self.env(), capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def proxy(folder: Path, port: int, nodes: Sequence[Node]) -> Iterator[None]:
    """Caddy with `deploy/Caddyfile`, as docs/running.md says it for several nodes: they stand in a row in UPSTREAM."""
    (folder / "certificates").mkdir()
    env = os.environ | {
        "SELFCARE_URL": f"http://{LOOPBACK}:{port}",
        "UPSTREAM": " ".join(f"{LOOPBACK}:{each.port}" for each in nodes),
        "CERTIFICATES": str(folder / "certificates"), "HTTP_PORT": str(port), "HTTPS_PORT": str(free_port()),
        **{name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")},
    }  # fmt: skip
    line = [program("caddy"), "run", "--config", str(ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"]
    with (folder / "proxy.log").open("w") as log:
        process = subprocess.Popen(line, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            listens(port, folder / "proxy.log")
            yield
        finally:
            end(process)


@dataclass
class Patient(Writer):
    """One who writes through the proxy, and counts how often one thing had to be sent again."""

    again: list[list[int]] = field(default_factory=list)  # of each thing, the pages that said *later*
    _later: list[int] = field(default_factory=list)

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> tuple[int, Any]:
        status, text = super().ask(method, path, body)
        if status in LATER:
            if method == "POST":
                self._later.append(status)
            threading.Event().wait(PATIENCE)
            raise NoAnswer
        return status, text

    def save(self, number: int) -> bool:
        self._later = []
        kept = super().save(number)
        self.again.append(self._later)
        return kept


@dataclass
class Reader:
    """One who opens pages, one after the other, and notes whatever is no page."""

    port: int
    cookie: str
    paths: Sequence[str]
    read: int = 0
    later: int = 0
    wrong: list[str] = field(default_factory=list)

    def work(self, over: threading.Event) -> None:
        while not over.is_set():
            for path in self.paths:
                self._open(path)

    def _open(self, path: str) -> None:
        line = HTTPConnection(LOOPBACK, self.port, timeout=90)
        try:
            line.request("GET", path, headers={"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"})
            answer = line.getresponse()
            answer.read()
        except OSError as fault:
            self.wrong.append(f"{path}: {type(fault).__name__}")
            return
        finally:
            line.close()
        self.read += answer.status == 200
        if answer.status in LATER:
            self.later += 1
            threading.Event().wait(PATIENCE)
        if answer.status != 200 and answer.status not in LATER:
            self.wrong.append(f"{path}: {answer.status}")
