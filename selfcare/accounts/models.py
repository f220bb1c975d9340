"""Tables of accounts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text, UniqueConstraint
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
    email_at: Mapped[datetime | None]  # when a code showed that it is theirs; only then is it a way in
    locale: Mapped[str | None]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None] = mapped_column(Text)  # sealed; see `factor`
    # Sealed: shown to the app, and no code was right yet.
    totp_pending: Mapped[str | None] = mapped_column(Text)
    totp_step: Mapped[int | None]  # the last time step used: a code works once
    # When a way to sign in was first whole, with a second factor where one is asked for; it never goes empty again.
    way_at: Mapped[datetime | None]
    only_me_from: Mapped[datetime | None]  # after a recovery: what is marked *only me* stays shut until then
    # When they were asked to keep a way in and said "not now", and how often.
    way_asked_at: Mapped[datetime | None]
    way_asked: Mapped[int] = mapped_column(default=0)
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
    passkey_id: Mapped[UUID | None]  # the passkey it began with: when that is removed, it ends
    # What the device is known by (`KnownDevice`); None of sessions from before it was kept.
    device_hash: Mapped[str | None]
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
    password_hash: Mapped[str | None]  # none: they sign in by codes sent to it
    made_at: Mapped[datetime]


class Passkey(Base):
    """A passkey (WebAuthn credential) of an account. Its private key never leaves the device or its maker's store."""

    __tablename__ = "passkey"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    sign_count: Mapped[int] = mapped_column(
        BigInteger
    )  # goes up with each use, where the device counts at all
    transports: Mapped[str]  # how the device can be reached, as the browser said: "internal hybrid"
    backed_up: Mapped[bool]  # whether it is on other devices of theirs, too
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    copied_at: Mapped[datetime | None]  # when a second one of it was seen: it lets nobody in since


class RecoveryCode(Base):
    """One of the codes that stand in for a professional's second factor, each once; shown when they were made."""

    __tablename__ = "recovery_code"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]
    made_at: Mapped[datetime]


class PasskeyChallenge(Base):
    """What a passkey is asked to sign: once, within minutes, on the browser that asked for it."""

    __tablename__ = "passkey_challenge"
    challenge: Mapped[str] = mapped_column(primary_key=True)  # base64url
    bound_to: Mapped[str]  # the digest of what this browser's session alone knows
    purpose: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class MailCode(Base):
    """A code for signing in that was asked for by an e-mail address, known here or not; the code itself is not kept."""

    __tablename__ = "mail_code"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    made_at: Mapped[datetime]


class ProviderLink(Base):
    """By which somebody is known at a provider: an issuer's name for them, which never changes hands."""

    __tablename__ = "provider_link"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("account_id", "issuer"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ProviderVisit(Base):
    """That somebody went to a provider to say who they are: good once, within minutes, on the browser that went."""

    __tablename__ = "provider_visit"
    state_hash: Mapped[str] = mapped_column(primary_key=True)
    bound_to: Mapped[str]  # the digest of what this browser's session alone knows
    provider: Mapped[str]
    purpose: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[str] = mapped_column(Text)  # what goes along, as what they had typed; see `visits`
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]
