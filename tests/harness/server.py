"""The real app under its real server, in processes of its own, on a loopback port nobody else has."""

import os
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.harness.places import ROOT, program

LOOPBACK = "127.0.0.1"
START_WITHIN = 60.0  # seconds; four workers may be starting browsers at the same time


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and the database it stands on."""

    url: str
    database_url: str
    pid: int
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    database_url: str,
    folder: Path,
    *,
    workers: int = 1,
    threads: int | None = None,
    target: str = "app:app",
    port: int | None = None,
    **env: str,
) -> Iterator[Server]:
    """Runs the app on `database_url` until the block ends.

    :param folder: where its key and its log are kept.
    :param threads: serve plain WSGI on so many threads, instead of by the app's own front door.
    :param target: the app that is served, as `module:name`.
    :param port: where it answers; one that is free when left out. For a server that ends and comes back.
    :param env: further settings, as they stand in the environment.
    :raises RuntimeError: when it ends, or does not answer within START_WITHIN; the log is quoted.
    """
    port = port or free_port()
    log = folder / f"server-{port}.log"
    settings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")},
        "DATABASE_URL": database_url,
        "SELFCARE_DATA": str(folder),
        "SELFCARE_SECRET_KEY": "a key that only tests know, and long enough",
        "SELFCARE_DEMO": "0",
        **env,
    }
    how = ["rsgi"] if threads is None else ["wsgi", "--blocking-threads", str(threads)]
    command = [
        program("granian"), "--host", LOOPBACK, "--port", str(port), "--workers", str(workers),
        "--http", "1", "--no-ws", "--interface", *how, target,
    ]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://{LOOPBACK}:{port}"
        _wait_until_ready(url, process, log)
        yield Server(url, database_url, process.pid, log)
    finally:
        end(process)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    latest = monotonic() + START_WITHIN
    between = threading.Event()
    while monotonic() < latest:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as fault:
            raise RuntimeError(f"/healthz answers {fault.code}\n{log.read_text(errors='replace')}") from fault
        except OSError:
            between.wait(0.05)
    raise RuntimeError(f"the server did not start\n{log.read_text(errors='replace')}")


def end(process: "subprocess.Popen[bytes]") -> None:
    """Asks a process of ours to end, and makes it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=15)
