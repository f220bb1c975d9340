"""An authenticator in software: makes passkeys, signs with them, and can be told to do each thing wrongly."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN, PARTY = "http://localhost", "localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(said: str) -> bytes:
    return urlsafe_b64decode(said + "=" * (-len(said) % 4))


@dataclass
class Authenticator:
    """One passkey on one device.

    :param counts: whether it counts its uses; many do not.
    :param verified: whether it says that it asked for a face, a finger or a PIN.
    :param present: whether it says that somebody was there: a browser that makes one by itself does not ask.
    """

    origin: str = ORIGIN
    party: str = PARTY
    counts: bool = True
    verified: bool = True
    present: bool = True
    uses: int = 0
    handle: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """What a browser says after `navigator.credentials.create`."""
        self.handle = data(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        statement = {"fmt": "none", "attStmt": {}, "authData": self._about(ATTESTED) + attested}
        return self._said(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor2.dumps(statement),
        )

    def sign(self, options: dict[str, Any]) -> str:
        """What a browser says after `navigator.credentials.get`."""
        self.uses += self.counts
        client, about = self._client("webauthn.get", options), self._about()
        signature = self.key.sign(about + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._said(
            clientDataJSON=client, authenticatorData=about, signature=signature, userHandle=self.handle
        )

    def _client(self, what: str, options: dict[str, Any]) -> bytes:
        said = {"type": what, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _about(self, more: int = 0) -> bytes:
        flags = (PRESENT if self.present else 0) | (VERIFIED if self.verified else 0) | more
        return sha256(self.party.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _said(self, **parts: bytes) -> str:
        response: dict[str, Any] = {name: text(part) for name, part in parts.items()}
        response["transports"] = ["internal", "hybrid"]
        return json.dumps(
            {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        )
