"""Forms of a plan's lines."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare.care_plan import words
from selfcare.care_plan.models import PlanChange
from selfcare.web.access import Permit
from selfcare.web.forms import DateField, Form, Hidden, LogForm, Long, Pick, Text, Tick

TEXTS = ("who", "text")
LONGEST = 1_000
LONGEST_DOES = 500  # as long as what was agreed can be: one tap puts it there


class Fields(Form):
    """The words of a line. Which of them are asked for hangs on what the line is."""

    text = Long(lazy_gettext("In your words"), longest=LONGEST)
    who = Text(
        lazy_gettext("Who, or which service?"), description=lazy_gettext("For example: the eye clinic.")
    )
    until = DateField(lazy_gettext("Until when?"))

    line_part = ""  # of the line that is changed

    def settle(self, permit: Permit, part: str, only_me: bool = False) -> None:
        """Fit the form to the line: fields that it does not have are gone."""
        self.line_part, self.today = part, permit.today()
        if part and part != "does":
            del self.who
        if part and part not in ("does", "again"):
            del self.until
        if part == "again":
            del self.text
            self.until.label.text = gettext("Which day do we look again?")
        if "only_me" in self and not only_me:
            del self.only_me

    @property
    def of_part(self) -> str:
        return self.line_part or str(self["part"].data)

    def validate_text(self, field: Long) -> None:
        if self.of_part != "again" and not field.text.strip() and not self._goes():
            raise StopValidation(gettext("Say it in a few words."))
        if self.of_part == "does" and len(field.text) > LONGEST_DOES:
            raise StopValidation(
                gettext(
                    "This is too long. It can have %(most)s characters; it has %(have)s.",
                    most=LONGEST_DOES,
                    have=len(field.text),
                )
            )
        if self.of_part == "again" and field.text.strip():
            raise StopValidation(gettext("A day is enough here. Put these words into a line of their own."))

    def validate_who(self, field: Text) -> None:
        if self.of_part == "does" and not field.text.strip() and not self._goes():
            raise StopValidation(gettext("Say who does it, for example the eye clinic."))

    def validate_until(self, field: DateField) -> None:
        if self.of_part != "again" or self._goes() or field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the day on which you look at the plan again."))
        if field.value < self.today:
            raise StopValidation(gettext("This day is over. Choose a day that is still to come."))

    def _goes(self) -> bool:
        return "drops" in self and bool(self["drops"].data)

    def line(self) -> dict[str, Any]:
        """The line as it was filled in. What its part does not have is not kept."""
        part = self.of_part
        return {
            "text": self.text.text.strip() if "text" in self and part != "again" else "",
            "who": self.who.text.strip() if "who" in self and part == "does" else "",
            "until": self.until.value if "until" in self and part in ("does", "again") else None,
        }

    @property
    def typed(self) -> str:
        """What was written, to be given back where it cannot be kept."""
        found = (self[name].text.strip() for name in ("who", "text", "why") if name in self)
        return "\n".join(filter(None, found))


class NewForm(Fields, LogForm):
    """A new line. `about`: the goal that it comes from, signed."""

    part = Pick(lazy_gettext("What is it about?"))
    why = Text(lazy_gettext("Say something about it, if you like"), longest=500)
    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    about = Hidden()

    def settle(self, permit: Permit, part: str = "", only_me: bool = False) -> None:
        super().settle(permit, part, only_me)
        self.part.choices = [(code, words.part(code)) for code in words.PARTS]


class OtherForm(Fields, LogForm):
    """Other words for a line, or that it goes."""

    drops = Tick(lazy_gettext("Take this line out of the plan"))
    why = Text(lazy_gettext("Say something about it, if you like"), longest=500)
    only_me = Tick(lazy_gettext("Only me"), kind="switch")


class CounterForm(Fields, LogForm):
    """The same in one's own words, for whoever suggested it."""

    why = Text(lazy_gettext("Say something about it, if you like"), longest=500)


class DraftForm(Fields):
    """A draft that is changed."""

    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    version = Hidden()


def line_data(row: PlanChange) -> dict[str, Any]:
    """A line as its form shows it."""
    return {
        "text": row.text,
        "who": row.who,
        "until": row.until,
        "only_me": row.only_me,
        "version": row.version,
    }
