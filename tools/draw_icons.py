"""Draws the icons of the home screen: tools/icons/*.svg to static/icons/*.png, with the Chromium of the tests.

python -m tools.draw_icons

Run by hand after a drawing has changed; the pictures are kept with the sources, so nothing that runs the app needs it.
"""

import base64
import json
import struct
import zlib
from collections import Counter
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.find_chromium import found

ROOT = Path(__file__).resolve().parent.parent
DRAWINGS, PICTURES = ROOT / "tools" / "icons", ROOT / "static" / "icons"
# The drawing, and the sizes in pixels it is wanted in.
SIZES = {
    "app": (192, 512),
    "maskable": (512,),
    "monochrome": (512,),
    "touch": (180,),
    "log": (96,),
    "ask": (96,),
}
_PIXELS = """
async ([drawing, size]) => {
  const image = new Image()
  image.src = "data:image/svg+xml;base64," + drawing
  await image.decode()
  const canvas = new OffscreenCanvas(size, size).getContext("2d")
  canvas.drawImage(image, 0, 0, size, size)
  return Array.from(canvas.getImageData(0, 0, size, size).data)
}
"""


def pixels(page: Page, drawing: str, size: int) -> bytes:
    """The drawing as red, green, blue and opacity of each pixel, line by line."""
    sized = drawing.replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
    return bytes(page.evaluate(_PIXELS, [base64.b64encode(sized.encode()).decode(), size]))


def png(size: int, rgba: bytes) -> bytes:
    """A PNG with a palette, a third of the size of one without."""
    colours = _palette([rgba[at : at + 4] for at in range(0, len(rgba), 4)])
    place = {colour: number for number, colour in enumerate(dict.fromkeys(colours.values()))}
    numbers = bytes(place[colours[rgba[at : at + 4]]] for at in range(0, len(rgba), 4))
    lines = b"".join(b"\0" + numbers[at : at + size] for at in range(0, len(numbers), size))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, body)
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 3, 0, 0, 0)),
            (b"PLTE", b"".join(colour[:3] for colour in place)),
            (b"tRNS", bytes(colour[3] for colour in place)),
            (b"IDAT", zlib.compress(lines, 9)),
            (b"IEND", b""),
        )
    )


def _palette(seen: list[bytes]) -> dict[bytes, bytes]:
    """Each colour seen, and the one of the 256 most frequent that stands for it: at soft edges, some next to it."""
    frequent = [colour for colour, _ in Counter(seen).most_common(256)]

    def nearest(colour: bytes) -> bytes:
        return min(frequent, key=lambda other: sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)))

    return {colour: nearest(colour) for colour in sorted(set(seen))}


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def main() -> None:
    made = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found())
        page = browser.new_page()
        for name, sizes in SIZES.items():
            drawing = (DRAWINGS / f"{name}.svg").read_text()
            for size in sizes:
                picture = PICTURES / f"{name}-{size}.png"
                picture.write_bytes(png(size, pixels(page, drawing, size)))
                made[picture.name] = picture.stat().st_size
        browser.close()
    print(json.dumps(made, indent=2))


if __name__ == "__main__":
    main()
