"""A photo, drawn anew. This file is a program of its own: it runs apart from the app, with little memory and time.

It reads the bytes of a photo from its standard input and writes a JPEG to its standard output, behind a line with its
width and height. The one argument is the format that the bytes begin like; nothing else is tried. What comes out was
made here, dot by dot: of what else was in the file (where it was taken, by whom, a second file behind it) nothing is.
"""

import resource
import sys

MEMORY, SECONDS = 256 * 1024 * 1024, 2
BROKEN, HEAVY = 3, 4  # how it ends where there is no picture to give
# Dots. A JPEG is made smaller while it is read; the others stand in memory whole.
MOST = {"JPEG": 120_000_000, "PNG": 25_000_000, "WEBP": 25_000_000, "HEIF": 25_000_000}
SIDE = 2_600  # of what is kept: a page of a letter can be read well
QUALITY = 80


def main(kind: str) -> int:
    """Draw it. :returns: how it ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from io import BytesIO

    from PIL import Image, ImageOps

    if kind == "HEIF":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.DISABLE_SECURITY_LIMITS = False
        pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # asked below, before anything is drawn
    try:
        with Image.open(BytesIO(sys.stdin.buffer.read()), formats=[kind]) as found:
            wide, high = found.size
            if wide * high > MOST[kind]:
                return HEAVY
            found.draft("RGB", (SIDE, SIDE))
            picture: Image.Image = found
            if picture.mode not in ("RGB", "RGBA", "L"):
                picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
            picture.thumbnail((SIDE, SIDE), reducing_gap=2.0)
            ImageOps.exif_transpose(picture, in_place=True)
            if picture.mode == "RGBA":
                paper = Image.new("RGB", picture.size, "white")
                paper.paste(picture, mask=picture.getchannel("A"))
                picture = paper
            made = BytesIO()
            bare = Image.new(picture.mode, picture.size)
            bare.paste(picture)
            bare.save(made, "JPEG", quality=QUALITY, optimize=False)
    except MemoryError:
        return HEAVY
    except Exception:  # whatever a file can do to whoever reads it: there is no picture in it
        return BROKEN
    sys.stdout.buffer.write(b"%d %d\n" % bare.size + made.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
