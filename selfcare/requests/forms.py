"""Forms of requests."""

from collections.abc import Container
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare.contacts.forms import LogContactForm, not_worked
from selfcare.contacts.words import HOW
from selfcare.people import teams
from selfcare.people.working_days import works
from selfcare.requests import words
from selfcare.requests.queries import Asked
from selfcare.requests.words import TIMES
from selfcare.web.access import Permit, Role
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Text, Tick, TimeField


class AskForm(LogForm):
    """What it is about, how, when. Only the first has to be said: the way to be reached is chosen beforehand."""

    about = Text(
        lazy_gettext("What is it about?"),
        missing=lazy_gettext("Say in a few words what it is about."),
        description=lazy_gettext("One line is enough."),
        longest=500,
    )
    how = Choice(
        lazy_gettext("How shall we reach you?"),
        kind="chips",
        missing=lazy_gettext("Choose how we can reach you."),
        choices=[],
    )
    number = Text(lazy_gettext("Another number"), longest=60)
    asked_me = Tick("")
    good_time = Choice(lazy_gettext("When is good for you?"), kind="chips", optional=True, choices=[])
    own_time = Text(lazy_gettext("When is good?"), longest=200)
    known_number = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(code, words.how(code)) for code in HOW]
        self.good_time.choices = [(code, words.good_time(code)) for code in TIMES]

    def fit(self, permit: Permit) -> None:
        """For the person, or for a carer who asks for them."""
        self.known_number, name = permit.subject.phone, permit.person_name
        if permit.role is Role.CARER:
            self.how.label.text = gettext("How shall we reach you or %(name)s?", name=name)
            self.number.label.text = gettext("Your own number, if we should call you")
            self.asked_me.label.text = gettext("%(name)s asked me to", name=name)
        else:
            del self.asked_me
            if not self.known_number:
                self.number.label.text = gettext("Your number")

    def validate_number(self, field: Text) -> None:
        typed = field.text.strip()
        if typed and not any(c.isdecimal() for c in typed):
            raise StopValidation(gettext("A telephone number has digits, for example 01632 960118."))
        if self.how.data == "phone" and not typed and not self.known_number:
            raise StopValidation(gettext("Type the number to call."))

    def validate_own_time(self, field: Text) -> None:
        if self.good_time.data == "own" and not field.text.strip():
            raise StopValidation(gettext("Say when is good, or choose Any time."))

    def values(self) -> dict[str, Any]:
        """What was filled in, ready for the action."""
        return {
            "about": self.about.text.strip(),
            "how": self.how.data,
            "number": self.number.text.strip(),
            "good_time": self.good_time.data or "",
            "own_time": self.own_time.text.strip(),
            "asked_me": "asked_me" in self and bool(self.asked_me.data),
        }

    @property
    def typed(self) -> str:
        """All that was typed, one under another, where the form is not shown again."""
        fields = (self.about, self.number, self.own_time)
        return "\n".join(filter(None, (field.text.strip() for field in fields)))


class AddForm(LogForm):
    text = Long(
        lazy_gettext("What would you like to add?"),
        missing=lazy_gettext("Write what you would like to add."),
        longest=2000,
    )


class PlanForm(Form):
    """When and how somebody gets in touch. The day offered is the one that was promised."""

    on = DateField(lazy_gettext("Which day?"))
    from_ = TimeField(lazy_gettext("From what time?"))
    until = TimeField(lazy_gettext("Until what time?"))
    how = Choice(lazy_gettext("How?"), kind="chips", missing=lazy_gettext("Choose how."), choices=[])
    version = Hidden()
    shown = Hidden()  # the moment of the newest words that stood above it
    closed: Container[date] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(code, words.how(code)) for code in HOW]
        self.on.optional = False

    def validate_on(self, field: DateField) -> None:
        if field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Say which day."))
        if field.value < teams.today():
            raise StopValidation(gettext("This day has gone. Choose today or a later day."))
        if not works(field.value, self.closed):
            raise StopValidation(not_worked(field.value, self.closed))

    def validate_until(self, field: TimeField) -> None:
        if field.value is None or field.errors:
            return
        if self.from_.value is None:
            raise StopValidation(gettext("Say from what time, too."))
        if field.value <= self.from_.value:
            raise StopValidation(gettext("This is not after the first time."))


class DoneForm(LogContactForm):
    """The contact in which a request was done."""

    shown = Hidden()  # as of PlanForm

    @property
    def typed(self) -> str:
        """All that was typed, one under another, where the form is not shown again."""
        return "\n".join(filter(None, (self.said.text.strip(), self.next_step.text.strip())))


def plan_data(asked: Asked) -> dict[str, Any]:
    """The form of a plan as it is first shown: as it stands, else the promise and the way that was wished."""
    return {
        "on": max(asked.due_on, teams.today()),
        "from_": asked.planned_from,
        "until": asked.planned_until,
        "how": asked.planned_how or asked.how,
        "version": asked.version,
    }
