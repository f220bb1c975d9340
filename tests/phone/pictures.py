"""Reads the pictures of the home screen, which have a palette and lines without filters (tools/draw_icons.py)."""

import struct
import zlib
from dataclasses import dataclass

SIGN = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """Width, height, and each pixel as red, green, blue and opacity."""

    width: int
    height: int
    pixels: list[bytes]


def read(body: bytes) -> Picture:
    """The picture of a PNG. :raises AssertionError: when it is not one of ours."""
    assert body.startswith(SIGN)
    parts, at = {}, len(SIGN)
    while at < len(body):
        size, kind = struct.unpack(">I4s", body[at : at + 8])
        parts[kind] = body[at + 8 : at + 8 + size]
        at += 12 + size
    width, height, depth, colour, *how = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert (depth, colour, how) == (8, 3, [0, 0, 0])
    table, clear = parts[b"PLTE"], parts[b"tRNS"]
    colours = [table[n * 3 : n * 3 + 3] + clear[n : n + 1] for n in range(len(clear))]
    lines = zlib.decompress(parts[b"IDAT"])
    assert len(lines) == height * (width + 1)
    numbers = b"".join(lines[y * (width + 1) + 1 : (y + 1) * (width + 1)] for y in range(height))
    return Picture(width, height, [colours[number] for number in numbers])
