"""Codes by e-mail: a way in for people and who helps them. Ten minutes, once, typed in the browser that asked for it.

Whether an address is known here is answered alike. What is sent is made of the row's id, so no table holds a code; the
browser is known by the id in its own cookie, so a code that was asked for elsewhere is none here.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from flask import session as cookie
from sqlalchemy import delete, func, select

from selfcare.accounts import actions, factor, security, sessions, ways
from selfcare.accounts.models import Account, MailCode
from selfcare.accounts.sessions import Began
from selfcare.database import now, session, writing
from selfcare.web import sealing, throttle
from selfcare.web.access import SignedIn

LASTS = timedelta(minutes=10)
TRIES = 5
_DAY = 24 * 60


def are_sent() -> bool:
    """Whether this app can send e-mail at all."""
    return current_app.config["SETTINGS"].smtp is not None


def ask(email: str) -> None:
    """Send a code to an address, where it is a way into an account; to another account's, what else lets them in. The
    answer is the same, whatever is known here.

    :raises TooManyRequests: after five in an hour for one address from one network, fifty from one network, or thirty
        in a day for one address. A device that the account knows is counted apart: ten in an hour, twenty in a day.
    """
    address = actions.tidy_email(email) or ""
    account = _of(address)
    account_id = account.id if account else None
    device = sessions.known_device(account_id or uuid4())  # looked for always: it takes as long
    session().rollback()
    if device:
        throttle.spend("mail-code-device", address, device, limit=10, minutes=60)
        throttle.spend("mail-code-device-day", address, device, limit=20, minutes=_DAY)
    else:
        throttle.spend("mail-code", address, throttle.network(), limit=5, minutes=60)
        throttle.spend("mail-code", throttle.network(), limit=50, minutes=60)
        throttle.spend("mail-code-all", address, limit=30, minutes=_DAY)
    writing()
    moment, before = now(), _here()
    session().execute(delete(MailCode).where((MailCode.made_at <= moment - LASTS) | (MailCode.id == before)))
    row = MailCode(id=uuid4(), account_id=account_id, address=address, made_at=moment)
    session().add(row)
    session().flush()
    if account_id:
        security.send_sign_in_code(account_id, row.id)
    else:  # as much to keep as where a message is: both take as long
        session().add(MailCode(id=uuid4(), account_id=None, address="", made_at=moment))
        session().flush()
    cookie["mail_code"] = str(row.id)


def waits() -> str | None:
    """The address whose code this browser waits for."""
    row = _waiting()
    return row.address if row else None


def use(typed: str, user: SignedIn | None) -> SignedIn | None:
    """Sign in with the code this browser waits for; of who is signed in already, say again that it is them.

    :returns: who is signed in now; None when the code is not right, whatever is wrong about it.
    :raises TooManyRequests: after five wrong ones; after twenty in a day on a device that the account knows.
    """
    row = _waiting()
    code = factor.plain(typed)
    right = code_of(row) if row else ""
    code_id, account_id = (row.id, row.account_id) if row else (None, None)
    device = sessions.known_device(account_id) if account_id else None
    session().rollback()
    if code_id is None or code is None:
        return None
    counted, daily = ("mail-code-try", str(code_id)), ("mail-code-wrong", str(account_id), device or "")
    throttle.spend(*counted, limit=TRIES, minutes=int(LASTS.total_seconds() // 60))
    if device:
        throttle.spend(*daily, limit=20, minutes=_DAY)
    if not hmac.compare_digest(right, code):
        security.note("sign-in-wrong" if user is None else "proof-wrong", user.account_id if user else None)
        return None
    throttle.forgive(*counted)
    if device:
        throttle.give_back(*daily)
    writing()
    # The account first, as whoever changes its ways in does: then nobody is changing them.
    account = _locked(account_id)
    row = _waiting(lock=True)
    if row is None or account is None or row.address != account.email or not ways.takes_codes(account):
        return None  # used meanwhile, or the address is no way in any more
    if user and (user.account_id != account.id or not sessions.is_open(user)):
        return None
    session().delete(row)
    session().flush()
    cookie.pop("mail_code", None)
    if user:
        sessions.prove(user)
        return user
    security.note("sign-in-right", account.id)
    return sessions.begin(account, Began.EMAIL, complete=True)


def code_of(row: MailCode) -> str:
    """Six digits that only this app can make."""
    return sealing.six_digits(f"sign in {row.id} {row.address}")


@dataclass(frozen=True)
class ToSend:
    """A message to whoever asked: where it goes, and the code; none where the address is no way in, or not yet."""

    address: str
    code: str | None
    may_confirm: bool


def to_send(code_id: UUID) -> ToSend | None:
    """What to send; None when it is used, or of no use any more."""
    row = session().get(MailCode, code_id)
    account = session().get(Account, row.account_id) if row and row.account_id else None
    if row is None or row.made_at <= now() - LASTS or account is None or account.email != row.address:
        return None
    code = code_of(row) if ways.takes_codes(account) else None
    return ToSend(row.address, code, ways.may_confirm(account))


def _here() -> UUID | None:
    kept = cookie.get("mail_code")
    return UUID(kept) if kept else None


def _waiting(*, lock: bool = False) -> MailCode | None:
    query = select(MailCode).where(MailCode.id == _here(), MailCode.made_at > now() - LASTS)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).first()


def _of(address: str) -> Account | None:
    """The account that has an address, where somebody may sign in to it."""
    account = session().scalars(select(Account).where(func.lower(Account.email) == address)).first()
    return account if account and _may_come_in(account) else None


def _locked(account_id: UUID | None) -> Account | None:
    lock: dict[str, Any] = {"with_for_update": {"key_share": True}, "populate_existing": True}
    account = session().get(Account, account_id, **lock) if account_id else None
    return account if account and _may_come_in(account) else None


def _may_come_in(account: Account) -> bool:
    return not account.suspended_at and (not account.invented or current_app.config["SETTINGS"].demo)
