"""Charts: the entered points and nothing worked out from them.

A line joins the same or the next day only, and only up to 31 days; longer shows points. Who entered a point is its
shape. Symptoms run from 0 to 10 always; other scales leave a fifth of the value free above and below, or start from
zero, so that small changes look small. Pairs are one bar. Time starts at the reading edge. The newest 200 points at
most are drawn, and the page says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil, floor, log10

from selfcare import i18n

MOST = 200
# How much of the greatest value stays free on each side of a scale.
ROOM = 0.2
_WIDTH, _HEIGHT = 330, 150
_LEFT, _TOP, _BOTTOM = 30, 10, 24
_GAP, _LETTER = 10, 8  # beside the numbers of the scale, and for each of their signs


@dataclass(frozen=True)
class Reading:
    """One entered value. `second` is the lower number of a pair. `mine` is False when someone else entered it."""

    wall: datetime
    value: Decimal
    second: Decimal | None = None
    mine: bool = True


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
    legend: list[tuple[str, str]] = field(default_factory=list)
    shown: int = 0
    total: int = 0

    @property
    def plot(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x0, self.y0, self.x1, self.y1


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
) -> Chart:
    """Lay a chart out.

    :param readings: in one unit, any order; the newest 200 are drawn.
    :param first: the first day shown, at the reading edge.
    :param last: the last day shown.
    :param label: what a screen reader says.
    :param symptom: a 0 to 10 scale.
    :param total: how many entries there are in all, when more than were read.
    """
    rtl = i18n.direction() == "rtl"
    newest = sorted(readings, key=lambda r: r.wall)[-MOST:]
    low, high, ticks = (0.0, 10.0, [0.0, 5.0, 10.0]) if symptom else _scale(newest)
    # Room for the longest number of the scale: 10000 ran over the card's edge.
    left = max(_LEFT, _GAP + _LETTER * max(len(_short(tick)) for tick in ticks))
    start, end = (left, width - 8) if not rtl else (width - left, 8)
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
    )
    opening = datetime.combine(first, time())
    length = max(1.0, (datetime.combine(last, time()) + timedelta(days=1) - opening).total_seconds())

    def x(wall: datetime) -> float:
        share = min(1.0, max(0.0, (wall - opening).total_seconds() / length))
        return round(start + (end - start) * share, 1)

    def y(value: float) -> float:
        return round(plot_bottom - (plot_bottom - _TOP) * (value - low) / (high - low), 1)

    chart.y_ticks = [(y(tick), _short(tick)) for tick in ticks]
    chart.x_ticks = _x_ticks(first, last, x, today, today_word)
    joined: list[tuple[float, float]] = []
    before: Reading | None = None
    joins = (last - first).days < 31
    for reading in newest:
        place, top = x(reading.wall), y(float(reading.value))
        shape = "me" if reading.mine else "other"
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
    return chart


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
    first: date, last: date, x: Callable[[datetime], float], today: date | None, today_word: str | None
) -> list[tuple[float, str, str]]:
    days = (last - first).days
    chosen = [first, last] if days < 4 else [first, first + timedelta(days=days // 2), last]
    anchors = ["start", "middle", "end"] if len(chosen) == 3 else ["start", "end"]
    ticks = []
    for day, anchor in zip(chosen, anchors, strict=True):
        noon = datetime.combine(day, time(0 if anchor == "start" else 12))
        if anchor == "end":
            noon = datetime.combine(day, time(23, 59))
        text = today_word if today_word and day == today else i18n.short_day(day, year=days > 300)
        if i18n.direction() == "rtl":  # the drawing counts from the left in every language
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        ticks.append((x(noon), text, anchor))
    return ticks
