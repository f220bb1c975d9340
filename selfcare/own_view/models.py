"""Table of the person's own view."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base
from selfcare.web.versions import Versioned, version_table


class OwnView(Versioned, Base):
    """What the person says beside one thing that a professional wrote. Left empty, it is as if it were not there."""

    __tablename__ = "own_view"
    __table_args__ = (UniqueConstraint("person_id", "about_kind", "about_id"),)
    versions = version_table("own_view")
    kept = ("text", "quoted")

    about_kind: Mapped[str]  # contact, report_note
    about_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    quoted: Mapped[str] = mapped_column(Text)  # the professional's words, as they stood when this was written
    quoted_name: Mapped[str]
    read_at: Mapped[datetime | None]  # by the first professional, as it is worded now
    read_name: Mapped[str | None]
