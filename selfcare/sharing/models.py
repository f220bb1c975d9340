"""The table of shared summaries."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record


class Summary(Record, Base):
    """A summary as it was shared. Nothing of it changes afterwards but what came of it: superseded, withdrawn."""

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
    withdrawn_at: Mapped[datetime | None]
