"""The table of what was agreed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides
from selfcare.web.versions import Versioned, version_table


class Line(Versioned, Hides, Base):
    """One thing that somebody does, by a day or not."""

    __tablename__ = "agreed_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "by_visit_id"], ["appointment.person_id", "appointment.id"], ondelete="CASCADE"
        ),
        Index("ix_agreed_line_person_id_state_entered_at", "person_id", "state", "entered_at", "id"),
        Index("ix_agreed_line_person_id_owner_id_state", "person_id", "owner_id", "state"),
    )
    versions = version_table("agreed_line")
    kept = ("what", "owner_kind", "owner_name", "by_kind", "by_on", "state", "only_me")

    what: Mapped[str] = mapped_column(Text)
    owner_kind: Mapped[str]  # me (whose record it is), professional, carer, service
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    owner_name: Mapped[str] = mapped_column(Text)  # as it stood then; empty for the person
    by_kind: Mapped[str]  # none, visit, day
    by_on: Mapped[date | None] = mapped_column(Date)
    by_visit_id: Mapped[UUID | None]  # the visit that was next; its day is read from there, wherever it moves
    from_kind: Mapped[str | None]  # visit, contact, goal, plan
    from_id: Mapped[UUID | None]
    from_label: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="open")  # of states.State
    closed_at: Mapped[datetime | None]  # when it was done or let go
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    done_name: Mapped[str] = mapped_column(Text, default="")
    words_by: Mapped[UUID | None]  # whose account wrote it as it reads now; who ticks it writes nothing
