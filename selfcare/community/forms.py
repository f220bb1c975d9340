"""Forms of help near by: what is looked for, how a saved service stands, and what is wrong about one."""

from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare.community import times, words
from selfcare.community.models import DAYS, SavedService
from selfcare.community.queries import STATES
from selfcare.community.searching import Offered
from selfcare.community.sought import Sought
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, Form, Hidden, LogForm, Long, Number, Pick, Text, Tick, Ticks


class SearchForm(Form):
    """What is looked for. It is sent by its address, and never refused: what cannot be read is not asked for."""

    q = Text(lazy_gettext("What are you looking for?"))
    need = Ticks(lazy_gettext("I need"), kind="chips")
    free = Tick(lazy_gettext("Only what is free"))
    day = Ticks(lazy_pgettext("filter", "Day"), kind="chips")
    language = Pick(lazy_pgettext("filter", "Language"), optional=True)
    getting_in = Ticks(lazy_gettext("Getting in"))
    way = Ticks(lazy_gettext("What kind of help"))
    age = Number(lazy_gettext("Age"), description=lazy_gettext("Of whom it is for."))

    @classmethod
    def of(cls, sought: Sought, offered: Offered, typed_age: str = "") -> "SearchForm":
        """The form as it was filled in, with all that there is to choose from. What was chosen before stays there."""
        form = cls(
            formdata=None,
            data={
                "q": sought.words,
                "need": list(sought.need),
                "free": sought.free,
                "day": list(sought.day),
                "language": sought.language[0] if sought.language else "",
                "getting_in": list(sought.getting_in),
                "way": list(sought.way),
                "age": typed_age,
            },
        )
        form.need.choices = _pairs(words.need, offered.need, sought.need, in_order=words.NEEDS)
        form.day.choices = [(code, times.each(code)) for code in DAYS]
        named = sorted(_pairs(words.language, offered.language, sought.language), key=lambda one: one[1])
        form.language.choices = [("", gettext("Any language")), *named]
        form.getting_in.choices = _pairs(words.getting_in, offered.getting_in, sought.getting_in)
        form.way.choices = _pairs(words.way, offered.way, sought.way)
        if typed_age.strip() and sought.age is None:
            form.age.errors = [gettext("Type an age in years, for example 40. It was not looked for.")]
        return form


def _pairs(say: Any, offered: Any, chosen: Any, in_order: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    every = dict.fromkeys((*offered, *chosen))
    place = {code: n for n, code in enumerate(in_order)}
    return [(code, say(code)) for code in sorted(every, key=lambda one: place.get(one, len(place)))]


class SavedForm(Form):
    """How a service stands with the person, in their words too."""

    state = Choice(lazy_gettext("How is it?"), kind="chips", choices=[])
    words = Long(lazy_gettext("In your own words"), longest=2_000)
    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    version = Hidden()

    def offer(self, permit: Permit) -> None:
        self.state.choices = [(code, words.state(code, own=permit.is_self)) for code in STATES]

    def values(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {"state": self.state.data, "words": self.words.text.strip(), "only_me": self.only_me.choice}


def saved_data(row: SavedService) -> dict[str, Any]:
    """What was saved, as its form shows it."""
    return {"state": row.state, "words": row.words, "only_me": row.only_me, "version": row.version}


class ProblemForm(LogForm):
    """What is wrong about a service, in one line."""

    kind = Choice(lazy_gettext("What is wrong?"), missing=lazy_gettext("Choose what is wrong."), choices=[])
    line = Text(
        lazy_gettext("What should it say?"),
        description=lazy_gettext("Leave out names, and anything about how you are."),
        longest=300,
    )

    def offer(self) -> None:
        self.kind.choices = [(code, words.problem(code)) for code in words.PROBLEMS]

    def validate_line(self, field: Text) -> None:
        if self.kind.data == "other" and not field.text.strip():
            raise StopValidation(gettext("Say in a few words what is wrong."))
