"""Servers and the deliverer beside them come back, and end together: real processes, and once the real ones."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.request import urlopen

import pytest
from flask import Flask

from selfcare.database import command
from selfcare.outbox import queue
from tests import factories
from tests.harness.places import ROOT
from tests.harness.server import LOOPBACK, free_port

# Two programs that say when they start and end. They hold the pipe they write to, so it ends when both have.
PROGRAM = """
import os, signal, sys
name, does = sys.argv[1:3]
asked = []
def leave(number, _):
    asked.append(number)
    if does == "hard of hearing" and len(asked) < 2:
        return
    os.write(1, f"{name} ended\\n".encode())
    os._exit(0)
signal.signal(signal.SIGTERM, leave)
os.write(1, f"{name} {os.getpid()}\\n".encode())
if does == "ends":
    os._exit(3)
while True:
    signal.pause()
"""
PARENT = """
import os, sys
from selfcare import serving
serving.ASK_AGAIN = 0.3
program, server, helper = sys.argv[1:4]
python = sys.executable
def program_of(*words):
    return serving.command([python, program, *words], os.environ)
serving.run([
    serving.Kept("server", program_of("server", server), 0.05, 0.1),
    serving.Kept("deliverer", program_of("helper", helper), 0.05, 1.0),
])
"""


@dataclass
class Run:
    process: "subprocess.Popen[str]"

    @property
    def said(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout

    def started(self, *names: str) -> dict[str, int]:
        """Waits until these have said their process ids; in whatever order."""
        found: dict[str, int] = {}
        while not set(names) <= set(found):
            line = self.said.readline()
            assert line, f"all have ended, and only {set(found)} had started"
            name, _, number = line.strip().partition(" ")
            if number.isdigit():
                found[name] = int(number)
        return found

    def rest(self) -> list[str]:
        """All that is said until everybody has ended."""
        return self.said.read().splitlines()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[type]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    runs: list[subprocess.Popen[str]] = []

    def start(server: str = "waits", helper: str = "waits") -> Run:
        process = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(program), server, helper],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        runs.append(process)
        return Run(process)

    yield start  # type: ignore[misc]
    for process in runs:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_end_both_end(run, number: signal.Signals) -> None:  # type: ignore[no-untyped-def]
    found = run()
    found.started("server", "helper")
    found.process.send_signal(number)
    assert {"server ended", "helper ended"} <= set(found.rest())
    assert found.process.wait(30) == 0


def test_who_did_not_hear_is_asked_again(run) -> None:  # type: ignore[no-untyped-def]
    """A worker of the server that is still starting when the end is asked for has no ear for it yet."""
    found = run(server="hard of hearing")
    found.started("server", "helper")
    found.process.terminate()
    assert {"server ended", "helper ended"} <= set(found.rest())
    assert found.process.wait(30) == 0


@pytest.mark.parametrize("name", ["server", "helper"])
def test_who_ends_is_started_again_and_again(run, name: str) -> None:  # type: ignore[no-untyped-def]
    """Would fail where the end of a server, or two within seconds, ends all."""
    found = run(**{name: "ends"})
    seen = {found.started(name)[name] for _ in range(4)}
    assert len(seen) == 4
    found.process.terminate()
    said = found.rest()
    assert f"{'helper' if name == 'server' else 'server'} ended" in said, "the other went on all the time"
    assert found.process.wait(30) == 0


@pytest.mark.parametrize("name", ["server", "helper"])
def test_who_is_killed_is_started_again(run, name: str) -> None:  # type: ignore[no-untyped-def]
    found = run()
    first = found.started("server", "helper")[name]
    os.kill(first, signal.SIGKILL)
    assert found.started(name)[name] != first
    found.process.terminate()
    assert {"server ended", "helper ended"} <= set(found.rest())


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems cannot tell a child that its parent was killed"
)
def test_killed_it_leaves_nobody_behind(run) -> None:  # type: ignore[no-untyped-def]
    found = run()
    found.started("server", "helper")
    found.process.kill()
    assert {"server ended", "helper ended"} <= set(found.rest())


def test_the_real_server_and_the_real_deliverer(app: Flask, database_url: str, tmp_path: Path) -> None:
    """`make run` starts both: a page is served, a message is delivered, both count, and all end when asked.

    Alone catches: measures of one process out of three.
    """
    with app.app_context(), command():
        account = factories.account()
        queue.enqueue("try", account_id=account.id, person_id=None, kind="test", about={})
    env = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
    env |= {
        "DATABASE_URL": database_url, "SELFCARE_DATA": str(tmp_path), "SELFCARE_DEMO": "0",
        "PORT": str(free_port()), "SELFCARE_METRICS": str(free_port()),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "serve"],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert next(line for line in lines if "Stop with Ctrl+C." in line)
        assert next(line for line in lines if '"event": "delivered"' in line)
        for _ in range(8):  # two servers, each of which counts for itself
            urlopen(f"http://{LOOPBACK}:{env['PORT']}/healthz", timeout=30).close()
        with urlopen(f"http://{LOOPBACK}:{env['SELFCARE_METRICS']}/metrics", timeout=30) as told:
            measures = told.read().decode().splitlines()
        assert 'selfcare_request_seconds_count{route="healthz",status="2xx"} 8.0' in measures
        assert [line for line in measures if line.startswith("selfcare_deliveries_total{state=")]
        assert "selfcare_database_up 1.0" in measures
        process.send_signal(signal.SIGINT)
        process.stdout.read()  # ends when the last of them has let go of it
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
