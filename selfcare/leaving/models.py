"""Tables of leaving: the copy somebody asked for, and that there was a record that is erased."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Export(Base):
    """A copy of everything about a person, as its owner asked for it. One at a time; the file has the row's id."""

    __tablename__ = "export"
    __table_args__ = (UniqueConstraint("person_id", "account_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    state: Mapped[str]  # asked, making, ready, failed
    asked_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(default=0)  # of its parts
    parts: Mapped[int] = mapped_column(default=0)
    salt: Mapped[
        str
    ]  # with the app's key it makes the key of the file; gone with the row, nothing opens the file
    size: Mapped[int | None] = mapped_column(BigInteger)  # bytes of the archive, opened
    as_of: Mapped[datetime | None]  # the one moment that all of it is of
    until: Mapped[datetime | None]  # until when it can be fetched
    fault: Mapped[str | None]  # why it could not be made: full, fault


class ErasedAccess(Base):
    """That an account had access to a record that is gone, so that its phone is told. A digest of both ids."""

    __tablename__ = "erased_access"
    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Erased(Base):
    """There was a record, and it is gone. Whose it was, nobody can tell: the digest needs the id that is asked for."""

    __tablename__ = "erased"
    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]  # when what lay between the rows in the database's files went too
