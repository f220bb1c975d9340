"""What only this app can open, and what only this app can make: from its own key, a key for each purpose."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def box(purpose: str) -> Fernet:
    """Closes and opens what is kept for a purpose. Of no use without the app's key, or for another purpose."""
    key = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(_key())
    return Fernet(urlsafe_b64encode(key))


def digest(about: str) -> bytes:
    """32 bytes that only this app can make of what it is about (HMAC-SHA-256)."""
    return hmac.new(_key(), about.encode(), sha256).digest()


def six_digits(about: str) -> str:
    """A code that only this app can make, so that the message which carries it need not."""
    return f"{int.from_bytes(digest(about)[:8], 'big') % 1_000_000:06}"


def _key() -> bytes:
    key: str = current_app.config["SECRET_KEY"]
    return key.encode()
