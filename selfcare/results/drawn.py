"""One result as it is drawn everywhere: as a line, a heading, a member, a part; on its own page, in a summary, in print
and as plain text. In the reader's language.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.results import words
from selfcare.results.sent import GROUP, Sent

# What is longer stands on lines of its own.
SHORT_VALUE, SHORT_RANGE = 24, 40


@dataclass(frozen=True)
class Drawn:
    """A result in words.

    value: as people read it, its comparator before it; unit: stands after it; why: instead of a value, where there is
    none, and it is not only a group. marks: how the result stands, where the report does not say it, and who typed it
    over the laboratory's words. range, flag: the
    laboratory's, or "" where it sent none. taken: when, where the report does not say it, else "". emptied: the
    laboratory took it back, and the reader does not learn what it was.
    """

    name: str
    value: str
    unit: str
    why: str
    marks: tuple[str, ...]
    says: bool
    range: str
    flag: str
    taken: str
    specimen: str
    method: str
    note: str
    emptied: bool

    @property
    def is_long(self) -> bool:
        return len(self.value) > SHORT_VALUE or "\n" in self.value

    @property
    def range_is_long(self) -> bool:
        return len(self.range) > SHORT_RANGE or "\n" in self.range

    @property
    def whole(self) -> str:
        """Value and unit."""
        return f"{self.value} {self.unit}".strip() if self.value else ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What stands around the value, short, each with its name: range and flag also where none was sent."""
        found = []
        if self.says and not self.emptied and not self.range_is_long:
            found.append((gettext("Lab’s range"), self.range or gettext("No range")))
        if self.says and not self.emptied:
            found.append((gettext("Lab’s flag"), self.flag or gettext("No flag")))
        return found + [
            (name, said)
            for name, said in ((gettext("Sample"), self.specimen), (gettext("Method"), self.method))
            if said
        ]

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What needs lines of its own, each with its name."""
        long = [(gettext("Lab’s range"), self.range)] if self.range_is_long else []
        return long + ([(gettext("Lab’s note"), self.note)] if self.note else [])


def draw(sent: Sent, report_status: str, zone: ZoneInfo, today: date) -> Drawn:
    """A result of a report that stands as `report_status` says.

    :param zone: where the person lives.
    """
    said = value(sent.value_kind, sent.value, zone, today)
    why = sent.absent_reason
    if not (said or why or sent.in_error or sent.value_kind == GROUP):
        why = gettext("No value")
    return Drawn(
        name=sent.name,
        value=said,
        unit=sent.unit if said else "",
        why=why,
        marks=_marks(sent, report_status),
        says=sent.says,
        range=sent.range_text,
        flag=sent.flag,
        taken=taken(sent, today),
        specimen=sent.specimen,
        method=sent.method,
        note=sent.note,
        emptied=sent.in_error and not (said or why or sent.range_text or sent.flag),
    )


def taken(sent: Sent, today: date) -> str:
    """The result's own time, both ends of a period."""
    return words.span(sent.taken_wall, sent.taken_to_the_day, sent.until_wall, sent.until_to_the_day, today)


def value(kind: str, text: str, zone: ZoneInfo, today: date) -> str:
    """A value as people read it: yes and no, days and times in words; all others as they were sent."""
    if kind == "yes-no":
        return {"true": pgettext("result", "yes"), "false": pgettext("result", "no")}.get(text, text)
    if kind == "clock":
        return text.removesuffix(":00") if text.count(":") == 2 else text
    if kind == "moment":
        return _moment(text, zone, today)
    if kind == "period":
        start, _, end = text.partition("/")
        return words.between(_moment(start, zone, today), _moment(end, zone, today))
    return text


def marked(kind: str, text: str, status: str, zone: ZoneInfo, today: date) -> str:
    """A value as it stands among others: with its status, where it is not simply final."""
    said, standing = value(kind, text, zone, today), words.standing(status)
    return gettext("%(value)s (%(status)s)", value=said, status=standing) if standing else said


def _moment(text: str, zone: ZoneInfo, today: date) -> str:
    """A dateTime of FHIR in words: 4 October, 22:00; October 2026; 2026. As sent, where it cannot be."""
    try:
        if "T" in text:
            wall = datetime.fromisoformat(text.replace(":60", ":59", 1)).astimezone(zone)
            if wall.second or wall.microsecond:
                said = i18n.day(wall, year=wall.year != today.year)
                return gettext("%(day)s, %(time)s", day=said, time=format(wall, "%H:%M:%S"))
            return words.moment(wall, today)
        if len(text) == len("2026-10"):
            return format_date(date.fromisoformat(f"{text}-01"), "MMMM y", locale=i18n.code())
        day = date.fromisoformat(text)
    except (ValueError, OverflowError):  # the first moment of the first year, as some systems say *none*
        return text
    return i18n.day(day, year=day.year != today.year)


def _marks(sent: Sent, report_status: str) -> tuple[str, ...]:
    """How a result stands, where it is not simply final; *Final* too, in a report that is not. And whose words."""
    by = (gettext("Typed by %(name)s", name=sent.typed_by),) if sent.typed_by else ()
    if not sent.status or (sent.status == "final" and not words.not_final(report_status)):
        return by
    return (words.status(sent.status), *by)
