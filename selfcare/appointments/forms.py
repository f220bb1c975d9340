"""Forms of visits and questions."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare.appointments.queries import Question, Visit
from selfcare.appointments.states import HELPERS as HELPERS
from selfcare.appointments.states import ME as ME
from selfcare.appointments.states import NOW as NOW
from selfcare.database import now
from selfcare.web.forms import Choice, DateField, Hidden, LogForm, Long, Pick, Text, Tick, TimeField
from selfcare.web.when import BadTime, When, at, known_zone

HOW = [
    ("place", lazy_pgettext("how we meet", "At a place")),
    ("phone", lazy_pgettext("how we meet", "By phone")),
    ("video", lazy_pgettext("how we meet", "By video")),
]
# The fields that hold words, for the page that shows two versions.
VISIT_TEXTS = ("with_whom", "place", "phone", "link", "purpose", "wanted")
QUESTION_TEXTS = ("text", "why")

_LINK = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE)
FURTHEST = timedelta(days=3660)


class VisitForm(LogForm):
    """When, how, with whom. `when` is the moment, after validation; `zone` is the person's."""

    with_whom = Text(
        lazy_gettext("With whom?"), missing=lazy_gettext("Say with whom, for example a name or a clinic.")
    )
    day = DateField(lazy_gettext("Which day?"), missing=lazy_gettext("Choose the day."))
    time = TimeField(lazy_gettext("At what time?"), missing=lazy_gettext("Choose the time."))
    how = Choice(
        lazy_gettext("How will it be?"),
        kind="chips",
        choices=HOW,
        missing=lazy_gettext("Choose how it will be."),
    )
    place = Text(lazy_gettext("Where?"))
    phone = Text(lazy_gettext("Phone number"), longest=40)
    link = Text(lazy_gettext("Link to the video call"), longest=2000)
    purpose = Long(lazy_gettext("What is it for?"), longest=2000)
    wanted = Long(
        lazy_gettext("Results wanted before it"),
        description=lazy_gettext("For example, a blood test that should be back by then."),
        longest=2000,
    )
    only_me = Tick(lazy_gettext("Only me"), kind="switch")

    zone: ZoneInfo = ZoneInfo("UTC")
    kept: When | None = None  # of the visit that is changed: what was not touched stays as it was
    when: When | None = None

    def settle(self, zone: ZoneInfo, kept: When | None = None) -> None:
        """:param zone: the person's; a visit that is changed keeps the one it was written in."""
        self.zone, self.kept = (known_zone(kept.zone, zone) if kept else zone), kept

    def validate_link(self, field: Text) -> None:
        if field.text.strip() and not _LINK.fullmatch(field.text.strip()):
            raise StopValidation(gettext("A link begins with https:// and has no spaces."))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not super().validate(*args, **kwargs):
            return False
        try:
            wall = datetime.combine(self.day.value, self.time.value)
            same = self.kept and wall == self.kept.wall.replace(second=0, microsecond=0)
            self.when = self.kept if self.kept and same else at(wall, self.zone)
        except BadTime:
            self.time.errors = [
                gettext("The clocks go forward that night, so this time does not exist. Choose another time.")
            ]
            return False
        if self.when.utc > now() + FURTHEST:
            self.day.errors = [gettext("This day is more than ten years away. Check the year.")]
            return False
        return True

    def values(self) -> dict[str, str]:
        """What is kept as words; only what belongs to the chosen way to meet."""
        found = {name: self[name].text.strip() for name in VISIT_TEXTS}
        for name, how in (("place", "place"), ("phone", "phone"), ("link", "video")):
            if self.how.data != how:
                found[name] = ""
        return {**found, "how": str(self.how.data)}


class ChangeVisitForm(VisitForm):
    version = Hidden()


def visit_data(visit: Visit) -> dict[str, Any]:
    """A visit as its form shows it."""
    return {
        **{name: getattr(visit, name) for name in (*VISIT_TEXTS, "how", "only_me", "version")},
        "day": visit.wall.date(),
        "time": visit.wall.time(),
    }


class QuestionForm(LogForm):
    """A question, and for which visit. `about` is a signed reference to another room's item."""

    text = Long(
        lazy_gettext("What would you like to ask?"),
        missing=lazy_gettext("Write your question first."),
        longest=2000,
    )
    why = Long(
        lazy_gettext("Why do you ask?"),
        description=lazy_gettext("A few words help who answers."),
        longest=2000,
    )
    visit = Pick(lazy_gettext("For which visit?"), default="")
    hidden_visits: Collection[str] = ()
    unsure = False  # of a form that says two things at once
    readers = Choice(
        lazy_gettext("Who is it for?"), missing=lazy_gettext("Choose who it is for."), choices=[]
    )
    readers_was = Hidden()  # what was ticked on the page: what is sent back untouched was not chosen
    about = Hidden()
    back = Hidden()

    def offer(self, choices: dict[str, tuple[str, str]], chosen: str) -> None:
        """Who may be chosen to read it: value → (label, what is so then). `chosen` stands unless something was sent.

        Only one of them can be: *Only me* and *Ask now* exclude each other. A form that a phone kept from before said
        it with two ticks; where both are, the narrower one is ticked and asked about. What was chosen on a phone may be
        no choice by the time it is sent, and a page that showed the choice and comes back without one is asked again.
        """
        self.readers.choices = [(value, label) for value, (label, _) in choices.items()]
        self.readers.hints = {value: hint for value, (_, hint) in choices.items()}
        if not self.readers.data and not self.readers_was.data:
            old = [value for value, tick in ((ME, "only_me"), (NOW, "send_now")) if request.form.get(tick)]
            self.readers.data, self.unsure = next(iter(old), chosen), len(old) > 1
        if self.send_now and NOW not in choices:
            self.readers.missing = (
                self._nobody if self._hidden else gettext("There is nobody to ask now. Choose again.")
            )
        if not self.readers_was.data and (len(choices) > 1 or self.readers.data not in choices):
            self.readers_was.data = chosen

    def choose_again(self, chosen: str) -> None:
        """Somebody else chose since it was drawn: `chosen` stands, and is not overruled unseen."""
        self.readers.data = self.readers_was.data = chosen
        self.readers.errors = [
            gettext("Who this question is for was changed since you opened it. Look, and save again.")
        ]

    @property
    def choice(self) -> str | None:
        """What was chosen on the page; None where what was ticked there came back untouched."""
        was, chosen = self.readers_was.data, self.readers.data
        return str(chosen) if was and chosen != was else None

    def validate_readers(self, field: Choice) -> None:
        if self.unsure:
            raise StopValidation(str(field.missing))
        if self.send_now and self._hidden:
            raise StopValidation(self._nobody)

    @property
    def _hidden(self) -> bool:
        return self.visit.data in self.hidden_visits

    @property
    def _nobody(self) -> str:
        return gettext("Only you can see that visit, so nobody can be asked about it now. Choose Only me.")

    @property
    def only_me(self) -> bool:
        return bool(self.readers.data == ME)

    @property
    def send_now(self) -> bool:
        return bool(self.readers.data == NOW)

    @property
    def visit_id(self) -> UUID | None:
        return UUID(self.visit.data) if self.visit.data else None


class ChangeQuestionForm(QuestionForm):
    version = Hidden()

    def offer(self, choices: dict[str, tuple[str, str]], chosen: str) -> None:
        """As for a new one. A page from before, which does not say what was ticked when it was drawn, has chosen
        nothing: `chosen` stands. Where it comes with *Only me*, that may be a wish, and is asked about.
        """
        super().offer(choices, chosen)
        if request.form and "readers_was" not in request.form and not self.unsure:
            self.unsure = self.only_me and chosen != ME
            self.readers.data = ME if self.unsure else chosen


def question_data(question: Question, known: list[str]) -> dict[str, Any]:
    """A question as its form shows it. `known`: the visits it can be for."""
    return {
        **{name: getattr(question, name) for name in ("text", "why", "version")},
        "visit": str(question.appointment_id) if str(question.appointment_id) in known else "",
    }


class ReplyForm(LogForm):
    reply = Long(lazy_gettext("Your reply"), missing=lazy_gettext("Write your reply first."), longest=10_000)
    version = Hidden()  # of the question and the reply that stood on the page


class AnswerForm(LogForm):
    answer = Long(
        lazy_gettext("The answer, in your words"),
        missing=lazy_gettext("Write the answer first."),
        longest=10_000,
    )
    version = Hidden()
