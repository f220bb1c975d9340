"""Forms of getting ready."""

from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext

from selfcare.appointments import going_on
from selfcare.web import versions
from selfcare.web.forms import Form, Hidden, LogForm, Long, Text, Ticks


class Sitting(Form):
    """`sitting` is the page it is typed on."""

    version = Hidden()
    sitting = Hidden(default=lambda: str(uuid4()))

    @property
    def page(self) -> str | None:
        """The page's id, when it is one."""
        try:
            return str(UUID(self.sitting.data or ""))
        except ValueError:
            return None


class MattersForm(Sitting):
    """What matters most this time. Left empty, it is taken out."""

    matters = Long(
        lazy_gettext("What matters most this time?"),
        description=lazy_gettext("One sentence is enough."),
        longest=2000,
    )


class WordsForm(LogForm):
    """How the person has been, in their words. Left empty, they are taken out."""

    words = Long(
        lazy_gettext("In my words"),
        description=lazy_gettext("A few words are enough."),
        longest=10_000,
    )
    version = Hidden()


class LifeForm(Sitting):
    """What else is going on. Nothing has to be ticked, and who ticked something may untick it."""

    life = Ticks(lazy_gettext("What else is going on in my life?"), kind="chips")
    words = Text(lazy_gettext("Something else"), longest=200)
    # What stood on the page before: only what was changed on it is the page's to say.
    life_was = Hidden()
    words_was = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.life.choices = [(code, going_on.word(code)) for code in going_on.CODES]

    @property
    def was(self) -> tuple[list[str], str]:
        return (self.life_was.data or "").split(), (self.words_was.data or "").strip()


class AgendaForm(LogForm):
    """What a professional would like to talk about. Left empty, it is taken out."""

    agenda = Long(
        lazy_gettext("What I would like to talk about"),
        description=lazy_gettext("One thing a line. A few are enough."),
        longest=2000,
    )
    version = Hidden()
    shown = Hidden()  # which visit the page was of, signed


class ReadyForm(LogForm):
    """Nothing to fill in: it shares once."""


class SentenceForm(LogForm):
    """What matters most, as the one thing on a screen."""

    matters = Long(
        lazy_gettext("What matters most this time?"),
        description=lazy_gettext("One sentence is enough."),
        longest=2000,
    )
    version = Hidden()

    @property
    def read(self) -> int | None:
        """The version of the visit that stood on the page."""
        return versions.number(self.version.data)


class AskOneForm(LogForm):
    """A question for the visit, as the one thing on a screen."""

    text = Long(
        lazy_gettext("What would you like to ask?"),
        description=lazy_gettext("One question is enough. You can add more later."),
        longest=2000,
    )
