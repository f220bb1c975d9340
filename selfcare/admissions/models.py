"""The table of hospital stays."""

from datetime import date

from sqlalchemy import Date, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base
from selfcare.web.versions import Versioned, version_table


class Admission(Versioned, Base):
    """A hospital stay as it was told. It is for the team, so it is never *only me*."""

    __tablename__ = "admission"
    __table_args__ = (Index("ix_admission_person_id_came_on", "person_id", "came_on", "id"),)
    versions = version_table("admission")
    kept = ("place", "came_on", "left_on", "planned", "told_by", "told_name", "note")

    place: Mapped[str] = mapped_column(Text)
    came_on: Mapped[date] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    planned: Mapped[str]  # yes, no, unknown
    told_by: Mapped[str]  # person, helper, professional, letter, other
    told_name: Mapped[str] = mapped_column(Text)  # who that was, where it is known
    note: Mapped[str] = mapped_column(Text)
