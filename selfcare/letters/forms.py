"""Forms of letters."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare.letters.models import Letter
from selfcare.web.access import Permit
from selfcare.web.file_field import FileField
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Text, Tick
from selfcare.web.text_fields import can_be_kept, is_blank
from selfcare.web.written_on import written_on

OTHER = " other"  # what is typed never begins with a space: nobody can be called so
TEXTS = ("line", "told", "other")


class SaidFields(Form):
    """What is said of a letter: from whom, and the day on it. Whom letters were from before comes first."""

    sender = Choice(
        lazy_gettext("Who is it from?"), kind="chips", missing=lazy_gettext("Say who it is from."), choices=[]
    )
    other = Text(lazy_gettext("Their name"), description=lazy_gettext("For example: the eye clinic."))
    day = Choice(
        lazy_gettext("Date on the letter"),
        kind="chips",
        missing=lazy_gettext("Choose the day."),
        choices=[
            ("today", lazy_gettext("Today")),
            ("yesterday", lazy_pgettext("when it was", "Yesterday")),
            ("day", lazy_gettext("Another day")),
        ],
    )
    day_on = DateField(lazy_pgettext("date on a letter", "Which day?"))
    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    asked_with: ClassVar = {"day_on": ("day", "day")}

    def offer(self, senders: Sequence[str]) -> None:
        """Whom letters were from; one that was named before this page was drawn anew counts too."""
        named = self.sender.data
        known = list(dict.fromkeys([*senders, *_usual()]))[:4]
        if named and named not in known and named != OTHER and _fits(named):
            known.append(named)
        self.sender.choices = [*((one, one) for one in known), (OTHER, gettext("Someone else"))]

    def validate_other(self, field: Text) -> None:
        if self.sender.data == OTHER and not field.text.strip():
            raise StopValidation(gettext("Say who it is from, for example the eye clinic."))

    def validate_day_on(self, field: DateField) -> None:
        if self.day.data != "day" or field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Say which day, for example 27 March 2026."))

    def values(self, permit: Permit) -> dict[str, Any]:
        """What was filled in, ready for the actions."""
        return {
            "line": self.line.text.strip(),
            "told": self.told.text.strip() if "told" in self else "",
            "sender": self.other.text.strip() if self.sender.data == OTHER else self.sender.data,
            "day": self.the_day(permit),
            "only_me": self.only_me.choice,
        }

    def the_day(self, permit: Permit) -> date:
        """The day chosen, from the day it was written, where the person lives."""
        if self.day.data == "day":
            chosen: date = self.day_on.value
            return chosen
        return written_on(permit) - timedelta(days=1 if self.day.data == "yesterday" else 0)


class PaperFields(SaidFields):
    line = Text(
        lazy_gettext("In one line, what is it?"),
        missing=lazy_gettext("Say in a few words what it is."),
        description=lazy_gettext("For example: new day for my eyes."),
    )


class ToldFields(SaidFields):
    line = Text(
        lazy_gettext("What was it about?"),
        missing=lazy_gettext("Say in a few words what it is."),
        description=lazy_gettext("For example: my blood pressure at the chemist."),
    )
    told = Text(
        lazy_gettext("What were you told?"),
        missing=lazy_gettext("Write what you were told, in your own words."),
        longest=500,
    )
    day = Choice(
        lazy_gettext("When was this?"),
        kind="chips",
        missing=lazy_gettext("Choose the day."),
        choices=SaidFields.day.kwargs["choices"],
    )
    sender = Choice(
        lazy_gettext("Who told you?"), kind="chips", missing=lazy_gettext("Say who told you."), choices=[]
    )


class PagesForm(LogForm):
    """More pages of a letter that is there."""

    file = FileField(lazy_gettext("Photo or PDF"))  # type: ignore[arg-type]


class LetterForm(PaperFields, LogForm):
    """A new letter, with its files."""

    file = FileField(lazy_gettext("Photo or PDF"))  # type: ignore[arg-type]


class ToldForm(ToldFields, LogForm):
    """A new result, as it was told."""


class ChangeLetterForm(PaperFields):
    version = Hidden()


class ChangeToldForm(ToldFields):
    version = Hidden()


def letter_data(row: Letter) -> dict[str, Any]:
    """A letter as its form shows it."""
    return {
        "line": row.line,
        "told": row.told,
        "sender": row.sender,
        "other": "",
        "day": "day",
        "day_on": row.day,
        "only_me": row.only_me,
        "version": row.version,
    }


def uploads() -> list[str]:
    """Files that arrived before this form, by their ids: of a phone a field for each, of a page all in one."""
    return " ".join(request.form.getlist("upload")).split()


def _usual() -> list[str]:
    return [gettext("Doctor’s surgery"), gettext("Hospital")]


def _fits(text: str) -> bool:
    return len(text) <= Text.longest and can_be_kept(text) and not is_blank(text)
