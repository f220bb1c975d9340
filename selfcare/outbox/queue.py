"""Putting a delivery in the outbox, taking one out to deliver it, and keeping how it ended.

A worker takes a row by a lease: an id of its own and a time. A worker that dies gives the row back when the time is
over, and one that was slow can no longer settle what another has taken since.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from selfcare.database import database, now, session
from selfcare.outbox.models import Outbox

WAITING = "waiting"  # until `not_before`
SENDING = "sending"  # a worker has it
HANDING = "handing over"  # what cannot be taken back or repeated is being handed over at this moment
SENT = "sent"  # `reason` says by which way
DROPPED = "dropped"  # it was not to be sent any more; `reason` says why
FAILED = "failed"  # could not be sent, and `owner` is to tell them
UNSURE = "unsure"  # nobody knows whether it was sent, so it is not sent again, and `owner` is to tell them
TOLD = "told"  # it had failed, and its owner told them

NOT_REACHED = (FAILED, UNSURE)
_HELD = (SENDING, HANDING)

LEASE = timedelta(minutes=2)
_NEXT = 8  # deliveries that are looked at before a turn to write is taken for one of them


@dataclass(frozen=True)
class Delivery:
    """One row as a worker took it. `state` is SENDING; HANDING where a worker died while it handed the row over."""

    id: UUID
    lease: UUID
    account_id: UUID
    person_id: UUID | None
    kind: str
    about: dict[str, Any]
    dedupe: str
    tries: int
    state: str
    made_at: datetime


def enqueue(
    dedupe: str,
    *,
    account_id: UUID,
    person_id: UUID | None,
    kind: str,
    about: dict[str, Any],
    not_before: datetime | None = None,
    work: Session | None = None,
) -> bool:
    """Put one delivery in the outbox, in the transaction of what it tells of.

    :param work: that transaction, where it is not the request's own.
    :param dedupe: who, rule and occurrence; the same again is no second delivery.
    :param about: ids only, nothing of the record. The delivery of a `notice` takes the notice's id for its own.
    :returns: whether it was new.
    """
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    moment = now()
    row = {
        "id": UUID(about["notice"]) if "notice" in about else uuid4(),
        "dedupe": dedupe,
        "account_id": account_id,
        "person_id": person_id,
        "kind": kind,
        "about": about,
        "not_before": not_before or moment,
        "tries": 0,
        "state": WAITING,
        "made_at": moment,
    }
    return (work or session()).execute(
        insert(Outbox).values(row).on_conflict_do_nothing().returning(Outbox.id)
    ).first() is not None


def postpone(ids: Sequence[UUID], not_before: datetime) -> None:
    """Deliveries not made yet are made from another moment on: what they tell of is seen earlier or later."""
    session().execute(
        update(Outbox).where(Outbox.id.in_(ids), Outbox.state == WAITING).values(not_before=not_before)
    )


def drop(ids: Sequence[UUID]) -> None:
    """Deliveries not made yet are not made, and those that failed need nobody: what they tell of is gone."""
    session().execute(delete(Outbox).where(Outbox.id.in_(ids), Outbox.state.in_((WAITING, *NOT_REACHED))))


def needless(ids: Sequence[UUID], reason: str) -> None:
    """Deliveries that wait or failed need nobody any more."""
    if ids:
        session().execute(
            update(Outbox)
            .where(Outbox.id.in_(ids), Outbox.state.in_((WAITING, *NOT_REACHED)))
            .values(state=DROPPED, reason=reason, ended_at=now())
        )


def close(delivery_id: UUID) -> bool:
    """The owner of a delivery that failed has told them. :returns: False when somebody else was first."""
    done = session().execute(
        update(Outbox)
        .where(Outbox.id == delivery_id, Outbox.state.in_(NOT_REACHED))
        .values(state=TOLD, ended_at=now())
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


# ------------------------------------------------------------------ a worker's own transactions, each short and alone


def claim(first: Collection[str] = ()) -> Delivery | None:
    """Take the delivery that is due longest, for two minutes; None when none is due.

    :param first: kinds that are taken before all others.
    On PostgreSQL workers pass by the rows others are taking; on SQLite one writer comes after the other.
    """
    moment = now()
    order = case((Outbox.kind.in_(first), 0), else_=1), Outbox.not_before, Outbox.id
    with Session(database().engine) as reading:  # to look holds nobody up, however many wait
        due = reading.scalars(select(Outbox.id).where(_due(moment)).order_by(*order).limit(_NEXT)).all()
    if not due:
        return None
    with database().transaction() as short:
        query = select(Outbox).where(_due(moment)).order_by(*order).limit(1).with_for_update(skip_locked=True)
        # Where other workers took all of these meanwhile, it is looked for once more.
        row = short.scalar(query.where(Outbox.id.in_(due))) or short.scalar(query)
        if row is None:
            return None
        if row.state == SENDING:
            row.tries += 1  # the worker that had it died: a row that ends every worker ends itself at last
        if row.state != HANDING:
            row.state = SENDING
        row.lease, row.lease_until = uuid4(), moment + LEASE
        return Delivery(
            id=row.id,
            lease=row.lease,
            account_id=row.account_id,
            person_id=row.person_id,
            kind=row.kind,
            about=dict(row.about),
            dedupe=row.dedupe,
            tries=row.tries,
            state=row.state,
            made_at=row.made_at,
        )


def renew(held: Delivery) -> bool:
    """Hold a delivery for two minutes more. :returns: False when another worker has it by now: leave it alone."""
    return _settle(held, lease_until=now() + LEASE)


def hand_over(held: Delivery) -> bool:
    """Note that what cannot be repeated begins. From here on it is sent once or not at all.

    :returns: False when another worker has it by now: do not begin.
    """
    return _settle(held, state=HANDING, lease_until=now() + LEASE)


def end(
    held: Delivery, state: str, reason: str | None, *, owner: UUID | None = None, tried: bool = True
) -> bool:
    """Keep how a delivery ended. :returns: False when another worker has it by now, and nothing was changed.

    :param state: SENT, DROPPED, FAILED or UNSURE; the last two with the `owner` who is to tell them.
    """
    tries = held.tries + tried
    return _let_go(held, state=state, reason=reason, owner=owner, ended_at=now(), tries=tries)


def put_off(held: Delivery, not_before: datetime, reason: str, *, tried: bool) -> bool:
    """Let a delivery wait until another moment. :returns: as `end`."""
    tries = held.tries + tried
    return _let_go(held, state=WAITING, reason=reason, not_before=not_before, tries=tries)


def _let_go(held: Delivery, **values: Any) -> bool:
    return _settle(held, lease=None, lease_until=None, **values)


def _settle(held: Delivery, **values: Any) -> bool:
    with database().transaction() as short:
        done = short.execute(
            update(Outbox)
            .where(Outbox.id == held.id, Outbox.lease == held.lease, Outbox.state.in_(_HELD))
            .values(**values)
        )
        return bool(done.rowcount)  # type: ignore[attr-defined]


def _due(moment: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Outbox.state == WAITING, Outbox.not_before <= moment),
        and_(Outbox.state.in_(_HELD), Outbox.lease_until <= moment),
    )
