"""Enrolment: the one link with which a professional sets their password and their second factor.

It works for a day and until the second factor is set up: who breaks off begins again with it. Nothing else sets up a
second factor, so whoever learns a password alone cannot bind an app of theirs to the account.
"""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import select, update

from selfcare.accounts import actions, factor, links, passkeys, passwords, recovery_codes, security, sessions
from selfcare.accounts.models import Account, Enrolment
from selfcare.accounts.provider import Said
from selfcare.accounts.sessions import Began
from selfcare.database import now, session, writing
from selfcare.web import codes, sealing, throttle
from selfcare.web.access import SignedIn

LASTS = timedelta(hours=24)


def make(account: Account) -> str:
    """A new link's code for a professional; earlier ones stop working. :returns: the code, kept nowhere."""
    code = passwords.short_code(2 * passwords.CODE_LENGTH)
    _keep(account, uuid4(), code)
    return code


def mail(account: Account) -> None:
    """A new link by e-mail; earlier ones stop working. Its code is made where it is sent, and never seen here."""
    row_id = uuid4()
    _keep(account, row_id, _code_of(row_id))
    security.send_link(account.id, row_id)


def to_send(enrolment_id: UUID) -> tuple[str, str] | None:
    """Where a link goes and its code, at the moment of sending; None where it opens nothing any more."""
    code = _code_of(enrolment_id)
    account = _account(code)
    return (account.email, code) if account and account.email else None


def end(account_id: UUID) -> None:
    """Every link of an account stops working."""
    _end(account_id)


def _keep(account: Account, row_id: UUID, code: str) -> None:
    _end(account.id)
    moment = now()
    session().add(
        Enrolment(
            id=row_id,
            account_id=account.id,
            code_hash=_digest(code),
            made_at=moment,
            expires_at=moment + LASTS,
        )
    )
    session().flush()
    security.note("enrolment-made", account.id)


def _code_of(enrolment_id: UUID) -> str:
    """A code that only this app can make, so that the message which carries it need not."""
    return passwords.code_from(sealing.digest(f"enrolment {enrolment_id}"), 2 * passwords.CODE_LENGTH)


def reset(account: Account) -> str:
    """Take every way in away, end every session, and make a new link. :returns: its code."""
    _take_away(account)
    return make(account)


def reset_by_mail(account: Account) -> None:
    """The same, and the link goes to the account's own address: nobody here sees it."""
    _take_away(account)
    mail(account)


def _take_away(account: Account) -> None:
    account.password_hash = account.totp_secret = account.totp_pending = account.totp_step = None
    passkeys.remove_all(account.id)
    links.remove_all(account.id)
    recovery_codes.remove_all(account.id)
    sessions.end_all(account.id)
    sessions.forget_devices(account.id)
    security.tell(account.id, security.FACTOR)


def begin(code: str, password: str) -> SignedIn | None:
    """Use a link: set the password, and go on to the second factor in a session that opens nothing yet.

    :returns: None when the code opens nothing, whatever is wrong about it.
    :raises WeakPassword: with a sentence. :raises TooManyRequests: after thirty tries from a network in an hour.
    """
    account = _waiting(code)
    if account is None:
        return None
    passwords.refuse_weak(password, account.email, account.name, demo=current_app.config["SETTINGS"].demo)
    made = passwords.hashed(password)
    writing()
    account = _account(code, lock=True)
    if account is None:
        return None
    return _begun(account, made)


def is_good(code: str) -> bool:
    """Whether a link would open something. :raises TooManyRequests: as `begin`."""
    return _waiting(code) is not None


def begin_with_provider(code: str, said: Said) -> SignedIn | None:
    """Use a link with a provider's word instead of a password; then the second factor, unless they gave it there.

    :returns: None as `begin`. :raises Taken: whom the provider names is another account's here.
    """
    writing()
    account = _account(code, lock=True)
    if account is None:
        return None
    user = _begun(account, None)
    links.add(account, said)
    return _whole(account) if said.second_step else user


def _waiting(code: str) -> Account | None:
    session().rollback()
    throttle.spend("enrolment", throttle.network(), limit=30, minutes=60)
    account = _account(code)
    if account:
        throttle.give_back("enrolment", throttle.network())
    return account


def _begun(account: Account, password_hash: str | None) -> SignedIn:
    """Every earlier way is gone, and the second factor is what comes next."""
    actions.change_way(account, account.email, password_hash, whole=False)
    passkeys.remove_all(account.id)
    links.remove_all(account.id)
    recovery_codes.remove_all(account.id)
    factor.renew(account)
    sessions.end_all(account.id)
    sessions.forget_devices(account.id)
    security.note("enrolment-begun", account.id)
    return sessions.begin(account, Began.ENROLMENT, complete=False)


def _whole(account: Account) -> SignedIn:
    """Nothing more is to be set up: the provider asks for the second step."""
    account.totp_pending = None
    account.way_at = account.way_at or now()
    _end(account.id)
    return sessions.begin(account, Began.PROVIDER, complete=True)


def finish(user: SignedIn, typed: str) -> bool:
    """The first right code of the second factor ends the link. :returns: whether it was right."""
    done = factor.confirm(user, typed)
    if done:
        _end(user.account_id)
    return done


def _account(code: str, *, lock: bool = False) -> Account | None:
    query = (
        select(Account)
        .join(Enrolment, Enrolment.account_id == Account.id)
        .where(
            Enrolment.code_hash == _digest(code),
            Enrolment.ended_at.is_(None),
            Enrolment.expires_at > now(),
            Account.suspended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return session().scalars(query.with_for_update() if lock else query).first()


def _end(account_id: UUID) -> None:
    session().execute(
        update(Enrolment)
        .where(Enrolment.account_id == account_id, Enrolment.ended_at.is_(None))
        .values(ended_at=now())
    )


def _digest(code: str) -> str:
    plain = "".join(c for c in codes.fold(code) if c.isalnum())
    return sha256(plain.encode()).hexdigest()
