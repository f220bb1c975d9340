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
