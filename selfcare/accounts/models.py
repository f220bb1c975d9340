"""Tables of accounts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Text
from sqlalchemy.ext.hybrid import hybrid_property
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
    totp_secret: Mapped[str | None] = mapped_column(Text)  # sealed; see `factor`
    # Sealed: shown to the app, and no code was right yet.
    totp_pending: Mapped[str | None] = mapped_column(Text)
    totp_step: Mapped[int | None]  # the last time step used: a code works once
    # When a way to sign in was first whole, with a second factor where one is asked for; it never goes empty again.
    way_at: Mapped[datetime | None]
    only_me_from: Mapped[datetime | None]  # after a recovery: what is marked *only me* stays shut until then
    made_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    # Made by a demonstration, or in one: its password is known, so it opens nothing anywhere else.
    invented: Mapped[bool] = mapped_column(default=False)

    @hybrid_property
    def has_come_in(self) -> bool:
        """Whether they ever had a whole way to sign in. Who broke off on the way to it has not come in."""
        return self.way_at != None  # noqa: E711  # in a statement it is SQL


class SignIn(Base):
    """One session on one device. The cookie holds the token, this its digest."""

    __tablename__ = "sign_in"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    device: Mapped[str]
    began: Mapped[str]  # by what: see `sessions.Began`
    complete: Mapped[bool]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]  # by a proof of the account's own; None: by none yet
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


class Enrolment(Base):
    """A link with which a professional sets their password and second factor, once."""

    __tablename__ = "enrolment"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # used, or another was made


class FormerAddress(Base):
    """An e-mail address an account had: told once more when it is replaced, and then of no use."""

    __tablename__ = "former_address"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    until: Mapped[datetime]


class PendingAddress(Base):
    """A new way to sign in, kept aside until a code proves that its e-mail address is theirs."""

    __tablename__ = "pending_address"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str]
    password_hash: Mapped[str]
    made_at: Mapped[datetime]
