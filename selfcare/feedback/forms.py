"""Forms of what people say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext

from selfcare.feedback import words
from selfcare.web.forms import Choice, LogForm, Long, Text


class SuggestForm(LogForm):
    """A change to this app: one line, and more where somebody likes."""

    line = Text(
        lazy_gettext("What would you change?"),
        description=lazy_gettext("In one line, such as: bigger numbers to tap."),
        missing=lazy_gettext("Say in one line what you would change."),
        autocomplete="off",
    )
    words = Long(lazy_gettext("Say more about it"), longest=10_000)
    team = Choice(lazy_gettext("Which team is it for?"), choices=[])

    def offer(self, teams: Sequence[tuple[UUID, str]]) -> None:
        """Who could read it. Of one team alone nobody is asked."""
        self.team.choices = [(str(one), name) for one, name in teams]
        if len(teams) == 1:
            self.team.data = str(teams[0][0])


class HelpForm(LogForm):
    """That the person would help shape the service, and how they are reached for it."""

    how = Choice(lazy_gettext("How can we reach you?"), kind="chips", choices=[])
    phone = Text(lazy_gettext("My phone number"), longest=100, autocomplete="tel")
    email = Text(lazy_gettext("My e-mail address"), longest=200, autocomplete="email")
    letter = Long(lazy_gettext("My address"), longest=500, autocomplete="street-address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(code, words.way(code)) for code in words.HOW]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        if self.how.data in words.HOW and not self.reach:
            self[self.how.data].errors = [gettext("Fill this in, so that we can reach you.")]
        return not self.errors

    @property
    def reach(self) -> str:
        """The number or address of the way that was chosen."""
        typed: str = self[self.how.data].text.strip() if self.how.data in words.HOW else ""
        return typed
