"""Files that mean harm, or are broken: made from good ones, by bytes that are changed, moved, cut and put together."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from PIL import Image

from tests.factories.letters import A_PDF, a_photo

SCRIPT = b"<script>alert('canary')</script>"
HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
SCRIPTED = A_PDF.replace(
    b"/Pages 2 0 R>>", b"/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert('canary'))>>>>", 1
)


def zipped() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as file:
        file.writestr("x.html", HTML)
    return made.getvalue()


def a_bomb(wide: int = 30_000, high: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says it has so many dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def a_gif() -> bytes:
    made = BytesIO()
    Image.new("P", (20, 20)).save(made, "GIF")
    return made.getvalue()


# What is none of what is kept here.
STRANGE = {
    "html": HTML,
    "svg": SVG,
    "zip": zipped(),
    "gif": a_gif(),
    "elf": b"\x7fELF" + bytes(200),
    "empty": b" ",
}
GOOD = {
    "jpeg": a_photo(160, 120),
    "progressive": a_photo(160, 120, progressive=True),
    "png": a_photo(160, 120, "PNG"),
    "webp": a_photo(160, 120, "WEBP"),
    "heif": a_photo(160, 120, "HEIF"),
    "pdf": A_PDF,
    "scripted": SCRIPTED,
}


def many(number: int, seed: int = 12) -> Iterator[tuple[str, bytes]]:
    """So many files, each by what was done to make it."""
    dice = random.Random(seed)
    every = GOOD | STRANGE
    yield from STRANGE.items()
    yield "bomb", a_bomb()
    yield "bomb in a row", a_bomb(1_000_000_000, 1)
    for count in range(number - len(STRANGE) - 2):
        one, other = dice.choice(list(GOOD)), dice.choice(list(every))
        how = dice.choice(list(_CHANGES))
        yield f"{count}: {one} {how} {other}", _CHANGES[how](dice, GOOD[one], every[other])


def _flipped(dice: random.Random, data: bytes, _: bytes) -> bytes:
    made = bytearray(data)
    for _time in range(dice.randint(1, 12)):
        made[dice.randrange(len(made))] = dice.randrange(256)
    return bytes(made)


def _head(dice: random.Random, data: bytes, _: bytes) -> bytes:
    """The numbers near the beginning, which say how large it is, made large or nothing."""
    made = bytearray(data)
    at = dice.randrange(8, min(len(made) - 4, 200))
    made[at : at + 4] = dice.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\xff\xff"))
    return bytes(made)


_CHANGES = {
    "with bytes changed": _flipped,
    "with numbers changed": _head,
    "cut": lambda dice, data, _: data[: dice.randrange(1, len(data))],
    "before": lambda _dice, data, other: data + other,
    "behind": lambda _dice, data, other: other + data,
    "with the beginning of": lambda dice, data, other: other[:12] + data[dice.randrange(12) :],
    "around": lambda dice, data, other: (lambda at: data[:at] + other + data[at:])(dice.randrange(len(data))),
    "with a part twice, and not": lambda dice, data, _: (
        lambda at: data[:at] + data[at // 2 : at] * dice.randint(1, 50) + data[at:]
    )(dice.randrange(1, len(data))),
}
