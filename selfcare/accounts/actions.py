"""What can be done with an account. Passwords are checked before anybody queues to write."""

import hmac
from uuid import UUID

import pyotp
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from selfcare.accounts import passwords, sessions
from selfcare.accounts.models import Account
from selfcare.database import after_commit, now, session, writing
from selfcare.web import throttle
from selfcare.web.access import Kind, SignedIn
from selfcare.web.digits import western

TOTP_STEP = 30


class Taken(ValueError):
    """Another account uses this e-mail address."""


def make(
    kind: Kind,
    name: str,
    *,
    title: str = "",
    email: str | None = None,
    password: str | None = None,
    locale: str | None = None,
) -> Account:
    """Make an account. The password is hashed here and must have been checked for weakness.

    :raises Taken: when the e-mail address is in use.
    """
    email = tidy_email(email)
    if email and _by_email(email):
        raise Taken(email)
    account = Account(
        kind=kind.value,
        name=name,
        title=title,
        email=email,
        password_hash=passwords.hashed(password) if password else None,
        locale=locale,
        made_at=now(),
        invented=current_app.config["SETTINGS"].demo,
    )
    session().add(account)
    session().flush()
    return account


def sign_in(email: str, password: str) -> SignedIn | None:
    """Sign in with a password. None when it is wrong, whatever is wrong about it, after the same work.

    :raises TooManyRequests: after ten tries in ten minutes at one account from one network, or a hundred from one
        network. A device that the account knows is counted apart, so that no stranger can keep its owner out, and
        nobody who has the device can guess without end.
    """
    address = tidy_email(email) or ""
    account = _by_email(address)
    device = sessions.known_device(account.id) if account else None
    session().rollback()
    if device:
        throttle.spend("sign-in-device", address, device, limit=30, minutes=10)
    else:
        throttle.spend("sign-in", address, throttle.network(), limit=10, minutes=10)
        throttle.spend("sign-in", throttle.network(), limit=100, minutes=10)
    if (
        not passwords.verify(account.password_hash if account else None, password)
        or account is None
        or account.suspended_at
        or (account.invented and not current_app.config["SETTINGS"].demo)
    ):
        return None
    session().rollback()
    if device:
        throttle.forgive("sign-in-device", address, device)
    else:
        throttle.forgive("sign-in", address, throttle.network())
    writing()
    fresh = session().get(Account, account.id, populate_existing=True)
    if fresh is None or fresh.password_hash != account.password_hash or fresh.suspended_at:
        return None  # changed while the password was checked
    # What the demo lets through is not written down: switched off, it leaves no session without a second factor.
    return sessions.begin(fresh, complete=fresh.kind == Kind.PERSON)


def prove(user: SignedIn, password: str) -> bool:
    """Ask again who they are. :raises TooManyRequests: after ten tries in ten minutes."""
    session().rollback()
    throttle.spend("prove", str(user.account_id), throttle.network(), limit=10, minutes=10)
    account = session().get(Account, user.account_id)
    if account is None or not passwords.verify(account.password_hash, password):
        return False
    writing()
    sessions.prove(user)
    return True


def has_password(user: SignedIn) -> bool:
    """Whether a way to sign in is set."""
    return session().scalar(select(Account.password_hash).where(Account.id == user.account_id)) is not None


def is_settled(account_id: UUID) -> bool:
    """Whether an account has a way to sign in of its own; until then its letter's code works."""
    return session().scalar(select(Account.password_hash).where(Account.id == account_id)) is not None


def set_password(user: SignedIn, email: str, password: str) -> None:
    """Set the e-mail address and password an account signs in with. Other sessions of it end.

    :raises WeakPassword: :raises Taken: with a sentence for the person.
    """
    address = tidy_email(email)
    passwords.refuse_weak(password, address)
    made = passwords.hashed(password)
    writing()
    other = _by_email(address or "")
    if other and other.id != user.account_id:
        raise Taken(address)
    account = session().get_one(Account, user.account_id, with_for_update=True)
    if not sessions.is_open(user):
        raise NotFound  # another device changed it while this one was being hashed, and ended this session
    account.email, account.password_hash = address, made
    try:
        session().flush()
    except IntegrityError:
        session().rollback()
        raise Taken(address) from None  # somebody else took it in the same moment
    sessions.end_others(user)
    sessions.prove(user)


def set_language(user: SignedIn, locale: str | None) -> None:
    session().get_one(Account, user.account_id).locale = locale
    session().flush()


def new_totp(user: SignedIn) -> tuple[str, str]:
    """A secret for a second factor not yet kept, and the address an authenticator app reads from its QR code."""
    secret = pyotp.random_base32()
    return secret, totp_address(user, secret)


def totp_address(user: SignedIn, secret: str) -> str:
    """What an authenticator app reads from its QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email or user.name, issuer_name="Selfcare")


def totp_is_set(user: SignedIn) -> bool:
    return session().scalar(select(Account.totp_secret).where(Account.id == user.account_id)) is not None


def set_totp(user: SignedIn, secret: str, code: str) -> bool:
    """Keep a new second factor when `code` shows that the app has it. Only where none was set."""
    _count_code(user)
    step = _totp_step(secret, code)
    writing()
    account = session().get_one(Account, user.account_id, with_for_update=True)
    if step is None or account.totp_secret is not None:
        return False
    account.totp_secret, account.totp_step = secret, step
    sessions.complete(user)
    return True


def check_totp(user: SignedIn, code: str) -> bool:
    """Check the second factor. A code works once. :raises TooManyRequests: after five tries in ten minutes."""
    _count_code(user)
    writing()
    account = session().get_one(Account, user.account_id, with_for_update=True)
    step = _totp_step(account.totp_secret or "", code)
    if step is None or (account.totp_step is not None and step <= account.totp_step):
        return False
    account.totp_step = step
    sessions.complete(user)
    after_commit(lambda ledger: throttle.forgive_in(ledger, "totp", str(user.account_id)))
    return True


def tidy_email(email: str | None) -> str | None:
    return (email or "").strip().lower() or None


def _count_code(user: SignedIn) -> None:
    session().rollback()
    throttle.spend("totp", str(user.account_id), limit=5, minutes=10)


def _totp_step(secret: str, code: str) -> int | None:
    """The time step a code belongs to: this one, or one to either side for clocks that differ."""
    plain = "".join(c for c in western(code) if c in "0123456789")
    if len(plain) != 6 or not secret:
        return None
    here = int(now().timestamp()) // TOTP_STEP
    try:
        generator = pyotp.TOTP(secret)
        return next(
            (
                s
                for s in (here, here - 1, here + 1)
                if hmac.compare_digest(generator.at(s * TOTP_STEP), plain)
            ),
            None,
        )
    except ValueError:
        return None


def _by_email(address: str) -> Account | None:
    return (
        session().scalars(select(Account).where(func.lower(Account.email) == address)).first()
        if address
        else None
    )
