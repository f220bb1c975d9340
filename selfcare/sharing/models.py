"""Tables of shared summaries: as the team has them, and as they were handed to one more professional."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record


class Summary(Record, Base):
    """A summary as it was shared. Nothing of it changes afterwards but what came of it: superseded, read, withdrawn."""

    __tablename__ = "summary"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "appointment_id"], ["appointment.person_id", "appointment.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["person_id", "superseded_by"], ["summary.person_id", "summary.id"]),
        Index("ix_summary_person_id_as_of", "person_id", "as_of", "id"),
        Index("ix_summary_person_id_appointment_id", "person_id", "appointment_id"),
    )
    appointment_id: Mapped[UUID | None]
    as_of: Mapped[datetime]
    sections: Mapped[list[str]] = mapped_column(JSON)
    first: Mapped[date] = mapped_column(Date)  # the period: its first and last day
    last: Mapped[date] = mapped_column(Date)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    superseded_by: Mapped[UUID | None]
    # From before its first reading was kept, a summary nobody can tell of is neither unread nor read.
    unread: Mapped[bool] = mapped_column(default=False, server_default=false())
    read_at: Mapped[datetime | None]  # by the first of the team
    read_name: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


# Why what was handed to somebody ended: the person or who handed it ended it, or its code had too many wrong tries.
BY_HAND, TRIES = "hand", "tries"


class HandedSummary(Record, Base):
    """A summary handed to one more professional by name, to read it and nothing else, until a day.

    It keeps what it was when it was handed over. `summary_id`: the shared one that it is of, with which it is
    withdrawn; None where it was chosen for them alone.
    """

    __tablename__ = "handed_summary"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "summary_id"], ["summary.person_id", "summary.id"], ondelete="CASCADE"
        ),
        Index("ix_handed_summary_person_id_entered_at", "person_id", "entered_at", "id"),
        Index("ix_handed_summary_person_id_summary_id", "person_id", "summary_id"),
        UniqueConstraint(
            "account_id", "id", name="uq_handed_summary_account_id"
        ),  # an account finds its own by it
    )
    name: Mapped[str] = mapped_column(Text)  # whom the person named
    works_as: Mapped[str] = mapped_column(Text)
    summary_id: Mapped[UUID | None]
    as_of: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    until: Mapped[datetime]
    code_hash: Mapped[str] = mapped_column(unique=True)
    code_until: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)  # with a wrong birth date, in all the code's life
    # Who came in with the code.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime | None]  # when it was read first
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(default="")
