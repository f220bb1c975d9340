"""The chart and the table of one test over time. Values as sent; only plain numbers are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext, pgettext
from markupsafe import Markup

from selfcare import i18n
from selfcare.results import drawn, words
from selfcare.results.drawn import SHORT_RANGE
from selfcare.results.queries import Before, Line
from selfcare.web.access import Permit
from selfcare.web.chart import Chart, Reading, draw


@dataclass(frozen=True)
class Picture:
    """A test over time. `range_text`: the laboratory's range where it is the same for every point drawn, else None."""

    chart: Chart | None
    range_text: str | None
    laboratory: str
    shown: int
    total: int


def picture(permit: Permit, line: Line, points: Sequence[Before], total: int) -> Picture:
    """The chart of a test; none where fewer than two values can be drawn. One of no day stands in the table alone.

    :param points: the newest values of one test in one unit.
    :param total: how many there are in all.
    """
    drawn = [
        (point.taken_wall, point.number, point)
        for point in reversed(points)
        if point.number is not None and point.taken_wall is not None
    ]
    if len(drawn) < 2:
        return Picture(None, None, "", len(points), total)
    readings = [Reading(wall, number) for wall, number, _ in drawn]
    days = [wall.date() for wall, _, _ in drawn]
    first, last = min(days), max(days)
    label = ngettext(
        "%(name)s in %(unit)s: %(num)s value from %(first)s to %(last)s. The table has the number.",
        "%(name)s in %(unit)s: %(num)s values from %(first)s to %(last)s. The table has the numbers.",
        len(drawn),
        name=line.name,
        unit=line.unit or gettext("no unit"),
        first=i18n.plain_day(first),
        last=i18n.plain_day(last),
    )
    chart = draw(readings, first, last, label=label, symptom=False, total=total)
    ranges = {(point.range_text, point.laboratory) for _, _, point in drawn}
    text, laboratory = ranges.pop() if len(ranges) == 1 else ("", "")
    return Picture(chart, text or None, laboratory, len(points), total)


def table(
    permit: Permit, line: Line, rows: Sequence[Before], *, this: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a table: taken, value, the laboratory's range, flag. Long ranges stand on their own pages.

    :param this: the first row is the result the page is about, and leads nowhere.
    """
    short = all(len(row.range_text) <= SHORT_RANGE and "\n" not in row.range_text for row in rows)
    heads = [
        pgettext("when", "Taken"),
        line.unit or gettext("Value"),
        *([gettext("Lab’s range")] if short else []),
        pgettext("laboratory", "Flag"),
    ]
    return heads, [_row(permit, row, short, here=this and place == 0) for place, row in enumerate(rows)]


def _row(permit: Permit, row: Before, short: bool, *, here: bool) -> list[str]:
    day = _day(row)
    if not here:
        href = url_for(
            "results.result", person_id=permit.person_id, report_id=row.report_id, result_id=row.result_id
        )
        day = Markup('<a href="{}">{}</a>').format(href, day)
    value = drawn.marked(row.kind, row.value, row.mark, permit.zone, permit.today())
    return [
        day,
        value,
        *([row.range_text or gettext("No range")] if short else []),
        row.flag or gettext("No flag"),
    ]


def _day(row: Before) -> str:
    """When it was taken; never when it was sent, which is another day."""
    if row.taken_wall:
        return words.table_day(row.taken_wall)
    if row.until_wall:
        return words.between("", words.table_day(row.until_wall))
    return gettext("day not given")
