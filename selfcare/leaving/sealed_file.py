"""A file that only this app can open: AES-256-GCM, in chunks, so that one larger than memory is written and read.

Each chunk has its number and whether it is the last in its nonce: one left out, doubled, moved or cut off is found. The
key is made of the app's and of a salt of the file's own (HKDF, RFC 5869): without the salt nobody opens it any more.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024
_TAG = 16


class CannotOpen(Exception):
    """The file is torn, was altered, or was made with another key."""


def new_salt() -> str:
    return secrets.token_hex(16)


class Sealing:
    """What is written to it is sealed and goes on to `file`. It cannot go back, as a pipe cannot."""

    def __init__(self, file: BinaryIO, secret: str, salt: str) -> None:
        self._file, self._box = file, _box(secret, salt)
        self._waits, self._number = bytearray(), 0
        self.size = 0  # bytes written, before they were sealed

    def write(self, data: bytes) -> int:
        self._waits += data
        self.size += len(data)
        while len(self._waits) > CHUNK:  # the last one is known when nothing comes after it
            self._put(bytes(self._waits[:CHUNK]), last=False)
            del self._waits[:CHUNK]
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> None:
        """Seal what is left, and see that all of it is on the disk."""
        self._put(bytes(self._waits), last=True)
        self._waits.clear()
        self._file.flush()
        os.fsync(self._file.fileno())

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._box.encrypt(_nonce(self._number, last), chunk, None))
        self._number += 1


def opened(path: Path, secret: str, salt: str) -> Iterator[bytes]:
    """What is in a sealed file, a chunk at a time. The first is read before this returns.

    :raises CannotOpen: :raises OSError: where the file is not there.
    """
    box, file = _box(secret, salt), path.open("rb")

    def chunks() -> Iterator[bytes]:
        with file:
            sealed, number = file.read(CHUNK + _TAG), 0
            while True:
                following = file.read(CHUNK + _TAG)
                try:
                    yield box.decrypt(_nonce(number, not following), sealed, None)
                except InvalidTag:
                    raise CannotOpen(path.name) from None
                if not following:
                    return
                sealed, number = following, number + 1

    found = chunks()
    first = next(found)

    def whole() -> Iterator[bytes]:
        yield first
        yield from found

    return whole()


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _box(secret: str, salt: str) -> AESGCM:
    derive = HKDF(SHA256(), 32, bytes.fromhex(salt), b"selfcare: a copy of a record")
    return AESGCM(derive.derive(secret.encode()))
