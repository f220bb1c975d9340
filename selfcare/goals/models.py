"""Tables of goals."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides, Remembered
from selfcare.web.versions import Versioned, version_table


class Goal(Versioned, Hides, Base):
    """Something a person wants to be able to do, and why it matters to them."""

    __tablename__ = "goal"
    __table_args__ = (Index("ix_goal_person_id_state_entered_at", "person_id", "state", "entered_at", "id"),)
    versions = version_table("goal")
    kept = (
        "matters",
        "text",
        "why",
        "sure",
        "look_on",
        "next_step",
        "state",
        "closing_words",
        "closed_on",
        "only_me",
    )

    matters: Mapped[str] = mapped_column(Text)  # what matters to me, in my words
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    sure: Mapped[int | None]  # how sure I am that I can, 0 to 10; None when skipped
    look_on: Mapped[date | None] = mapped_column(Date)  # when to look again
    next_step: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="open")  # open, achieved, changed, let_go
    closing_words: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[date | None] = mapped_column(Date)


class CheckIn(Versioned, Hides, Remembered, Base):
    """How a goal was going, in words, at one moment."""

    __tablename__ = "check_in"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "goal_id"], ["goal.person_id", "goal.id"], ondelete="CASCADE"),
        Index("ix_check_in_person_id_goal_id_utc", "person_id", "goal_id", "utc", "id"),
    )
    versions = version_table("check_in")
    kept = ("how", "note", "wall", "zone", "part", "only_me")

    goal_id: Mapped[UUID]
    how: Mapped[str]  # one of words.HOW
    note: Mapped[str] = mapped_column(Text)
