"""The servers and the deliverer beside them, as processes that come back when they end.

Each server is one worker on the same port, so that one that ends takes nobody with it; whoever ends by itself is
started again. All end together, when this process is asked to: what is under way is finished first.
"""

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType

import structlog

log = structlog.get_logger()

GRACE = (
    40.0  # seconds to end in: an e-mail under way takes 30 at most, and is then neither lost nor sent twice
)
ASK_AGAIN = 2.0  # seconds after which who has not ended is asked once more
SETTLED = 60.0  # seconds after which a start counts as one that worked
WORKERS = 2
CONNECTIONS = 4096  # of one worker, at once; one that waits costs little
_PR_SET_PDEATHSIG = 1


@dataclass
class Kept:
    """A command that is started again whenever it ends: at once the first time, then with waits that double.

    :param first_wait: seconds; `longest_wait` is the most they grow to.
    """

    name: str
    command: Sequence[str]
    first_wait: float
    longest_wait: float
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    start_at: float = 0.0
    wait: float = 0.0

    def mind(self, env: Mapping[str, str], moment: float) -> None:
        """Start it when it is time; note that it has ended."""
        if self.process is not None and self.process.poll() is not None:
            if moment - self.started > SETTLED:
                self.wait = 0.0
            log.warning(f"{self.name} ended", status=self.process.returncode, again_in=self.wait)
            _tell_all(self.process, signal.SIGKILL)  # whoever it left behind holds its port
            self.process, self.start_at = None, moment + self.wait
            self.wait = min(max(self.wait * 2, self.first_wait), self.longest_wait)
        if self.process is None and moment >= self.start_at:
            self.process, self.started = _start(self.command, env), moment


def servers(host: str, port: int) -> list[Kept]:
    """What answers people, on this address."""
    # No access log: it would keep who looked at what, and from where, outside the trail. HTTP/1 alone: proxies speak
    # it, and nothing has to be known of the slow ways of HTTP/2. Headers have ten seconds; bodies: see `web.front`.
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "rsgi", "--http", "1", "--no-ws",
        "--host", host, "--port", str(port), "--workers", "1", "--backlog", "2048", "--backpressure", str(CONNECTIONS),
        "--http1-header-read-timeout", "10000", "--http1-buffer-size", "65536",
        "--no-access-log", "--log-level", "error", "app:app",
    ]  # fmt: skip
    return [Kept("server", command, first_wait=0.25, longest_wait=1.0) for _ in range(WORKERS)]


def deliverer() -> Kept:
    """What delivers messages until it is told to end."""
    command = [sys.executable, "-m", "flask", "--app", "app", "deliver"]
    return Kept("deliverer", command, first_wait=1.0, longest_wait=60.0)


def claim(host: str, port: int) -> socket.socket:
    """Take a port for the servers of this process alone, as long as the socket is held.

    The servers share the port among themselves, and would share it with another process's in silence.

    :raises OSError: when somebody else is on it, or the address is not of this machine.
    """
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    held = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Connections that have just ended do not count, and whoever claims after this does.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError:
        held.close()
        raise
    return held


def run(kept: Iterable[Kept], env: Mapping[str, str]) -> None:
    """Keep these commands running until this process is asked to end; then end them, in order."""
    kept = list(kept)
    asked: list[int] = []
    woken, waker = os.pipe()
    for end in (woken, waker):
        os.set_blocking(end, False)

    def note(number: int, _: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            asked.append(number)

    # A signal only wakes the loop below: nothing is decided in the middle of something else.
    signal.set_wakeup_fd(waker)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, note)
    while not asked:
        moment = monotonic()
        for one in kept:
            one.mind(env, moment)
        waits = [one.start_at for one in kept if one.process is None]
        _sleep(woken, max(min(waits) - monotonic(), 0.0) if waits else None)
    _end([one.process for one in kept if one.process is not None])


def _start(command: Sequence[str], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    # In a group of its own: Ctrl+C reaches this process alone, which ends the others in order. Where the system can,
    # a child is told when this process is killed and cannot tell it itself.
    return subprocess.Popen(list(command), env=dict(env), process_group=0, preexec_fn=_with_parent)


def _with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _sleep(woken: int, seconds: float | None) -> None:
    """Until a signal comes, or so many seconds."""
    select.select([woken], [], [], seconds)
    try:
        while os.read(woken, 64):
            pass
    except BlockingIOError:
        return


def _end(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    latest = monotonic() + GRACE
    for process in processes:
        while process.poll() is None:
            try:
                process.wait(ASK_AGAIN)
            except subprocess.TimeoutExpired:
                # A worker of the server that was still starting has not heard the first time.
                _tell_all(process, signal.SIGTERM if monotonic() < latest else signal.SIGKILL)
        _tell_all(process, signal.SIGTERM)  # whoever it left behind


def _tell_all(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send a signal to a process and all it has started."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
