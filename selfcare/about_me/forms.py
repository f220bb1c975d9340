"""Forms of answers."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare.about_me import words
from selfcare.about_me.models import AboutAnswer
from selfcare.web.forms import Choice, Form, Hidden, LogForm, Long, Tick, Ticks

TEXTS = ("text",)


class AboutFields(Form):
    """One answer. Words that are tapped go into the box: on the phone at once, without JavaScript when it is saved."""

    taps = Ticks(lazy_gettext("Words to tap"), kind="chips")
    taps_were = Hidden()  # those that were ticked when the form was shown
    choice = Choice(lazy_gettext("What I like best"), kind="chips", optional=True, choices=[])
    text = Long(lazy_gettext("In my words"), longest=2000)
    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    version = Hidden()

    def fit(self, question: str, names: Sequence[tuple[str, str]] = ()) -> None:
        """For one question. `names`: of those who help, each with a code, to tap."""
        self.ends = words.end()
        self.taps.choices = list(names) or words.taps(question)
        if question == words.HELPED:
            self.ends = ""
            self.text.label.text = gettext("Who helped?")
        if question == words.WAY:
            self.choice.choices = [(code, words.how(code)) for code in words.HOW]
        else:
            del self.choice
        if not self.is_submitted():
            stand = [code for code, each in self.taps.pairs() if self._holds(self.text.text, each)]
            self.taps.data, self.taps_were.data = stand, " ".join(stand)

    def validate_text(self, field: Long) -> None:
        if not self.words() and not self.values()["choice"]:
            raise StopValidation(gettext("Write a few words, or go back: nothing here has to be filled in."))

    def words(self) -> str:
        """The words, with those that were tapped and are not in them yet; without those that were taken off."""
        text, ticked = self.text.text.strip(), self.taps.data or []
        shown = (self.taps_were.data or "").split()
        for code, label in self.taps.pairs():
            each = f"{label}{self.ends}"
            if code in ticked and code not in shown and not self._holds(text, label):
                text = f"{text}{' ' if self.ends else ', '}{each}" if text else each
            elif code in shown and code not in ticked and not self.ends:
                text = ", ".join(part for part in map(str.strip, text.split(",")) if part != label)
            elif code in shown and code not in ticked:
                text = " ".join(part.strip() for part in text.split(each, 1)).strip()
        return text

    def _holds(self, text: str, label: str) -> bool:
        """Whether tapped words are in a text. A name is one between commas: Ann is not in Anna."""
        return f"{label}{self.ends}" in text if self.ends else label in map(str.strip, text.split(","))

    def values(self) -> dict[str, Any]:
        """What was filled in, ready for the actions."""
        choice = (self.choice.data or "") if "choice" in self else ""
        return {"text": self.words(), "choice": choice, "only_me": self.only_me.choice}


class AboutForm(AboutFields, LogForm):
    """A new answer."""


class ChangeAboutForm(AboutFields):
    """An answer that is there."""


class StillRightForm(LogForm):
    """That what somebody needs is still as it stands. `version`: of their details."""

    version = Hidden()


def answer_data(row: AboutAnswer) -> dict[str, Any]:
    """An answer as its form shows it."""
    return {"text": row.text, "choice": row.choice, "only_me": row.only_me, "version": row.version}
