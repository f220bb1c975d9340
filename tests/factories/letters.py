"""Letters that people keep: photos and PDFs made here."""

from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image, ImageDraw

from selfcare.letters import actions
from selfcare.letters.queries import sheets
from selfcare.web.access import Permit
from selfcare.web.photo_file import JPEG, PDF, Found

# One empty page, whole.
A_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)


@cache
def a_photo(wide: int = 600, high: int = 800, kind: str = "JPEG", **how: Any) -> bytes:
    """A photo of a letter, in a format of this name."""
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    paper = Image.new("RGB", (wide, high), "white")
    pen = ImageDraw.Draw(paper)
    for line in range(4, 20):
        pen.line((wide // 10, high * line // 24, wide * (5 + line % 4) // 9, high * line // 24), "black", 3)
    made = BytesIO()
    paper.save(made, kind, **how)
    return made.getvalue()


def found(data: bytes, wide: int = 600, high: int = 800) -> Found:
    """A file as it is kept once it was looked at."""
    return Found(PDF, data) if data.startswith(b"%PDF") else Found(JPEG, data, wide, high)


def kept(rosa: Permit) -> dict[str, Any]:
    """A letter of two pages, a PDF, something told, and a file on its way. :returns: their ids in addresses."""
    today = rosa.today()
    files = [found(a_photo()), found(a_photo(wide=500), 500)]
    letter = actions.keep(
        rosa, files, line="New day for my eyes", sender="Eye clinic", day=today - timedelta(days=3)
    )
    actions.keep(
        rosa, [found(A_PDF)], line="They say yes to the rail", sender="Riverside council",
        day=today - timedelta(days=40),
    )  # fmt: skip
    told = actions.keep(
        rosa, (), line="My blood pressure at the chemist", told="131 over 82, a little high",
        sender="High Street chemist", day=today - timedelta(days=9),
    )  # fmt: skip
    upload = uuid4()
    actions.take(rosa, upload, 2_000, 0, b"%PDF-1.4 the first bytes")
    page = sheets(rosa, letter.id)[0]
    return {"letter_id": letter.id, "sheet_id": page.id, "upload_id": upload, "told_id": told.id}


def hidden(rosa: Permit, canary: str) -> dict[str, Any]:
    """A letter that is *only me*. A file on its way is nobody's else in any case."""
    files = [found(a_photo()), found(A_PDF)]
    letter = actions.keep(
        rosa, files, line=f"{canary} letter", sender=f"{canary} sender", day=rosa.today(), only_me=True
    )
    return {"letter_id": letter.id, "sheet_id": sheets(rosa, letter.id)[0].id, "upload_id": uuid4()}
