"""What was received: who may send, every report that came in, by which names, and those that wait for a human."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Sender(Base):
    """A laboratory system that may send reports."""

    __tablename__ = "sender"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    # Who sorts out what waits.
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class SenderToken(Base):
    """A token of a sender. Only its digest is kept. A sender may have two for a time, to change them over."""

    __tablename__ = "sender_token"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("sender.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Receipt(Base):
    """A report that came in, by its content: the same again is answered from here, no second one.

    By team: what waits with one team must not keep a report from the team that looks after the person.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("team_id", "content_hash"),
        Index("ix_receipt_series_id", "series_id"),
        Index("ix_receipt_message_id", "message_id"),
        Index("ix_receipt_team_id_at", "team_id", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    content_hash: Mapped[str]
    at: Mapped[datetime]
    message_id: Mapped[UUID]
    sender_key: Mapped[str]  # whose the names are: see receive.Source
    # Once it is filed: the report it is a version of, and what tells that from others (identity.Facts).
    series_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("sender.id", ondelete="SET NULL"))
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[UUID | None]


class ReceiptName(Base):
    """A name that a report came with (identity.Facts.names)."""

    __tablename__ = "receipt_name"
    __table_args__ = (Index("ix_receipt_name_name", "name"),)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipt.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)


class Incoming(Base):
    """A report that waits for a human: whose it is was not certain. `body` is the whole of it, as it was read."""

    __tablename__ = "incoming"
    __table_args__ = (Index("ix_incoming_team_id_state", "team_id", "state", "received_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipt.id", ondelete="CASCADE"), unique=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
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
