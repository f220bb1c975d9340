"""A shared summary as PDF: what its print shows, set by a program of its own (`typesetting`).

Which scripts it can draw is which fonts there are: the build puts them into `fonts/` (tools/build_static.mjs), and who
runs the app may add a folder of more (SELFCARE_FONTS).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html import escape
from threading import BoundedSemaphore
from uuid import UUID

import structlog
from flask import current_app
from flask_babel import gettext

from selfcare import i18n
from selfcare.config import Settings
from selfcare.database import session
from selfcare.people.banner import Banner
from selfcare.sharing import paper_nodes, typesetting
from selfcare.web import apart, throttle

log = structlog.get_logger()

PATIENCE = 20  # seconds by the clock, where the machine is busy
SOON = 2  # seconds that one waits for a turn
AT_ONCE = 2  # that are set at once, in one process
LONGEST = PATIENCE + SOON + 8  # seconds that an account has its turn, also where a process dies meanwhile
# Width and height in points: ISO 216 and ANSI.
PAPERS = {"A4": (595.28, 841.89), "Letter": (612, 792)}
_NASTALIQ, _NASKH = "Noto Nastaliq Urdu", "Noto Naskh Arabic"
_SCRIPTS = ("Noto Sans Bengali", "Noto Sans Gurmukhi", "Noto Sans Gujarati", "Noto Sans Tamil", "Noto Emoji")

_turns = BoundedSemaphore(AT_ONCE)


class NotMade(Exception):
    """There is no PDF. The reason is `busy`, `fonts` or `fault`."""


def made(html: str, who: Banner, title: str, moment: datetime, by: UUID | None, *, large: bool) -> bytes:
    """Set what is printed of `html` in the language of this answer.

    :param by: the account that asks: it has one made at a time, or it could keep all others from theirs.
    :raises NotMade: it cannot be done now, or here.
    """
    session().rollback()  # all is read: nothing is held while it is set
    settings: Settings = current_app.config["SETTINGS"]
    folders = [str(one) for one in (settings.fonts, settings.more_fonts) if one and one.is_dir()]
    given = json_data(html, who, title, moment, settings.paper, large=large)
    template = settings.templates / "sharing" / "summary.typ"
    with _turn(by):
        try:
            ended, body = apart.run(
                typesetting.__file__, given, PATIENCE, [str(template), *folders], RAYON_NUM_THREADS="1"
            )
        except apart.TooLong:
            ended, body = typesetting.HEAVY, b""
    if ended == 0:
        return body
    log.error("pdf not made", ended=ended)
    raise NotMade("fonts" if ended == typesetting.NO_FONT else "fault")


def json_data(html: str, who: Banner, title: str, moment: datetime, paper: str, *, large: bool) -> bytes:
    """All that the template is told, as JSON. Nothing in it is markup."""
    urdu = i18n.code() == "ur"
    scripts = (_NASTALIQ, *_SCRIPTS) if urdu else (_NASKH, *_SCRIPTS)
    width, height = PAPERS[paper]
    number = f" · \u2066{who.nhs_number}\u2069" if who.nhs_number else ""
    return json.dumps(
        {
            "title": title,
            "language": i18n.code(),
            "way": i18n.direction(),
            "width": width,
            "height": height,
            "large": large,
            "moment": int(moment.timestamp()),
            "fonts": ["Noto Sans", *scripts],
            "unused": [_NASKH if urdu else _NASTALIQ],  # two hands in one line are harder to read
            "whose": f"\u2068{paper_nodes.plain(who.full_name)}\u2069{number}",
            "page": gettext("Page %(here)s of %(last)s", here="{here}", last="{last}"),
            "comma": i18n.comma(),
            "undrawn": {"kind": "notice", "nodes": paper_nodes.nodes(f"<p>{escape(undrawn())}</p>")},
            "groups": paper_nodes.groups(paper_nodes.nodes(html)),
        }
    ).encode()


def undrawn() -> str:
    """What is said where signs could not be drawn."""
    return gettext(
        "Some letters or signs cannot be drawn in this file. Each one stands as �. "
        "To see them, print the page or copy it as text."
    )


@contextmanager
def _turn(by: UUID | None) -> Iterator[None]:
    try:
        with throttle.alone("pdf", str(by), seconds=LONGEST):
            if not _turns.acquire(timeout=SOON):
                raise NotMade("busy")
            try:
                yield
            finally:
                _turns.release()
    except throttle.InUse:
        raise NotMade("busy") from None
