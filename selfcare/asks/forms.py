"""Forms of asks."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare.asks import queries
from selfcare.asks.queries import Place
from selfcare.people import teams
from selfcare.web.access import Permit, Role
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Pick, Text, Tick, TimeField
from selfcare.web.item_reference import About

LONGEST = 10_000


class AskForm(LogForm):
    """What somebody asks for. `about`: what it is about, signed; then words may be left out."""

    words = Long(lazy_gettext("What would help?"), longest=LONGEST)
    to = Choice(lazy_gettext("Whom do you ask?"), choices=[])
    may_pass = Tick(lazy_gettext("A group near by may be told too, if it can help"))
    with_phone = Tick("")
    said_yes = Tick("", missing=lazy_gettext("Ask the person first. Tick this once they said yes."))
    about = Hidden()

    def fit(self, permit: Permit, places: list[Place], about: About | None) -> None:
        """For who asks. What there is no choice of is not asked."""
        name = permit.person_name
        self.about_what, self.places = about, places
        self.to.choices = [(str(one.id), self._whom(permit, one)) for one in places]
        if len(places) < 2:
            del self.to
        elif not self.to.data:
            self.to.data = str(places[0].id)
        if permit.role is Role.PROFESSIONAL:
            self.said_yes.label.text = gettext("%(name)s said yes to this", name=name)
            self.words.label.text = gettext("What would help %(name)s?", name=name)
            self.may_pass.label.text = gettext("%(name)s agrees that a group near by is told too", name=name)
        else:
            del self.said_yes
        if permit.role is Role.CARER and not permit.acts:
            del self.may_pass
            self.words.label.text = gettext("What would help %(name)s?", name=name)
        if "may_pass" in self and permit.subject.phone:
            self.with_phone.label.text = gettext("And the number %(number)s", number=permit.subject.phone)
        else:
            del self.with_phone

    about_what: About | None = None
    places: Sequence[Place] = ()  # the teams that can be asked

    @staticmethod
    def _whom(permit: Permit, place: Place) -> str:
        if permit.is_self:
            return gettext("My link worker, %(team)s", team=place.name)
        return gettext("The link worker, %(team)s", team=place.name)

    def validate_words(self, field: Long) -> None:
        if not field.text.strip() and self.about_what is None:
            raise StopValidation(gettext("Say in a few words what would help."))

    def values(self) -> dict[str, Any]:
        """What was filled in, ready for the action."""
        return {
            "words": self.words.text.strip(),
            "team_id": UUID(self.to.data) if "to" in self and self.to.raw_data else None,
            "may_pass": "may_pass" in self and bool(self.may_pass.data),
            "with_phone": "with_phone" in self and bool(self.with_phone.data),
        }


class AddForm(LogForm):
    text = Long(
        lazy_gettext("What would you like to add?"),
        missing=lazy_gettext("Write what you would like to add."),
        longest=LONGEST,
    )


class AgreeForm(Form):
    """Whether a body may have it. Nothing is ticked beforehand. `body`: the one that the page names."""

    with_phone = Tick("")
    body = Hidden()

    @property
    def body_id(self) -> UUID | None:
        try:
            return UUID(self.body.data or "")
        except ValueError:
            return None

    def fit(self, permit: Permit) -> None:
        if permit.subject.phone:
            self.with_phone.label.text = gettext("And the number %(number)s", number=permit.subject.phone)
        else:
            del self.with_phone


class WentForm(LogForm):
    """How it was, in words, if they like."""

    how_it_was = Long(lazy_gettext("How was it?"), longest=LONGEST)
    tells = Tick(lazy_gettext("The team may read this"))


class OfferForm(Form):
    body = Pick(lazy_gettext("Which group?"))

    def offer(self, places: list[Place]) -> None:
        self.body.choices = [("", gettext("Choose…")), *((str(one.id), one.name) for one in places)]

    def validate_body(self, field: Pick) -> None:
        if not field.data:
            raise StopValidation(gettext("Choose a group."))


class PlaceForm(LogForm):
    """A place that was found: from when, where, in words. All that a body says: what it has none for, it gives back."""

    place = Text(
        lazy_gettext("Where?"),
        longest=500,
        description=lazy_gettext("For example: Hill Street Hall, side door."),
    )
    on = DateField(lazy_gettext("From which day?"))
    at = TimeField(lazy_gettext("At what time?"))
    words = Long(lazy_gettext("What else should they know?"), longest=LONGEST)
    version = Hidden()

    @property
    def is_place(self) -> bool:
        return True

    def validate_place(self, field: Text) -> None:
        if self.is_place and not field.text.strip():
            raise StopValidation(gettext("Say where it is."))

    def validate_on(self, field: DateField) -> None:
        if self.is_place and field.value and not field.errors and field.value < teams.today():
            raise StopValidation(gettext("This day has gone. Choose today or a later day."))

    def validate_at(self, field: TimeField) -> None:
        if self.is_place and field.value and self.on.value is None and not self.on.errors:
            raise StopValidation(gettext("Say from which day, too."))


class FoundForm(PlaceForm):
    """What a team found: a place; or none, and why. Then it is over."""

    what = Choice(
        lazy_gettext("What did you find?"),
        choices=[
            ("place", lazy_pgettext("what was found", "There is a place")),
            ("none", lazy_pgettext("what was found", "There is none")),
        ],
        missing=lazy_gettext("Choose what you found."),
    )
    why = Long(lazy_gettext("Why is there none?"), longest=LONGEST)
    asked_with: ClassVar = dict.fromkeys(("on", "at", "place"), ("what", "place"))

    @property
    def is_place(self) -> bool:
        return bool(self.what.data == "place")

    def validate_why(self, field: Long) -> None:
        if self.what.data == "none" and not field.text.strip():
            raise StopValidation(gettext("Say why, so that they know."))


class BackForm(LogForm):
    words = Long(
        lazy_gettext("Why do you give it back?"),
        missing=lazy_gettext("Say why, in a few words."),
        longest=LONGEST,
        description=lazy_gettext("The person and the team read this."),
    )


def ask_form(permit: Permit, about: About | None, **how: Any) -> AskForm:
    """The form that asks, as it is for this reader."""
    form = AskForm(**how)
    form.fit(permit, queries.teams_to_ask(permit), about)
    return form
