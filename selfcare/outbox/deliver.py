"""The worker that delivers: takes a row, asks whether it may still be sent, sends it outside any transaction, settles.

Whoever knows about people, accounts and ways to send stands on a higher floor; the factory hands it in (`install`).
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import text

from selfcare import counters
from selfcare.database import database, describe, now, session
from selfcare.outbox import queue
from selfcare.outbox.queue import DROPPED, FAILED, HANDING, SENT, UNSURE, WAITING, Delivery

log = structlog.get_logger()

MOST_TRIES = 8
# After the first try; then three times as long each time: 7 minutes, 22 … 30 hours, two days in all.
FIRST_WAIT, WAIT_GROWS = timedelta(minutes=2.5), 3.0
SOON = timedelta(seconds=30)  # the same for what somebody waits for: half a minute, a minute and a half …
LOOK_EVERY = 2.0  # seconds between two looks at the outbox
BEFORE_EVERY = 60.0  # seconds between two looks for what has become due
_ONE_AT_A_TIME = 4_118_237_301  # of PostgreSQL's advisory locks, ours
_random = SystemRandom()


@dataclass(frozen=True)
class Answer:
    """Whether a delivery may be sent, why not, and in which time zone its account is, as far as is known."""

    may: bool
    reason: str | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How sending went. `state` is one of the queue's; WAITING with a moment when it was put off."""

    state: str
    reason: str
    not_before: datetime | None = None
    tried: bool = True


def sent(way: str) -> Outcome:
    return Outcome(SENT, way)


def dropped(reason: str) -> Outcome:
    return Outcome(DROPPED, reason, tried=False)


def failed(reason: str) -> Outcome:
    return Outcome(FAILED, reason)


def unsure(reason: str) -> Outcome:
    return Outcome(UNSURE, reason)


def later(reason: str, earliest: datetime | None = None) -> Outcome:
    """It did not work this time. Tried again after a while that grows, and not before `earliest`."""
    return Outcome(WAITING, reason, earliest)


def put_off(until: datetime, reason: str) -> Outcome:
    """It was not tried: there is a better moment."""
    return Outcome(WAITING, reason, until, tried=False)


@dataclass(frozen=True)
class Hands:
    """What the factory hands in.

    may_send: asked one after another at the moment of sending; the first no drops the row.
    send: sends, outside any transaction. Given the delivery and the account's zone, where somebody knew it.
    owner: the account that is to tell somebody whom a message did not reach.
    before: called once a minute at most, outside any transaction, for what becomes due by itself.
    once_only: kinds that are not tried again.
    first: kinds that somebody waits for: taken before all others, and tried again sooner.
    """

    may_send: tuple[Callable[[Delivery], Answer], ...]
    send: Callable[[Delivery, str | None], Outcome]
    owner: Callable[[Delivery], UUID | None]
    before: Callable[[datetime], Any]
    once_only: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()


def install(hands: Hands) -> Callable[[Flask], None]:
    """Hand it in: `install(hands)(app)`."""

    def keep(app: Flask) -> None:
        app.extensions["deliver"] = hands

    return keep


def wait_after(tries: int, first: timedelta = FIRST_WAIT) -> timedelta:
    """How long to wait after so many tries: longer each time, and never for all rows alike."""
    return first * WAIT_GROWS ** (tries - 1) * _random.uniform(0.85, 1.15)


def run(app: Flask, stop: threading.Event, *, once: bool = False) -> Counter[str]:
    """Deliver what is due until `stop` is set; with `once`, all that is due now. Any number may run at once.

    :returns: how many rows ended in which state.
    """
    total: Counter[str] = Counter()
    looked: float | None = None
    while True:
        try:
            if looked is None or monotonic() - looked >= BEFORE_EVERY:
                looked = monotonic()
                _before(app)
            done = _pass(app, stop)
        except (
            Exception
        ) as fault:  # the database is away, the disk is full: the rows are still there afterwards
            log.error("deliver", fault=describe(fault))
            if once:
                raise
            done = Counter()
        for state, number in done.items():
            counters.now().deliveries.labels(state).inc(number)
        if done:
            log.info("delivered", **done)
        total += done
        if once or stop.wait(LOOK_EVERY):
            return total


def _pass(app: Flask, stop: threading.Event) -> Counter[str]:
    done: Counter[str] = Counter()
    while not stop.is_set():
        # One for each row: nothing that was read for the last is believed for the next.
        with app.app_context():
            state = deliver_one()
        if state is None:
            break
        done[state] += 1
    return done


def deliver_one() -> str | None:
    """See the row through that is due longest. :returns: the state it was left in; None when nothing was due."""
    held = queue.claim(_hands().first)
    if held is None:
        return None
    try:
        outcome = _outcome(held)
    except Exception as fault:  # a fault of ours must not end the worker, nor be tried without end
        log.error("delivery", delivery=str(held.id), fault=describe(fault))
        outcome = later("fault")
    finally:
        session().rollback()
    tries = held.tries + outcome.tried
    most = 1 if held.kind in _hands().once_only else MOST_TRIES
    if outcome.state == WAITING and outcome.tried and tries >= most:
        outcome = failed(outcome.reason)
    if outcome.state == WAITING:
        moment = outcome.not_before or now()
        if outcome.tried:
            wait = wait_after(tries, SOON if held.kind in _hands().first else FIRST_WAIT)
            moment = max(moment, now() + wait)
        kept = queue.put_off(held, moment, outcome.reason, tried=outcome.tried)
    else:
        owner = _owner(held) if outcome.state in queue.NOT_REACHED else None
        kept = queue.end(held, outcome.state, outcome.reason, owner=owner, tried=outcome.tried)
    log.info(
        "delivery", delivery=str(held.id), state=outcome.state if kept else "lost", reason=outcome.reason
    )
    return outcome.state if kept else "lost"


def _outcome(held: Delivery) -> Outcome:
    if held.state == HANDING:
        # Its worker died with one foot out of the door: once more could be twice.
        return unsure("interrupted")
    if held.tries >= MOST_TRIES:
        return failed("interrupted")
    zone = None
    for ask in _hands().may_send:
        answer = ask(held)
        if not answer.may:
            return dropped(answer.reason or "may not")
        zone = zone or answer.zone
    return _hands().send(held, zone)


def _owner(held: Delivery) -> UUID | None:
    try:
        return _hands().owner(held)
    except Exception as fault:  # without an owner it is still on the team's list
        log.error("no owner", delivery=str(held.id), fault=describe(fault))
        return None
    finally:
        session().rollback()


def _before(app: Flask) -> None:
    """Let what becomes due by itself be put in the outbox. Of many workers one does it; the others pass by."""
    with app.app_context():
        if database().is_sqlite:
            _look_for_due()  # its writers come one after another, and what was told has its key
            return
        with database().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock:
            if lock.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _ONE_AT_A_TIME}):
                try:
                    _look_for_due()
                finally:
                    lock.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": _ONE_AT_A_TIME})


def _look_for_due() -> None:
    try:
        _hands().before(now())
    except Exception as fault:  # what is in the outbox already is delivered all the same
        log.error("nothing made due", fault=describe(fault))


def _hands() -> Hands:
    found: Hands = current_app.extensions["deliver"]
    return found
