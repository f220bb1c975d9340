"""Passwords: what makes one, and how it is checked in the same time whether or not the account exists."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

SHORTEST = 15

# Argon2id, RFC 9106's second recommendation: 64 MiB, three passes, four lanes.
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
_NOBODY = _hasher.hash("the hash that is checked when there is no account")

_COMMON = frozenset(
    {
        "passwordpassword",
        "123456789012345",
        "1234567890123456",
        "qwertyuiopasdfgh",
        "qwertyuiop12345",
        "password12345678",
        "letmeinletmeinletmein",
        "iloveyouiloveyou",
        "administrator123",
        "correct horse battery staple",
        "correcthorsebatterystaple",
    }
)


class WeakPassword(ValueError):
    """A password that is refused. The message says why, in the person's words."""


def refuse_weak(password: str, email: str | None) -> None:
    """:raises WeakPassword: shorter than 15 characters, one everybody tries, or the e-mail address itself."""
    if len(password) < SHORTEST:
        raise WeakPassword(
            gettext(
                "Use at least %(n)s characters. Three words that do not belong together work well.",
                n=SHORTEST,
            )
        )
    plain = password.lower().strip()
    if plain in _COMMON or len(set(plain)) < 5 or (email and plain == email):
        raise WeakPassword(
            gettext("Many people use this password, so it is easy to guess. Please choose another.")
        )


# Each check takes 64 MiB and all the processor it gets: a crowd of them waits here, and not on everybody else's pages.
_AT_ONCE, _PATIENCE = 2, 5.0  # checks in one process, seconds
_turns = threading.BoundedSemaphore(_AT_ONCE)


@contextmanager
def _turn() -> Iterator[None]:
    """:raises TooManyRequests: when so many are asked for that the turn does not come in time."""
    if not _turns.acquire(timeout=_PATIENCE):
        raise TooManyRequests(retry_after=10)
    try:
        yield
    finally:
        _turns.release()


def hashed(password: str) -> str:
    with _turn():
        return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long without an account as with one."""
    try:
        with _turn():
            _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


# Short, plain, easy to say on the telephone and to read on a letter; no letter pairs that look alike.
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def short_code(length: int = 10) -> str:
    """A code for a letter: 10 letters and digits, about 49 bits, shown in two groups."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def plain_code(typed: str) -> str:
    """A code as compared: no spaces or dashes, capitals."""
    return "".join(c for c in typed.upper() if c.isalnum())
