"""Tables of requests."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Index, Text, Time
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record
from selfcare.web.versions import Versioned, version_table


class ContactRequest(Versioned, Base):
    """Somebody asks the key contact to get in touch. It is for the team, so it is never *only me*."""

    __tablename__ = "contact_request"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "contact_id"], ["contact.person_id", "contact.id"]),
        Index("ix_contact_request_person_id_entered_at", "person_id", "entered_at", "id"),
    )
    versions = version_table("contact_request")
    kept = ("planned_on", "planned_from", "planned_until", "planned_how", "planned_name")

    about: Mapped[str] = mapped_column(Text)
    how: Mapped[str]  # phone, video, message, visit
    number: Mapped[str] = mapped_column(Text)  # to call, as it was known when it was asked
    good_time: Mapped[str]  # any, mornings, afternoons, own; empty where nothing was said
    own_time: Mapped[str] = mapped_column(Text)
    asked_me: Mapped[bool]  # a carer says that the person asked them to
    answer_by: Mapped[date] = mapped_column(Date)  # the promise, as it was given
    read_at: Mapped[datetime | None]
    read_name: Mapped[str] = mapped_column(Text, default="")
    planned_at: Mapped[datetime | None]
    planned_on: Mapped[date | None] = mapped_column(Date)
    planned_from: Mapped[time | None] = mapped_column(Time)
    planned_until: Mapped[time | None] = mapped_column(Time)
    planned_how: Mapped[str] = mapped_column(default="")
    planned_name: Mapped[str] = mapped_column(Text, default="")
    planned_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    contact_id: Mapped[UUID | None]  # the contact in which it was done; taken back, it is open again
    cancelled_at: Mapped[datetime | None]
    cancelled_name: Mapped[str] = mapped_column(Text, default="")


class RequestLine(Record, Base):
    """Something added to a request afterwards: a line of its own, unread."""

    __tablename__ = "request_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "request_id"],
            ["contact_request.person_id", "contact_request.id"],
            ondelete="CASCADE",
        ),
        Index(
            "ix_request_line_person_id_request_id_entered_at", "person_id", "request_id", "entered_at", "id"
        ),
    )

    request_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime | None]
    read_name: Mapped[str] = mapped_column(Text, default="")
