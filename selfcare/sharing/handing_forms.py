"""Forms of handing a summary to one more professional, and of coming in with the code."""

from datetime import date
from typing import ClassVar

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare.people.forms import MOST_MONTHS, months_after
from selfcare.web.forms import Choice, Code, DateField, Day, Email, Form, Hidden, Text


class HandForm(Form):
    """Who may read it, and until when. `choice` and `seen`: what it is, as `handing_views` says it."""

    name = Text(
        lazy_gettext("What is their name?"),
        missing=lazy_gettext("Type the name of who may read it."),
        longest=120,
    )
    works_as = Text(
        lazy_gettext("What do they do?"),
        description=lazy_gettext("For example, doctor at the eye clinic."),
        missing=lazy_gettext("Type what they do, so that you know later who it was."),
        longest=120,
    )
    until = Choice(
        lazy_gettext("Until when?"),
        kind="chips",
        description=lazy_gettext("Then it ends by itself."),
        default="3",
        choices=[
            ("1", lazy_gettext("1 month")),
            ("3", lazy_gettext("3 months")),
            ("12", lazy_gettext("1 year")),
            ("day", lazy_gettext("I pick a day")),
        ],
    )
    until_on = DateField(lazy_pgettext("until when", "Until which day?"))
    choice = Hidden()
    seen = Hidden()
    asked_with: ClassVar = {"until_on": ("until", "day")}
    today: date

    def validate_until_on(self, field: DateField) -> None:
        if self.until.data != "day" or field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the day, or say how many months."))
        if field.value < self.today:
            raise StopValidation(gettext("This day has gone. Choose a later day."))
        if field.value > months_after(self.today, MOST_MONTHS):
            raise StopValidation(gettext("This is more than a year away. Choose an earlier day."))

    @property
    def last_day(self) -> date:
        """The last day of it, of a form that is valid."""
        found: date | None = self.until_on.value if self.until.data == "day" else None
        return found or months_after(self.today, int(self.until.data))


class ComeForm(Form):
    """The code that somebody was given, and the birth date of the person who gave it."""

    code = Code(
        lazy_gettext("The code you were given"),
        missing=lazy_gettext("Type the code you were given."),
        autocomplete="off",
    )
    born = Day(
        lazy_gettext("Birth date"),
        description=lazy_gettext("Of the person whose summary it is. For example, 27 3 1962."),
        missing=lazy_gettext("Type the birth date: day, month and year."),
        past=True,
    )


class NewComeForm(ComeForm):
    """The same for who has no account yet."""

    email = Email(
        lazy_gettext("Your e-mail address at work"),
        description=lazy_gettext("You sign in with it."),
        missing=lazy_gettext("Type your e-mail address."),
        autocomplete="username",
    )
