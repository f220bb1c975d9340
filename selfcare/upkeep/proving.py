"""Whether people can sign in to what was restored."""

from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError
from flask import current_app
from sqlalchemy import select

from selfcare.accounts import factor, sessions
from selfcare.accounts.models import Account
from selfcare.database import finish, session, writing


class NoSignIn(Exception):
    """Nobody could sign in. The message says why, in one sentence."""


def sign_in() -> str:
    """Begin a session for somebody who has a password, use it, end it, and leave no trace of it.

    :returns: what was found, in a sentence: how many passwords can be read, and how many second steps opened.
    :raises NoSignIn:
    """
    accounts = session().scalars(select(Account).where(Account.suspended_at.is_(None))).all()
    with_password = [account for account in accounts if account.password_hash]
    unread = sum(not _can_be_read(account.password_hash or "") for account in with_password)
    if unread:
        raise NoSignIn(f"{unread} passwords in the backup cannot be read. Take another backup.")
    closed = sum(not factor.opens(account.totp_secret) for account in accounts if account.totp_secret)
    demo = current_app.config["SETTINGS"].demo
    somebody = next((account for account in with_password if demo or not account.invented), None)
    if somebody is not None:
        try:
            _try(somebody)
        finally:
            finish(keep=False)
    said = (
        f"A sign-in works: a session was begun and ended again. {len(with_password)} passwords can be read."
        if somebody
        else "Nobody in it has a password yet, so no sign-in was tried."
    )
    return said + (
        f" {closed} second steps were closed with another key: set them up anew with `people reset-second-step`."
        if closed
        else ""
    )


def _try(account: Account) -> None:
    with current_app.test_request_context():
        writing()
        begun = sessions.begin(account, sessions.Began.PASSWORD, complete=True)
        opened = sessions.load(begun.token)
        sessions.end(account.id, begun.session_id)
        if opened is None or opened.account_id != account.id or sessions.load(begun.token) is not None:
            raise NoSignIn("A sign-in to what is in the backup does not work. Take another backup.")


def _can_be_read(kept: str) -> bool:
    try:
        extract_parameters(kept)
    except InvalidHashError:
        return False
    return True
