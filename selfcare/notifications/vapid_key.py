"""The key by which push services know that a message comes from this app (VAPID, RFC 8292)."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from flask import current_app


def private() -> ec.EllipticCurvePrivateKey:
    """The key that signs. It was checked when the settings were read."""
    return _loaded(current_app.config["SETTINGS"].vapid_key)


def public() -> str:
    """What a browser subscribes with (`applicationServerKey`): the uncompressed point in base64url, without padding."""
    point = private().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


@lru_cache(maxsize=4)
def _loaded(pem: str) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("not a key on a curve")
    return key
