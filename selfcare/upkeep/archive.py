"""The one file of a backup: a manifest and the copy of the database, packed as .tar.gz, which any machine opens.

The manifest holds a digest of the copy, and is itself sealed with the app's key: what was torn is found by anybody, and
what was altered on purpose by whoever has the key. The key is not in it.
"""

import gzip
import hmac
import json
import tarfile
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

MANIFEST, COPY = "manifest.json", "copy"
_FORMAT = 1
_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"


class CannotRead(Exception):
    """A file that cannot be taken for a good backup. The message says why, in one sentence."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `size` and `digest` are the copy's; `rows`: how many each table had."""

    engine: str  # sqlite or postgresql
    version: str
    migration: str
    made_at: str  # ISO 8601, UTC
    size: int
    digest: str
    rows: dict[str, int]
    key: str  # which key sealed it, by a digest of it
    format: int = _FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def write(path: Path, copy: Path, manifest: Manifest, secret: str) -> None:
    """Pack a backup. :param copy: the file that the manifest tells the size and digest of."""
    text = json.dumps(asdict(manifest) | {"seal": _seal(manifest, secret)}, indent=1).encode()
    with (
        path.open("xb") as file,
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as packed,
        tarfile.open(mode="w|", fileobj=packed) as archive,
        copy.open("rb") as content,
    ):
        for name, size, source in ((MANIFEST, len(text), BytesIO(text)), (COPY, manifest.size, content)):
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = size, 0o600, int(manifest.moment.timestamp())
            archive.addfile(member, source)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return _drained(file, None)


def key_of(secret: str) -> str:
    """What tells one key from another, and nothing about it."""
    return hmac.new(secret.encode(), b"which key", sha256).hexdigest()[:16]


def read(path: Path, secret: str, into: Path | None = None) -> Manifest:
    """Read a backup to its end, and hold it against its digest, and its seal where it was made with this key.

    :param into: where the copy is put; it is only read when left out. Of no use when this raises.
    :raises CannotRead: when it is none, or is not as it was made.
    """
    torn = CannotRead(f"{path} is torn or was altered: it is not as it was made. Take another backup.")
    try:
        with path.open("rb") as file:
            head = file.read(2)
            if head != _GZIP:
                raise CannotRead(f"{path} is no backup of Selfcare.") if head else torn
            file.seek(0)
            with gzip.GzipFile(fileobj=file) as packed:
                manifest, digest = _read(path, packed, secret, into)
                _drained(packed, None)  # to the checksum at its end
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile):
        raise torn from None
    if manifest.digest != digest:
        raise torn
    return manifest


def _read(path: Path, packed: gzip.GzipFile, secret: str, into: Path | None) -> tuple[Manifest, str]:
    another = CannotRead(f"{path} is no backup of Selfcare.")
    try:
        opened = tarfile.open(mode="r|", fileobj=packed)  # noqa: SIM115 - closed below
    except tarfile.ReadError:
        raise another from None
    with opened as archive:
        manifest, seal = _manifest(path, _content(archive, MANIFEST, another))
        if manifest.key == key_of(secret) and not hmac.compare_digest(seal, _seal(manifest, secret)):
            raise tarfile.ReadError
        content = _content(archive, COPY, tarfile.ReadError())
        if into is None:
            return manifest, _drained(content, None)
        with into.open("xb") as target:
            return manifest, _drained(content, target)


def _content(archive: tarfile.TarFile, name: str, otherwise: Exception) -> IO[bytes]:
    member = archive.next()
    found = archive.extractfile(member) if member and member.isfile() and member.name == name else None
    if found is None:
        raise otherwise
    return found


def _manifest(path: Path, file: IO[bytes]) -> tuple[Manifest, str]:
    try:
        said: dict[str, Any] = json.loads(file.read(_PIECE))
        if said["format"] != _FORMAT:
            raise CannotRead(f"{path} was made by a newer version of Selfcare. Restore it with that version.")
        seal = str(said.pop("seal"))
        manifest = Manifest(**said)
        manifest.moment  # noqa: B018 - a moment it must be
    except (ValueError, KeyError, TypeError):
        raise tarfile.ReadError from None
    return manifest, seal


def _seal(manifest: Manifest, secret: str) -> str:
    plain = json.dumps(asdict(manifest), sort_keys=True).encode()
    return hmac.new(secret.encode(), b"backup\n" + plain, sha256).hexdigest()


def _drained(file: IO[bytes] | gzip.GzipFile, into: IO[bytes] | None) -> str:
    digest = sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
        if into is not None:
            into.write(piece)
    return digest.hexdigest()
