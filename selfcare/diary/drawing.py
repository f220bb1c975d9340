"""Charts of the diary: which numbers of which days, and the words that stand with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.diary import ends, presets, queries
from selfcare.diary.models import Tracker
from selfcare.web import said
from selfcare.web.access import Permit
from selfcare.web.chart import Chart, Reading, draw, marks

# Periods of the chart page: address word → days; None for all there is.
PERIODS: dict[str, int | None] = {"14": 14, "92": 92, "all": None}


@dataclass(frozen=True)
class Picture:
    """A tracker's chart with its words; no chart while there is nothing to draw."""

    tracker: Tracker
    title: str
    unit: str
    note: str
    chart: Chart | None
    points: Sequence[queries.Point]
    total: int

    @property
    def ends(self) -> str:
        """What 0 and what 10 mean; empty for what is not counted from 0 to 10."""
        return ends.in_words(self.tracker)


def on_top(permit: Permit, found: Sequence[queries.Tracked], chosen: UUID | None) -> Picture | None:
    """The chart over the list: the chosen tracker's, else of the one most logged of late. None while there is none.

    :param found: the own list.
    """
    if not found:
        return None
    # What is done or not has no chart to look at: it stands here where nothing else has one, or where it was chosen.
    most = max(found, key=lambda one: (one.tracker.kind != "done", one.recent, one.last_wall is not None))
    one = next((one for one in found if one.tracker.id == chosen), most)
    if one.last_wall is None:
        note = gettext("No entries yet. The first one shows here.")
        return Picture(one.tracker, one.name, "", note, None, (), 0)
    return picture(permit, one.tracker, queries.CHART_DAYS)


def picture(permit: Permit, tracker: Tracker, days: int | None, period: str | None = None) -> Picture:
    """The chart of the last `days`, or of all there is.

    :param period: the period of the chart's own page, which its points lead back to; None on top of the list.
    """
    today = permit.today()
    first = today - timedelta(days=days - 1) if days else None
    points, total = queries.readings(permit, tracker.id, queries.start_of(permit, first) if first else None)
    name, unit = presets.name_of(tracker), presets.unit_of(tracker.preset, tracker.unit)
    note = _note(len(points), total, days)
    if points and tracker.kind == "done":
        done = len([point for point in points if point.value])
        return Picture(
            tracker,
            name,
            unit,
            f"{presets.times_done(done, len(points) - done)}. {note}",
            None,
            points,
            total,
        )
    if not points:
        return Picture(tracker, name, unit, note, None, points, total)
    chart = _draw(permit, tracker, name, points, total, first or points[-1].wall.date(), period)
    return Picture(tracker, name, unit, note, chart, points, total)


def _draw(
    permit: Permit,
    tracker: Tracker,
    name: str,
    points: Sequence[queries.Point],
    total: int,
    first: date,
    period: str | None,
) -> Chart:
    today = permit.today()
    label = ngettext(
        "%(name)s: %(num)s entry from %(first)s to %(last)s. The table has the number.",
        "%(name)s: %(num)s entries from %(first)s to %(last)s. The table has the numbers.",
        len(points),
        name=name,
        first=i18n.plain_day(first),
        last=i18n.plain_day(today),
    )
    scale = ends.in_words(tracker)
    others = _marks(points)
    chart = draw(
        [
            Reading(
                point.wall,
                point.value,
                point.second,
                others.get(_author(point), "me") if point.entered_as != "self" else "me",
                href(permit, point, period, None if period else tracker.id),
                f"{said.short(point.wall, point.part, year=point.wall.year != today.year)}: {point.text}",
            )
            for point in points
        ],
        first,
        today,
        label=f"{label} {scale}." if scale else label,
        symptom=tracker.kind == "symptom",
        today=today,
        today_word=pgettext("end of a chart", "Today"),
        total=total,
        grows=True,
    )
    chart.legend = legend(
        permit,
        own=any(point.entered_as == "self" for point in points),
        others=[(name, mark) for (name, _), mark in others.items()],
    )
    return chart


def href(permit: Permit, point: queries.Point, period: str | None, chart: UUID | None = None) -> str:
    """A point's entry, which leads back to what it was opened from: a chart's own page, or the list under a chart."""
    return url_for(
        "diary.entry", person_id=permit.person_id, entry_id=point.entry_id, period=period, chart=chart
    )


def _author(point: queries.Point) -> tuple[str, str]:
    return point.entered_name, str(point.entered_by)


def _marks(points: Sequence[queries.Point]) -> dict[tuple[str, str], str]:
    """Each who entered some of these for the person, by name, with a mark of their own."""
    return marks(sorted({_author(point) for point in points if point.entered_as != "self"}))


def legend(permit: Permit, *, own: bool, others: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Whose points these are: (mark, words).

    :param own: whether some are the person's. :param others: name and mark of each who entered some for the person.
    """
    found = [("me", pgettext("whose points", "Me") if permit.is_self else permit.person_name)] if own else []
    for who, mark in others:
        text = (
            gettext("%(name)s, for me", name=who)
            if permit.is_self
            else gettext("%(name)s, for %(person)s", name=who, person=permit.person_name)
        )
        found.append((mark, text))
    return found


def _note(shown: int, total: int, days: int | None) -> str:
    if shown < total:
        return gettext(
            "The newest %(shown)s of %(total)s entries. A gap means no entry.", shown=shown, total=total
        )
    if not total:
        return (
            gettext("No entries in this time.")
            if days
            else gettext("No entries yet. The first one shows here.")
        )
    if days is None:
        return ngettext("%(num)s entry in all", "%(num)s entries in all", total)
    if total < 3:
        return ngettext(
            "%(num)s entry in the last %(days)s days",
            "%(num)s entries in the last %(days)s days",
            total,
            days=days,
        )
    return gettext("Last %(days)s days. A gap means no entry.", days=days)
