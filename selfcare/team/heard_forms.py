"""Forms of what a team makes of what people said."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext

from selfcare.feedback import words
from selfcare.feedback.words import DID, NOT_YET
from selfcare.web.forms import Choice, Day, Form, Hidden, LogForm, Long, Pick, Text, Tick, Ticks

LONGEST_LINE = 200


class GatherForm(LogForm):
    """Texts that say the same are put together."""

    texts = Ticks(
        lazy_gettext("What people said"), missing=lazy_gettext("Tick what says the same."), choices=[]
    )
    theme = Pick(lazy_gettext("Put them with"))
    said = Text(
        lazy_gettext("What they say, in one line"),
        description=lazy_gettext("Where it is new. In your words, without names."),
        longest=LONGEST_LINE,
        autocomplete="off",
    )
    team = Hidden()

    def offer(self, texts: Iterable[UUID], themes: Iterable[tuple[UUID, str]]) -> None:
        self.texts.choices = [(str(one), "") for one in texts]
        self.theme.choices = [
            ("", lazy_gettext("Something new")),
            *((str(one), said) for one, said in themes),
        ]
        self.theme.data = self.theme.data or ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        if not self.theme.data and not self.said.text.strip() and not self.said.errors:
            self.said.errors = [gettext("Say in one line what they say.")]
        return not self.errors


class ThemeForm(Form):
    """What people said, what the team did, and whether everybody can read it."""

    said = Text(
        lazy_gettext("What people said"),
        missing=lazy_gettext("Say in one line what they say."),
        longest=LONGEST_LINE,
        autocomplete="off",
    )
    state = Choice(
        lazy_gettext("What came of it?"),
        choices=[(DID, lazy_gettext("We did something")), (NOT_YET, lazy_gettext("Not yet"))],
    )
    words = Long(
        lazy_gettext("What you did, or why not yet"),
        missing=lazy_gettext("Say what you did, or why not yet."),
        longest=2_000,
    )
    day = Day(
        lazy_gettext("Since when? Or by when do you say more?"),
        missing=lazy_gettext("Type the day: day, month and year."),
    )
    shown = Tick(lazy_gettext("Everybody can read this, also without signing in"))
    anyway = Tick(lazy_gettext("It names nobody. Save it."))
    version = Hidden()


class DecideForm(LogForm):
    """What becomes of a suggestion."""

    what = Choice(
        lazy_gettext("What becomes of it?"),
        choices=[
            ("new", lazy_gettext("A new idea")),
            ("merge", lazy_gettext("Part of an idea that is there")),
            ("answer", lazy_gettext("An answer")),
            ("leave", lazy_gettext("Nothing now")),
        ],
    )
    title = Text(lazy_gettext("The idea, in one line"), longest=LONGEST_LINE, autocomplete="off")
    idea = Pick(lazy_gettext("Which idea?"))
    answer = Long(lazy_gettext("Your answer"), longest=2_000)

    def offer(self, ideas: Iterable[tuple[UUID, str]]) -> None:
        self.idea.choices = [("", lazy_gettext("Choose one")), *((str(one), title) for one, title in ideas)]
        self.idea.data = self.idea.data or ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        missing = {
            "new": (self.title, gettext("Say the idea in one line.")),
            "merge": (self.idea, gettext("Choose the idea.")),
            "answer": (self.answer, gettext("Write the answer.")),
        }
        field, said = missing.get(self.what.data or "", (None, ""))
        if field is not None and not (field.data or "").strip() and not field.errors:
            field.errors = [said]
        return not self.errors


class IdeaForm(Form):
    """An idea for this app, and how it stands with it."""

    title = Text(
        lazy_gettext("The idea, in one line"),
        missing=lazy_gettext("Say the idea in one line."),
        longest=LONGEST_LINE,
        autocomplete="off",
    )
    more = Long(lazy_gettext("Say more about it"), longest=2_000)
    state = Choice(lazy_gettext("How does it stand?"), choices=[])
    why = Text(lazy_gettext("Why not now?"), longest=500)
    on = Day(lazy_gettext("Done on which day?"), past=True)
    anyway = Tick(lazy_gettext("It names nobody. Save it."))
    version = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [(code, words.state(code)) for code in words.STATES]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        if self.state.data == words.NOT_NOW and not self.why.text.strip() and not self.why.errors:
            self.why.errors = [gettext("Say why not now.")]
        if self.state.data == words.DONE and self.on.data is None and not self.on.errors:
            self.on.errors = [gettext("Type the day: day, month and year.")]
        return not self.errors
