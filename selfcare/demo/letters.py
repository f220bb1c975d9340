"""Letters that Rosa keeps (picture 30): one photographed on her table, one as a PDF, and a result as it was told."""

from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from selfcare.demo.days import Days
from selfcare.i18n import day as in_words
from selfcare.letters import actions
from selfcare.web.access import Permit
from selfcare.web.photo_file import look

TABLE, PAPER, INK = "#8a6f52", "#fbfaf6", "#222222"


def live(days: Days, own: Permit) -> None:
    """Keep them through the room's own action, the photo drawn anew as any photo is."""
    eyes = days.weekday(9)
    lines = (
        "Riverside Eye Clinic", in_words(eyes, year=True), "", "Dear Ms Hill,", "",
        "We had to move your visit.", "Your new day is:", "",
        in_words(days.coming_weekday(33), year=True) + ", 10:15", "Desk 4, ground floor", "",
        "Please bring your glasses.",
    )  # fmt: skip
    actions.keep(own, [look(_photo(lines))], line="New day for my eyes", sender="Eye clinic", day=eyes)
    rail = days.weekday(31)
    body = (
        "Riverside council, home adaptations", in_words(rail, year=True), "", "Dear Ms Hill,", "",
        "We can put a second rail on your stairs.", "Our fitter will call you to find a day.",
    )  # fmt: skip
    actions.keep(
        own, [look(_pdf(body))], line="They say yes to the rail", sender="Riverside council", day=rail
    )
    told: date = days.day(22)
    actions.keep(
        own, (), line="My blood pressure at the chemist", told="131 over 82. They said to look again in a month.",
        sender="High Street chemist", day=told,
    )  # fmt: skip


def _photo(lines: tuple[str, ...]) -> bytes:
    """A printed page on a table, a little askew, as a phone sees it."""
    paper = Image.new("RGB", (900, 1_200), PAPER)
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(44)
    for place, line in enumerate(lines):
        pen.text((80, 90 + 78 * place), line, INK, font)
    photo = Image.new("RGB", (1_080, 1_420), TABLE)
    turned = paper.rotate(1.4, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)
    photo.paste(turned, ((photo.width - turned.width) // 2, (photo.height - turned.height) // 2))
    made = BytesIO()
    photo.save(made, "JPEG", quality=70)
    return made.getvalue()


def _pdf(lines: tuple[str, ...]) -> bytes:
    """One page of plain lines (ISO 32000-1, 7.5: header, objects, where each stands, trailer)."""
    shown = "".join(f"({line}) Tj T*\n" for line in lines).encode("ascii")
    drawn = b"BT /F1 13 Tf 20 TL 72 760 Td\n" + shown + b"ET"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(made + end % (len(parts) + 1, rows, len(parts) + 1, len(made)))
