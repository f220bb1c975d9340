"""The form of getting ready on behalf, in the order of a talk; and the person's own words in place of it."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from selfcare.appointments import going_on, telling_words, tellings
from selfcare.people.queries import lead
from selfcare.web.access import Area, Level, Permit
from selfcare.web.forms import Choice, Form, Hidden, LogForm, Long, Text, Tick, Ticks

QUESTIONS = tuple(f"question{number}" for number in range(1, 7))


class Asked(LogForm):
    """What is asked before anything is told, and stands first, as on the page."""

    identity = Tick()
    consent = Tick()
    how = Choice(
        lazy_gettext("How are you told?"),
        kind="chips",
        choices=[],
    )


class ToldFields(Form):
    """What somebody told."""

    matters = Long(lazy_gettext("What matters most this time"), longest=2000)
    words = Long(lazy_gettext("How things have been"), longest=10_000)
    life = Ticks(lazy_gettext("What else is going on"), kind="chips")
    life_words = Text(lazy_gettext("Something else"), longest=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.life.choices = [(code, going_on.word(code)) for code in going_on.CODES]

    def said(self) -> dict[str, Any]:
        return {
            "matters": self.matters.text.strip(),
            "words": self.words.text.strip(),
            "life": self.life.data or [],
            "life_words": self.life_words.text.strip(),
        }


class TellingForm(Asked, ToldFields):
    """Nothing is kept without both ticks. `seen`: how things stood on the page it was filled in on."""

    question1 = Text(lazy_gettext("First question"), longest=2000)
    question2 = Text(lazy_gettext("Second question"), longest=2000)
    question3 = Text(lazy_gettext("Third question"), longest=2000)
    question4 = Text(lazy_gettext("One more question"), longest=2000)
    question5 = Text(lazy_gettext("One more question"), longest=2000)
    question6 = Text(lazy_gettext("One more question"), longest=2000)
    share = Choice(
        lazy_gettext("May it be shared?"), missing=lazy_gettext("Ask, and choose the answer."), choices=[]
    )
    seen = Hidden()

    def offer(self, permit: Permit, shares: bool) -> None:
        """Set what can be chosen. :param shares: whether it can be shared at once."""
        name, contact = permit.person_name, lead(permit)
        self.how.choices = [(code, telling_words.how(code)) for code in tellings.HOW]
        if not permit.may(Area.QUESTIONS, Level.ADD):
            for each in filter(self.__contains__, QUESTIONS):
                del self[each]
        self.share.choices = [
            (tellings.ONLY, gettext("No, keep it for %(name)s only", name=name)),
            (tellings.LOOK, gettext("%(name)s wants to look first", name=name)),
        ]
        if shares and contact:
            yes = gettext("Yes, share it with %(name)s", name=contact.name)
            self.share.choices = [(tellings.YES, yes), *self.share.choices]
        self.share.hints = {
            tellings.ONLY: gettext("Once it is saved, you cannot read it any more."),
            tellings.LOOK: gettext("It waits for %(name)s, and is not shared yet.", name=name),
        }

    @property
    def questions(self) -> list[str]:
        """Those that were filled in, in their order."""
        typed = (self[each].text.strip() for each in QUESTIONS if each in self)
        return [text for text in typed if text]

    def check(self, permit: Permit) -> bool:
        """Whether all of it is there; what is missing is said where it belongs."""
        valid = self.validate()
        name = permit.person_name
        if not self.identity.data:
            self.identity.errors = [
                gettext("Ask who it is first. Nothing is written down yet; your words are still here.")
            ]
        if not self.consent.data:
            self.consent.errors = [
                gettext(
                    "Ask whether %(name)s is happy with it first. "
                    "Nothing is written down yet; your words are still here.",
                    name=name,
                )
            ]
        said = self.said()
        if not (any(said.values()) or self.questions):
            self.matters.errors = [
                *self.matters.errors,
                gettext("Write at least one thing down that %(name)s tells you.", name=name),
            ]
        return valid and not (self.identity.errors or self.consent.errors or self.matters.errors)

    @property
    def typed(self) -> str:
        """All words, for whoever has to copy them."""
        said = self.said()
        return "\n\n".join(
            filter(None, [said["matters"], said["words"], *self.questions, said["life_words"]])
        )


class OwnWordsForm(ToldFields):
    """The same in the person's own words. What they leave empty is taken out."""

    version = Hidden()


def own_words_data(told: Any) -> dict[str, Any]:
    """What was told, a row or as it is read, as `OwnWordsForm` shows it."""
    data = {name: getattr(told, name) for name in ("matters", "words", "life_words", "version")}
    return data | {"life": list(told.life)}
