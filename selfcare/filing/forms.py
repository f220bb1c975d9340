"""Forms of filing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext, lazy_pgettext

from selfcare.database import now
from selfcare.filing.typed_over import CELLS as COLUMNS
from selfcare.filing.typed_over import MOST_ROWS, Original, TypedResult, cells, is_same
from selfcare.results.forms import HoldFields
from selfcare.results.models import ReportHold
from selfcare.results.signs import in_line, readable
from selfcare.results.words import KINDS
from selfcare.results.words import status as status_name
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Pick, Text, Tick, TimeField
from selfcare.web.when import BadTime, When, at

START_ROWS = 5

STATUSES = [
    ("final", lazy_pgettext("report status", "Final")),
    ("preliminary", lazy_pgettext("report status", "Not final")),
    ("amended", lazy_pgettext("report status", "Amended")),
    ("corrected", lazy_pgettext("report status", "Corrected")),
    ("cancelled", lazy_pgettext("report status", "Cancelled")),
]

# Of a report that was whole, a correction is a corrected one; any other stays what it was.
_WHOLE = ("final", "amended", "corrected", "appended")

CELLS = ("name", "value", "unit", "range", "flag", "note")

# The hold as the form shows it.
HOLD = ("hold", "reason", "until_date", "until_time")


class Said(Hidden):
    """What the page said about when the person will see the report. Drawn beside that sentence, and swapped with it."""

    kind = "said"


class ReportFields(HoldFields, LogForm):
    """A laboratory's report as a professional types it. `report_form` adds the rows of results."""

    asked_for = Text(
        lazy_gettext("What was asked for"),
        description=lazy_gettext("The name the person knows, such as Full blood count."),
        missing=lazy_gettext("Type what was asked for."),
    )
    kind = Pick(lazy_gettext("Kind of test"), choices=KINDS)
    laboratory = Text(lazy_gettext("Laboratory"), missing=lazy_gettext("Type the laboratory’s name."))
    taken_date = DateField(lazy_gettext("Day the sample was taken"))
    taken_time = TimeField(lazy_gettext("Time it was taken"))
    issued_date = DateField(lazy_gettext("Day the lab sent the report"))
    status = Pick(lazy_gettext("Status on the report"), choices=STATUSES)
    conclusion = Long(lazy_gettext("Conclusion, word for word"))
    plain_note = Long(
        lazy_gettext("Your note in plain words"),
        description=lazy_gettext("It stands beside the lab’s words, with your name."),
    )
    hold = Tick(lazy_gettext("Hold this report"))
    rows = Hidden()
    held = Hidden()
    said = Said()

    taken: When | None = None
    taken_to_the_day = False
    issued: When | None = None
    original: Original | None = None

    def over(self, original: Original, data: dict[str, Any]) -> "ReportFields":
        """It corrects this report. :param data: `filled`, what it says while nothing was changed."""
        self.original, self.was = original, data
        own = original.report.status
        names = {code: str(name) for code, name in STATUSES}
        if own not in names:
            names = {own: status_name(own)} | {
                code: name for code, name in names.items() if name != status_name(own)
            }
        if own == "cancelled" and original.is_sent:
            names = {own: names[own]}
        self.status.choices = list(names.items())
        return self

    def keeps(self, *names: str) -> bool:
        """Whether these fields are as they were filled."""
        return self.original is not None and all(self._is_unchanged(name) for name in names)

    @property
    def keep(self) -> list[str]:
        """What stays to the second: `taken`, `issued`."""
        taken, issued = self.keeps("taken_date", "taken_time"), self.keeps("issued_date")
        return ["taken"] * taken + ["issued"] * issued

    @property
    def has_other_hold(self) -> bool:
        """Whether somebody has put another hold since the form was filled, or let it go."""
        return self.original is not None and (self.was.get("held") or "") != (self.held.data or "")

    def meet_hold(self, before: ReportHold | None, zone: ZoneInfo) -> None:
        """The form says what counts now, where that is another hold, or none; a hold that was typed in it stays.

        :param before: the hold the form was filled from.
        """
        filled_from = hold_fields(before, zone)
        is_typed = self.hold.data and not all(self._says(name, filled_from.get(name)) for name in HOLD)
        self.held.data = self.was.get("held") or ""
        if is_typed:
            return
        self.until = None
        for name in HOLD:
            self[name].process_data(self.was.get(name))
            self[name].errors = []

    def _says(self, name: str, was: Any) -> bool:
        """Whether the field is as if it was filled with this."""
        typed = self[name].data
        self[name].process_data(was)
        shown, self[name].data = self[name].data, typed
        return is_same(str(typed or ""), str(shown or ""))

    def _is_unchanged(self, name: str) -> bool:
        field, was = self[name], self.was.get(name)
        if isinstance(field, DateField | TimeField):
            return bool(field.value == was if field.text.strip() else was is None)
        return is_same(str(field.data or ""), str(was or ""))

    def validate_for(self, zone: ZoneInfo) -> bool:
        """Every field, what they say together, and `taken`, `issued` and `until` as moments where the person lives."""
        self.validate()
        for name in self.was if self.original else ():
            if name in self._fields and self.keeps(name):
                self[name].errors = []  # the laboratory's own words are never wrong here
        if not self.keeps("taken_date", "taken_time"):
            self.taken = self._moment(self.taken_date, self.taken_time, zone)
        if not self.keeps("issued_date"):
            self._read_issued(zone)
        if self.hold.data:
            self.read_hold(zone)
        else:
            for field in (self.reason, self.until_date, self.until_time):
                field.errors = []  # nothing of a hold that is not wanted
        for n in range(self.count):
            self._check_row(n)
        is_empty = not self.results() and not self.conclusion.text.strip()
        if is_empty and not (self.original and self.original.is_sent) and not self["name_0"].errors:
            self["name_0"].errors = [gettext("Type at least one result, or the conclusion.")]
        return not self.errors

    @property
    def count(self) -> int:
        return sum(1 for name in self._fields if name.startswith("name_"))

    def row(self, n: int) -> list[Any]:
        return [self[f"{cell}_{n}"] for cell in CELLS]

    def results(self) -> list[TypedResult]:
        """The rows in which something was typed; and what the form was sent without, as it was."""
        shown = self.original.shown if self.original else []
        places = [row.place for row in shown]
        return [TypedResult(**cells(row), over=row.place) for row in shown[self.count :]] + [
            TypedResult(**dict(zip(COLUMNS, typed, strict=True)), over=places[n] if n < len(places) else None)
            for n in range(self.count)
            if any(typed := [cell.text.strip() for cell in self.row(n)])
        ]

    def _check_row(self, n: int) -> None:
        if self.keeps(*(f"{cell}_{n}" for cell in CELLS)):
            return
        name, value, *rest = self.row(n)
        typed = any(cell.text.strip() for cell in (value, *rest))
        if typed and not name.text.strip() and not name.errors:
            name.errors = [gettext("Result %(number)s: type the name of the test.", number=n + 1)]
        said = value.text.strip() or rest[-1].text.strip()
        if name.text.strip() and not said and not value.errors:
            value.errors = [
                gettext(
                    "Result %(number)s: type the value, or say in the lab’s note why there is none.",
                    number=n + 1,
                )
            ]

    def _moment(self, day: DateField, time: TimeField, zone: ZoneInfo) -> When | None:
        if not day.errors and not day.value:
            day.errors = [gettext("Choose the day the sample was taken.")]
        before = self.original.report if self.original else None
        may_be_a_day = before is not None and (before.taken_to_the_day or before.taken_wall is None)
        if not time.errors and not time.value and not may_be_a_day:
            time.errors = [gettext("Say the time it was taken, for example 08:40.")]
        if day.errors or time.errors:
            return None
        try:
            if time.value is None:
                found, self.taken_to_the_day = _midnight(day.value, zone), True
            else:
                found = at(datetime.combine(day.value, time.value), zone)
        except BadTime:
            time.errors = [
                gettext(
                    "The clocks went forward that night, so this time did not exist. Choose another time."
                )
            ]
            return None
        if found.utc > now() + timedelta(minutes=5):
            day.errors = [gettext("This is still to come. Check the day and the time.")]
            return None
        return found

    def _read_issued(self, zone: ZoneInfo) -> None:
        if self.issued_date.errors or not self.issued_date.value:
            return
        day = self.issued_date.value
        if day > now().astimezone(zone).date():
            self.issued_date.errors = [gettext("This day is still to come. Check the year.")]
        elif self.taken and day < self.taken.wall.date():
            self.issued_date.errors = [gettext("This is before the sample was taken. Check both days.")]
        else:
            self.issued = _midnight(day, zone)


def _midnight(day: date, zone: ZoneInfo) -> When:
    midnight = datetime.combine(day, datetime.min.time())
    return When(midnight, zone.key, midnight.replace(tzinfo=zone))


def filled(original: Original, held: ReportHold | None, note: str, zone: ZoneInfo) -> dict[str, Any]:
    """The form filled from the report that is to be corrected, from the hold on it, and the note beside it."""
    report = original.report
    taken = report.taken_wall
    data: dict[str, Any] = {
        "rows": max(START_ROWS, min(MOST_ROWS, len(original.shown) + 1)),
        "asked_for": in_line(report.asked_for),
        "kind": report.kind,
        "laboratory": in_line(report.laboratory),
        "taken_date": taken.date() if taken else None,
        "taken_time": taken.time().replace(second=0, microsecond=0)
        if taken and not report.taken_to_the_day
        else None,
        "issued_date": report.issued_wall.date() if report.issued_wall else None,
        "status": "corrected" if report.status in _WHOLE else report.status,
        "conclusion": readable(report.conclusion),
        "plain_note": note,
    }
    for n, row in enumerate(original.shown):
        said = cells(row)
        data |= {f"{cell}_{n}": said[column] for cell, column in zip(CELLS, COLUMNS, strict=True)}
    return data | hold_fields(held, zone)


def hold_fields(held: ReportHold | None, zone: ZoneInfo) -> dict[str, Any]:
    """What the form says of the hold on the report; and its end as an instant, `held_until`."""
    if held is None:
        return {}
    until = held.until.astimezone(zone)
    return {
        "held": str(held.id),
        "held_until": held.until,
        "hold": True,
        "reason": held.reason,
        "until_date": until.date(),
        "until_time": until.time().replace(second=0, microsecond=0),
    }


@cache
def report_form(rows: int) -> type[ReportFields]:
    """The form with so many rows of results. Their fields are plain ones, so that every error leads to its own."""
    fields: dict[str, Any] = {}
    for n in range(rows):
        fields |= {
            f"name_{n}": Text(lazy_gettext("Test")),
            f"value_{n}": Text(lazy_pgettext("laboratory", "Value"), longest=2000),
            f"unit_{n}": Text(lazy_gettext("Unit"), longest=60),
            f"range_{n}": Text(lazy_gettext("Lab’s range")),
            f"flag_{n}": Text(lazy_gettext("Lab’s flag")),
            f"note_{n}": Text(lazy_gettext("Lab’s note"), longest=2000),
        }
    return type("ReportForm", (ReportFields,), fields)


def rows_of(text: str | None) -> int:
    """How many rows a form says it has, within what a page can carry."""
    try:
        return max(START_ROWS, min(MOST_ROWS, int(text or START_ROWS)))
    except ValueError:
        return START_ROWS


class ErrorForm(LogForm):
    reason = Long(
        lazy_gettext("What happened"),
        longest=1000,
        missing=lazy_gettext("Say what happened."),
    )


# Of what waits: it stands in place of no other report.
OWN = "own"


class ToForm(LogForm):
    """Filing what waited to one person. `certain` says whether everything agrees."""

    why = Long(
        lazy_gettext("How you know that it is theirs"),
        description=lazy_gettext("For example: asked the laboratory by phone. Your team can read this."),
        longest=1000,
    )
    sure = Tick(lazy_gettext("I have checked that this report is theirs"))
    which = Choice(
        lazy_gettext("Which report it is"), missing=lazy_gettext("Choose which report it is."), optional=True
    )

    certain = True

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Ask which report it is: one of its own (OWN), or in place of one of these (id, words). Nothing is chosen."""
        own = (OWN, gettext("A report of its own. It takes the place of none."))
        self.which.choices = [own, *choices] if choices else []
        self.which.optional = not choices

    def validate_for(self, certain: bool) -> bool:
        """Where something differs, a reason and a second look are asked for."""
        self.certain = certain
        self.validate()
        if not certain and not self.why.text.strip() and not self.why.errors:
            self.why.errors = [gettext("Say how you know that it is theirs.")]
        if not certain and not self.sure.data:
            self.sure.errors = [gettext("Check what differs, then tick this.")]
        return not self.errors


class RejectForm(LogForm):
    why = Long(
        lazy_gettext("Why"),
        description=lazy_gettext("Your team can read this. The sender is not told."),
        longest=1000,
        missing=lazy_gettext("Say why it is rejected."),
    )


class ReturnForm(LogForm):
    why = Long(
        lazy_gettext("What has to be put right"),
        description=lazy_gettext(
            "The sender reads this, if it sends the same report again. Leave out what you know of the person."
        ),
        longest=1000,
        missing=lazy_gettext("Say what has to be put right."),
    )


class WhoForm(Form):
    """Choosing one of the team's people."""

    who = Pick(lazy_gettext("Person"))

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """The people to choose from. Nobody is chosen before somebody chooses."""
        self.who.choices = [("", gettext("Choose")), *people]
