"""The trail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Trail(Base):
    """One thing done or looked at. No foreign keys: the trail outlives what it names, by pseudonym."""

    __tablename__ = "trail"
    __table_args__ = (Index("ix_trail_person_id_seq", "person_id", "seq"),)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    person_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[UUID | None]
    by_role: Mapped[str]
    verb: Mapped[str]
    kind: Mapped[str]
    item_id: Mapped[UUID | None]
    covers: Mapped[UUID | None]  # the key contact whom a professional stood in for then


class Anchoring(Base):
    """One time at which the trail was chained: how far, and one digest of all the heads of then and of before."""

    __tablename__ = "trail_anchoring"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    upto: Mapped[int] = mapped_column(BigInteger)  # the last `seq` that was chained
    head: Mapped[str]


class Anchor(Base):
    """How far one person's part of the trail was chained at one anchoring. No foreign keys, as with the trail."""

    __tablename__ = "trail_anchor"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    upto: Mapped[int] = mapped_column(BigInteger)
    notes: Mapped[int]  # of the person, from the first on
    head: Mapped[str]
    # The digest of the line that was printed: what the head of the anchoring is made of. It stays as it was where the
    # record is erased and the notes stand under another id.
    line: Mapped[str]
