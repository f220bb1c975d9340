"""Tables of asks."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Index, Text, Time, text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record
from selfcare.web.versions import Versioned, version_table

_OPEN = text("ended_at IS NULL")


def _team() -> Mapped[UUID | None]:
    return mapped_column(ForeignKey("team.id", ondelete="SET NULL"))


def _account() -> Mapped[UUID | None]:
    return mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class Ask(Versioned, Base):
    """Somebody asks for help near by. It is for others to act on, so it is never *only me*."""

    __tablename__ = "ask"
    __table_args__ = (
        Index("ix_ask_person_id_entered_at", "person_id", "entered_at", "id"),
        Index("ix_ask_id", "id", unique=True),  # an address of who works on it names nobody's record
        Index("ix_ask_body_id_entered_at", "body_id", "entered_at", "id"),
        # Each few minutes it is asked of all that are open whether one is lost or late.
        Index("ix_ask_entered_at_open", "entered_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    versions = version_table("ask")
    kept = ("starts_on", "starts_at", "place", "found_words")

    about_kind: Mapped[str | None]
    about_id: Mapped[UUID | None]
    about_label: Mapped[str | None] = mapped_column(Text)  # what it is about, as it was called then
    words: Mapped[str] = mapped_column(Text)
    said_yes: Mapped[bool]  # a professional asks for the person, who said yes
    team_id: Mapped[UUID] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE")
    )  # whose link workers have it
    may_pass: Mapped[bool]  # the person agreed that it is passed on to a body
    passed_name: Mapped[str] = mapped_column(Text)  # and what goes along: how they are called, and to call
    passed_phone: Mapped[str] = mapped_column(Text)

    state: Mapped[str]
    due_on: Mapped[date | None] = mapped_column(
        Date
    )  # by when the next step is promised; None: the person's turn
    body_id: Mapped[UUID | None] = _team()  # the body that has it
    proposed_id: Mapped[UUID | None] = _team()  # the body that could have it, once the person says yes
    passed_by_name: Mapped[str] = mapped_column(Text, default="")
    passed_at: Mapped[datetime | None]
    owner_id: Mapped[UUID | None] = _account()
    owner_name: Mapped[str] = mapped_column(Text, default="")
    owner_title: Mapped[str] = mapped_column(Text, default="")
    owned_at: Mapped[datetime | None]
    found_at: Mapped[datetime | None]
    starts_on: Mapped[date | None] = mapped_column(Date)
    starts_at: Mapped[time | None] = mapped_column(Time)
    place: Mapped[str] = mapped_column(Text, default="")
    found_words: Mapped[str] = mapped_column(Text, default="")
    back_at: Mapped[datetime | None]  # it came back to the team last
    back_name: Mapped[str] = mapped_column(
        Text, default=""
    )  # from whom; empty: whoever had it works there no more
    back_words: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    how_it_was: Mapped[str] = mapped_column(Text, default="")
    tells: Mapped[bool] = mapped_column(default=False)  # the team may read that they went, and how it was
    ended_at: Mapped[datetime | None]
    ended_name: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")  # nothing was found
    late_told_on: Mapped[date | None] = mapped_column(
        Date
    )  # of which day the person was told that it has passed


class AskLine(Record, Base):
    """Something added to an ask, unread at first."""

    __tablename__ = "ask_line"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "ask_id"], ["ask.person_id", "ask.id"], ondelete="CASCADE"),
        Index("ix_ask_line_person_id_ask_id_entered_at", "person_id", "ask_id", "entered_at", "id"),
    )

    ask_id: Mapped[UUID]
    side: Mapped[str]  # person, team, body
    body_id: Mapped[UUID | None] = _team()  # of a body's line
    text: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime | None]
    read_name: Mapped[str] = mapped_column(Text, default="")
