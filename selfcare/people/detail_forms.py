"""Forms of a person's details."""

from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare import i18n
from selfcare.people import needs, nhs_number
from selfcare.people.models import Person
from selfcare.web.forms import DateField, Day, Email, Form, Hidden, LogForm, Long, Pick, Text, Ticks


class NamesForm(Form):
    """What somebody is called, when they were born, and their NHS number. Many people have one name only."""

    given_name = Text(
        lazy_gettext("First name"),
        missing=lazy_gettext("Type the name."),
        autocomplete="off",
    )
    family_name = Text(lazy_gettext("Family name"), autocomplete="off")
    born = Day(
        lazy_gettext("Birth date"),
        missing=lazy_gettext("Type the birth date: day, month and year."),
        past=True,
    )
    nhs_number = Text(lazy_gettext("NHS number"), longest=40, autocomplete="off")

    def validate_given_name(self, field: Text) -> None:
        if not _name(field.text):
            raise StopValidation(gettext("Type the name."))

    def validate_nhs_number(self, field: Text) -> None:
        if field.text.strip() and nhs_number.tidy(field.text) is None:
            raise StopValidation(
                gettext("This is not a valid NHS number. It has ten digits; check each one.")
            )

    def names(self) -> dict[str, Any]:
        """What was typed, of a form that is valid. A sign in place of a family name is no family name."""
        return {
            "given_name": _name(self.given_name.text),
            "family_name": _name(self.family_name.text),
            "born": self.born.data,
            "nhs_number": nhs_number.tidy(self.nhs_number.text),
        }


class CorrectForm(NamesForm, LogForm):
    reason = Text(
        lazy_gettext("Why is it changed?"),
        missing=lazy_gettext("Say why, for example: misheard on the phone."),
        longest=500,
    )
    version = Hidden()


class OwnDetailsForm(LogForm):
    """How to reach somebody, in which language, and what they need."""

    known_as = Text(
        lazy_gettext("Likes to be called"), missing=lazy_gettext("Type what they like to be called.")
    )
    phone = Text(lazy_gettext("Telephone"), longest=60)
    best_time = Text(lazy_gettext("Best time to call"), longest=100)
    email = Email(lazy_gettext("E-mail"))
    address = Long(lazy_gettext("Postal address"), longest=500)
    language = Pick(lazy_gettext("Language of letters and messages"))
    interpreter = Text(lazy_gettext("Interpreter for"), longest=60)
    needs = Ticks(lazy_pgettext("communication", "Needs"))
    other_needs = Long(lazy_gettext("Other needs, one on each line"), longest=1000)
    needs_review_on = DateField(lazy_gettext("Look at the needs again on"))
    version = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(code, language.own_name) for code, language in i18n.LANGUAGES.items()]
        self.language.choices = [("", gettext("Not asked yet")), *spoken]
        self.needs.choices = list(needs.ready_made().items())

    def validate_phone(self, field: Text) -> None:
        if field.text.strip() and not any(c.isdecimal() for c in field.text):
            raise StopValidation(gettext("A telephone number has digits, for example 01632 960118."))

    def validate_other_needs(self, field: Long) -> None:
        if any(len(line) > 100 for line in self._others()) or len(self._others()) > needs.MOST:
            raise StopValidation(
                gettext("Use up to 12 short lines. Each stands on every page, so keep it short.")
            )

    def _others(self) -> list[str]:
        lines = (line.strip() for line in self.other_needs.text.split("\n"))
        return list(dict.fromkeys(filter(None, lines)))

    def values(self) -> dict[str, Any]:
        """What was chosen, of a form that is valid."""
        texts = ("known_as", "phone", "best_time", "email", "address", "interpreter")
        chosen = [code for code in needs.ready_made() if code in (self.needs.data or ())]
        return {name: self[name].text.strip() for name in texts} | {
            "language": self.language.data,
            "needs": chosen + self._others(),
            "needs_review_on": self.needs_review_on.value,
        }


class MistakeForm(LogForm):
    reason = Text(
        lazy_gettext("What happened?"),
        missing=lazy_gettext("Say what happened, for example: added twice."),
        longest=500,
    )


def identity_data(row: Person) -> dict[str, Any]:
    """A person as `CorrectForm` shows them."""
    number = nhs_number.spaced(row.nhs_number) if row.nhs_number else ""
    return {
        "given_name": row.given_name,
        "family_name": row.family_name,
        "born": row.born,
        "nhs_number": number,
        "version": row.version,
    }


def own_data(row: Person) -> dict[str, Any]:
    """A person as `OwnDetailsForm` shows them."""
    names = (
        "known_as",
        "phone",
        "best_time",
        "email",
        "address",
        "language",
        "interpreter",
        "needs_review_on",
        "version",
    )
    known = needs.ready_made()
    return {name: getattr(row, name) for name in names} | {
        "needs": [need for need in row.needs if need in known],
        "other_needs": "\n".join(need for need in row.needs if need not in known),
    }


def _name(typed: str) -> str:
    """A name without the white space around it; nothing for what has no letter in it, such as a dash."""
    tidy = typed.strip()
    return tidy if any(c.isalnum() for c in tidy) else ""
