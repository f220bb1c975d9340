"""Charts: the entered points and nothing worked out from them.

A line joins the same or the next day only, and only up to 31 days; longer shows points. Who entered a point is its
mark, and each has one of their own. Where points would run into each other the picture grows wider, and scrolls.
Symptoms run from 0 to 10 always; other scales leave a fifth of the value free above and below, or start from zero, so
that small changes look small. Pairs are one bar. Time starts at the reading edge. The newest 200 points at most are
drawn, and the page says so.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, hypot, log10
from typing import Any, TypeVar

from selfcare import i18n

MOST = 200
# How much of the greatest value stays free on each side of a scale.
ROOM = 0.2
_WIDTH, _HEIGHT = 330, 150
_LEFT, _TOP, _BOTTOM = 30, 10, 24
_GAP, _LETTER = 10, 8  # beside the numbers of the scale, and for each of their signs
_WIDEST = 2400
_FEW, _ROOM = 7, 30  # as many points next to each other have so much room, but for the closest tenth
_TARGET = 22  # how far around a point a finger finds it, where no other is nearer
_DAYS_AS_DAYS = 31  # longer pictures count months
_DAY_LABEL, _MONTH_LABEL = 76, 92  # room for a day, and for a month with its year
Author = TypeVar("Author", bound=Hashable)
# Whoever entered a point beside the person, in this order; then numbers.
_MARKS = ("other", "square", "triangle", "down", "cross")


@dataclass(frozen=True)
class Reading:
    """One entered value. `second` is the lower number of a pair; `mark` says who entered it (`marks`).

    `href` is where it leads, and `said` what it is called there; a point without stands only in the picture.
    """

    wall: datetime
    value: Decimal
    second: Decimal | None = None
    mark: str = "me"
    href: str | None = None
    said: str = ""


@dataclass
class Chart:
    """Geometry for `ui.chart`, in units of its view box."""

    label: str
    width: int
    height: int
    x0: float
    y0: float
    x1: float
    y1: float
    y_ticks: list[tuple[float, str]] = field(default_factory=list)
    x_ticks: list[tuple[float, str, str]] = field(default_factory=list)
    lines: list[list[tuple[float, float]]] = field(default_factory=list)
    points: list[dict[str, object]] = field(default_factory=list)
    bars: list[dict[str, object]] = field(default_factory=list)
    months: list[float] = field(default_factory=list)
    targets: list[dict[str, object]] = field(default_factory=list)
    dense: bool = False  # points stand close, and are drawn small
    wide: bool = False  # wider than a phone: it scrolls in its place
    legend: list[tuple[str, str]] = field(default_factory=list)
    shown: int = 0
    total: int = 0

    @property
    def plot(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x0, self.y0, self.x1, self.y1


def marks(authors: Iterable[Author]) -> dict[Author, str]:
    """A mark for each who entered something for the person; the same for the same authors in the same order."""
    found = dict.fromkeys(authors)
    return {author: _MARKS[n] if n < len(_MARKS) else str(n + 1) for n, author in enumerate(found)}


def draw(
    readings: Sequence[Reading],
    first: date,
    last: date,
    *,
    label: str,
    symptom: bool,
    today: date | None = None,
    today_word: str | None = None,
    total: int | None = None,
    height: int = _HEIGHT,
    width: int = _WIDTH,
    grows: bool = False,
) -> Chart:
    """Lay a chart out.

    :param readings: in one unit, any order; the newest 200 are drawn.
    :param first: the first day shown, at the reading edge.
    :param last: the last day shown.
    :param label: what a screen reader says.
    :param symptom: a 0 to 10 scale.
    :param grows: whether the picture may be wider than `width` where its points stand close.
    :param total: how many entries there are in all, when more than were read.
    """
    rtl = i18n.direction() == "rtl"
    newest = sorted(readings, key=lambda r: r.wall)[-MOST:]
    low, high, ticks = (0.0, 10.0, [0.0, 5.0, 10.0]) if symptom else _scale(newest)
    # Room for the longest number of the scale: 10000 ran over the card's edge.
    left = max(_LEFT, _GAP + _LETTER * max(len(_short(tick)) for tick in ticks))
    opening = datetime.combine(first, time())
    length = max(1.0, (datetime.combine(last, time()) + timedelta(days=1) - opening).total_seconds())
    needed = _needed(newest, length)
    dense = needed > width - left - 8
    wide = grows and dense
    if wide:
        width = min(_WIDEST, round(needed) + 2 * left)
    far = left if wide else 8  # the scale stands at both ends of what scrolls
    start, end = (left, width - far) if not rtl else (width - left, far)
    plot_bottom = height - _BOTTOM
    chart = Chart(
        label,
        width,
        height,
        min(start, end),
        _TOP,
        max(start, end),
        plot_bottom,
        shown=len(newest),
        total=total or len(readings),
        dense=dense,
        wide=wide,
    )

    def x(wall: datetime) -> float:
        share = min(1.0, max(0.0, (wall - opening).total_seconds() / length))
        return round(start + (end - start) * share, 1)

    def y(value: float) -> float:
        return round(plot_bottom - (plot_bottom - _TOP) * (value - low) / (high - low), 1)

    chart.y_ticks = [(y(tick), _short(tick)) for tick in ticks]
    chart.x_ticks = _x_ticks(first, last, x, today, today_word, wide=wide)
    if (last - first).days > _DAYS_AS_DAYS:
        shown = _stepped(_months(first, last), abs(end - start))
        chart.months = [x(datetime.combine(day, time())) for day in shown]
    joined: list[tuple[float, float]] = []
    before: Reading | None = None
    joins = (last - first).days < 31
    for reading in newest:
        place, top = x(reading.wall), y(float(reading.value))
        shape = reading.mark
        if reading.href:
            middle = top if reading.second is None else (top + y(float(reading.second))) / 2
            chart.targets.append(
                {"x": place, "y": round(middle, 1), "href": reading.href, "said": reading.said}
            )
        if reading.second is not None:
            chart.bars.append({"x": place, "y1": top, "y2": y(float(reading.second)), "shape": shape})
            continue
        if joins and before and (reading.wall.date() - before.wall.date()).days <= 1:
            joined.append((place, top))
        else:
            if len(joined) > 1:
                chart.lines.append(joined)
            joined = [(place, top)]
        chart.points.append({"x": place, "y": top, "shape": shape})
        before = reading
    if len(joined) > 1:
        chart.lines.append(joined)
    for target, r in zip(chart.targets, _reach(chart.targets), strict=True):
        target["r"] = r
    return chart


def _needed(readings: Sequence[Reading], length: float) -> float:
    """How wide a plot of `length` seconds must be for its points to stand apart."""
    walls = [reading.wall for reading in readings]
    spans = [(b - a).total_seconds() for a, b in zip(walls, walls[_FEW - 1 :], strict=False)]
    return _ROOM * length / max(60.0, sorted(spans)[len(spans) // 10]) if spans else 0.0


def _reach(targets: Sequence[dict[str, Any]]) -> list[float]:
    """How far around each target nothing else is meant: half way to its neighbours."""
    apart = [hypot(b["x"] - a["x"], b["y"] - a["y"]) / 2 for a, b in pairwise(targets)]
    return [
        round(max(3.0, min(_TARGET, before, after)), 1)
        for before, after in zip([_TARGET, *apart], [*apart, _TARGET], strict=True)
    ][: len(targets)]


def _scale(readings: Sequence[Reading]) -> tuple[float, float, list[float]]:
    """Lowest, highest and three ticks, rounded outwards to numbers people count. Never below zero for what is not."""
    values = [float(v) for r in readings for v in (r.value, r.second) if v is not None] or [0.0, 1.0]
    low, high = min(values), max(values)
    room = max(abs(low), abs(high)) * ROOM
    low, high = max(0.0, low - room) if low >= 0 else low - room, high + room
    if low == high:
        high += 1  # nothing but zeros
    span = max(high - low, 1e-6)
    step = 10 ** floor(log10(span / 2))
    step = next(step * m for m in (1, 2, 5, 10, 20) if step * m >= span / 2)
    bottom = floor(low / step) * step
    top = max(ceil(high / step) * step, bottom + step)
    if round((top - bottom) / step) % 2:
        top += step
    middle = (bottom + top) / 2
    return bottom, top, [bottom, middle, top]


def _short(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _x_ticks(
    first: date,
    last: date,
    x: Callable[[datetime], float],
    today: date | None,
    today_word: str | None,
    *,
    wide: bool,
) -> list[tuple[float, str, str]]:
    """Both ends, and between them days or months as there is room: (place, words, anchor).

    A day says its year where the picture shows more than one, or more than a month; a month where a year begins, and
    where the first may be out of view (`wide`).
    """
    days = (last - first).days
    years = first.year != last.year
    end_text = today_word if today_word and last == today else i18n.short_day(last, year=years)
    begin, end = (x(datetime.combine(day, at)) for day, at in ((first, time()), (last, time(23, 59))))
    # Counted from the left.
    starts, ends = ("end", "start") if i18n.direction() == "rtl" else ("start", "end")
    if not days:
        return [(begin, end_text, starts)]
    if days > _DAYS_AS_DAYS:
        first_text = i18n.short_day(first, year=True)
        needed = max(_MONTH_LABEL, _LETTER * len(first_text) + _DAY_LABEL // 2)
        chosen = _stepped(_months(first, last), abs(end - begin))
        between = [
            (x(datetime.combine(day, time())), i18n.short_month(day, year=wide or day.month == 1))
            for day in chosen
        ]
        if abs(end - begin) / days * 30 > 4 * _DAY_LABEL:  # months so wide that one may fill what is in view
            halves = [day.replace(day=15) for day in (first, *chosen) if first < day.replace(day=15) < last]
            between += [(x(datetime.combine(day, time(12))), i18n.short_day(day)) for day in halves]
    else:
        first_text, needed = i18n.short_day(first, year=years), _DAY_LABEL
        step = max(1, ceil(days * _DAY_LABEL / abs(end - begin)))
        inner = [first + timedelta(days=n) for n in range(step, days, step)]
        between = [(x(datetime.combine(day, time(12))), i18n.short_day(day)) for day in inner]
    apart = [
        (place, text, "middle")
        for place, text in between
        if abs(place - begin) >= needed and abs(end - place) >= _DAY_LABEL
    ]
    return [(begin, first_text, starts), *apart, (end, end_text, ends)]


def _stepped(months: Sequence[date], room: float) -> list[date]:
    """As many of these months as there is room for, counted from January, so that each new year is among them."""
    for step in (1, 2, 3, 6, 12, 24, 60, 120):
        chosen = [day for day in months if (day.year * 12 + day.month - 1) % step == 0]
        if len(chosen) * _DAY_LABEL <= room:
            return chosen
    return []


def _months(first: date, last: date) -> list[date]:
    """The first days of the months that begin in some days."""
    found, day = [], i18n.next_month(first)
    while day <= last:
        found.append(day)
        day = i18n.next_month(day)
    return found
