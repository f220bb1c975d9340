"""Tables of accounts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base


class Account(Base):
    """Somebody who signs in. A person with a record, a carer, a professional or an administrator."""

    __tablename__ = "account"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")  # "specialist nurse": how a professional is introduced
    email: Mapped[str | None] = mapped_column(unique=True)  # kept in lower case
    locale: Mapped[str | None]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_step: Mapped[int | None]  # the last time step used: a code works once
    made_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    # Made by a demonstration, or in one: its password is known, so it opens nothing anywhere else.
    invented: Mapped[bool] = mapped_column(default=False)


class SignIn(Base):
    """One session on one device. The cookie holds the token, this its digest."""

    __tablename__ = "sign_in"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    device: Mapped[str]
    complete: Mapped[bool]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A device that signed in to an account before. It keeps its way in while strangers guess."""

    __tablename__ = "known_device"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime]
