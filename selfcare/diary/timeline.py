"""The list of entries: newest first, by page, filtered and searched. One statement a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, extract, func, literal, select, tuple_, union_all
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.database import Instant, session
from selfcare.diary import presets, searching
from selfcare.diary.models import Entry, Tracker
from selfcare.web.access import Area, Level, Permit, visible
from selfcare.web.only_me import is_hidden

PAGE = 30
MOST_SHOWN = 120  # on one page, however far somebody went: it weighs what a page may
# A list shows the beginning of long words; the entry's own page shows all of them.
SHORT = 160
_KEY = tuple_(Entry.utc, Entry.id)


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
    def of(cls, line: Line) -> "Key":
        return cls(line.utc, line.id)

    @property
    def there(self) -> Any:
        """For comparing rows with."""
        return tuple_(literal(self.utc, Instant()), literal(self.id, Uuid()))

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
    permit: Permit,
    *,
    kind: str | None = None,
    words: str = "",
    only: UUID | None = None,
    until_month: date | None = None,
    before: Key | None = None,
    until: Key | None = None,
) -> Page:
    """The newest entries before `before`, newest first: a page of them, or as many as it takes to reach `until`.

    :param kind: symptom, measure or note; None for all. :param only: one tracker's.
    :param words: only entries that hold each of these words, as `searching.holding` has it.
    :param until_month: its first day: nothing of a later one, each by its own clock, as `months` counts them.
    """
    permit.require(Area.DIARY, Level.SEE)
    conditions: list[ColumnElement[bool]] = [visible(permit, Entry)]
    if kind is not None:
        conditions.append(Entry.kind == kind)
    if only is not None:
        conditions.append(Entry.tracker_id == only)
    if words:
        conditions.append(searching.holding(permit, words))
    if until_month is not None:
        end = datetime.combine(i18n.next_month(until_month), time())
        # No clock is a day behind; by the instant the newer ones need not be read.
        conditions += [Entry.wall < end, Entry.utc < end.replace(tzinfo=UTC) + timedelta(days=1)]
    if before is not None:
        conditions.append(before.there > _KEY)
    if until is None:
        return _page(_lines(_query(permit, conditions, PAGE + 1)), PAGE)
    # As far as it, without what stands more than so many above it; and a page behind it, where it stands near the top.
    as_far = _query(permit, [*conditions, until.there <= _KEY], MOST_SHOWN, up=True)
    behind = _query(permit, [*conditions, until.there > _KEY], PAGE + 1)
    lines = _lines(union_all(*(select(each.subquery()) for each in (as_far, behind))))
    shown = sum((line.utc, line.id) >= (until.utc, until.id) for line in lines)
    return _page(lines, max(shown, min(PAGE, len(lines))))


def _page(lines: list[Line], count: int) -> Page:
    """The first `count` lines, and whether there are others behind them."""
    shown = lines[:count]
    return Page(shown, Key.of(shown[-1]) if shown and len(lines) > count else None)


def _lines(query: Any) -> list[Line]:
    """Newest first, whatever order they come in."""
    found = [Line(**row) for row in session().execute(query).mappings()]
    return sorted(found, key=lambda line: (line.utc, line.id), reverse=True)


def _query(
    permit: Permit, conditions: Sequence[ColumnElement[bool]], limit: int, *, up: bool = False
) -> Select[Any]:
    """The newest `limit`; `up`: the oldest."""
    order = (Entry.utc, Entry.id) if up else (Entry.utc.desc(), Entry.id.desc())
    return (
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
        .order_by(*order)
        .limit(limit)
    )


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


def months(permit: Permit) -> list[tuple[date, int]]:
    """The months there are entries of, newest first, by their first day; and how many. One statement."""
    permit.require(Area.DIARY, Level.SEE)
    year, month = extract("year", Entry.wall), extract("month", Entry.wall)
    rows = session().execute(
        select(year, month, func.count())
        .where(visible(permit, Entry))
        .group_by(year, month)
        .order_by(year.desc(), month.desc())
    )
    return [(date(int(y), int(m), 1), count) for y, m, count in rows]


def kinds(permit: Permit) -> list[tuple[Tracker, int]]:
    """What there are entries of, most first, also what is no longer on the own list; and how many. One statement."""
    permit.require(Area.DIARY, Level.SEE)
    count = func.count(Entry.id)
    rows = session().execute(
        select(Tracker, count)
        .join(Entry, and_(Entry.person_id == Tracker.person_id, Entry.tracker_id == Tracker.id))
        .where(visible(permit, Entry))
        .group_by(Tracker.person_id, Tracker.id)
        .order_by(count.desc(), Tracker.place)
        .limit(searching.MOST_NAMES)
    )
    return [(tracker, number) for tracker, number in rows]


def tracker(permit: Permit, tracker_id: UUID) -> Tracker:
    """What entries are about, also when it is no longer on the own list. :raises NotFound: not for this reader."""
    permit.require(Area.DIARY, Level.SEE)
    found = session().get(Tracker, (permit.person_id, tracker_id))
    if found is None or is_hidden(permit, found):
        raise NotFound
    return found


def by_day(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    """The lines under their days, newest first. After a journey the days of two clocks overlap: each stands once."""
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(line.wall.date(), []).append(line)
    return sorted(days.items(), reverse=True)
