"""Forms of sharing."""

from datetime import date

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare.sharing import words
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Ticks

VISIT, MONTHS, OWN = "visit", "months", "own"


class Choices:
    """What goes in, and how far back. `today` and the choices are set by the view."""

    sections = Ticks(
        lazy_gettext("What goes in"),
        missing=lazy_gettext("Choose at least one part, or there is nothing to share."),
    )
    far = Choice(lazy_gettext("How far back?"), kind="chips")
    since = DateField(lazy_gettext("From which day?"))

    today: date

    def offer(
        self, sections: tuple[str, ...], last_visit: date | None, today: date, helping: str | None
    ) -> None:
        """Say what can be chosen: the sections, and the periods that there are.

        :param helping: the person's name, when somebody who helps chooses for them.
        """
        self.today = today
        self.sections.choices = [(code, words.section(code, helping)) for code in sections]
        self.far.choices = [(MONTHS, gettext("3 months")), (OWN, gettext("I choose"))]
        if last_visit:
            self.far.choices.insert(0, (VISIT, gettext("Since last visit")))

    def validate_since(self, field: DateField) -> None:
        if self.far.data != OWN:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the first day."))
        if field.value > self.today:
            raise StopValidation(gettext("This day is still to come. Choose an earlier one."))


class PreviewForm(Choices, Form):
    """What to show, from the address."""


class ShareForm(Choices, LogForm):
    """What to share. What was looked at comes beside it, as `seen`."""

    appointment = Hidden()
