"""The server and the deliverer beside it, as two processes that live and end together.

The server is what people see: when it ends, all ends. The deliverer is started again whenever it ends by itself.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from time import monotonic
from types import FrameType

import structlog

log = structlog.get_logger()

GRACE = (
    40.0  # seconds to end in: an e-mail under way takes 30 at most, and is then neither lost nor sent twice
)
ASK_AGAIN = 2.0  # seconds after which who has not ended is asked once more
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds before the deliverer is started again, doubling
SETTLED = 60.0  # seconds after which a start counts as one that worked
_PR_SET_PDEATHSIG = 1


def deliverer() -> list[str]:
    """The command that delivers until it is told to end."""
    return [sys.executable, "-m", "flask", "--app", "app", "deliver"]


def run(path: str, args: Sequence[str], env: Mapping[str, str], beside: Sequence[str]) -> int:
    """Run a server, and a command beside it, until the server ends or this process is asked to.

    :param path: the server's program; `args` begin with its name.
    :returns: the server's exit status; 0 where the end was asked for.
    """
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
    server = _start([path, *args[1:]], env)
    helper: subprocess.Popen[bytes] | None = None
    started, wait, start_at = 0.0, FIRST_WAIT, monotonic()
    while not asked and server.poll() is None:
        moment = monotonic()
        if helper is None and moment >= start_at:
            helper, started = _start(beside, env), moment
        if helper is not None and helper.poll() is not None:
            wait = FIRST_WAIT if moment - started > SETTLED else wait
            log.warning("deliverer ended", status=helper.returncode, again_in=wait)
            helper, start_at, wait = None, moment + wait, min(wait * 2, LONGEST_WAIT)
        _sleep(woken, None if helper else max(start_at - monotonic(), 0.0))
    _end([process for process in (server, helper) if process is not None])
    return 0 if asked else server.returncode


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
