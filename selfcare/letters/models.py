"""Tables of letters: what a letter is, its pages, the bytes of these, and files that are on their way."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides, Record
from selfcare.web.versions import Versioned, version_table

PAPER, TOLD = "paper", "told"


class Letter(Versioned, Hides, Base):
    """A letter that a person keeps a copy of, or (`told`) a result as somebody told it to them."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_person_id_day", "person_id", "day", "id"),)
    versions = version_table("letter")
    kept = ("line", "told", "sender", "day", "only_me")

    kind: Mapped[str]
    line: Mapped[str] = mapped_column(Text)  # what it is, in one line
    told: Mapped[str] = mapped_column(Text)  # what was said, in words; empty for a letter
    sender: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)  # on the letter, or on which it was told
    removed_by: Mapped[UUID | None]


class LetterSheet(Record, Base):
    """A file of a letter: a photo as it was drawn anew, or a PDF byte for byte."""

    __tablename__ = "letter_sheet"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "letter_id"], ["letter.person_id", "letter.id"], ondelete="CASCADE"
        ),
        Index("ix_letter_sheet_person_id_letter_id", "person_id", "letter_id", "place"),
    )
    letter_id: Mapped[UUID]
    place: Mapped[int]
    content_type: Mapped[str]  # image/jpeg or application/pdf: what it is, whatever it was said to be
    size: Mapped[int]
    digest: Mapped[str]  # SHA-256, hexadecimal
    wide: Mapped[int]  # dots of a photo; 0 for a PDF
    high: Mapped[int]


class LetterPart(Base):
    """Some of the bytes of a sheet, so that no more need be in memory at a time."""

    __tablename__ = "letter_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "sheet_id"], ["letter_sheet.person_id", "letter_sheet.id"], ondelete="CASCADE"
        ),
    )
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class LetterUpload(Base):
    """A file that arrives in parts, as its sender's line allows. Its id is the sender's choice."""

    __tablename__ = "letter_upload"
    __table_args__ = (Index("ix_letter_upload_person_id_account_id", "person_id", "account_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    size: Mapped[int]
    had: Mapped[int] = mapped_column(default=0)  # how much of it is here
    at: Mapped[datetime]  # when some of it came last


class LetterUploadPart(Base):
    """Some of the bytes of a file on its way, by where they begin."""

    __tablename__ = "letter_upload_part"
    upload_id: Mapped[UUID] = mapped_column(
        ForeignKey("letter_upload.id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
