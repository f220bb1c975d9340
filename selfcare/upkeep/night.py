"""What is done once a night, by one process of however many: a row for each, leased as deliveries are.

A process that dies gives the row back when its time is over, and what it left half done is cleared by the next.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, current_app
from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from selfcare.audit import chain
from selfcare.config import Settings
from selfcare.database import database, describe, now, session
from selfcare.leaving import erasing, keeping
from selfcare.people import unused
from selfcare.upkeep import backing_up, tidying
from selfcare.upkeep.backing_up import CannotBackUp
from selfcare.upkeep.copying import Stopped, WasStopped
from selfcare.upkeep.models import Job
from selfcare.web.when import utc_of

log = structlog.get_logger()

LOOK_EVERY = 60.0  # seconds
LEASE = timedelta(minutes=5)
AGAIN = timedelta(hours=1)  # after one that did not go well


@dataclass(frozen=True)
class Held:
    """A job as this process took it."""

    name: str
    lease: UUID


def _erase(stopped: Stopped) -> None:
    """Each for itself: what goes wrong with one keeps nobody's day from coming."""
    faults = []
    parts: tuple[Callable[[], int], ...] = (
        lambda: keeping.announce(now(), stopped),
        lambda: keeping.close_accounts(now(), stopped),
        lambda: erasing.due(now()),
    )
    for part in parts:
        try:
            part()
        except WasStopped:
            raise
        except Exception as fault:
            log.error("night", job="erase", fault=describe(fault))
            session().rollback()
            faults.append(fault)
    if faults:
        raise faults[0]


def _tidy(stopped: Stopped) -> None:
    tidying.tidy(now(), stopped)
    unused.end_unused(now(), stopped)


def _anchor(_: Stopped) -> None:
    heads = chain.anchor()
    if heads:
        # The log is kept elsewhere, where a team does so: the head of all is in it.
        log.info("trail chained", number=heads[0].upto, head=heads[0].head)


# In this order: what is backed up is tidied, holds nobody whose day has come, and its trail is chained.
JOBS: dict[str, Callable[[Stopped], None]] = {
    "erase": _erase,
    "tidy": _tidy,
    "anchor": _anchor,
    "backup": backing_up.nightly,
}


def run(app: Flask, stop: threading.Event) -> None:
    """Do what is due until `stop` is set. Any number may run at once."""
    while True:
        for name in JOBS:
            try:
                do(app, name, stop.is_set)
            except Exception as fault:  # the database is away: the row is still there afterwards
                log.error("night", job=name, fault=describe(fault))
        if stop.wait(LOOK_EVERY):
            return


def do(app: Flask, name: str, stopped: Stopped = backing_up.never) -> bool:
    """Do one job if it is due and nobody else is at it. :returns: whether it was done, and went well."""
    with app.app_context():
        held = claim(name, now())
        if held is None:
            return False
        fault = None
        try:
            with _renewing(app, held):
                JOBS[name](stopped)
        except WasStopped:
            let_go(held, next_at=now())
            return False
        except CannotBackUp as why:
            fault = str(why)
        except Exception as why:
            fault = describe(why)
        finally:
            session().rollback()
        if fault is not None:
            log.error("night", job=name, fault=fault)
            let_go(held, next_at=now() + AGAIN, fault=fault)
            return False
        values = {} if name == "backup" else {"done_at": now()}  # a backup says itself when and where
        let_go(held, next_at=next_night(now()), fault=None, **values)
        return True


def next_night(moment: datetime) -> datetime:
    """When the next night's work begins, by SELFCARE_BACKUP_AT."""
    settings: Settings = current_app.config["SETTINGS"]
    zone = ZoneInfo(settings.zone)
    today = moment.astimezone(zone).date()
    nights = (
        utc_of(datetime.combine(today + timedelta(days=days), settings.backup_at), zone) for days in (0, 1, 2)
    )
    return next(each for each in nights if each > moment)


def claim(name: str, moment: datetime) -> Held | None:
    """Take a job for five minutes, when it is due; None when it is not, or another process has it."""
    with Session(database().engine) as reading:  # to look holds nobody up
        known = reading.get(Job, name)
        far = known and known.next_at and known.next_at > next_night(moment) + AGAIN
        if (
            known
            and known.next_at
            and not far
            and (known.next_at > moment or (known.lease_until or moment) > moment)
        ):
            return None
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    with database().transaction() as work:
        # A new database has nothing to tidy and nothing to lose yet: its first night is the next.
        first = next_night(moment)
        work.execute(insert(Job).values(name=name, next_at=first).on_conflict_do_nothing())
        # None, or one that a wrong clock has set: no night is further off than the next.
        unset = or_(Job.next_at.is_(None), Job.next_at > first + AGAIN)
        work.execute(update(Job).where(Job.name == name, unset).values(next_at=first))
        due = (
            Job.name == name,
            Job.next_at <= moment,
            or_(Job.lease_until.is_(None), Job.lease_until <= moment),
        )
        job = work.scalar(select(Job).where(*due).with_for_update(skip_locked=True))
        if job is None:
            return None
        job.lease, job.lease_until = uuid4(), moment + LEASE
        return Held(name, job.lease)


def let_go(held: Held, **values: object) -> bool:
    """Keep how a job went. :returns: False when another process has it by now, and nothing was changed."""
    return _change(held, lease=None, lease_until=None, **values)


def _change(held: Held, **values: object) -> bool:
    with database().transaction() as work:
        mine = Job.name == held.name, Job.lease == held.lease
        done = work.execute(update(Job).where(*mine).values(**values))
        return bool(done.rowcount)  # type: ignore[attr-defined]


@contextmanager
def _renewing(app: Flask, held: Held) -> Iterator[None]:
    """Hold a job for as long as it takes."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 5):
            try:
                with app.app_context():
                    _change(held, lease_until=now() + LEASE)
            except Exception as fault:
                log.error("night", job=held.name, fault=describe(fault))

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
