"""What can be done with an account. Passwords are checked before anybody queues to write."""

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from selfcare.accounts import factor, passwords, security, sessions
from selfcare.accounts.models import Account, MailCode
from selfcare.accounts.sessions import Began
from selfcare.database import now, session, writing
from selfcare.web import throttle
from selfcare.web.access import Kind, SignedIn


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
        way_at=now() if password else None,
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
        security.note("sign-in-wrong", account.id if account else None)
        return None
    session().rollback()
    if device:
        throttle.forgive("sign-in-device", address, device)
    else:
        throttle.forgive("sign-in", address, throttle.network())
        throttle.give_back("sign-in", throttle.network())
    writing()
    fresh = session().get(Account, account.id, populate_existing=True)
    if fresh is None or fresh.password_hash != account.password_hash or fresh.suspended_at:
        return None  # changed while the password was checked
    security.note("sign-in-right", fresh.id)
    # What the demo lets through is not written down: switched off, it leaves no session without a second factor.
    return sessions.begin(fresh, Began.PASSWORD, complete=fresh.kind == Kind.PERSON)


def prove(user: SignedIn, password: str, code: str | None = None) -> bool:
    """Ask again who they are. :raises TooManyRequests: after ten tries in ten minutes.

    :param code: of the second factor, for who has one; both must be right.
    """
    session().rollback()
    throttle.spend("prove", str(user.account_id), throttle.network(), limit=10, minutes=10)
    account = session().get(Account, user.account_id)
    if account is None or not passwords.verify(account.password_hash, password):
        security.note("proof-wrong", user.account_id)
        return False
    if asks_for_code(user):
        if not factor.check(user, code or "", again=True):
            return False
    else:
        writing()
        sessions.prove(user)
    throttle.forgive_later("prove", str(user.account_id), throttle.network())
    return True


def asks_for_code(user: SignedIn) -> bool:
    """Whether a proof takes the second factor too: everybody's who has one."""
    return factor.is_set(user)


def has_password(user: SignedIn) -> bool:
    """Whether a password is set."""
    return session().scalar(select(Account.password_hash).where(Account.id == user.account_id)) is not None


def set_password(user: SignedIn, email: str, password: str) -> None:
    """Set the e-mail address and password an account signs in with. Other sessions of it end.

    :raises WeakPassword: :raises Taken: with a sentence for the person.
    :raises TooManyRequests: after ten addresses in an hour that others have.
    """
    address = tidy_email(email)
    passwords.refuse_weak(password, address, user.name, demo=current_app.config["SETTINGS"].demo)
    made = passwords.hashed(password)
    session().rollback()
    counted = ("address", str(user.account_id))
    throttle.spend(*counted, limit=10, minutes=60)
    writing()
    keep_way(user, address, made, proved=False)
    throttle.give_back(*counted)


def keep_way(user: SignedIn, address: str | None, password_hash: str | None, *, proved: bool) -> None:
    """Set a way in that was checked; every old way is told. Where the address or password is another, or it is the
    first way in, other sessions end and other devices are forgotten.

    :param password_hash: None leaves the password as it is, or leaves it out.
    :param proved: whether a code just showed that the address is theirs.
    :raises Taken: when the address is another account's.
    """
    account = session().get_one(
        Account, user.account_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if not sessions.is_open(user):
        raise NotFound  # another device changed it while this one was being hashed, and ended this session
    former = account.email
    other = bool(password_hash) or former != address or account.way_at is None
    try:
        change_way(account, address, password_hash or account.password_hash, proved=proved)
    except IntegrityError:
        session().rollback()
        raise Taken(address) from None
    if other:
        sessions.end_others(user)
    sessions.prove(user)
    security.tell(account.id, security.WAY, former if former != address else None)


def change_way(
    account: Account,
    address: str | None,
    password_hash: str | None,
    *,
    proved: bool = False,
    whole: bool = True,
) -> None:
    """Give a locked account its e-mail address and password; codes that were asked for before let nobody in.

    :param whole: it is a way in now; else something is still to be set up, as a second factor.
    :raises IntegrityError: the address is another's.
    """
    if proved or account.email != address:
        account.email_at = now() if proved else None
    account.email, account.password_hash = address, password_hash
    if whole:
        account.way_at = account.way_at or now()
    session().flush()
    session().execute(delete(MailCode).where(MailCode.account_id == account.id))


def set_language(user: SignedIn, locale: str | None) -> None:
    session().get_one(Account, user.account_id).locale = locale
    session().flush()


def tidy_email(email: str | None) -> str | None:
    return (email or "").strip().lower() or None


def _by_email(address: str) -> Account | None:
    return (
        session().scalars(select(Account).where(func.lower(Account.email) == address)).first()
        if address
        else None
    )
