"""The list of entries: newest first, by page, filtered and searched. One statement a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, false, func, literal, or_, select, tuple_

from selfcare import i18n
from selfcare.database import Instant, session
from selfcare.diary import presets
from selfcare.diary.models import Entry, Tracker
from selfcare.web.access import Area, Level, Permit, visible
from selfcare.web.folding import fold

PAGE = 30
# A list shows the beginning of long words; the entry's own page shows all of them.
SHORT = 160
# Names that a search compares: an own list has 60 at most, and what was taken off it stays with its entries.
MOST_NAMES = 1000


@dataclass(frozen=True)
class Line:
    """One entry of the list, with the beginning of its words."""

    id: UUID
    kind: str
    severity: int | None
    first: str
    second: str
    note: str
    tried: str
    wall: datetime
    zone: str
    part: str
    utc: datetime
    entered_as: str
    entered_name: str
    only_me: bool
    name: str | None
    preset: str | None
    unit: str | None
    changes: int

    @property
    def title(self) -> str:
        return presets.name_of(self)

    @property
    def value(self) -> str | None:
        return presets.value_of(self)

    @property
    def after(self) -> str:
        return presets.after_number(self.kind, self.preset, self.unit)

    @property
    def short_note(self) -> str:
        return shortened(self.note)

    @property
    def short_tried(self) -> str:
        return shortened(self.tried)


@dataclass(frozen=True)
class Key:
    """Where a page of the list begins: the last entry of the page before it."""

    utc: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.utc:%Y%m%d%H%M%S%f}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Key":
        """:raises ValueError: for a text that is no key."""
        moment, _, item = text.partition("-")
        if len(moment) != 20 or not moment.isascii() or not moment.isdigit():
            raise ValueError
        return cls(datetime.strptime(moment, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC), UUID(hex=item))


@dataclass(frozen=True)
class Page:
    """A page of the list and the key of the next one, None at the end."""

    lines: Sequence[Line]
    next: Key | None


def entries(
    permit: Permit, *, kind: str | None = None, words: str = "", before: Key | None = None, limit: int = PAGE
) -> Page:
    """The newest entries before `before`, newest first.

    :param kind: symptom, measure or note; None for all.
    :param words: only entries that hold each of these words, in what was written, in the number, or in the name.
    """
    permit.require(Area.DIARY, Level.SEE)
    conditions: list[ColumnElement[bool]] = [visible(permit, Entry)]
    if kind is not None:
        conditions.append(Entry.kind == kind)
    if words:
        conditions.append(_holding(permit, words))
    if before is not None:
        there = tuple_(literal(before.utc, Instant()), literal(before.id, Uuid()))
        conditions.append(tuple_(Entry.utc, Entry.id) < there)
    rows = session().execute(
        select(
            Entry.id,
            Entry.kind,
            Entry.severity,
            Entry.first,
            Entry.second,
            func.substr(Entry.note, 1, SHORT + 1).label("note"),
            func.substr(Entry.tried, 1, SHORT + 1).label("tried"),
            Entry.wall,
            Entry.zone,
            Entry.part,
            Entry.utc,
            Entry.entered_as,
            Entry.entered_name,
            Entry.only_me,
            Tracker.name,
            Tracker.preset,
            Tracker.unit,
            _changes(permit).label("changes"),
        )
        .outerjoin(Tracker, and_(Tracker.person_id == Entry.person_id, Tracker.id == Entry.tracker_id))
        .where(*conditions)
        .order_by(Entry.utc.desc(), Entry.id.desc())
        .limit(limit + 1)
    )
    lines = [Line(**row) for row in rows.mappings()]
    if len(lines) <= limit:
        return Page(lines, None)
    return Page(lines[:limit], Key(lines[limit - 1].utc, lines[limit - 1].id))


def shortened(words: str) -> str:
    """The beginning of long words."""
    return i18n.beginning(words, SHORT)


def _changes(permit: Permit) -> ColumnElement[int]:
    """How many earlier versions this reader may see."""
    table = Entry.versions
    kept = (
        select(func.count())
        .select_from(table)
        .where(table.person_id == Entry.person_id, table.item_id == Entry.id)
    )
    if not permit.sees_only_me:
        kept = kept.where(table.body["only_me"].as_boolean().is_(False))
    return kept.correlate(Entry).scalar_subquery()


def _holding(permit: Permit, sought: str) -> ColumnElement[bool]:
    """Entries that hold each of these words: in what was written, or in what it is called. Both sides are folded.

    The own list is short, so that its names are compared here, as this reader sees them.
    """
    names = [
        (tracker.id, fold(presets.name_of(tracker)))
        for tracker in session().scalars(
            select(Tracker).where(Tracker.person_id == permit.person_id).limit(MOST_NAMES)
        )
    ]
    words = fold(sought).split()
    return and_(*(_one(word, names) for word in words)) if words else false()


def _one(word: str, names: Sequence[tuple[UUID, str]]) -> ColumnElement[bool]:
    called = [tracker for tracker, name in names if word in name]
    ways = [Entry.searched.contains(word, autoescape=True)]
    if called:
        ways.append(Entry.tracker_id.in_(called))
    if word in fold(presets.note_name()):
        ways.append(Entry.kind == "note")
    return or_(*ways)


def by_day(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    """The lines under their days, newest first. After a journey the days of two clocks overlap: each stands once."""
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(line.wall.date(), []).append(line)
    return sorted(days.items(), reverse=True)
