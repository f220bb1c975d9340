"""Tables of contacts."""

from datetime import date

from sqlalchemy import Date, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Remembered
from selfcare.web.versions import Versioned, version_table


class Contact(Versioned, Remembered, Base):
    """One time a professional was in touch with a person: how, what was said, what happens next."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_person_id_utc", "person_id", "utc", "id"),)
    versions = version_table("contact")
    kept = ("how", "said", "next_step", "wall", "zone", "part")

    how: Mapped[str]  # phone, visit, video, message
    # Or no_answer, left_message.
    outcome: Mapped[str] = mapped_column(default="talked", server_default="talked")
    said: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(Date)  # the next contact, as it was set at this one
    due_before: Mapped[date | None] = mapped_column(Date)  # what had been due, for who takes the note back


class Rhythm(Versioned, Base):
    """How often the key contact is in touch, and when the next contact is due. One row a person."""

    __tablename__ = "rhythm"
    __table_args__ = (UniqueConstraint("person_id"),)
    versions = version_table("rhythm")
    kept = ("kind", "every_days", "due_on")

    kind: Mapped[str]  # active, lighter, own
    every_days: Mapped[int]
    due_on: Mapped[date | None] = mapped_column(Date)
