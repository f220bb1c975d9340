"""Tables of help near by: the lists, how each was read, their services, and what a person keeps of one.

Services are of the lists, and no record's, and what is said to be wrong about one is nobody's. What a person saved is
of their record.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.community.full_text import Folded
from selfcare.database import Base, Hides
from selfcare.web.versions import Versioned, version_table

# How a reading ended: all of it was read; something was wrong on the way, and nothing was ended for it; nothing came.
WHOLE, IN_PART, FAILED = "whole", "in_part", "failed"
# Where a service stands: it is there; closed for now, as its list says; over, as its list says or because it left it.
OPEN, PAUSED, ENDED = "open", "paused", "ended"
# What it costs, where its list tells; empty where it does not.
FREE, SOME, PAID = "free", "some", "paid"
# What a tag can be of. Its values: codes of `needs.py`; a day of DAYS; a language's code (en, ur, cy); FREE.
NEED, WAY, GETTING_IN, LANGUAGE, DAY, COST = "need", "way", "getting_in", "language", "day", "cost"
OVER = "over"  # a day, and when all that is there on it is over: "tu 11:30"
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")  # as iCalendar names them, Monday first


class ServiceList(Base):
    """A list of services that somebody else keeps."""

    __tablename__ = "service_list"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(Text, unique=True)  # who keeps it, as people know them
    address: Mapped[str] = mapped_column(Text, default="")  # where it is fetched from; empty for a file
    owner_email: Mapped[str] = mapped_column(Text, default="")  # for *Something is wrong here*
    licence: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]  # when it was last read as a whole


class ListReading(Base):
    """One time that a list was read, and what became of everything that stood in it.

    found = added + changed + same + merged + refused, and `ended` are those that were not found any more.
    """

    __tablename__ = "list_reading"
    __table_args__ = (Index("ix_list_reading_list_id_started_at", "list_id", "started_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("service_list.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[str]  # WHOLE, IN_PART, FAILED
    why: Mapped[str] = mapped_column(Text, default="")  # why it is not WHOLE, in plain words
    found: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)  # one more of an id that came before
    refused: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)  # fields that were wrong, of services that are listed
    # The first of those refused, and of the fields left out: rows of key, name, why. Their whole number is above.
    refusals: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    gaps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class Service(Base):
    """A service as its list tells of it. What the list does not tell is empty, and never guessed.

    `sessions`: rows of days (of DAYS, or none), opens and closes (HH:MM or empty), starts and ends (days, ISO, or
    empty), freq (daily, weekly, monthly, yearly or empty), every (1: each week, 2: every other), nth (which of such
    days of the month; -1 the last), dates (days of the month), words, link.
    `places`: rows of name, address (a text, its lines apart), postcode, lat and long (numbers, or null together),
    getting_there.
    `phones`: rows of number, extension, words. `costs`: rows of amount (text, as it came), currency, words, until.
    `languages`: rows of code (or empty) and name. `getting_in`: rows of code and words, either or
    both; words with no code speak of several things, or of none that has one.
    """

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("list_id", "key"),
        Index("ix_service_state_name", "state", "name", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("service_list.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)  # its id, as it came
    digest: Mapped[str]  # of all below that comes from the list
    name: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    organisation_kind: Mapped[str]  # a code of needs.KINDS, or empty
    description: Mapped[str] = mapped_column(Text)  # plain text; its paragraphs are lines apart
    url: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    phones: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cost: Mapped[str]  # FREE, SOME, PAID, or empty: not told
    fees: Mapped[str] = mapped_column(Text)  # in the list's words
    costs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    youngest: Mapped[int | None]
    oldest: Mapped[int | None]
    for_whom: Mapped[str] = mapped_column(Text)  # in the list's words
    how_to_join: Mapped[str] = mapped_column(Text)
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    places: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    languages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    getting_in: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    alert: Mapped[str] = mapped_column(Text)
    assured_on: Mapped[date | None] = mapped_column(Date)  # when somebody last checked that it is so
    state: Mapped[str]  # OPEN, PAUSED, ENDED
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ServiceWords(Base):
    """The words of a service as they are searched (`full_text.holds`). Its number never changes: SQLite's index names
    rows by it."""

    __tablename__ = "service_words"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), unique=True)
    words: Mapped[str] = mapped_column(Folded())


class ServiceTag(Base):
    """By what a service is found besides its words: `kind` and `value` as above."""

    __tablename__ = "service_tag"
    __table_args__ = (Index("ix_service_tag_kind_value_service_id", "kind", "value", "service_id"),)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class SavedService(Versioned, Hides, Base):
    """A service that a person keeps, and how it went. The label outlives a list that is taken away."""

    __tablename__ = "saved_service"
    __table_args__ = (
        Index("ix_saved_service_person_id_state_entered_at", "person_id", "state", "entered_at", "id"),
        Index("ix_saved_service_person_id_service_id", "person_id", "service_id"),
    )
    versions = version_table("saved_service")
    kept = ("label", "state", "words", "only_me")

    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"))
    label: Mapped[str] = mapped_column(Text)  # its name when it was saved
    state: Mapped[str]  # saved, tried, going, not_for_me
    words: Mapped[str] = mapped_column(Text, default="")  # their own, about it
    removed_by: Mapped[UUID | None]


class ServiceProblem(Base):
    """Something that somebody said is wrong about a service. Nothing in it, nor beside it, says who that was."""

    __tablename__ = "service_problem"
    __table_args__ = (Index("ix_service_problem_closed_at_at", "closed_at", "at", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"))
    label: Mapped[str] = mapped_column(Text)  # the name of the service, and whose list it is on
    list_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]  # a code of words.PROBLEMS
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when it went to the list's owner
    closed_at: Mapped[datetime | None]  # when somebody who runs a team's pages took it off their list
