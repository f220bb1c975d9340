"""Forms of health as the person keeps it."""

from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare.health.models import ALLERGY, MEDICINE, HealthItem
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Text, Tick


class HealthFields(Form):
    """One condition, medicine or allergy. Only its name has to be said, and no day need be known."""

    name = Text(missing=lazy_gettext("Say what it is called."))
    about = Long()
    how = Long(
        lazy_gettext("How do you take it?"),
        description=lazy_gettext("As you do it, for example: one with breakfast."),
        longest=2000,
    )
    since = Choice(
        lazy_gettext("Since when?"),
        kind="chips",
        optional=True,
        choices=[("day", lazy_gettext("Since a day")), ("unknown", lazy_gettext("I do not know"))],
    )
    since_on = DateField(lazy_gettext("Since which day?"))
    stopped = Choice(
        kind="chips",
        optional=True,
        choices=[
            ("no", lazy_gettext("No")),
            ("day", lazy_gettext("Yes, on a day")),
            ("unknown", lazy_gettext("Yes, I do not know when")),
        ],
    )
    stopped_on = DateField(lazy_gettext("On which day?"))
    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    asked_with: ClassVar = {"since_on": ("since", "day"), "stopped_on": ("stopped", "day")}
    today: date

    def offer(self, permit: Permit, kind: str) -> None:
        """The fields of a kind, with what each is called there."""
        self.today = permit.today()
        own = permit.is_self
        self.about.longest = 2000
        if not own:
            self.since.choices = [("day", gettext("Since a day")), ("unknown", gettext("It is not known"))]
            unknown = gettext("Yes, it is not known when")
            self.stopped.choices = [
                ("no", gettext("No")),
                ("day", gettext("Yes, on a day")),
                ("unknown", unknown),
            ]
        if kind == MEDICINE:
            self.name.label.text = gettext("Name, as it stands on the box")
            self.about.label.text = gettext("What is it for?")
            self.stopped.label.text = gettext("Have you stopped it?") if own else gettext("Was it stopped?")
            if not own:
                self.how.label.text = gettext("How is it taken?")
            return
        del self.how
        self.stopped.label.text = gettext("Is it over?")
        if kind == ALLERGY:
            self.name.label.text = (
                gettext("What are you allergic to?") if own else gettext("Allergic to what?")
            )
            self.about.label.text = gettext("What happens?")
        else:
            self.name.label.text = gettext("What is it called?")
            self.about.label.text = gettext("About it, in your own words") if own else gettext("About it")

    def validate_since_on(self, field: DateField) -> None:
        self._day(field, self.since.data)

    def validate_stopped_on(self, field: DateField) -> None:
        self._day(field, self.stopped.data)
        begun = self.since_on.value if self.since.data == "day" else None
        if self.stopped.data == "day" and field.value and begun and field.value < begun:
            raise StopValidation(gettext("This is before it began. Check both days."))

    def _day(self, field: DateField, chosen: str | None) -> None:
        if chosen != "day" or field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the day, or choose that you do not know."))
        if field.value > self.today:
            raise StopValidation(gettext("This day is still to come. Check the year."))

    @property
    def typed(self) -> str:
        """What was written, to be given back where it cannot be kept."""
        fields = [self[name] for name in TEXTS if name in self]
        return "\n".join(filter(None, (field.text.strip() for field in fields)))

    def values(self) -> dict[str, Any]:
        """What was filled in, as the actions take it."""
        stopped = self.stopped.data if self.stopped.data in ("day", "unknown") else ""
        return {
            **{name: self[name].text.strip() for name in TEXTS if name in self},
            "since": self.since.data or "",
            "since_on": self.since_on.value if self.since.data == "day" else None,
            "stopped": stopped,
            "stopped_on": self.stopped_on.value if stopped == "day" else None,
            "only_me": self.only_me.choice,
        }


TEXTS = ("name", "about", "how")


class HealthForm(HealthFields, LogForm):
    """A new one."""


class ChangeHealthForm(HealthFields):
    version = Hidden()


def health_data(row: HealthItem) -> dict[str, Any]:
    """One as its form shows it."""
    keys = (*TEXTS, "since", "since_on", "stopped_on", "only_me", "version")
    return {key: getattr(row, key) for key in keys} | {"stopped": row.stopped or "no"}
