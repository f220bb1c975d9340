"""Attachment: a file inside the report. Only what is in the message is taken; an address is never fetched."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import sha1
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.limits import MEGABYTE
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.filing.received import ReceivedFile

# How files of these kinds begin.
_BEGINS = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/tiff": (b"II*\0", b"MM\0*"),
}
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def read_files(desk: Desk, sent: list[dict[str, Any]], path: Path) -> tuple[ReceivedFile, ...]:
    """The files of a clean presentedForm. One that is not what it says it is, is a problem of the report."""
    if len(sent) > desk.limits.files:
        words = lazy_gettext(
            "The report has more than %(limit)s files, the most that are taken.", limit=desk.limits.files
        )
        desk.problems.error("too-long", words, path)
        return ()
    files = [_file(desk, one, Path(path.parent, path.name, index)) for index, one in enumerate(sent)]
    return tuple(file for file in files if file)


def _file(desk: Desk, sent: dict[str, Any], path: Path) -> ReceivedFile | None:
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
    if "hash" in sent:
        try:
            digest = b64decode("".join(sent["hash"].split()), validate=True)
        except (NotBase64, ValueError):
            digest = b""
        # SHA-1 is what FHIR R4 says. It finds damage on the way here, and guards nothing.
        if digest != sha1(body, usedforsecurity=False).digest():
            return "value", lazy_gettext("A file is not as it was sent: its hash does not fit.")
    return None
