"""Measures, on a port of their own: what the processes counted, and how the database stands at this moment.

They hold numbers and names of ours. No label is an id, a name or an address of anybody.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from tempfile import TemporaryDirectory
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import structlog
from flask import Flask
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.exposition import make_wsgi_app
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select

from selfcare import counters
from selfcare.audit.models import Anchoring
from selfcare.database import describe, now, session
from selfcare.filing.decision import WAITING
from selfcare.filing.models import Incoming
from selfcare.outbox import queue
from selfcare.outbox.models import Outbox
from selfcare.serving import Copy, Kept
from selfcare.start import CannotStart
from selfcare.upkeep.models import Job

log = structlog.get_logger()

Place = tuple[str, int]


@contextmanager
def counted(app: Flask, place: Place | None) -> Iterator[list[Kept]]:
    """Count from here on, in all processes started within, and answer with it at `place`; None: not at all.

    :returns: the process that answers, to be kept beside the others.
    :raises CannotStart: where somebody else is at that place.
    """
    if place is None:
        yield []
        return
    try:
        held = _listen(place)
    except OSError as fault:
        raise CannotStart(
            f"Measures cannot be read at {place[0]}, port {place[1]}: {fault.strerror or fault}. Name another place in "
            "SELFCARE_METRICS, or leave it out."
        ) from None
    with held, TemporaryDirectory(prefix="selfcare-metrics-", dir=_in_memory()) as folder:
        counters.share(Path(folder))
        yield [
            Kept("metrics", lambda: Copy(lambda: _answer(app, held)), first_wait=1.0, longest_wait=60.0),
        ]


class Standing:
    """How the database stands, read when it is asked."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def collect(self) -> Iterator[Gauge]:
        try:
            with self.app.app_context():
                found = [*_outbox(now()), *_reports(now()), *_nights()]
        except Exception as fault:  # without it the rest is told all the same
            log.error("metrics", fault=describe(fault))
            found = []
        yield Gauge("selfcare_database_up", "Whether the database could be read.", value=bool(found))
        yield from found


def _outbox(moment: datetime) -> Iterator[Gauge]:
    due = Outbox.state == queue.WAITING, Outbox.not_before <= moment
    number, oldest = session().execute(select(func.count(), func.min(Outbox.not_before)).where(*due)).one()
    yield Gauge("selfcare_outbox_due", "Messages that are due and not delivered yet.", value=number)
    yield Gauge(
        "selfcare_outbox_oldest_seconds",
        "For how long the oldest of them has been due.",
        value=_age(oldest, moment),
    )
    yield Gauge(
        "selfcare_deliveries_not_reached",
        "Messages that did not reach somebody, whom nobody has told yet.",
        value=session().scalar(
            select(func.count()).select_from(Outbox).where(Outbox.state.in_(queue.NOT_REACHED))
        ),
    )


def _reports(moment: datetime) -> Iterator[Gauge]:
    waiting = Incoming.state == WAITING
    number, oldest = (
        session().execute(select(func.count(), func.min(Incoming.received_at)).where(waiting)).one()
    )
    yield Gauge(
        "selfcare_reports_waiting", "Reports that wait for somebody to say whose they are.", value=number
    )
    yield Gauge(
        "selfcare_reports_oldest_seconds",
        "For how long the oldest of them waits.",
        value=_age(oldest, moment),
    )


def _nights() -> Iterator[Gauge]:
    # Not `job`: Prometheus gives each of its targets a label of that name.
    done = Gauge(
        "selfcare_last_done_timestamp_seconds",
        "When this last went well; 0: never. Of backups, also one made by hand.",
        labels=("work",),
    )
    failed = Gauge("selfcare_last_try_failed", "Whether the last try of it failed.", labels=("work",))
    known = {job.name: job for job in session().scalars(select(Job))}
    for name in ("anchor", "backup", "tidy"):
        job = known.get(name)
        last = job.done_at if job else None
        if name == "anchor":
            by_hand = session().scalar(select(func.max(Anchoring.at)))
            last = max((each for each in (last, by_hand) if each), default=None)
        done.add_metric([name], last.timestamp() if last else 0)
        failed.add_metric([name], bool(job and job.fault))
    yield done
    yield failed


def _age(since: datetime | None, moment: datetime) -> float:
    return (moment - since).total_seconds() if since else 0


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = 10.0  # seconds that anybody may take to ask

    def log_message(self, *_: object) -> None:
        """Who asks how things stand is of no interest."""


def _in_memory() -> str | None:
    """Where files take no disk, which may be full: they are mapped, and a page that cannot be had ends whoever
    writes on it.
    """
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of its own is made in it


def _listen(place: Place) -> socket.socket:
    family = socket.getaddrinfo(*place, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    return socket.create_server(place, family=family)


def _answer(app: Flask, held: socket.socket) -> None:
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Standing(app))
    server = _Server(held.getsockname()[:2], _Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = held
    # What binding would have set.
    server.server_name, server.server_port = str(held.getsockname()[0]), held.getsockname()[1]
    server.setup_environ()
    server.set_app(make_wsgi_app(registry))
    server.serve_forever()
