"""The inbox, where notices may be sent, and how an account wants to hear."""

from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, Text, Time
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Notice(Base):
    """Something new for an account: its kind and what it is about, never its content."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_account_id_visible_from", "account_id", "visible_from"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    # None: about the account itself
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    about_id: Mapped[UUID]
    made_at: Mapped[datetime]
    visible_from: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class Subscription(Base):
    """A browser that asked to be told: where its push service listens, and the keys only it can read with."""

    __tablename__ = "subscription"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(Text, unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    device: Mapped[str]  # a name people know it by: iPhone, Android
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when something was last handed to its push service
    fails: Mapped[int] = mapped_column(default=0)  # in a row
    not_before: Mapped[datetime | None]  # the push service asked for rest until then


class Preference(Base):
    """How an account wants to hear. No row: every kind, push where there is a device, no e-mail, quiet from 21 to 8."""

    __tablename__ = "preference"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    zone: Mapped[str | None]  # of the phone; else the person's, else the team's
    off: Mapped[list[Any]] = mapped_column(JSON)  # kinds that are not sent; the inbox has them always
    push: Mapped[bool] = mapped_column(default=True)
    email: Mapped[bool] = mapped_column(default=False)
    quiet_from: Mapped[time] = mapped_column(Time)
    quiet_until: Mapped[time] = mapped_column(Time)
    changed_at: Mapped[datetime]
