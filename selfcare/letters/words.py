"""What is said of letters, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext
from markupsafe import Markup

from selfcare import i18n
from selfcare.letters.queries import Listed
from selfcare.web.pages import bdi


def sheets(photos: int, pdfs: int, bytes_: int) -> str:
    """What a letter is made of: Photo, 2 pages."""
    found = []
    if photos:
        found.append(ngettext("Photo, %(num)s page", "Photo, %(num)s pages", photos))
    if pdfs == 1:
        found.append(
            gettext("PDF, %(size)s", size=i18n.file_size(bytes_)) if not photos else gettext("1 PDF")
        )
    elif pdfs:
        found.append(ngettext("%(num)s PDF", "%(num)s PDFs", pdfs))
    return i18n.comma().join(found)


def of(row: Listed, own: bool) -> str | Markup:
    """What a letter of a list is made of; for what was told, that it was told. `own`: the person reads it."""
    if not row.photos and not row.pdfs:
        words = bdi(i18n.beginning(row.letter.told, 80))
        told = (
            gettext("As I was told: %(words)s", words=words)
            if own
            else gettext("As told: %(words)s", words=words)
        )
        return Markup(told)  # noqa: S704 - `bdi` has escaped it
    return sheets(row.photos, row.pdfs, row.size)


def unchecked() -> str:
    """What stands wherever a letter is shown."""
    return gettext("Nobody has checked this.")


def problem(reason: str, have: int, most: int) -> str:
    """Why a file cannot be kept, and what to do."""
    return {
        "none": lambda: gettext("Choose a photo or a PDF."),
        "gone": lambda: gettext("This file has not arrived. Choose it again."),
        "empty": lambda: gettext("There is nothing in this file. Choose another."),
        "kind": lambda: gettext(
            "This is no photo and no PDF, so it cannot be kept here. You can take a photo of it."
        ),
        "broken": lambda: gettext(
            "This file is damaged, or not whole. Choose it again, or take a new photo."
        ),
        "heavy": lambda: gettext(
            "This picture is too large to be opened here. Take a new photo with your phone’s camera."
        ),
        "many": lambda: gettext(
            "These are %(have)s files. Up to %(most)s can be sent at once. You can add more afterwards.",
            have=have,
            most=most,
        ),
        "large": lambda: gettext(
            "This is %(have)s. Up to %(most)s can be sent at once. Send the pages one by one, or a smaller photo.",
            have=i18n.file_size(have),
            most=i18n.file_size(most),
        ),
        "sheets": lambda: gettext(
            "A letter can have up to %(num)s pages here. Keep the others as a letter of their own.", num=most
        ),
        "record": lambda: gettext(
            "There is no more room for letters: up to %(most)s can be kept. You can still write what it says.",
            most=i18n.file_size(most),
        ),
    }[reason]()


def one_of(place: int, number: int, problem: str) -> str:
    """Which of several files has the problem."""
    return gettext("File %(place)s of %(number)s: %(problem)s", place=place, number=number, problem=problem)


def part(helping: str | None) -> str:
    """What letters are called as a part of a summary."""
    if helping is None:
        return gettext("Letters I keep (nobody has checked these)")
    return gettext("Letters that %(name)s keeps (nobody has checked these)", name=helping)


def facts(found: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """A letter of a summary: its line, and what stands below."""
    day = date.fromisoformat(str(found["day"])[:10])
    lines = [(gettext("From"), str(found["sender"])), (gettext("Date"), i18n.day(day, year=True))]
    if found["told"]:
        lines.insert(0, (gettext("As told"), str(found["told"])))
    return str(found["line"]), [*lines, (gettext("Checked"), unchecked())]
