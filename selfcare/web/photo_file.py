"""What a file is, by its bytes alone: never by its name, nor by what the sender's browser says of it.

A photo is drawn anew by a program of its own (`photo_drawing`), which has 256 MB and 2 seconds. A PDF stays as it is,
and is only ever handed out as a file to keep.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from uuid import UUID

from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from selfcare.web import apart, photo_drawing, throttle

PATIENCE = 20  # seconds by the clock, where the machine is busy
AT_ONCE = 2  # forms whose photos are drawn, in one process
DRAWINGS, MINUTES = 60, 10  # photos of one account that are drawn in so many minutes
SOON = 10  # seconds after which it is tried again where others' are drawn now
JPEG, PDF = "image/jpeg", "application/pdf"
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})

_turns = BoundedSemaphore(AT_ONCE)


class NotKept(ValueError):
    """A file that cannot be kept. The reason is `kind`, `broken`, `heavy` or `busy`."""


@dataclass(frozen=True)
class Found:
    """A file as it is kept."""

    content_type: str
    body: bytes
    wide: int = 0
    high: int = 0


def look(data: bytes) -> Found:
    """Say what a file is, and make of it what is kept. :raises NotKept: it is nothing that is kept here."""
    kind = kind_of(data)
    return Found(PDF, data) if kind == PDF else _drawn(data, kind)


def kind_of(data: bytes) -> str:
    """What a file begins like: PDF, or what its photo is drawn from. Nothing is drawn. :raises NotKept: as `look`."""
    if _is_pdf(data):
        return PDF
    kind = _picture(data)
    if kind is None:
        raise NotKept("kind")
    return kind


@contextmanager
def turn() -> Iterator[None]:
    """While photos are drawn. Nobody waits for one: the threads are there for everybody. :raises NotKept: `busy`."""
    if not _turns.acquire(blocking=False):
        raise NotKept("busy")
    try:
        yield
    finally:
        _turns.release()


def may_draw(taken: ExitStack, account_id: UUID, first: bool) -> None:
    """Takes a turn for the first photo of a form, until `taken` is left, and counts each.

    :raises ServiceUnavailable: at once, where there is none: a phone tries again by itself, and a page keeps its words.
    """
    try:
        if first:
            taken.enter_context(turn())
        throttle.spend("drawing", str(account_id), limit=DRAWINGS, minutes=MINUTES)
    except NotKept:
        raise ServiceUnavailable(retry_after=SOON) from None
    except TooManyRequests as many:
        raise ServiceUnavailable(retry_after=many.retry_after) from None


def _is_pdf(data: bytes) -> bool:
    # ISO 32000: a header with the version, and the end of the file said at its end.
    head = data[:8]
    if not head.startswith((b"%PDF-1.", b"%PDF-2.")) or not head[7:8].isdigit():
        return False
    if b"%%EOF" not in data[-2048:] or b"startxref" not in data[-4096:]:
        raise NotKept("broken")
    return True


def _picture(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None


def _drawn(data: bytes, kind: str) -> Found:
    try:
        ended, made = apart.run(photo_drawing.__file__, data, PATIENCE, [kind])
    except apart.TooLong:
        raise NotKept("heavy") from None
    if ended:
        # What was ended from outside took more than it may.
        raise NotKept("broken" if ended == photo_drawing.BROKEN else "heavy")
    line, _, body = made.partition(b"\n")
    wide, high = map(int, line.split())
    return Found(JPEG, body, wide, high)
