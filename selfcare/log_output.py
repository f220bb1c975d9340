"""Where events of the log go, and in which shape: names of ours and ids, a line each. Never a value from the record."""

import logging
import os
import sys
import syslog
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import structlog

IDENT = "selfcare"


def set_up(where: str) -> None:
    """Write events as JSON; as words where somebody sits before it and nothing else was said.

    :param where: `syslog`, the path of a file, or empty for standard output. What cannot be opened is no reason to do
        nothing: events are then on standard output, and one says so.
    """
    fault: str | None = None
    factory: Callable[..., Any] = structlog.PrintLoggerFactory()
    try:
        if where:
            kept = _Syslog() if where == "syslog" else _File(where)
            factory = lambda *_: kept  # noqa: E731
    except OSError as found:
        fault = found.strerror
    read_by_people = not where and sys.stdout.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)
            if read_by_people
            else structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(pad_event_to=0, pad_level=False)
            if read_by_people
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=False,
    )
    if fault:
        structlog.get_logger().error("log", fault=fault, where=where)


class _Lines(ABC):
    """Takes events as lines, whatever their level."""

    @abstractmethod
    def msg(self, line: str) -> None: ...

    def __getattr__(self, level: str) -> Callable[[str], None]:
        return self.msg


class _File(_Lines):
    """Each line is written at once and whole, also where several processes write."""

    def __init__(self, path: str) -> None:
        self.descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def msg(self, line: str) -> None:
        os.write(self.descriptor, f"{line}\n".encode())


class _Syslog(_Lines):
    """The machine's own log, for whoever runs a command from its shell: `journalctl --identifier selfcare`."""

    def __init__(self) -> None:
        syslog.openlog(IDENT)

    def msg(self, line: str) -> None:
        syslog.syslog(syslog.LOG_INFO | syslog.LOG_AUTHPRIV, line)
