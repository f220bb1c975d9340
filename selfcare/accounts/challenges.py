"""What a passkey is asked to sign: kept here, good once, within minutes, and only on the browser that asked for it.

And where: passkeys work at the address this app has, and at no other.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, request
from flask import session as cookie
from sqlalchemy import delete
from webauthn.helpers import bytes_to_base64url, generate_challenge
from werkzeug.exceptions import NotFound

from selfcare.accounts import sessions
from selfcare.accounts.models import PasskeyChallenge
from selfcare.database import database, now, session, writing
from selfcare.web import origin, throttle

LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Party:
    """Where this app stands, as passkeys know it: they work at this origin and no other."""

    id: str
    origin: str


def party() -> Party | None:
    """None where no browser makes passkeys: at an address of numbers."""
    own = origin.own(current_app.config["SETTINGS"], request.environ)
    parts = urlsplit(own)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        safe = parts.scheme == "https" or host == "localhost"
        return Party(host, f"{parts.scheme}://{parts.netloc}") if host and safe else None
    return None


def here() -> Party:
    """The same. :raises NotFound: where there is none."""
    found = party()
    if found is None:
        raise NotFound
    return found


def ask(purpose: str, account_id: UUID | None, *, offered: bool = False) -> bytes:
    """A new challenge for this browser.

    :param offered: nobody asked for it: the page was opened. Counted apart, so that no waiting room full of open pages
        stops those who press the button.
    :raises TooManyRequests: after sixty in ten minutes for an account, or on a device that somebody signed in on; three
        hundred from a network on other devices, and three thousand that nobody asked for.
    """
    device = None if account_id or offered else sessions.known_here()
    session().rollback()
    if account_id:
        throttle.spend("passkey-asked-own", str(account_id), limit=60, minutes=10)
    elif offered:
        throttle.spend("passkey-offered", throttle.network(), limit=3000, minutes=10)
    elif device:
        throttle.spend("passkey-asked-device", device, limit=60, minutes=10)
    else:
        throttle.spend("passkey-asked", throttle.network(), limit=300, minutes=10)
    writing()
    moment, challenge = now(), generate_challenge()
    session().execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= moment))
    session().add(
        PasskeyChallenge(
            challenge=bytes_to_base64url(challenge),
            bound_to=browser(),
            purpose=purpose,
            account_id=account_id,
            expires_at=moment + LASTS,
        )
    )
    session().flush()
    return challenge


def browser() -> str:
    """What this browser's session alone knows; another after every sign-in."""
    return sha256(str(cookie.get("csrf_token")).encode()).hexdigest()


def take(challenge: str, purpose: str, account_id: UUID | None) -> bool:
    """Use a challenge up, whatever comes of it. :returns: whether it was this browser's, for this, and not too old."""
    of_whom = PasskeyChallenge.account_id
    with database().transaction() as short:
        until = short.scalar(
            delete(PasskeyChallenge)
            .where(
                PasskeyChallenge.challenge == challenge,
                PasskeyChallenge.bound_to == browser(),
                PasskeyChallenge.purpose == purpose,
                of_whom.is_(None) if account_id is None else of_whom == account_id,
            )
            .returning(PasskeyChallenge.expires_at)
        )
    return until is not None and until > now()
