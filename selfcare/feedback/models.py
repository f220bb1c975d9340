"""Tables of what people say: words about a visit, what a team did about them, ideas for this app, who would help."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record


class Remark(Record, Base):
    """What a person wants to say about a visit, in their words: their own, until they let a team read it.

    The team never learns whose it is, nor of which visit. `batch`: those that it may read since the same moment, which
    is when five people had let it. Who takes one back leaves the batch.
    """

    __tablename__ = "remark"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "appointment_id"], ["appointment.person_id", "appointment.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("person_id", "appointment_id"),
        Index("ix_remark_team_id_batch", "team_id", "batch"),  # what a team may read, of whomever
    )
    appointment_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    # Which team may read it; None: nobody but the person.
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    given_on: Mapped[date | None] = mapped_column(Date)  # the first day of that month: no day is kept
    batch: Mapped[UUID | None]


class WouldHelp(Base):
    """A person who would help shape the service, and how a team reaches them. Withdrawn, it is gone."""

    __tablename__ = "would_help"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    how: Mapped[str]  # phone, email, letter
    reach: Mapped[str] = mapped_column(Text)  # the number or address, as they gave it for this
    at: Mapped[datetime]


class Theme(Base):
    """Something that people said, in a team's words. Everybody can read it from `shown_at` on."""

    __tablename__ = "said_theme"
    __table_args__ = (Index("ix_said_theme_team_id_shown_at", "team_id", "shown_at", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    said: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    shown_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Answer(Base):
    """What a team did about a theme, or that it has not yet. The newest counts; those before it stay."""

    __tablename__ = "said_answer"
    __table_args__ = (Index("ix_said_answer_theme_id_at", "theme_id", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    theme_id: Mapped[UUID] = mapped_column(ForeignKey("said_theme.id", ondelete="CASCADE"))
    state: Mapped[str]  # did, not_yet
    words: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)  # since when; of `not_yet`: by when the team says more
    at: Mapped[datetime]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class Gathered(Base):
    """A remark that a team put with others, because they say the same."""

    __tablename__ = "said_gathered"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "remark_id"], ["remark.person_id", "remark.id"], ondelete="CASCADE"
        ),
        Index("ix_said_gathered_person_id_remark_id", "person_id", "remark_id"),
    )
    theme_id: Mapped[UUID] = mapped_column(ForeignKey("said_theme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    remark_id: Mapped[UUID] = mapped_column(primary_key=True)


class Idea(Base):
    """An idea for this app, and how it stands with it. Everybody can read it.

    `said_people`: of how many people it is, as that may be said, on the day `said_on` on which somebody came or went.
    """

    __tablename__ = "app_idea"
    __table_args__ = (Index("ix_app_idea_made_at", "made_at", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    title: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str]  # of `words.STATES`
    why: Mapped[str] = mapped_column(Text)  # of what is not done now
    on: Mapped[date | None] = mapped_column(Date)  # on which it was done
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    said_people: Mapped[int | None]
    said_on: Mapped[date | None] = mapped_column(Date)


class Suggestion(Base):
    """A change to this app that somebody suggested: to whom, and what became of it. Taken back, it is gone."""

    __tablename__ = "app_suggestion"
    __table_args__ = (
        Index("ix_app_suggestion_account_id_at", "account_id", "at"),
        Index("ix_app_suggestion_team_id_state", "team_id", "state", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    line: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    state: Mapped[str]  # new, merged, answered, left
    idea_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_idea.id", ondelete="SET NULL"), index=True)
    answer: Mapped[str] = mapped_column(Text, default="", server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class MeToo(Base):
    """An account that wants an idea too."""

    __tablename__ = "app_me_too"
    idea_id: Mapped[UUID] = mapped_column(ForeignKey("app_idea.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]
