"""Tables of links: what a link is, the file that only its key opens, and who opened it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record

# Why a link ended: somebody ended it, it was to be opened once, its tries were used up, or something in it has been
# taken back since.
BY_HAND, USED, TRIES, TAKEN_BACK = "hand", "used", "tries", "taken back"


class SharedLink(Record, Base):
    """A SMART Health Link. Its key and its address are nowhere here: the address as a digest, by which it is found."""

    __tablename__ = "shared_link"
    __table_args__ = (Index("ix_shared_link_person_id_entered_at", "person_id", "entered_at", "id"),)
    address_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str] = mapped_column(Text)
    flag: Mapped[str]  # of the payload: P, U, or none of them
    until: Mapped[datetime]
    once: Mapped[bool]
    passcode_hash: Mapped[str | None]  # Argon2id
    # Of the tries that a link has in its life: those begun and not found right, and those found wrong.
    begun: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    # Ids of what is in it, so that it opens no more once one of them is taken back.
    bones: Mapped[dict[str, Any]] = mapped_column(JSON)
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(default="")


class SharedLinkFile(Base):
    """The file of a link: a JWE (RFC 7516) in its compact form, made in the browser. Nobody here can read it."""

    __tablename__ = "shared_link_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "link_id"], ["shared_link.person_id", "shared_link.id"], ondelete="CASCADE"
        ),
    )
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    link_id: Mapped[UUID] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class SharedLinkView(Base):
    """One time that a link was opened, and who they said they are. Nobody checked that."""

    __tablename__ = "shared_link_view"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "link_id"], ["shared_link.person_id", "shared_link.id"], ondelete="CASCADE"
        ),
        Index("ix_shared_link_view_person_id_link_id", "person_id", "link_id", "at"),
    )
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    link_id: Mapped[UUID]
    at: Mapped[datetime]
    recipient: Mapped[str] = mapped_column(Text)
    # An address of the file that was given out: its digest, until it is used, and until when it can be.
    file_hash: Mapped[str | None] = mapped_column(unique=True)
    file_until: Mapped[datetime | None]
