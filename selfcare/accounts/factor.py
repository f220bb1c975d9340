"""The second factor: kept sealed, shown only while it is set up from an enrolment link, each code good for one use."""

import hmac

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from selfcare.accounts import passwords, recovery_codes, security, sessions
from selfcare.accounts.models import Account
from selfcare.database import now, session, writing
from selfcare.web import codes, sealing, throttle
from selfcare.web.access import SignedIn

STEP = 30
_SEAL = "sealed:"


def is_set(user: SignedIn) -> bool:
    return session().scalar(select(Account.totp_secret).where(Account.id == user.account_id)) is not None


def pending(user: SignedIn) -> str | None:
    """The secret that waits for its first right code, where this session began by an enrolment link."""
    if sessions.began(user) is not sessions.Began.ENROLMENT:
        return None
    kept = session().scalar(select(Account.totp_pending).where(Account.id == user.account_id))
    return _opened(kept) if kept else None


def address(user: SignedIn, secret: str) -> str:
    """What an authenticator app reads from its QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email or user.name, issuer_name="Selfcare")


def renew(account: Account) -> None:
    """A fresh secret for an account that is about to set its second factor up. The one it had stops working."""
    account.totp_secret = account.totp_step = None
    account.totp_pending = sealed(pyotp.random_base32())


def confirm(user: SignedIn, typed: str) -> bool:
    """Keep the second factor that was shown, when a code shows that the app has it.

    :returns: whether the code was right.
    :raises TooManyRequests: after five tries in ten minutes.
    """
    code = plain(typed)
    if code is None:
        return False
    counted = _spend(user)
    secret = pending(user)
    step = _step(secret or "", code)
    writing()
    account = session().get_one(
        Account, user.account_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if secret is None or step is None or account.totp_pending is None:
        security.note("factor-wrong", user.account_id)
        return False
    if _opened(account.totp_pending) != secret:
        return False  # made anew meanwhile
    account.totp_secret, account.totp_pending, account.totp_step = account.totp_pending, None, step
    account.way_at = account.way_at or now()
    sessions.complete(user)
    _was_right(counted)
    security.tell(account.id, security.FACTOR)
    return True


def check(user: SignedIn, typed: str, *, again: bool = False) -> bool:
    """Check a code of the second factor, or a recovery code in its place; each works once.

    :param again: the session is complete, and only asked once more who they are.
    :raises TooManyRequests: after five wrong ones in ten minutes: on one device that the account knows, or from one
        network; and after fifty in an hour from all that it does not know. No stranger keeps its owner out.
    """
    code, instead = plain(typed), passwords.plain_code(typed)
    if code is None and instead is None:
        return False
    counted = _spend(user)
    writing()
    account = session().get_one(
        Account, user.account_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if code is None:
        if account.totp_secret is None or not recovery_codes.use(user.account_id, instead or ""):
            return False
        (sessions.prove if again else sessions.complete)(user)
        _was_right(counted)
        return True
    secret = _opened(account.totp_secret or "")
    step = _step(secret, code)
    if step is None or (account.totp_step is not None and step <= account.totp_step):
        security.note("factor-wrong", user.account_id)
        return False
    account.totp_step, account.totp_secret = step, sealed(secret)
    (sessions.prove if again else sessions.complete)(user)
    _was_right(counted)
    security.note("factor-right", user.account_id)
    return True


def plain(typed: str) -> str | None:
    """The six digits of a code, whatever script they were typed in; None for what cannot be one."""
    code = codes.fold(typed)
    return code if len(code) == 6 and code.isascii() and code.isdigit() else None


def sealed(secret: str) -> str:
    """A secret as the database keeps it: of no use without the app's key."""
    return _SEAL + _box().encrypt(secret.encode()).decode()


def is_sealed(kept: str) -> bool:
    return kept.startswith(_SEAL)


def opens(kept: str) -> bool:
    """Whether the app's key opens what is kept of a second factor."""
    return bool(_opened(kept))


def _opened(kept: str) -> str:
    """What `sealed` closed. One kept before secrets were sealed is taken as it is, and sealed when it is next right."""
    if not is_sealed(kept):
        return kept
    try:
        return _box().decrypt(kept.removeprefix(_SEAL).encode()).decode()
    except InvalidToken:
        return ""  # the app's key is another one now: the second factor has to be set up anew


def _box() -> Fernet:
    return sealing.box("second factor")


def _spend(user: SignedIn) -> list[tuple[str, ...]]:
    """Count a try, apart for a device that the account knows. :returns: where it was counted, the own one first."""
    who = str(user.account_id)
    device = sessions.known_device(user.account_id)
    session().rollback()
    if device:
        own = ("totp-device", who, device)
        throttle.spend(*own, limit=5, minutes=10)
        return [own]
    own, wide = ("totp", who, throttle.network()), ("totp-all", who)
    throttle.spend(*own, limit=5, minutes=10)
    throttle.spend(*wide, limit=50, minutes=60)
    return [own, wide]


def _was_right(counted: list[tuple[str, ...]]) -> None:
    own, *wide = counted
    throttle.forgive_later(*own)
    for each in wide:
        throttle.give_back(*each)


def _step(secret: str, code: str) -> int | None:
    """The time step a code belongs to: this one, or one to either side for clocks that differ."""
    if not secret:
        return None
    here = int(now().timestamp()) // STEP
    try:
        generator = pyotp.TOTP(secret)
        return next(
            (s for s in (here, here - 1, here + 1) if hmac.compare_digest(generator.at(s * STEP), code)), None
        )
    except ValueError:
        return None
