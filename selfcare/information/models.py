"""Tables of good information: a page beside a thing of somebody's record, and what a team knows of a page on its list.

The list itself is what a team offers (`people.offers`, part `link`).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record


class Linked:
    """A page elsewhere as it was checked when somebody put it beside something. While it is on the list of the team,
    what stands there counts.
    """

    url: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(Text)
    checked_on: Mapped[date] = mapped_column(Date)
    checked_by: Mapped[str] = mapped_column(Text, default="", server_default="")  # empty: nobody said
    language: Mapped[str] = mapped_column(default="", server_default="")
    reading_age: Mapped[int | None]  # in years; None: not measured
    list_id: Mapped[UUID | None]  # the team on whose list it is; no key: the team may be gone by then


class Information(Linked, Record, Base):
    """A page that a professional put beside a line of the plan or a decision. Beside a report it is a `report_link`."""

    __tablename__ = "information"
    __table_args__ = (
        Index("ix_information_person_id_about", "person_id", "about_kind", "about_id"),
        Index("ix_information_person_id_entered_at", "person_id", "entered_at", "id"),
    )
    about_kind: Mapped[str]  # plan_line, decision
    about_id: Mapped[UUID]


class TeamLink(Base):
    """Of a page that is or was on a team's list: who checked it, what the last look from here found, when it went."""

    __tablename__ = "team_link"
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(Text, primary_key=True)
    checked_by: Mapped[str] = mapped_column(Text, default="")  # a name, as it stood on that day
    checked_on: Mapped[date | None] = mapped_column(Date)
    found: Mapped[str] = mapped_column(Text, default="")  # a code of `checking`; empty: never looked
    status: Mapped[int | None]  # of HTTP, where it answered
    asked_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]  # taken off the list
