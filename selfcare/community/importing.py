"""Reads a list of services into the tables, with everything in it accounted for.

A list is read first and kept afterwards, a few services at a time. What did not come is ended, and never deleted; and
only where all of the list was read, beyond doubt. In doubt it stays, and the reading says why.
"""

import fcntl
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from selfcare.community.checking import Checked, NotListed, check
from selfcare.community.mapping import Kept, kept
from selfcare.community.models import (
    ENDED,
    FAILED,
    IN_PART,
    WHOLE,
    ListReading,
    Service,
    ServiceList,
    ServiceTag,
    ServiceWords,
)
from selfcare.community.sources import Missed, Source, Unreadable
from selfcare.community.spool import Spool
from selfcare.database import database, is_writing, now, session

MOST_SAID = 200  # of those refused, and of the fields left out
READINGS = 30  # of one list that are kept
_OURS = 0x5E1FCA11  # the number of the lock on PostgreSQL that whoever reads a list holds
_TOGETHER = 50  # services in one turn to write


class AtOnce(Exception):
    """The same list is read by somebody else at this moment."""


@dataclass(frozen=True)
class About:
    """What whoever runs this app says of a list. Empty: it stays as it is known."""

    name: str
    address: str = ""
    owner_email: str = ""
    licence: str = ""
    website: str = ""


@dataclass
class Read:
    """What became of a reading."""

    started_at: datetime
    doubts: list[str] = field(default_factory=list)  # why nothing was ended for it
    failed: bool = False
    counts: Counter[str] = field(
        default_factory=Counter
    )  # found, added, changed, same, merged, refused, ended, left_out
    refusals: list[dict[str, str]] = field(default_factory=list)
    gaps: list[dict[str, str]] = field(default_factory=list)
    beside: Counter[str] = field(default_factory=Counter)

    @property
    def outcome(self) -> str:
        return FAILED if self.failed else IN_PART if self.doubts else WHOLE

    def refuse(self, key: str, name: str, why: str) -> None:
        self.counts["refused"] += 1
        if len(self.refusals) < MOST_SAID:
            self.refusals.append({"key": key, "name": name, "why": why})

    def leave_out(self, found: Checked) -> None:
        self.counts["left_out"] += len(found.gaps)
        for gap in found.gaps[: MOST_SAID - len(self.gaps)]:
            self.gaps.append({"key": found.key, "name": found.name, "why": gap})


@contextmanager
def alone() -> Iterator[None]:
    """Hold every other reading off, until this one ends or dies. :raises AtOnce: another one is under way."""
    data = database()
    with ExitStack() as held:
        if data.is_sqlite:
            file = held.enter_context(Path(f"{data.engine.url.database}.reading").open("a"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AtOnce from None
        else:
            line = held.enter_context(data.engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
            if not line.scalar(select(func.pg_try_advisory_lock(_OURS))):
                raise AtOnce
            held.callback(lambda: line.execute(select(func.pg_advisory_unlock(_OURS))))
        yield


def read(source: Source, about: About, *, end_them: bool = False) -> Read:
    """Read a list, and keep what it tells.

    :param end_them: also where more than half of its services did not come.
    :raises AtOnce:
    """
    done = Read(now())
    with closing(Spool()) as spool:
        try:
            for item in source.read():
                _put(item, spool, done)
        except Unreadable as why:
            done.doubts, done.failed = [str(why)], True
        else:
            done.doubts += source.doubts
        done.beside = source.beside
        listed = done.counts["found"] - done.counts["merged"] - done.counts["refused"]
        if not listed and not done.failed:
            done.failed = True
            done.doubts.append(
                "No service in it could be listed." if done.counts["found"] else "There is no service in it."
            )
        try:
            _keep(source, about, spool, done, end_them)
        except IntegrityError:
            raise AtOnce from None
    return done


def _put(item: Any, spool: Spool, done: Read) -> None:
    done.counts["found"] += 1
    try:
        if isinstance(item, Missed):
            raise NotListed(item.why, item.key, item.name)
        if not spool.put(check(item)):
            done.counts["merged"] += 1
    except NotListed as why:
        done.refuse(why.key, why.name, str(why))
        spool.refuse(why.key, why.name)


def _keep(source: Source, about: About, spool: Spool, done: Read, end_them: bool) -> None:
    list_id = _list(about, make=not done.failed)
    if list_id is None:
        return  # nothing was read of a list that nobody knows yet
    before = _standing(list_id)
    today = done.started_at.date()
    for batch in spool.batches(_TOGETHER):
        _write(list_id, [_ready(found, done, today) for found in batch], done)
    gone = [] if done.failed else _gone(list_id, spool)
    if gone and not done.doubts:
        done.doubts += _why_not_ended(source, gone, before, end_them)
    if gone and not done.doubts:
        _end(gone, done)
    elif gone:
        done.doubts.append(
            f"{len(gone)} of its services did not come. They stay listed, for the list was not read whole."
        )
    if done.counts["added"] + done.counts["changed"] > _TOGETHER:
        _count_anew()
    _note(list_id, done)


def _count_anew() -> None:
    """PostgreSQL plans a search by what it last counted; by itself it counts again much later."""
    if not database().is_sqlite:
        with _turn() as work:
            work.execute(text("analyze service, service_words, service_tag"))


def _ready(found: Checked, done: Read, today: Any) -> Kept:
    one = kept(found, today)
    done.leave_out(found)
    return one


def _why_not_ended(
    source: Source, gone: list[tuple[UUID, str]], before: int, end_them: bool
) -> Iterator[str]:
    if len(gone) * 2 > before and not end_them:
        yield (
            f"More than half of its services ({len(gone)} of {before}) are not in it any more. "
            "If that is so: --end-them."
        )
    elif source.still_there([key for _, key in gone]):
        yield (
            "A service that did not come with the others is there when it is asked for: "
            "the list changed while it was read."
        )


# ------------------------------------------------------------------------------------------------------- what is kept


@contextmanager
def _turn() -> Iterator[Session]:
    """A short turn to write; or, where a command has its own already, that one."""
    if is_writing():
        yield session()
        session().flush()
    else:
        with database().transaction() as work:
            yield work


@contextmanager
def _look() -> Iterator[Session]:
    """Reads, and holds nothing afterwards."""
    yield session()
    if not is_writing():
        session().rollback()


def _list(about: About, *, make: bool) -> UUID | None:
    """The list by its address, else by its name; with what is said of it now."""
    said = {name: value for name, value in vars(about).items() if value}
    with _turn() as work:
        row = work.scalars(select(ServiceList).where(ServiceList.name == about.name)).first()
        if row is None and about.address:
            row = work.scalars(select(ServiceList).where(ServiceList.address == about.address)).first()
        if row is None:
            if not make:
                return None
            row = ServiceList(id=uuid4(), added_at=now(), name=about.name)
            work.add(row)
        for name, value in said.items():
            setattr(row, name, value)
        return row.id


def _standing(list_id: UUID) -> int:
    with _look() as work:
        standing = select(func.count()).where(Service.list_id == list_id, Service.state != ENDED)
        return work.scalar(standing) or 0


def _write(list_id: UUID, batch: list[Kept], done: Read) -> None:
    """Keep some of them in one turn; none is taken where nothing is different."""
    with _look() as work:
        known = {
            row.key: row
            for row in work.execute(
                select(Service.key, Service.id, Service.digest, Service.state, Service.ended_at).where(
                    Service.list_id == list_id, Service.key.in_([one.key for one in batch])
                )
            )
        }
    fresh = [one for one in batch if one.key not in known]
    other = [one for one in batch if one.key in known and known[one.key].digest != one.digest]
    done.counts["same"] += len(batch) - len(fresh) - len(other)
    if not fresh and not other:
        return
    moment = now()
    with _turn() as work:
        ids = {one.key: uuid4() for one in fresh}
        if fresh:
            rows = [
                _row(one, moment) | {"list_id": list_id, "key": one.key, "id": ids[one.key]} for one in fresh
            ]
            work.execute(
                insert(Service), [row | {"added_at": moment, "ended_at": _over(row, moment)} for row in rows]
            )
            work.execute(
                insert(ServiceWords), [{"service_id": ids[one.key], "words": one.words} for one in fresh]
            )
        for one in other:
            row, before = _row(one, moment), known[one.key]
            row |= {
                "ended_at": before.ended_at if before.state == ENDED == row["state"] else _over(row, moment)
            }
            work.execute(update(Service).where(Service.id == before.id).values(**row))
            work.execute(
                update(ServiceWords).where(ServiceWords.service_id == before.id).values(words=one.words)
            )
            ids[one.key] = before.id
        if other:
            work.execute(
                delete(ServiceTag).where(ServiceTag.service_id.in_([known[one.key].id for one in other]))
            )
        tags = [
            {"service_id": ids[one.key], "kind": kind, "value": value}
            for one in (*fresh, *other)
            for kind, value in sorted(one.tags)
        ]
        if tags:
            work.execute(insert(ServiceTag), tags)
    done.counts["added"] += len(fresh)
    done.counts["changed"] += len(other)


def _row(one: Kept, moment: datetime) -> dict[str, Any]:
    return one.values | {"digest": one.digest, "changed_at": moment}


def _over(row: dict[str, Any], moment: datetime) -> datetime | None:
    return moment if row["state"] == ENDED else None


def _gone(list_id: UUID, spool: Spool) -> list[tuple[UUID, str]]:
    """Those that stand here and did not come: id and key."""
    found: list[tuple[UUID, str]] = []
    last = ""
    while True:
        with _look() as work:
            rows = work.execute(
                select(Service.id, Service.key, Service.name)
                .where(Service.list_id == list_id, Service.state != ENDED, Service.key > last)
                .order_by(Service.key)
                .limit(_TOGETHER * 10)
            ).all()
        if not rows:
            return found
        found += [(row.id, row.key) for row in rows if not spool.has(row.key, row.name)]
        last = rows[-1].key


def _end(gone: list[tuple[UUID, str]], done: Read) -> None:
    """They are over. Should one come again, it differs from what is known, and is open again."""
    for start in range(0, len(gone), _TOGETHER):
        ids = [service_id for service_id, _ in gone[start : start + _TOGETHER]]
        with _turn() as work:
            over = {"state": ENDED, "ended_at": now(), "changed_at": now(), "digest": ""}
            work.execute(update(Service).where(Service.id.in_(ids)).values(**over))
        done.counts["ended"] += len(ids)


def _note(list_id: UUID, done: Read) -> None:
    """Put down how it went. Of a list, the last of these are kept."""
    counts = ("found", "added", "changed", "same", "merged", "refused", "ended", "left_out")
    with _turn() as work:
        work.add(
            ListReading(
                list_id=list_id,
                started_at=done.started_at,
                ended_at=now(),
                outcome=done.outcome,
                why="\n".join(done.doubts),
                **{name: done.counts[name] for name in counts},
                refusals=done.refusals,
                gaps=done.gaps,
            )
        )
        if done.outcome == WHOLE:
            work.execute(
                update(ServiceList).where(ServiceList.id == list_id).values(checked_at=done.started_at)
            )
        work.flush()
        newest = select(ListReading.id).where(ListReading.list_id == list_id)
        newest = newest.order_by(ListReading.started_at.desc(), ListReading.id).limit(READINGS)
        kept_ids = list(work.scalars(newest))
        work.execute(
            delete(ListReading).where(ListReading.list_id == list_id, ListReading.id.not_in(kept_ids))
        )
