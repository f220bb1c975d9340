"""What a search of the diary finds: words, numbers, days, authors, names and units. Both sides are folded."""

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

from flask_babel import pgettext
from sqlalchemy import ColumnElement, and_, extract, false, or_, select

from selfcare.database import session
from selfcare.diary import presets
from selfcare.diary.models import Entry, Tracker
from selfcare.web.access import Permit, Role
from selfcare.web.day_words import Days, groups
from selfcare.web.digits import BadNumber, read_number
from selfcare.web.folding import fold

# Names that a search compares: an own list has 60 at most, and what was taken off it stays with its entries.
MOST_NAMES = 1000

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_COMMA = re.compile(r"\d+,\d{1,2}")
_OF_TEN = re.compile(r"(\d|10)/10")


def searched(*, words: Sequence[str], first: str, second: str, severity: int | None, author: str) -> str:
    """What a search looks through in an entry, folded.

    :param words: what was written. :param first, second: the numbers as typed.
    :param author: the name of whoever entered it where it was not the person; else empty.
    """
    number = f"{first}/{second}" if second else first or ("" if severity is None else str(severity))
    return fold(" ".join((*words, *dict.fromkeys((number, *_plain(first, second))), author)))


def _plain(*numbers: str) -> Iterator[str]:
    """Numbers as they are sought: 71,4 as 71.4; 10,000 as 10000."""
    for text in numbers:
        for whole in (False, True):
            try:
                yield f"{read_number(text, whole=whole).normalize():f}" if text else ""
            except BadNumber:
                yield ""


def holding(permit: Permit, sought: str) -> ColumnElement[bool]:
    """Entries that hold each of these words: in what was written, its number, day or author, or in what it is called.

    The own list is short, so that its names are compared here, as this reader sees them.
    """
    names = [
        (tracker.id, fold(f"{presets.name_of(tracker)} {presets.unit_of(tracker.preset, tracker.unit)}"))
        for tracker in session().scalars(
            select(Tracker).where(Tracker.person_id == permit.person_id).limit(MOST_NAMES)
        )
    ]
    of_ten = fold(pgettext("after a number from 0 to 10", "of 10"))
    text = re.sub(rf"\b(\d+) {re.escape(of_ten)}\b", r"\1/10", fold(sought))
    parts = [
        or_(and_(*(_one(permit, word, names) for word in words)), *([_on(days)] if days else ()))
        for words, days in groups(text, permit.today())
    ]
    return and_(*parts) if parts else false()


def _one(permit: Permit, word: str, names: Sequence[tuple[UUID, str]]) -> ColumnElement[bool]:
    spelled = {word}
    if _GROUPED.fullmatch(word):
        spelled.add(word.replace(",", ""))
    elif _COMMA.fullmatch(word):
        spelled.add(word.replace(",", "."))
    ways = [Entry.searched.contains(each, autoescape=True) for each in spelled]
    called = [tracker for tracker, name in names if word in name]
    if called:
        ways.append(Entry.tracker_id.in_(called))
    if word in fold(presets.note_name()):
        ways.append(Entry.kind == "note")
    if number := _OF_TEN.fullmatch(word):
        ways.append(and_(Entry.kind == "symptom", Entry.severity == int(number[1])))
    for code, said in presets.done_or_not():
        if word in fold(said).split():
            ways.append(and_(Entry.kind == "done", Entry.severity == int(code == "done")))
    if word in fold(permit.person_name).split():
        ways.append(Entry.entered_as == Role.SELF.value)
    return or_(*ways)


def _on(days: Days) -> ColumnElement[bool]:
    parts = [("year", days.year), ("month", days.month), ("day", days.day)]
    if days.weekday is not None:
        parts.append(("dow", (days.weekday + 1) % 7))  # Sunday is 0 there
    return and_(*(extract(name, Entry.wall) == value for name, value in parts if value is not None))
