"""Attachment: a file inside the report. Only what is in the message is taken; an address is never fetched."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.limits import MEGABYTE
from selfcare.fhir.problems import Path, shown
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Ambiguous, Item
from selfcare.filing.received_report import ReceivedFile

# The kinds of file that are taken, and how each begins: nothing that a person's device would run or fill in.
_BEGINS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/tiff": (b"II*\0", b"MM\0*"),
    "text/plain": (),
}
# These say nothing of what is inside: how it begins does.
_OPEN = frozenset({"application/octet-stream", "binary/octet-stream"})
_NEVER_IN_TEXT = re.compile(
    rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]|<\s*(!doctype|html|script|svg|\?xml)", re.IGNORECASE
)
# Hashes by how many bytes they have.
_HASHES = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def read_files(desk: Desk, sent: list[dict[str, Any]], holder: Item, path: Path) -> tuple[ReceivedFile, ...]:
    """The files of a clean presentedForm in `holder`. One that is not what it says it is, is a problem of the report.

    One that is named by its address is taken from the Binary of that address, where the message holds it.
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
    if kind in _OPEN:
        kind = next((one for one, begins in _BEGINS.items() if begins and body.startswith(begins)), kind)
    if kind not in _BEGINS:
        words = lazy_gettext(
            "A file of the type %(type)s is not taken. Taken are: %(types)s.",
            type=shown(kind),
            types=", ".join(_BEGINS),
        )
        desk.problems.warn("not-supported", words, path.to("contentType"))
        return None
    problem = _wrong(desk, sent, kind, body, path)
    if problem is not None:
        desk.problems.error(problem[0], problem[1], path.to("data"))
        return None
    return ReceivedFile(sent.get("title", ""), kind, body)


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


def _wrong(desk: Desk, sent: dict[str, Any], kind: str, body: bytes, path: Path) -> tuple[str, Any] | None:
    if len(body) > desk.limits.file:
        limit = f"{desk.limits.file / MEGABYTE:.3g}"
        return "too-long", lazy_gettext(
            "A file is larger than %(limit)s MB, the most that is taken.", limit=limit
        )
    begins = _BEGINS[kind]
    if not body or not (body.startswith(begins) if begins else not _NEVER_IN_TEXT.search(body[:4000])):
        return "value", lazy_gettext("A file says it is %(type)s and is not.", type=kind)
    if "size" in sent and sent["size"] != str(len(body)):
        return "value", lazy_gettext(
            "A file should have %(size)s bytes and has %(count)s.", size=sent["size"][:20], count=len(body)
        )
    if "hash" in sent:
        name, digest = _hash(sent["hash"])
        # SHA-1 is what FHIR R4 says; many send another. It finds damage on the way here, and guards nothing.
        if name and digest != hashlib.new(name, body, usedforsecurity=False).digest():
            return "value", lazy_gettext("A file is not as it was sent: its hash does not fit.")
        if name != "sha1":
            words = (
                lazy_gettext(
                    "The hash of a file is not SHA-1, as FHIR R4 has it. It fits, and the file is taken."
                )
                if name
                else lazy_gettext(
                    "The hash of a file is of no kind that is known here. It was not held against the file."
                )
            )
            desk.problems.warn("value", words, path.to("hash"))
    return None


def _hash(sent: str) -> tuple[str, bytes]:
    """Which hash it is, told by its length, and its bytes: sent as base64, or as hexadecimal. ("", b"") for no hash."""
    text = "".join(sent.split())
    for decode in (bytes.fromhex, lambda said: b64decode(said, validate=True)):
        try:
            digest = decode(text)
        except (NotBase64, ValueError):
            continue
        if name := _HASHES.get(len(digest)):
            return name, digest
    return "", b""
