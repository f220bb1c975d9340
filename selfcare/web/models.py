"""Tables of the web floor: counters that slow guessing down, and forms already kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Throttle(Base):
    """Tries at something, counted per key until a time."""

    __tablename__ = "throttle"
    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]
    until: Mapped[datetime]


class Once(Base):
    """A form that was sent: the same id again is answered from here and never acted on twice."""

    __tablename__ = "once"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    form_id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str | None]
    row_id: Mapped[UUID | None]
    location: Mapped[str | None]
    version: Mapped[int | None]  # of the row as this form left it: what the next change of it goes on from
    at: Mapped[datetime]
