"""What a run takes of the machine: memory of all its processes at once, and processor time.

A process belongs to the run when its parent does, or when the run's folder is in its environment (PostgreSQL stands by
itself). Cheap to ask: resident memory each second, and what is shared is only shared out (PSS) when that is more than
it was before. Where there is no /proc, nothing is said.
"""

import os
import resource
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from tests.harness.places import RUN_FOLDER

PROC = Path("/proc")
EVERY = 1.0
MORE = 1.02  # than the most so far, before it is looked at more closely
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


class Most(NamedTuple):
    """The most memory at one moment, in bytes, and of how many processes."""

    memory: int
    processes: int


class Watch(Thread):
    """Looks at the processes of this run until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(name="memory", daemon=True)
        self.most = Most(0, 0)
        self._over = Event()
        self._folder = f"{RUN_FOLDER}={os.environ[RUN_FOLDER]}".encode()
        self._ours = {os.getpid(): True}

    def run(self) -> None:
        resident = 0.0
        while not self._over.wait(EVERY):
            ours = self._found()
            now = sum(_resident(each) for each in ours)
            if now > resident * MORE:
                resident = now
                self.most = max(self.most, Most(sum(map(shared_out, ours)), len(ours)))

    def stop(self) -> Most:
        self._over.set()
        self.join()
        return self.most

    def _found(self) -> list[int]:
        """The processes of the run. What was said of one before is not asked again."""
        there = [int(each) for each in os.listdir(PROC) if each.isdigit()] if PROC.is_dir() else []
        self._ours = {each: ours for each in there if (ours := self._ours.get(each)) is not None}
        for each in sorted(there):
            self._is_ours(each)
        return [each for each, ours in self._ours.items() if ours]

    def _is_ours(self, process: int) -> bool:
        if process not in self._ours:
            parent = _parent(process)
            self._ours[process] = (parent > 1 and self._is_ours(parent)) or self._folder in _read(
                process, "environ"
            )
        return self._ours[process]


def _read(process: int, name: str) -> bytes:
    """A file about a process; nothing where it has ended or is somebody else's."""
    try:
        return (PROC / str(process) / name).read_bytes()
    except OSError:
        return b""


def _stat(process: int) -> list[bytes]:
    return _read(process, "stat").rpartition(b")")[2].split()


def _parent(process: int) -> int:
    stat = _stat(process)
    return int(stat[1]) if stat else 0


def _resident(process: int) -> int:
    said = _read(process, "statm").split()
    return int(said[1]) * PAGE if said else 0


def shared_out(process: int) -> int:
    """Its memory, and its part of what it shares with others; where that is not said, all that is resident."""
    for line in _read(process, "smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return _resident(process)


def processor(beside: int | None) -> float:
    """Seconds of processor that this process and all that it has waited for have taken.

    :param beside: a process that stands by itself, whose seconds and those of its own children are added.
    """
    mine = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ticks = sum(int(each) for each in _stat(beside)[11:15]) if beside else 0
    return sum(each.ru_utime + each.ru_stime for each in mine) + ticks / TICKS
