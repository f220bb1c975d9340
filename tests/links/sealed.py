"""Links made without a browser: sealed here as the page seals them, and asked for as any software asks."""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from werkzeug.test import TestResponse

from selfcare.accounts import passwords
from selfcare.database import command, now
from selfcare.links import actions
from selfcare.sharing import snapshot
from selfcare.web.access import Permit
from tests import factories
from tests.harness.client import ORIGIN

PLAIN = {"resourceType": "Bundle", "type": "collection", "entry": []}


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


@dataclass(frozen=True)
class Made:
    """A link, and what only its maker knows of it."""

    id: UUID
    path: str
    key: bytes


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


@dataclass
class World:
    """Rosa's household, and any software out there."""

    app: Flask
    home: factories.Household

    @property
    def base(self) -> str:
        return f"/people/{self.home.person.id}"

    def link(self, by: str = "rosa", **terms: Any) -> Made:
        with self.app.test_request_context(), command():
            return make(factories.permit(getattr(self.home, by), self.home.person), **terms)

    def ask(self, link: Made, said: Any = None, *, raw: bytes | None = None) -> TestResponse:
        """A manifest, asked for by a page of another origin, without a cookie."""
        body = (
            raw
            if raw is not None
            else json.dumps({"recipient": "Dr Ada Obi"} if said is None else said).encode()
        )
        headers = {
            "Origin": "https://viewer.example",
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "cors",
        }
        send = self.app.test_client().post
        return send(link.path, data=body, base_url=ORIGIN, headers=headers, content_type="application/json")

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.app.test_client().get(path, base_url=ORIGIN, **options)
