"""Links to summaries, sealed here as the page seals them."""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from selfcare.accounts import passwords
from selfcare.database import now
from selfcare.links import actions
from selfcare.sharing import snapshot
from selfcare.web.access import Permit

PLAIN = {"resourceType": "Bundle", "type": "collection", "entry": []}


@dataclass(frozen=True)
class Made:
    """A link, and what only its maker knows of it."""

    id: UUID
    path: str
    key: bytes


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def seal(plain: bytes, key: bytes, **head: Any) -> str:
    """A compact JWE. A header that is None is left out."""
    said = {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"} | head
    protected = b64(json.dumps({name: one for name, one in said.items() if one is not None}).encode())
    nonce = secrets.token_bytes(12)
    made = AESGCM(key).encrypt(nonce, plain, protected.encode())
    return ".".join((protected, "", b64(nonce), b64(made[:-16]), b64(made[-16:])))


def shlink(url: str, key: bytes, **more: Any) -> str:
    return "shlink:/" + b64(json.dumps({"url": url, "key": b64(key), **more}).encode())


def make(
    permit: Permit, *, passcode: str | None = None, flag: str = "", once: bool = False, days: float = 7,
    label: str = "For the eye clinic", body: dict[str, Any] | None = None, plain: dict[str, Any] | None = None,
) -> Made:  # fmt: skip
    """Inside a transaction, as the page does it."""
    key = secrets.token_bytes(32)
    address = actions.address_of(permit.account_id, str(uuid4()))
    if body is None:
        today = permit.today()
        body = snapshot.gather(permit, today, today, None).take(snapshot.Choice((), today, today))
    hashed = passwords.hashed(passcode) if passcode else None
    terms = actions.Terms(
        label, flag or ("P" if passcode else ""), now() + timedelta(days=days), once, hashed
    )
    row = actions.make(permit, address, terms, seal(json.dumps(plain or PLAIN).encode(), key), body)
    return Made(row.id, f"/shl/{address}", key)


def links(rosa: Permit) -> dict[str, Any]:
    """One that is open, and one that has ended. :returns: ids as `record.fill`."""
    one, ended = make(rosa, passcode="482107"), make(rosa, label="", flag="U")
    actions.end(rosa, ended.id)
    return {"shared_id": one.id, "address": one.path.rpartition("/")[2], "secret": secrets.token_urlsafe(32)}


def nowhere() -> dict[str, Any]:
    """Ids of none."""
    return {"shared_id": uuid4(), "address": secrets.token_urlsafe(32), "secret": secrets.token_urlsafe(32)}
