"""What a sender may ask later: what became of the reports of a message it sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare.database import session
from selfcare.filing.models import Incoming, Receipt
from selfcare.filing.source import Source


@dataclass(frozen=True)
class Became:
    """One report: `state` is that of what waits or waited, empty where it was filed at once; `words` of who sent it
    back.
    """

    receipt_id: UUID
    state: str
    words: str


def of_message(source: Source, message_id: UUID) -> Sequence[Became]:
    """The reports of a message of this sender, in no order that says anything. One statement."""
    rows: Any = session().execute(
        select(Receipt.id, Incoming.state, Incoming.why)
        .outerjoin(Incoming, Incoming.receipt_id == Receipt.id)
        .where(Receipt.message_id == message_id, Receipt.sender_key == source.key)
        .order_by(Receipt.at, Receipt.id)
    )
    return [Became(row.id, row.state or "", row.why or "") for row in rows]
