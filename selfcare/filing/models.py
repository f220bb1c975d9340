"""What was received: who may send, every report that came in, and those that wait for a human."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Sender(Base):
    """A laboratory system that may send reports, with a token of its own. Only the token's digest is kept."""

    __tablename__ = "sender"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    team_id: Mapped[UUID] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE")
    )  # who sorts out what waits
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Receipt(Base):
    """A report that came in, by its own name and its content: the same again is answered from here, no second one."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("report_key", "content_hash"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    report_key: Mapped[str] = mapped_column(Text)  # issuer and identifier; empty where it has none
    content_hash: Mapped[str]
    at: Mapped[datetime]
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("sender.id", ondelete="SET NULL"))
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[UUID | None]


class Incoming(Base):
    """A report that waits for a human: whose it is was not certain. `body` is the whole of it, as it was read."""

    __tablename__ = "incoming"
    __table_args__ = (
        Index("ix_incoming_team_id_state", "team_id", "state", "received_at"),
        Index("ix_incoming_report_key", "report_key"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipt.id", ondelete="CASCADE"), unique=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    report_key: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    reasons: Mapped[list[Any]] = mapped_column(JSON)  # why nobody was certain, as codes
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(default="waiting")  # waiting, filed, rejected, returned
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[UUID | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(Text)
