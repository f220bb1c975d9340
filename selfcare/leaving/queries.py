"""How somebody's copy stands, and whether what was asked for may be done now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.leaving import files
from selfcare.leaving.models import Export
from selfcare.outbox import queue
from selfcare.outbox.models import Outbox
from selfcare.web.access import Permit

ASKED, MAKING, READY, FAILED, GONE = "asked", "making", "ready", "failed", "gone"


@dataclass(frozen=True)
class Copy:
    """A copy that was asked for. `state`: GONE is one that had its day, or whose file is not there any more."""

    id: UUID
    state: str
    asked_at: datetime
    as_of: datetime | None  # the one moment that all of it is of
    done: int
    parts: int
    size: int
    salt: str
    until: datetime | None
    fault: str | None

    @property
    def waits(self) -> bool:
        return self.state in (ASKED, MAKING)


def takes_a_copy(permit: Permit) -> None:
    """Only the person, and who acts for them by law (`acting_copy`). :raises NotFound: of anybody else."""
    if not permit.is_self and not permit.acts:
        raise NotFound


def copy(permit: Permit) -> Copy | None:
    """The copy that this account asked for last."""
    takes_a_copy(permit)
    row = session().scalars(
        select(Export).where(Export.person_id == permit.person_id, Export.account_id == permit.account_id)
    ).first()  # fmt: skip
    if row is None:
        return None
    return Copy(
        row.id, _state(row), row.asked_at, row.as_of, row.done, row.parts, row.size or 0, row.salt, row.until,
        row.fault,
    )  # fmt: skip


def _state(row: Export) -> str:
    if row.state == READY:
        there = row.until is not None and row.until > now() and files.path(row.id).is_file()
        return READY if there else GONE
    return row.state if row.state == FAILED or is_under_way(row) else FAILED


def is_under_way(row: Export) -> bool:
    """Whether somebody still sees it through: a delivery that ended otherwise is one that nobody makes any more."""
    if row.state not in (ASKED, MAKING):
        return False
    state = session().scalar(select(Outbox.state).where(Outbox.dedupe == dedupe(row)))
    return state in (queue.WAITING, queue.SENDING)


def dedupe(row: Export) -> str:
    """What is unique of the work of making it."""
    return f"{row.account_id}:make_copy:{row.id}"


def shut_until(permit: Permit) -> datetime | None:
    """Until when nobody takes all away, or has it erased, with an account that was opened by a recovery: what is *only
    me* is shut as long, and whoever lost the account has as long to say that it was not them."""
    return permit.only_me_from if permit.is_self and not permit.sees_only_me else None
