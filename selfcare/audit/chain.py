"""The trail's chain. What was noted is chained per person, so that an edit, a loss or another order shows.

A person's head is SHA-256 of the head before and the next row, in the order of `seq`; an anchoring's, of the head
before and of the digests of the lines it printed, one for each whose part grew. Both are kept in the database, and
printed to be kept elsewhere: whoever can change the trail can change the heads beside it, but not those.

Where a record is erased, its notes stand under a pseudonym, and its heads are made anew (`forget`). The digests of the
lines stay, so that every anchoring still holds; that it was an erasing says a note of its own, which is chained next.
It bears a seal that only who has the app's key can make: whoever can change the trail cannot pass that off as erasing.
"""

import hmac
import json
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

from flask import current_app
from sqlalchemy import exists, func, insert, literal, select, text, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from selfcare.audit.models import Anchor, Anchoring, Trail
from selfcare.database import Base, database, now

# What a row is chained by. A column that comes later is not in it, or what was chained before would seem changed.
CHAINED = (
    Trail.seq, Trail.person_id, Trail.at, Trail.by, Trail.by_role, Trail.verb, Trail.kind, Trail.item_id, Trail.covers,
)  # fmt: skip
_ANOTHER = ("person_id", "by", "item_id")  # what is another where a record was erased
ERASED = "erased"
_AT_A_TIME = 5_000
_One = TypeVar("_One")


class Twice(RuntimeError):
    """Somebody else chained the trail at this moment."""


class NotHeads(ValueError):
    """Something that `trail anchor` never printed. The message says which line."""


@dataclass(frozen=True)
class Head:
    """A head as it is printed. `person` is None for that of a whole anchoring, whose `upto` is its number."""

    person: UUID | None
    upto: int
    head: str

    def __str__(self) -> str:
        return f"{self.person or 'anchoring'} {self.upto} {self.head}"


@dataclass(frozen=True)
class Fault:
    """What does not hold. `first` and `last` are the `seq` between which it lies."""

    what: str
    person: UUID | None = None
    first: int = 0
    last: int = 0

    def __str__(self) -> str:
        where = f"{self.person}, notes {self.first} to {self.last}: " if self.person else ""
        return where + self.what


@dataclass(frozen=True)
class Verified:
    """What was found: how many notes were chained and are as they were, and how many came since."""

    faults: list[Fault]
    chained: int
    new: int
    last_at: datetime | None


def anchor() -> list[Head]:
    """Chain what was noted since the last time. Call it outside any transaction: it makes its own, and holds up nobody
    while it reads.

    :returns: the heads to keep elsewhere, that of the whole first; none where nothing is new.
    :raises Twice: when another did so meanwhile, or a record was erased; nothing was kept then.
    """
    with Session(database().engine) as reading:
        if not database().is_sqlite:  # there a reader sees one moment; here an anchoring may come in between
            reading.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        last = reading.scalars(select(Anchoring).order_by(Anchoring.number.desc()).limit(1)).first()
        done, number = (last.upto, last.number + 1) if last else (0, 1)
        before = last.head if last else ""
        erased = _last_erased(reading)
    upto = _settled()
    with Session(database().engine) as reading:
        newest = _newest(reading)
        grown = [
            _grown(newest.get(person), person, rows)
            for person, rows in groupby(_rows(reading, done, upto), _person)
        ]
    if not grown:
        return []
    heads = [Head(person, to, head) for person, to, _, head in grown]
    whole = _whole(before, map(_line, heads))
    try:
        with database().transaction() as work:
            _alone(work)
            if _last_erased(work) != erased:
                raise Twice  # what was read is not what stands there now
            work.add(Anchoring(number=number, at=now(), upto=upto, head=whole))
            work.flush()
            work.add_all(
                Anchor(
                    number=number, person_id=one.person, upto=one.upto, notes=notes, head=one.head, line=_line(one)
                )
                for one, (_, _, notes, _) in zip(heads, grown, strict=True)
            )  # fmt: skip
    except IntegrityError:
        raise Twice from None
    return [Head(None, number, whole), *heads]


def verify(kept: Iterable[Head] = (), *, sealed: bool = True) -> Verified:
    """Hold the trail against its chain.

    :param kept: heads that were kept elsewhere. :param sealed: whether the key is that by which erasings were sealed;
        under another one, that a record was erased has to be believed.
    """
    with Session(database().engine) as reading:
        last = reading.scalars(select(Anchoring).order_by(Anchoring.number.desc()).limit(1)).first()
        upto = last.upto if last else 0
        faults = [*_faults_of_anchorings(reading, sealed), *_faults_of_kept(reading, kept)]
        chained = 0
        for person, rows, anchors in _together(reading, upto):
            before = ("", 0, 0)
            for one in anchors:
                found, head = 0, before[0]
                while rows and rows[0].seq <= one.upto:
                    head, found = _link(head, rows.popleft()), found + 1
                expected = one.notes - before[1]
                if found != expected or head != one.head:
                    faults.append(Fault(_kind(found, expected), person, before[2] + 1, one.upto))
                chained += found
                before = (one.head, one.notes, one.upto)
            if rows:
                faults.append(Fault("notes were added", person, rows[0].seq, rows[-1].seq))
        new = reading.scalar(select(func.count()).select_from(Trail).where(Trail.seq > upto)) or 0
    return Verified(faults, chained, new, last.at if last else None)


def forget(work: Session, person: UUID, others: Collection[UUID]) -> UUID:
    """Put what was noted of a person under a pseudonym, within the transaction that erases them, and note that.

    Who else did something stays named by their id, and what was done by its kind. What each thing's id was nobody can
    tell afterwards: only that two notes are of the same thing.

    :param others: accounts of the person's own.
    :returns: the pseudonym.
    """
    secret, mine = uuid4(), {person, *others}
    pseudonym = uuid5(secret, str(person))

    def other(known: UUID | None) -> UUID | None:
        return uuid5(secret, str(known)) if known else None

    _alone(work)
    after, head = 0, ""
    before = list(work.scalars(select(Anchor).where(Anchor.person_id == person).order_by(Anchor.number)))
    anchors = deque(before)
    heads: dict[int, str] = {}
    while some := work.execute(
        select(*CHAINED)
        .where(Trail.person_id == person, Trail.seq > after)
        .order_by(Trail.seq)
        .limit(_AT_A_TIME)
    ).all():
        changed = []
        for row in some:
            while anchors and anchors[0].upto < row.seq:
                heads[anchors.popleft().number] = head
            values = row._asdict() | {
                "person_id": pseudonym,
                "by": other(row.by) if row.by in mine else row.by,
                "item_id": other(row.item_id),
            }
            changed.append(values)
            head = _link(head, values.values())
        work.execute(update(Trail), [{name: each[name] for name in ("seq", *_ANOTHER)} for each in changed])
        after = some[-1].seq
    heads |= {one.number: head for one in anchors}
    seal = _seal(pseudonym, [(one.number, one.upto, heads[one.number], one.line) for one in before])
    for number, then in heads.items():
        mine_then = Anchor.person_id == person, Anchor.number == number
        work.execute(update(Anchor).where(*mine_then).values(person_id=pseudonym, head=then))
    note = {"person_id": pseudonym, "at": now(), "by": None, "by_role": "system", "verb": ERASED}
    work.execute(insert(Trail).values(**note, kind="person", item_id=seal))
    return pseudonym


def read(lines: Iterable[str]) -> Iterator[Head]:
    """Heads as `trail anchor` printed them. :raises NotHeads:"""
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if not parts:
            continue
        try:
            who, upto, head = parts
            yield Head(None if who == "anchoring" else UUID(who), int(upto), head)
        except ValueError:
            raise NotHeads(f"line {number}") from None


def _settled() -> int:
    """The last `seq` below which nothing can come any more."""
    with database().transaction() as work:
        if not database().is_sqlite:
            # Whoever took a number and has not committed yet holds the table: for this moment they are waited for.
            work.execute(text("LOCK TABLE trail IN SHARE MODE"))
        return work.scalar(select(func.max(Trail.seq))) or 0


def _alone(work: Session) -> None:
    """Until this transaction ends nobody else chains the trail, or puts a part of it under another id."""
    if not database().is_sqlite:
        work.execute(text("LOCK TABLE trail_anchoring IN SHARE ROW EXCLUSIVE MODE"))


def _last_erased(reading: Session) -> int:
    return reading.scalar(select(func.max(Trail.seq)).where(Trail.verb == ERASED)) or 0


def _rows(reading: Session, after: int, upto: int) -> Iterator[Any]:
    wanted = select(*CHAINED).where(Trail.seq > after, Trail.seq <= upto)
    # yield_per: a trail is longer than memory should have to be.
    return iter(
        reading.execute(
            wanted.order_by(Trail.person_id, Trail.seq), execution_options={"yield_per": _AT_A_TIME}
        )
    )


def _person(row: Any) -> UUID:
    found: UUID = row.person_id
    return found


def _newest(reading: Session) -> dict[UUID, Anchor]:
    """Where the part of each person was last chained to."""
    last = select(Anchor.person_id, func.max(Anchor.number)).group_by(Anchor.person_id)
    found = reading.scalars(select(Anchor).where(tuple_(Anchor.person_id, Anchor.number).in_(last)))
    return {one.person_id: one for one in found}


def _grown(before: Anchor | None, person: UUID, rows: Iterable[Any]) -> tuple[UUID, int, int, str]:
    """A person, and where their part of the chain has come to: last `seq`, number of notes, head."""
    upto, number, head = 0, before.notes if before else 0, before.head if before else ""
    for row in rows:
        upto, number, head = row.seq, number + 1, _link(head, row)
    return person, upto, number, head


def _link(before: str, row: Iterable[Any]) -> str:
    plain = [
        value.hex
        if isinstance(value, UUID)
        else value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        for value in row
    ]
    return sha256(f"{before}\n{json.dumps(plain)}".encode()).hexdigest()


def _line(head: Head) -> str:
    """The digest of a printed line."""
    return sha256(str(head).encode()).hexdigest()


def _whole(before: str, lines: Iterable[str]) -> str:
    # In an order that does not hang on whose they are: that may be another by then.
    return sha256("\n".join((before, *sorted(lines))).encode()).hexdigest()


def _kind(found: int, expected: int) -> str:
    if found < expected:
        return f"{expected - found} of {expected} notes are gone"
    return "notes were added" if found > expected else "notes were changed, or stand in another order"


def _together(reading: Session, upto: int) -> Iterator[tuple[UUID, deque[Any], list[Anchor]]]:
    """Everybody whose part was chained, or has rows that should have been: with their rows and their anchors."""
    wanted = select(Anchor).order_by(Anchor.person_id, Anchor.number)
    anchors = iter(reading.scalars(wanted, execution_options={"yield_per": _AT_A_TIME}))
    for person, rows, chained in _merged(_rows(reading, 0, upto), anchors, _person):
        yield person, deque(rows), chained


def _merged(
    left: Iterator[Any], right: Iterator[_One], key: Callable[[Any], UUID]
) -> Iterator[tuple[UUID, list[Any], list[_One]]]:
    """Two rows of things in the order of their key, put together by it."""
    ours, theirs = groupby(left, key), groupby(right, key)
    one, other = next(ours, None), next(theirs, None)
    while one or other:
        least = min(group[0] for group in (one, other) if group)
        found: list[Any] = []
        matched: list[_One] = []
        if one and one[0] == least:
            found, one = list(one[1]), next(ours, None)
        if other and other[0] == least:
            matched, other = list(other[1]), next(theirs, None)
        yield least, found, matched


def _faults_of_anchorings(reading: Session, sealed: bool) -> Iterator[Fault]:
    """Whether every anchoring follows the one before, with the heads it had."""
    wanted = select(Anchor).order_by(Anchor.number, Anchor.person_id)
    anchors = groupby(
        reading.scalars(wanted, execution_options={"yield_per": _AT_A_TIME}), lambda one: one.number
    )
    heads: dict[int, str] = {}
    known = list(reading.scalars(select(Anchoring).order_by(Anchoring.number)))
    previous = {
        one.number: before.head for before, one in zip([Anchoring(head=""), *known], known, strict=False)
    }
    for number, group in anchors:
        rows = list(group)
        heads[number] = _whole(previous.get(number, ""), (one.line for one in rows))
        for one in rows:
            as_printed = one.line == _line(Head(one.person_id, one.upto, one.head))
            if not as_printed and one.upto > _erased_at(reading, one.person_id, sealed):
                yield Fault(
                    f"the head in anchoring {number} is not the one it was made with",
                    one.person_id,
                    1,
                    one.upto,
                )
    for place, whole in enumerate(known, 1):
        if whole.number != place or heads.pop(whole.number, None) != whole.head:
            yield Fault(f"the heads of anchoring {whole.number} are not those it was made with")
    for number in sorted(heads):
        yield Fault(f"anchoring {number} is gone")


def _erased_at(reading: Session, person: UUID, sealed: bool) -> int:
    """The `seq` of the note that a record was erased: the heads before it were made anew. 0 where there is none, where
    the id is somebody's or a team's, or where the note was not made by an erasing."""
    if _is_somebodys(reading, person):
        return 0
    said = Trail.person_id == person, Trail.verb == ERASED, Trail.by.is_(None)
    notes = reading.execute(select(Trail.seq, Trail.item_id).where(*said).order_by(Trail.seq)).all()
    for seq, seal in notes:
        made = select(Anchor.number, Anchor.upto, Anchor.head, Anchor.line).where(
            Anchor.person_id == person, Anchor.upto < seq
        )
        if not sealed or seal == _seal(person, reading.execute(made.order_by(Anchor.number)).all()):
            return int(seq)
    return 0


def _is_somebodys(reading: Session, known: UUID) -> bool:
    """Whether a record, or a team, has this id."""
    tables = [Base.metadata.tables[name] for name in ("person", "team") if name in Base.metadata.tables]
    return any(reading.scalar(select(table.c.id).where(table.c.id == known)) for table in tables)


def _seal(pseudonym: UUID, heads: Iterable[Iterable[Any]]) -> UUID:
    """What only an erasing can write: a keyed digest of the pseudonym and of the heads that were made anew for it."""
    key = current_app.config["SECRET_KEY"].encode()
    whole = "\n".join((f"erased {pseudonym}", *(" ".join(map(str, one)) for one in heads)))
    return UUID(bytes=hmac.new(key, whole.encode(), sha256).digest()[:16])


def _faults_of_kept(reading: Session, kept: Iterable[Head]) -> Iterator[Fault]:
    """Whether what was kept elsewhere is what stands here."""
    for head in kept:
        if head.person is None:
            here = reading.scalar(select(Anchoring.head).where(Anchoring.number == head.upto))
        elif _is_somebodys(reading, head.person):
            same = Anchor.person_id == head.person, Anchor.upto == head.upto, Anchor.line == _line(head)
            here = reading.scalar(select(Anchor.head).where(*same))
        else:
            # By its line: the id may be another by now.
            printed = select(literal(head.head)).where(exists().where(Anchor.line == _line(head)))
            here = reading.scalar(printed)
        if here != head.head:
            yield Fault(f"the head that was kept elsewhere is not the one that is here: {head}")
