"""Forms of filing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext, lazy_pgettext

from selfcare.database import now
from selfcare.filing.actions import TypedResult
from selfcare.results.forms import HoldFields
from selfcare.results.words import KINDS
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Pick, Text, Tick, TimeField
from selfcare.web.when import BadTime, When, at

START_ROWS, MOST_ROWS = 5, 80

STATUSES = [
    ("final", lazy_pgettext("report status", "Final")),
    ("preliminary", lazy_pgettext("report status", "Not final")),
    ("amended", lazy_pgettext("report status", "Amended")),
    ("corrected", lazy_pgettext("report status", "Corrected")),
    ("cancelled", lazy_pgettext("report status", "Cancelled")),
]

CELLS = ("name", "value", "unit", "range", "flag", "note")


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
    said = Said()

    taken: When | None = None
    issued: When | None = None

    def validate_for(self, zone: ZoneInfo) -> bool:
        """Every field, what they say together, and `taken`, `issued` and `until` as moments where the person lives."""
        self.validate()
        self.taken = self._moment(self.taken_date, self.taken_time, zone)
        self._read_issued(zone)
        if self.hold.data:
            self.read_hold(zone)
        else:
            for field in (self.reason, self.until_date, self.until_time):
                field.errors = []  # nothing of a hold that is not wanted
        for n in range(self.count):
            self._check_row(n)
        if not self.results() and not self.conclusion.text.strip() and not self["name_0"].errors:
            self["name_0"].errors = [gettext("Type at least one result, or the conclusion.")]
        return not self.errors

    @property
    def count(self) -> int:
        return sum(1 for name in self._fields if name.startswith("name_"))

    def row(self, n: int) -> list[Any]:
        return [self[f"{cell}_{n}"] for cell in CELLS]

    def results(self) -> list[TypedResult]:
        """The rows in which something was typed."""
        return [
            TypedResult(*typed)
            for n in range(self.count)
            if any(typed := [cell.text.strip() for cell in self.row(n)])
        ]

    def _check_row(self, n: int) -> None:
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
        if not time.errors and not time.value:
            time.errors = [gettext("Say the time it was taken, for example 08:40.")]
        if day.errors or time.errors:
            return None
        try:
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
            midnight = datetime.combine(day, datetime.min.time())
            self.issued = When(midnight, zone.key, midnight.replace(tzinfo=zone))


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
