"""A new e-mail address is proved by a code sent to it, where this app can send e-mail: before that, nothing changes.

Whether the address is another account's is said to its owner, in that e-mail, and to nobody else.
"""

import hmac
from datetime import timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import delete, or_, select

from selfcare.accounts import actions, factor, passwords, security, sessions
from selfcare.accounts.models import Account, PendingAddress
from selfcare.database import now, session, writing
from selfcare.web import sealing, throttle
from selfcare.web.access import SignedIn

LASTS = timedelta(minutes=30)


def is_proved(user: SignedIn, email: str) -> bool:
    """Whether a way in with this address can be set at once: it is theirs already, or no e-mail can be sent."""
    if current_app.config["SETTINGS"].smtp is None:
        return True
    proved = session().scalar(select(Account.email_at).where(Account.id == user.account_id))
    return proved is not None and actions.tidy_email(email) == user.email


def ask(user: SignedIn, email: str, password: str) -> None:
    """Keep a new address and password aside, and send the code that proves the address.

    :param password: empty: none is set, and codes sent to the address let them in.
    :raises WeakPassword: with a sentence. :raises TooManyRequests: after ten in an hour.
    """
    address = actions.tidy_email(email) or ""
    made = None
    if password:
        passwords.refuse_weak(password, address, user.name, demo=current_app.config["SETTINGS"].demo)
        made = passwords.hashed(password)
    session().rollback()
    throttle.spend("address", str(user.account_id), limit=10, minutes=60)
    writing()
    # Anybody's: nothing of it is kept for longer than it can be used.
    over = PendingAddress.made_at <= now() - LASTS
    session().execute(delete(PendingAddress).where(or_(PendingAddress.account_id == user.account_id, over)))
    row = PendingAddress(
        id=uuid4(), account_id=user.account_id, address=address, password_hash=made, made_at=now()
    )
    session().add(row)
    session().flush()
    security.send_code(user.account_id, row.id)


def waits(user: SignedIn) -> str | None:
    """The address whose code is waited for."""
    row = _pending(user.account_id)
    return row.address if row else None


def confirm(user: SignedIn, typed: str) -> bool:
    """Set the way in that was kept aside, when the code is right. :returns: whether it was.

    :raises TooManyRequests: after five wrong ones.
    """
    row = _pending(user.account_id)
    session().rollback()
    plain = factor.plain(typed)
    if row is None or plain is None:
        return False
    counted = ("address-code", str(row.id))
    throttle.spend(*counted, limit=5, minutes=30)
    if not hmac.compare_digest(code_of(row), plain):
        return False
    throttle.forgive(*counted)
    writing()
    row = _pending(user.account_id, lock=True)
    if row is None or not sessions.is_open(user):
        return False
    taken = session().scalar(
        select(Account.id).where(Account.email == row.address, Account.id != user.account_id)
    )
    session().delete(row)
    session().flush()
    if taken is not None:
        return False  # its owner's e-mail had no code in it
    actions.keep_way(user, row.address, row.password_hash, proved=True)
    return True


def code_of(row: PendingAddress) -> str:
    """Six digits that only this app can make, so that the message which carries them need not."""
    return sealing.six_digits(f"address {row.id} {row.address}")


def to_send(pending_id: UUID) -> tuple[str, str | None] | None:
    """Where the message goes, and the code; None for the code where the address is another account's already."""
    row = session().get(PendingAddress, pending_id)
    if row is None or row.made_at < now() - LASTS:
        return None
    taken = session().scalar(
        select(Account.id).where(Account.email == row.address, Account.id != row.account_id)
    )
    return row.address, None if taken is not None else code_of(row)


def _pending(account_id: UUID, *, lock: bool = False) -> PendingAddress | None:
    query = select(PendingAddress).where(
        PendingAddress.account_id == account_id,
        PendingAddress.made_at > now() - LASTS,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).first()
