"""Forms of sharing."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.datastructures import MultiDict
from wtforms.validators import StopValidation

from selfcare.sharing import snapshot, words
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Ticks

VISIT, MONTHS, OWN = "visit", "months", "own"
NOTES = "notes"
MOST_LEFT = 100


class Choices:
    """What goes in, and how far back. `today` and the choices are set by the view.

    The page that chooses asks with ticks: `been` holds what is ticked, `offered` what could be. An address holds only
    what was left out, and that the notes are in: `left` and `notes`. So what comes on the list later goes in.
    """

    sections = Ticks(
        lazy_gettext("What goes in"),
        missing=lazy_gettext("Choose at least one part, or there is nothing to share."),
    )
    been = Ticks(lazy_gettext("Of how I have been"))
    far = Choice(lazy_gettext("How far back?"), kind="chips")
    since = DateField(lazy_gettext("From which day?"))
    asked_with: ClassVar[Mapping[str, tuple[str, str]]] = {"since": ("far", OWN)}

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

    def leave_out(self, sections: Collection[str]) -> None:
        """There is nothing of these now, so they are no choice; who ticked one before it went is told nothing of it."""
        self.sections.choices = [pair for pair in self.sections.pairs() if pair[0] not in sections]
        self.sections.data = [name for name in self.sections.data or () if name not in sections]

    def offer_been(self, been: snapshot.Body | None, choice: snapshot.Choice, helping: str | None) -> None:
        """Say of the diary what can be ticked: each tracker with entries in these days, and the notes."""
        trackers, notes = (been["trackers"], been["notes"]) if been else ([], {"total": 0})
        self.been.choices = [(one["id"], one["name"]) for one in trackers]
        self.been.hints = {
            one["id"]: ngettext("%(num)s entry", "%(num)s entries", one["total"]) for one in trackers
        }
        self.been.data = [one["id"] for one in trackers if one["id"] not in choice.left]
        if notes["total"]:
            name = (
                gettext("The notes of %(name)s", name=helping)
                if helping
                else gettext("My notes in the diary")
            )
            self.been.choices.append((NOTES, name))
            self.been.hints[NOTES] = ngettext("%(num)s note", "%(num)s notes", notes["total"])
            if choice.notes:
                self.been.data.append(NOTES)

    @property
    def days_are_open(self) -> bool:
        """Whether a day of one's own is asked for, and none was given yet: nothing is wrong, and nothing to be seen."""
        return self.far.data == OWN and not self.since.text.strip()

    def validate_since(self, field: DateField) -> None:
        if self.far.data != OWN:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the first day."))
        if field.value > self.today:
            raise StopValidation(gettext("This day is still to come. Choose an earlier one."))


def said_of_been(said: MultiDict[str, str]) -> tuple[frozenset[str], bool]:
    """Which trackers are left out, and whether notes are in, as a page or an address says it."""
    ticked, offered = set(said.getlist("been")), _listed(said, "offered")
    left = [one for one in _listed(said, "left") if one not in ticked]
    left += [one for one in offered if one not in ticked and one != NOTES]
    return frozenset(filter(_is_id, left[:MOST_LEFT])), NOTES in ticked or (
        said.get(NOTES) == "1" and NOTES not in offered
    )


def _listed(said: MultiDict[str, str], name: str) -> list[str]:
    return said.get(name, "").split(",")


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


class PreviewForm(Choices, Form):
    """What to show, from the address."""


class ShareForm(Choices, LogForm):
    """What to share. What was looked at comes beside it, as `seen`."""

    appointment = Hidden()
