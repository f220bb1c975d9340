"""Attachment: a file inside the report. Only what is in the message is taken; an address is never fetched."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import new
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.limits import MEGABYTE
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Ambiguous, Item
from selfcare.filing.received import ReceivedFile

# How files of these kinds begin.
_BEGINS = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/tiff": (b"II*\0", b"MM\0*"),
}
# Digests by their length in bytes.
_HASHES = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}
_HEX = re.compile("(?:[0-9A-Fa-f]{2}){16,64}")
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def read_files(desk: Desk, sent: list[dict[str, Any]], holder: Item, path: Path) -> tuple[ReceivedFile, ...]:
    """The files of a clean presentedForm in `holder`. One that is not what it says it is, is a problem of the report.

    Where one is named by its address, and the message holds a Binary of that address, it is taken from there.
    """
    if len(sent) > desk.limits.files:
        words = lazy_gettext(
            "The report has more than %(limit)s files, the most that are taken.", limit=desk.limits.files
        )
        desk.problems.error("too-long", words, path)
        return ()
    files = [_file(desk, one, holder, Path(path.parent, path.name, index)) for index, one in enumerate(sent)]
    return tuple(file for file in files if file)


def _file(desk: Desk, sent: dict[str, Any], holder: Item, path: Path) -> ReceivedFile | None:
    if "data" not in sent and (binary := _binary(desk, sent, holder, path)):
        sent = {"contentType": binary["contentType"]} | sent | {"data": binary["data"]}
    if "data" not in sent:
        if "url" in sent:
            words = lazy_gettext("A file is only named by its address. It is not fetched.")
            desk.problems.warn("not-supported", words, path.to("url"))
        else:
            desk.problems.warn("incomplete", lazy_gettext("A file is announced, and not there."), path)
        return None
    kind = sent.get("contentType", "").partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(kind):
        words = lazy_gettext(
            "%(element)s must say what kind of file it is.", element=path.to("contentType").element
        )
        desk.problems.error("required", words, path.to("contentType"))
        return None
    try:
        body = b64decode("".join(sent["data"].split()), validate=True)
    except (NotBase64, ValueError):
        words = lazy_gettext("%(element)s is not base64 as it should be.", element=path.to("data").element)
        desk.problems.error("value", words, path.to("data"))
        return None
    problem = _wrong(desk, sent, kind, body)
    if "hash" in sent and problem is None:
        problem = _check_hash(desk, sent["hash"], body, path)
    if problem is not None:
        desk.problems.error(problem[0], problem[1], path.to("data"))
        return None
    return ReceivedFile(sent.get("title", ""), kind, body)


def _wrong(desk: Desk, sent: dict[str, Any], kind: str, body: bytes) -> tuple[str, Any] | None:
    if len(body) > desk.limits.file:
        limit = f"{desk.limits.file / MEGABYTE:.3g}"
        return "too-long", lazy_gettext(
            "A file is larger than %(limit)s MB, the most that is taken.", limit=limit
        )
    begins = _BEGINS.get(kind)
    if not body or (begins and not body.startswith(begins)):
        return "value", lazy_gettext("A file says it is %(type)s and is not.", type=kind)
    if "size" in sent and sent["size"] != str(len(body)):
        return "value", lazy_gettext(
            "A file should have %(size)s bytes and has %(count)s.", size=sent["size"][:20], count=len(body)
        )
    return None


def _binary(desk: Desk, sent: dict[str, Any], holder: Item, path: Path) -> dict[str, Any] | None:
    """The Binary of the message that an attachment's address means, clean; None where it holds none, or no bytes."""
    try:
        item = desk.shelf.find({"reference": sent.get("url", "")}, holder, ("Binary",))
    except Ambiguous:
        words = lazy_gettext("%(element)s could mean several resources that differ.", element=path.element)
        desk.problems.error("duplicate", words, path)
        return None
    clean = desk.clean(item) if item and item.kind == "Binary" else {}
    return clean if "contentType" in clean and "data" in clean else None


def _check_hash(desk: Desk, said: str, body: bytes, path: Path) -> tuple[str, Any] | None:
    """SHA-1 is what FHIR R4 says, and many send another. It finds damage on the way here, and guards nothing."""
    plain = "".join(said.split())
    try:
        digest = bytes.fromhex(plain) if _HEX.fullmatch(plain) else b64decode(plain, validate=True)
    except (NotBase64, ValueError):
        digest = b""
    name = _HASHES.get(len(digest))
    if name is None:
        words = lazy_gettext("The hash of a file is of a kind that is not known here. It was not checked.")
        desk.problems.warn("not-supported", words, path.to("hash"))
    elif digest != new(name, body, usedforsecurity=False).digest():
        return "value", lazy_gettext("A file is not as it was sent: its hash does not fit.")
    elif name != "sha1" or plain != said.strip() or _HEX.fullmatch(plain):
        words = lazy_gettext("The hash of a file fits. FHIR R4 says it is SHA-1 in base64.")
        desk.problems.warn("informational", words, path.to("hash"))
    return None
