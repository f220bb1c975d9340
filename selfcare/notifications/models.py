"""The inbox."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Notice(Base):
    """Something new for an account: its kind and what it is about, never its content."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_account_id_visible_from", "account_id", "visible_from"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    about_id: Mapped[UUID]
    made_at: Mapped[datetime]
    visible_from: Mapped[datetime]
    seen_at: Mapped[datetime | None]
