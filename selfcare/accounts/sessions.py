"""Server-side sessions: listed, revocable, rotated at sign-in. The cookie holds a token and nothing else of ours."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import current_app, request
from flask import session as cookie
from flask_login import login_user, logout_user
from sqlalchemy import bindparam, delete, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as OrmSession

from selfcare.accounts.models import Account, KnownDevice, SignIn
from selfcare.database import after_commit, database, now, session, writing
from selfcare.web import carry
from selfcare.web.access import Kind, SignedIn

SLIDING = timedelta(days=30)
STAFF_IDLE, STAFF_WHOLE = timedelta(minutes=15), timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)
STAFF_TOUCH_EVERY = timedelta(minutes=1)


class Began(StrEnum):
    """By what a session began. Only a proof of the account's own opens an account that has a way to sign in."""

    PASSWORD = "password"  # noqa: S105 - the account's own, right a moment ago
    PASSKEY = "passkey"  # one of the account's own, with what unlocks its device
    EMAIL = "email"  # a code sent to the address that was shown to be theirs, typed where it was asked for
    PROVIDER = "provider"  # the word of a provider that the account is linked with
    RECOVERY = (
        "recovery"  # its new password, set after two of the team confirmed whose it is, and after the wait
    )
    ENROLMENT = "enrolment"  # a professional's link: opens nothing until the second factor is set up with it
    LETTER = "letter"  # the person's own letter, as long as no way to sign in was ever set
    CODE = "code"  # a carer's code: an account made this moment


PROVES = frozenset(
    {Began.PASSWORD, Began.PASSKEY, Began.EMAIL, Began.PROVIDER, Began.RECOVERY, Began.ENROLMENT}
)


class NeverByCode(RuntimeError):
    """A code was about to open an account that exists. No view may get here."""


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def begin(
    account: Account,
    by: Began,
    *,
    complete: bool,
    passkey_id: UUID | None = None,
    given_at: datetime | None = None,
) -> SignedIn:
    """Start a session for an account on this device, ending the one it had here.

    :param by: the proof that was given for it.
    :param complete: False while a second factor is still asked for.
    :param passkey_id: the passkey it begins with.
    :param given_at: when the second factor was given, where that was before: a professional's hours count from then.
    :raises NeverByCode: a letter for an account that ever had a way to sign in, a code for one that had a session.
    """
    if by in (Began.LETTER, Began.CODE) and account.way_at is not None:
        raise NeverByCode
    if by is Began.CODE and session().scalar(
        select(SignIn.id).where(SignIn.account_id == account.id).limit(1)
    ):
        raise NeverByCode
    end_current()
    token, moment = secrets.token_urlsafe(32), now()
    device = cookie.get("device") or secrets.token_urlsafe(24)
    staff = account.kind != Kind.PERSON
    row = SignIn(
        token_hash=digest(token),
        account_id=account.id,
        device=device_name(),
        began=by.value,
        passkey_id=passkey_id,
        device_hash=digest(device),
        complete=complete,
        started_at=moment,
        seen_at=moment,
        proved_at=moment if by in PROVES else None,
        ends_at=(given_at or moment) + STAFF_WHOLE if staff else moment + SLIDING,
    )
    session().add(row)
    session().flush()
    user = _plain(account, account.id, row, token)
    locale = cookie.get("locale")
    cookie.clear()
    if locale:
        cookie["locale"] = locale
    cookie["device"] = device
    # From the start: no later answer has to set the cookie for it.
    cookie["csrf_token"] = carry.token_of(account.id, secrets.token_hex(20))
    cookie.permanent = not staff
    login_user(user)
    if complete:
        _know(account.id, device)
    return user


# Asked with every request, so it is made once.
_BEHIND = (
    select(
        *(Account.id.label("account_id"), Account.kind, Account.name, Account.title, Account.locale),
        *(Account.email, Account.way_at, Account.made_at, Account.only_me_from, Account.invented),
        *(SignIn.id, SignIn.complete, SignIn.seen_at, SignIn.proved_at, SignIn.ends_at),
    )
    .join(Account, Account.id == SignIn.account_id)
    .where(SignIn.token_hash == bindparam("token"), SignIn.ended_at.is_(None), Account.suspended_at.is_(None))
)


def load(token: str) -> SignedIn | None:
    """The account behind a token, or None when the session ended, went idle or was revoked. One statement."""
    row = session().connection().execute(_BEHIND, {"token": digest(token)}).first()
    if row is None:
        return None
    if row.invented and not current_app.config["SETTINGS"].demo:
        return None
    moment = now()
    staff = row.kind != Kind.PERSON
    if row.ends_at <= moment or (staff and moment - row.seen_at > STAFF_IDLE):
        return None
    if moment - row.seen_at > (STAFF_TOUCH_EVERY if staff else TOUCH_EVERY):
        after_commit(_touch(row.id, moment, None if staff else moment + SLIDING))
    return _plain(row, row.account_id, row, token)


def is_open(user: SignedIn) -> bool:
    """Whether a session that a request began with has not been ended meanwhile."""
    found = select(SignIn.id).where(SignIn.id == user.session_id, SignIn.ended_at.is_(None))
    return session().scalar(found) is not None


def complete(user: SignedIn) -> None:
    """The second factor was right."""
    session().execute(
        update(SignIn).where(SignIn.id == user.session_id).values(complete=True, proved_at=now())
    )
    _know(user.account_id, cookie.get("device"))


def prove(user: SignedIn) -> None:
    """They said again who they are."""
    session().execute(update(SignIn).where(SignIn.id == user.session_id).values(proved_at=now()))


def end_current() -> None:
    """End the session of this device, if it has one."""
    token = cookie.get("_user_id")
    if token:
        session().execute(update(SignIn).where(SignIn.token_hash == digest(token)).values(ended_at=now()))
    logout_user()


def leave() -> None:
    """Sign out on this device."""
    writing()
    end_current()


def end(account_id: UUID, session_id: UUID) -> bool:
    """End one session of an account, and know its device no more. :returns: whether there was one."""
    ended = session().execute(
        update(SignIn)
        .where(SignIn.id == session_id, SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .values(ended_at=now())
        .returning(SignIn.device_hash)
    )
    found = ended.first()
    if found is None:
        return False
    if found.device_hash is None:  # from before it was kept: it may be any of them
        _forget_others(account_id)
    else:
        gone = KnownDevice.account_id == account_id, KnownDevice.token_hash == found.device_hash
        session().execute(delete(KnownDevice).where(*gone))
    return True


def end_others(user: SignedIn) -> None:
    """End every other session of an account, and forget the other devices: after its password changed."""
    end_all(user.account_id, but=user.session_id)
    _forget_others(user.account_id)


def end_all(account_id: UUID, *, but: UUID | None = None) -> None:
    """End every session of an account, save one."""
    session().execute(
        update(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.ended_at.is_(None),
            SignIn.id != but if but else true(),
        )
        .values(ended_at=now())
    )


def end_by_passkey(account_id: UUID, passkey_id: UUID, *, but: UUID | None = None) -> None:
    """End the sessions that began with a passkey, save one."""
    session().execute(
        update(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.passkey_id == passkey_id,
            SignIn.ended_at.is_(None),
            SignIn.id != but if but else true(),
        )
        .values(ended_at=now())
    )


def end_by_provider(account_id: UUID, *, but: UUID | None = None) -> None:
    """End the sessions that began by a provider's word, save one."""
    session().execute(
        update(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.began == Began.PROVIDER.value,
            SignIn.ended_at.is_(None),
            SignIn.id != but if but else true(),
        )
        .values(ended_at=now())
    )


def end_by_letter(account_id: UUID, *, but: UUID | None = None) -> None:
    """End the sessions that a letter began and no proof of the account's own has followed, save one: whoever held the
    letter may be in one of them.
    """
    session().execute(
        update(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.began == Began.LETTER.value,
            SignIn.proved_at.is_(None),
            SignIn.ended_at.is_(None),
            SignIn.id != but if but else true(),
        )
        .values(ended_at=now())
    )


def _forget_others(account_id: UUID) -> None:
    here = cookie.get("device")
    session().execute(
        delete(KnownDevice).where(
            KnownDevice.account_id == account_id,
            KnownDevice.token_hash != (digest(here) if here else ""),
        )
    )


def forget_devices(account_id: UUID) -> None:
    """No device is known to the account any more."""
    session().execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))


def began(user: SignedIn) -> Began:
    """By what a session began."""
    return Began(session().scalars(select(SignIn.began).where(SignIn.id == user.session_id)).one())


def last_used(account_id: UUID) -> datetime | None:
    """When any session of an account was last used; None when it never had one."""
    return session().scalar(select(func.max(SignIn.seen_at)).where(SignIn.account_id == account_id))


@dataclass(frozen=True)
class Device:
    """A session as its owner sees it in the list."""

    id: UUID
    name: str
    seen_at: datetime
    here: bool


def devices(user: SignedIn) -> list[Device]:
    """The open sessions of an account, the newest first."""
    rows = session().scalars(
        select(SignIn)
        .where(
            SignIn.account_id == user.account_id,
            SignIn.ended_at.is_(None),
            SignIn.ends_at > now(),
            true() if user.kind is Kind.PERSON else SignIn.seen_at > now() - STAFF_IDLE,
        )
        .order_by(SignIn.seen_at.desc())
        .limit(50)
    )
    return [Device(row.id, row.device, row.seen_at, row.id == user.session_id) for row in rows]


def known_device(account_id: UUID) -> str | None:
    """The digest this browser is known by to an account it signed in to before; None elsewhere."""
    token = cookie.get("device")
    if not token or session().get(KnownDevice, (digest(token), account_id)) is None:
        return None
    return digest(token)


def known_here() -> str | None:
    """The digest this browser is known by, to whatever account; None where nobody ever signed in on it."""
    token = cookie.get("device")
    if not token:
        return None
    query = select(KnownDevice.token_hash).where(KnownDevice.token_hash == digest(token)).limit(1)
    return session().scalar(query)


def _know(account_id: UUID, device: str | None) -> None:
    if device is None:
        return
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    row = {"token_hash": digest(device), "account_id": account_id, "seen_at": now()}
    session().execute(insert(KnownDevice).values(row).on_conflict_do_nothing())


def _touch(row_id: UUID, moment: datetime, ends_at: datetime | None):  # type: ignore[no-untyped-def]
    values = {"seen_at": moment} | ({"ends_at": ends_at} if ends_at else {})

    def note(ledger: OrmSession) -> None:
        ledger.execute(update(SignIn).where(SignIn.id == row_id).values(**values))

    return note


def _plain(account: Any, account_id: UUID, row: Any, token: str) -> SignedIn:
    settings = current_app.config["SETTINGS"]
    staff = account.kind != Kind.PERSON
    return SignedIn(
        account_id=account_id,
        session_id=row.id,
        token=token,
        kind=Kind(account.kind),
        name=account.name,
        title=account.title,
        locale=account.locale,
        email=account.email,
        proved_at=row.proved_at,
        complete=row.complete or not staff or (settings.demo and account.invented),
        has_way=account.way_at is not None,
        since=account.made_at,
        only_me_from=account.only_me_from,
    )


def device_name() -> str:
    """A name people know their device by, from what the browser says of itself."""
    agent = request.headers.get("User-Agent", "")
    names = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    return next((name for sign, name in names.items() if sign in agent), "")
