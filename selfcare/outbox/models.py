"""The outbox."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Outbox(Base):
    """One delivery. `dedupe` (who, rule, occurrence) is unique, so that each is made once."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_not_before", "state", "not_before"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dedupe: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids only
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease: Mapped[UUID | None]  # of the worker that holds it: one whose time ran out can no longer settle it
    tries: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="waiting")  # the states are in queue.py
    # Why it ended without being sent, or waits: a word of ours, never an answer's text.
    reason: Mapped[str | None]
    owner: Mapped[UUID | None]  # whose task it is, once it failed for good
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
