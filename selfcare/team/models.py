"""Tables of the team's pages."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class StaffChange(Base):
    """What was done about a colleague: by whom, when, and why."""

    __tablename__ = "staff_change"
    __table_args__ = (Index("ix_staff_change_team_id_at", "team_id", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(Text)  # whose account it was: one that was withdrawn is gone
    what: Mapped[str]  # as `words.done` names them
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(Text)


class SignInReset(Base):
    """A colleague who lost their second step: one of the team asked, another confirms."""

    __tablename__ = "sign_in_reset"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    how: Mapped[str] = mapped_column(Text)  # how whoever asked made sure who it is
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    asked_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # confirmed, or stopped


class ListDraft(Base):
    """A list of people that was read from a file and is looked through: sealed, whoever's it is alone, for two days."""

    __tablename__ = "list_draft"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class PrintRun(Base):
    """People who were added together, and whose letters are printed in one go."""

    __tablename__ = "print_run"
    __table_args__ = (Index("ix_print_run_team_id_made_at", "team_id", "made_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(Text)  # where the list was from; the letters say it
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class PrintRunPerson(Base):
    """One of them, in the order of the list."""

    __tablename__ = "print_run_person"
    run_id: Mapped[UUID] = mapped_column(ForeignKey("print_run.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    place: Mapped[int]
    printed_at: Mapped[datetime | None]  # when their letter was last made here


class SuggestedPerson(Base):
    """Somebody whom a team may invite. Nothing of them is in any record before that; then it is of the person's own."""

    __tablename__ = "suggested_person"
    __table_args__ = (Index("ix_suggested_person_team_id_state", "team_id", "state", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    born: Mapped[date] = mapped_column(Date)
    nhs_number: Mapped[str | None]
    further: Mapped[dict[str, str]] = mapped_column(
        JSON
    )  # known_as, phone, email, address, language: as typed
    reason: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)  # where the name is from; their letter says it
    from_list: Mapped[bool]  # by a file, or typed
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    state: Mapped[str]  # waiting, invited, declined
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    decided_at: Mapped[datetime | None]
    why_not: Mapped[str] = mapped_column(Text, default="", server_default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
