"""Forms of hospital stays."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare.admissions import words
from selfcare.admissions.models import Admission
from selfcare.admissions.words import PLANNED, TOLD_BY
from selfcare.web.access import Permit, Role
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Text

AHEAD = timedelta(days=366)
TEXTS = ("place", "told_name", "note")


class StayFields(Form):
    place = Text(
        lazy_gettext("Where?"),
        description=lazy_gettext("The hospital, and the ward if you know it."),
        missing=lazy_gettext("Say where, for example the name of the hospital."),
        longest=200,
    )
    came_on = DateField(
        lazy_pgettext("hospital stay", "From which day?"), missing=lazy_gettext("Choose the day it began.")
    )
    left_on = DateField(
        lazy_pgettext("hospital stay", "Until which day?"),
        description=lazy_gettext("Leave it empty while it goes on."),
    )
    planned = Choice(lazy_gettext("Was it planned?"), kind="chips", optional=True, choices=[])
    told_by = Choice(lazy_gettext("Who told you?"), missing=lazy_gettext("Choose who told you."), choices=[])
    told_name = Text(lazy_pgettext("who told it", "Who was it?"), longest=200)
    note = Long(lazy_gettext("Anything else"), longest=2000)
    today: date

    def offer(self, permit: Permit) -> None:
        """Set the choices, for whoever fills it in: from whom it is known is asked of professionals alone."""
        self.today = permit.today()
        self.planned.choices = [(code, words.planned(code)) for code in PLANNED]
        self.told_by.choices = [(code, words.teller(code, permit.person_name)) for code in TOLD_BY]
        if permit.role is not Role.PROFESSIONAL:
            del self.told_by, self.told_name

    def validate_came_on(self, field: DateField) -> None:
        if field.value is None or field.errors:
            return
        if field.value > self.today + (AHEAD if self.planned.data == "yes" else timedelta(0)):
            raise StopValidation(
                gettext("This day is still to come. Choose Planned, or a day up to today.")
                if self.planned.data != "yes"
                else gettext("This day is more than a year away. Check the year.")
            )

    def validate_left_on(self, field: DateField) -> None:
        if field.value is None or field.errors:
            return
        if self.came_on.value is not None and field.value < self.came_on.value:
            raise StopValidation(gettext("This is before the day it began. Check both days."))
        if field.value > self.today + (AHEAD if self.planned.data == "yes" else timedelta(0)):
            raise StopValidation(
                gettext(
                    "This day is still to come. Choose Planned, or leave it empty while the stay goes on."
                )
                if self.planned.data != "yes"
                else gettext("This day is more than a year away. Check the year.")
            )

    def values(self) -> dict[str, Any]:
        """What was filled in, as the actions take it."""
        found = {
            "place": self.place.text.strip(),
            "came_on": self.came_on.value,
            "left_on": self.left_on.value,
            "planned": self.planned.data or "unknown",
            "note": self.note.text.strip(),
        }
        if "told_by" in self:
            by = self.told_by.data
            found |= {"told_by": by, "told_name": "" if by == "person" else self.told_name.text.strip()}
        return found


class StayForm(StayFields, LogForm):
    """A stay that is written down."""


class ChangeStayForm(StayFields):
    version = Hidden()


def stay_data(row: Admission) -> dict[str, Any]:
    """A stay as its form shows it."""
    names = ("place", "came_on", "left_on", "planned", "told_by", "told_name", "note", "version")
    return {name: getattr(row, name) for name in names}
