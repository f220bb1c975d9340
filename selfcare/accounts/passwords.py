"""Passwords and codes: what makes one, and how it is checked in the same time whether or not the account exists."""

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

from selfcare.config import DEMO_PASSWORD
from selfcare.web import codes

SHORTEST = 15

# Two lists, folded: passwords of 15 characters and more, most used first cut, and short ones that people make long by
# doubling them or by numbers around them. Where they are from: docs/decisions.
_LISTS = Path(__file__).with_name("common_passwords.txt")
_RUNS = ("0123456789" * 2, "9876543210" * 2, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


class WeakPassword(ValueError):
    """A password that is refused. The message says why, in the person's words."""


def tidied(password: str) -> str:
    """A password as it is kept and compared: one form of each letter (NFKC), without the spaces around it."""
    return unicodedata.normalize("NFKC", password).strip()


def refuse_weak(password: str, email: str | None, *names: str, demo: bool = False) -> None:
    """Refuse a password that others would guess.

    :param names: what the account and its owner are called.
    :param demo: whether this is a demonstration, whose own password is known to everybody.
    :raises WeakPassword: shorter than 15 characters, one that many use, or made of the e-mail address or the name.
    """
    password = tidied(password)
    if len(password) < SHORTEST:
        raise WeakPassword(
            gettext(
                "Use at least %(n)s characters. Three words that do not belong together work well.",
                n=SHORTEST,
            )
        )
    context = [email or "", *re.split(r"[@.]", email or ""), *names, *" ".join(names).split(), "selfcare"]
    if is_common(password) or _is_made_of(password, context):
        raise WeakPassword(
            gettext("Many people use this password, so it is easy to guess. Please choose another.")
        )
    if not demo and _fold(password) == _fold(DEMO_PASSWORD):
        raise WeakPassword(
            gettext("Many people use this password, so it is easy to guess. Please choose another.")
        )


def is_common(password: str) -> bool:
    """Whether it stands on the list, however written; or is a common one doubled, or with numbers around it."""
    plain = _fold(password)
    inner = plain.strip("0123456789")
    long, short = _lists()
    if len(set(plain)) < 5 or plain in long or inner in long or inner in short:
        return True
    unit = _unit(inner)
    return unit != inner or _unit(plain) != plain or any(plain in run for run in _RUNS)


def _is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether hardly anything is left of it without words that others know of the account."""
    rest = _fold(password)
    for word in sorted({_fold(word) for word in words}, key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    return len(rest.strip("0123456789")) < 6 and rest != _fold(password)


def _unit(text: str) -> str:
    """What a text repeats from end to end; itself where it repeats nothing."""
    size = (text + text).find(text, 1) if text else 0
    return text[:size]


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    long, _, short = _LISTS.read_text(encoding="utf-8").partition("\n\n")
    return frozenset(long.split()), frozenset(short.split())


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
        return _hasher().hash(tidied(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long without an account as with one.

    One that was set before passwords were tidied is compared as it was typed, where that is another text.
    """
    plain = tidied(password)
    return _matches(stored, plain) or (plain != password and _matches(stored, password))


def _matches(stored: str | None, password: str) -> bool:
    try:
        with _turn():
            _hasher().verify(stored or of_nobody(_cost()), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _hasher() -> PasswordHasher:
    return PasswordHasher(*_cost())


def _cost() -> tuple[int, int, int]:
    cost: tuple[int, int, int] = current_app.config["SETTINGS"].password_cost
    return cost


@cache
def of_nobody(cost: tuple[int, int, int]) -> str:
    """The hash that is checked when there is no account. It is made at start: the first who asks would wait for two."""
    return PasswordHasher(*cost).hash(secrets.token_urlsafe())


@cache
def _easy() -> tuple[str, ...]:
    """Words of four to nine letters that most people can spell, written for this; about a thousand."""
    return tuple(Path(__file__).with_name("easy_words.txt").read_text(encoding="utf-8").split())


def suggested() -> str:
    """Three words by chance, for who wants a password thought of for them: about 30 bits, kept nowhere."""
    while True:
        words = " ".join(secrets.SystemRandom().sample(_easy(), 3))
        if len(words) >= SHORTEST:
            return words


# Short, plain, easy to say on the telephone and to read on a letter; no letter pairs that look alike.
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 10


def short_code(length: int = CODE_LENGTH) -> str:
    """A code for a letter: 10 letters and digits, about 49 bits, shown in two groups."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def code_from(digest: bytes, length: int) -> str:
    """A code out of a digest: as good as one drawn by lot, for who has not the key it was made with."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:length])


def plain_code(typed: str) -> str | None:
    """A code as compared; None for what cannot be one, which is no try at one."""
    plain = "".join(c for c in codes.fold(typed) if c.isalnum())
    return plain if len(plain) == CODE_LENGTH and not set(plain) - set(_ALPHABET) else None
