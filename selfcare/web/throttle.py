"""Slows guessing down: counted before the try, in a transaction of its own, so that parallel tries are held too."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import blake2b
from ipaddress import IPv4Address, ip_address, ip_network

from flask import current_app, g, request
from sqlalchemy import case, delete, literal, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from selfcare import counters, security_log
from selfcare.database import Instant, after_commit, database, is_busy, now, session
from selfcare.web.models import Throttle


class InUse(Exception):
    """It is being done for them already."""


def network() -> str:
    """Where a request comes from, coarse enough for one household or ward: the address, /64 for IPv6."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or "unknown"
    if isinstance(address, IPv4Address):
        return str(address)
    # Written out first: in `2001:db8::9` the zeros between are left out, and what is left is not the network.
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def spend(what: str, *who: str, limit: int, minutes: int) -> None:
    """Count one try at `what` by `who`.

    :raises TooManyRequests: 429 with Retry-After, when more than `limit` tries were made within `minutes`.
    """
    if g.get("db_writing"):
        raise RuntimeError("a try is counted before the turn to write is taken")
    key = _key(what, *who)
    moment = now()
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    ends = moment + timedelta(minutes=minutes)
    over = Throttle.until <= moment
    # One statement: of two first tries at one moment, each counts.
    counted = (
        insert(Throttle)
        .values(key=key, hits=1, until=ends)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "hits": case((over, 1), else_=Throttle.hits + 1),
                "until": case((over, literal(ends, Instant())), else_=Throttle.until),
            },
        )
        .returning(Throttle.hits, Throttle.until)
    )
    with database().transaction() as short:
        hits, until = short.execute(counted).one()
    if hits > limit:
        security_log.note("throttled", None, of=what)
        counters.now().throttled.labels(what).inc()
        raise TooManyRequests(retry_after=max(1, int((until - moment).total_seconds())))


@contextmanager
def alone(what: str, *who: str, seconds: int) -> Iterator[None]:
    """Do one thing at a time by one somebody, in whichever process. Nothing is held meanwhile but a row with its end: a
    process that dies on the way gives it back when that has come.

    :param seconds: longer than it can take. :raises InUse: it is being done already.
    """
    key, moment = _key(what, *who), now()
    ends = moment + timedelta(seconds=seconds)
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    taken = (
        insert(Throttle)
        .values(key=key, hits=1, until=ends)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={"hits": 1, "until": literal(ends, Instant())},
            where=Throttle.until <= moment,
        )
        .returning(Throttle.key)
    )
    with database().transaction() as short:
        if short.scalar(taken) is None:
            raise InUse
    try:
        yield
    finally:
        try:
            with database().transaction() as short:
                # Not one that somebody took after the end of this.
                short.execute(delete(Throttle).where(Throttle.key == key, Throttle.until == ends))
        except Exception as fault:
            if not is_busy(fault):  # else it ends by itself, and what was done is done
                raise


def count(what: str, *who: str) -> int:
    """How many tries are counted now."""
    row = session().get(Throttle, _key(what, *who), populate_existing=True)
    return row.hits if row and row.until > now() else 0


def forgive(what: str, *who: str) -> None:
    """Forget the tries of somebody: this one was right."""
    with database().transaction() as short:
        _forget(short, what, *who)


def forgive_later(what: str, *who: str) -> None:
    """The same while the turn to write is taken: once the request's own transaction has ended."""
    after_commit(lambda ledger: _forget(ledger, what, *who))


def give_back(what: str, *who: str) -> None:
    """This try was right, and counts for nothing, while those of others behind the same network still do."""
    key = _key(what, *who)

    def note(ledger: Session) -> None:
        counted = Throttle.key == key, Throttle.hits > 0
        ledger.execute(update(Throttle).where(*counted).values(hits=Throttle.hits - 1))

    after_commit(note)


def _forget(work: Session, what: str, *who: str) -> None:
    work.execute(delete(Throttle).where(Throttle.key == _key(what, *who)))


def _key(what: str, *who: str) -> str:
    # A keyed digest: the table then holds no e-mail address and no network address.
    text = "\0".join((what, *who)).encode()
    return blake2b(text, key=current_app.config["SECRET_KEY"].encode()[:64], digest_size=24).hexdigest()
