"""The table of what is done at night."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Job(Base):
    """One thing that is done again and again, by one process at a time."""

    __tablename__ = "job"
    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime | None]
    lease: Mapped[UUID | None]  # of the process that does it
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]  # when it last went well
    place: Mapped[str | None] = mapped_column(Text)  # of a backup: the file
    fault: Mapped[str | None] = mapped_column(Text)  # why the last try did not; None: it did
