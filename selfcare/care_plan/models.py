"""The table of a plan: each row is one line as somebody wrote it, and what became of it.

What counts of a line is its row that was agreed and that nothing has taken the place of since.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides
from selfcare.web.versions import Versioned, version_table

_COUNTS = text("state = 'agreed' AND replaced_at IS NULL")


class PlanChange(Versioned, Hides, Base):
    """One line of a plan: a draft, a change somebody suggests, or what both agreed."""

    __tablename__ = "plan_change"
    __table_args__ = (
        Index("ix_plan_change_person_id_state_line_id", "person_id", "state", "line_id"),
        # Whoever agrees to what at the same moment: of one line, one row counts.
        Index(
            "uq_plan_change_person_id_line_id_counts", "person_id", "line_id", unique=True,
            sqlite_where=_COUNTS, postgresql_where=_COUNTS,
        ),
    )  # fmt: skip
    versions = version_table("plan_change")
    kept = ("who", "text", "until", "state", "only_me")

    line_id: Mapped[UUID]  # the line it is about; what a plan has once has one id for each person
    part: Mapped[str]  # a code of words.PARTS
    drops: Mapped[bool] = mapped_column(default=False)  # the line goes
    who: Mapped[str] = mapped_column(Text)  # of who does what: the service, or the person
    text: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None] = mapped_column(Date)  # until when; of *look again*: the day
    goal_id: Mapped[UUID | None]  # of a hope: the goal it was written from
    why: Mapped[str] = mapped_column(Text)  # said to whoever is asked
    state: Mapped[str]  # of states.State
    side: Mapped[str]  # of states.Side: whose words they are
    waits_for: Mapped[str | None]  # whose yes is missing
    base_id: Mapped[UUID | None]  # the row that counted when it was suggested; None: there was no such line
    digest: Mapped[str]  # of all that was shown to be agreed; empty while it is a draft
    counters: Mapped[UUID | None]  # the change that it says in other words
    person_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    person_name: Mapped[str] = mapped_column(
        Text, default=""
    )  # empty: the person; else who acted for them by law
    person_at: Mapped[datetime | None]
    team_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    team_name: Mapped[str] = mapped_column(Text, default="")
    team_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # when it was answered, taken back or overtaken
    ended_name: Mapped[str] = mapped_column(Text, default="")  # by whom
    replaced_at: Mapped[datetime | None]  # what was agreed, until something else was
