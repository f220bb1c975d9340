"""The servers and the deliverer beside them, as processes that come back when they end.

Each server is one worker on the same port, so that one that ends takes nobody with it; whoever ends by itself is
started again. A server is a copy of this process, which has the whole app in memory: it answers within moments, where
reading all of it again takes seconds. All end together, when this process is asked to: what is under way is finished
first.
"""

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from types import FrameType
from typing import Protocol

import structlog

log = structlog.get_logger()

# Seconds to end in: an e-mail under way takes 30 at most, and is then neither lost nor sent twice.
GRACE = 40.0
ASK_AGAIN = 2.0  # seconds after which who has not ended is asked once more
SETTLED = 60.0  # seconds after which a start counts as one that worked
WORKERS = 2
CONNECTIONS = 4096  # of one worker, at once; one that waits costs little
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_PR_SET_PDEATHSIG = 1


class Child(Protocol):
    """A process of ours, as `subprocess` has it."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


@dataclass
class Kept:
    """What is started again whenever it ends: at once the first time, then with waits that double.

    :param first_wait: seconds; `longest_wait` is the most they grow to.
    """

    name: str
    start: Callable[[], Child]
    first_wait: float
    longest_wait: float
    process: Child | None = None
    started: float = 0.0
    start_at: float = 0.0
    wait: float = 0.0

    def mind(self, moment: float) -> None:
        """Start it when it is time; note that it has ended."""
        if self.process is not None and self.process.poll() is not None:
            if moment - self.started > SETTLED:
                self.wait = 0.0
            log.warning(f"{self.name} ended", status=self.process.returncode, again_in=self.wait)
            _tell_all(self.process, signal.SIGKILL)  # whoever it left behind holds its port
            self.process, self.start_at = None, moment + self.wait
            self.wait = min(max(self.wait * 2, self.first_wait), self.longest_wait)
        if self.process is None and moment >= self.start_at:
            self.process, self.started = self.start(), moment


def servers(host: str, port: int) -> list[Kept]:
    """What answers people, on this address."""
    return [
        Kept("server", lambda: Copy(lambda: _serve(host, port)), first_wait=0.25, longest_wait=1.0)
        for _ in range(WORKERS)
    ]


def _serve(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    # No access log: it would keep who looked at what, and from where, outside the trail. HTTP/1 alone: proxies speak
    # it, and nothing has to be known of the slow ways of HTTP/2. Headers have ten seconds; bodies: see `web.front`.
    Granian(
        "app:app", address=host, port=port, interface=Interfaces.RSGI, http=HTTPModes.http1, websockets=False,
        backlog=2048, backpressure=CONNECTIONS, log_level=LogLevels.error,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=65_536),
    ).serve()  # fmt: skip


def command(line: Sequence[str], env: Mapping[str, str]) -> Callable[[], Child]:
    """A program, started in a group of its own."""
    # Ctrl+C reaches this process alone, which ends the others in order. Where the system can, a child is told when this
    # process is killed and cannot tell it itself.
    return lambda: subprocess.Popen(list(line), env=dict(env), process_group=0, preexec_fn=_with_parent)


def deliverer(env: Mapping[str, str]) -> Kept:
    """What delivers messages until it is told to end."""
    line = [sys.executable, "-m", "flask", "--app", "app", "deliver"]
    return Kept("deliverer", command(line, env), first_wait=1.0, longest_wait=60.0)


class Copy:
    """A copy of this process that does `work` and ends. This process must have no threads, and hold no connection."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.returncode: int | None = None
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid:
            return
        status = 1
        try:
            os.setpgid(0, 0)
            _with_parent()
            signal.set_wakeup_fd(-1)
            for number in HEARD:
                signal.signal(number, signal.SIG_DFL)
            work()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException as fault:  # nothing of this process's own may run on in its copy
            log.error("server", fault=type(fault).__name__)
        finally:
            sys.stdout.flush()
            os._exit(status)

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        latest = None if timeout is None else monotonic() + timeout
        while (status := self.poll()) is None:
            if latest is not None and monotonic() > latest:
                raise subprocess.TimeoutExpired("server", timeout or 0)
            sleep(0.02)
        return status


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


def run(kept: Iterable[Kept]) -> None:
    """Keep these running until this process is asked to end; then end them, in order."""
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
    for number in HEARD:
        signal.signal(number, note)
    while not asked:
        moment = monotonic()
        for one in kept:
            one.mind(moment)
        waits = [one.start_at for one in kept if one.process is None]
        _sleep(woken, max(min(waits) - monotonic(), 0.0) if waits else None)
    _end([one.process for one in kept if one.process is not None])


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


def _end(processes: list[Child]) -> None:
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


def _tell_all(process: Child, number: signal.Signals) -> None:
    """Send a signal to a process and all it has started."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
